"""Measures everything and writes RESULTS.md; misses are told and end with code 1."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from bench import composing, requests

about, composed, missed = composing.rows()
asked, also_missed = requests.rows()
text = "\n".join([
    "# Measured", "",
    f"`make bench`, {date.today().isoformat()}, Python {sys.version.split()[0]}, {os.cpu_count()} cores.", "",  # noqa: DTZ011
    f"## Writing scripts: {about}", "", "| what | time | ratio |", "|---|---|---|", *composed, "",
    "## Requests: SQLite, one process with its workers, 4 clients; medians of 5 rounds", "",
    "| what | rate | ratio |", "|---|---|---|", *asked, "",
    *[f"Missed: {what}." for what in (*missed, *also_missed)], "",
])  # fmt: skip
(Path(__file__).parent / "RESULTS.md").write_text(text.rstrip() + "\n", encoding="utf-8")
print(text)
sys.exit(1 if missed else 0)
