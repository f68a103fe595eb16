"""Run sheet as CSV: UTF-8 with a byte order mark, so that Excel reads the Chinese and Cyrillic letters."""

from __future__ import annotations

import csv
import io

from service.livestream.brief import Brief
from service.livestream.exports.runsheet import COLUMNS, label, rows
from service.livestream.script import Script

__all__ = ["write"]


def write(script: Script, brief: Brief) -> bytes:
    """One row per line; cells that a spreadsheet would take for a formula are disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([label(message, brief.languages) for message in COLUMNS.values()])
    for _, _, row in rows(script, brief):
        writer.writerow(["'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row.cells()])
    return ("\ufeff" + out.getvalue()).encode()
