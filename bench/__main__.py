"""Measures and writes RESULTS.md; misses are told and end with code 1.

`python -m bench` measures everything, `python -m bench search` one part (its section alone is written anew). AMURLIVE_BENCH_CARDS
makes the catalogue's parts smaller, AMURLIVE_BENCH_SECONDS and AMURLIVE_BENCH_ROUNDS shorten selling, for a look while working; then
nothing is written.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from bench import (
    catalogue,
    checking,
    complying,
    composing,
    exchanging,
    exporting,
    gates,
    listing,
    memory,
    requests,
    searching,
    selling,
    terms,
    translating,
    yml,
)

RESULTS = Path(__file__).parent / "RESULTS.md"
CARDS = int(os.environ.get("AMURLIVE_BENCH_CARDS", "100000"))
BOTH = ["| what | SQLite | PostgreSQL | aim on SQLite |", "|---|---|---|---|"]


def scripts() -> tuple[list[str], list[str]]:
    """Composing and exporting."""
    about, found, missed = composing.rows()
    return [f"## Writing scripts: {about}", "", "| what | time | ratio |", "|---|---|---|", *found], missed


def served() -> tuple[list[str], list[str]]:
    """Requests against an empty endpoint."""
    found, missed = requests.rows()
    head = "## Requests: SQLite, one process with its workers, 4 clients; medians of 5 rounds"
    return [head, "", "| what | rate | ratio |", "|---|---|---|", *found], missed


def sheets() -> tuple[list[str], list[str]]:
    """A large sheet in, out and back."""
    found, missed = catalogue.rows(CARDS)
    return [f"## The catalogue: a sheet of {CARDS:,} cards in 30 columns", "", *BOTH, *found], missed


def search() -> tuple[list[str], list[str]]:
    """Finding among twice as many cards."""
    found, missed = searching.rows(CARDS * 2)
    return [f"## Search among {CARDS * 2:,} cards: median / slowest of a hundred", "", *BOTH, *found], missed


def sold() -> tuple[list[str], list[str]]:
    """Reservations of one hot SKU; the ledger when it has grown long."""
    found, missed = selling.rows(CARDS * 10)
    return [f"## Selling: one hot SKU, durable commits; medians of {selling.ROUNDS} rounds", "", *found], missed


def checked() -> tuple[list[str], list[str]]:
    """The law check of scripts."""
    found, missed = complying.rows()
    return [
        "## Compliance: scripts against all rules, one core",
        "",
        "| what | time | aim |",
        "|---|---|---|",
        *found,
    ], missed


def listed() -> tuple[list[str], list[str]]:
    """The rules of every channel over composed cards."""
    found, missed = listing.rows()
    return [
        "## Listings: one core, all findings, a day's rules",
        "",
        "| channel | rate | aim |",
        "|---|---|---|",
        *found,
    ], missed


def fed() -> tuple[list[str], list[str]]:
    """A YML feed streamed into a file."""
    found, missed = yml.rows()
    return [
        "## Feeds: YML from prepared offers, one core",
        "",
        "| what | figure | aim |",
        "|---|---|---|",
        *found,
    ], missed


def paired() -> tuple[list[str], list[str]]:
    """The checks of translated pairs."""
    found, missed = checking.rows()
    head = f"## Translation checks: {len(checking.pairs())} pairs of our cards, processor time of a pair, median / p99"
    return [head, "", "| checks | time | aim |", "|---|---|---|", *found], missed


def remembered() -> tuple[list[str], list[str]]:
    """The translation memory."""
    found, missed = memory.rows()
    head = f"## Translation memory of {memory.COUNT:,} units: median / p99 of the processor"
    return [head, "", *BOTH, *found], missed


def exchanged() -> tuple[list[str], list[str]]:
    """Memories and terms as files of other programs."""
    found, missed = exchanging.rows()
    return [
        "## Exchange of memories and terms: one core",
        "",
        "| what | figure | aim |",
        "|---|---|---|",
        *found,
    ], missed


def translated() -> tuple[list[str], list[str]]:
    """Drafts beside what the engine alone could do."""
    found, missed = translating.rows()
    return [
        "## Translation: the tests' tiny models, a sentence; processor time where nothing else is said",
        "",
        "| what | time | ratio |",
        "|---|---|---|",
        *found,
    ], missed


def exported() -> tuple[list[str], list[str]]:
    """Listings on their way to six channels."""
    found, missed = exporting.rows()
    head = f"## Exports: {exporting.SKUS:,} SKUs to six channels, one core, SQLite; processor time"
    return [head, "", "| what | time | aim |", "|---|---|---|", *found], missed


def gated() -> tuple[list[str], list[str]]:
    """Our rules before the platforms' own schemas."""
    found, missed = gates.rows()
    return [
        "## Random listings before the official schemas",
        "",
        "| channel | figure | aim |",
        "|---|---|---|",
        *found,
    ], missed


def termed() -> tuple[list[str], list[str]]:
    """The term base."""
    found, missed = terms.rows()
    return ["## Terms: 2,000 concepts, one core", "", "| what | figure | aim |", "|---|---|---|", *found], missed


PARTS = {
    "scripts": scripts,
    "requests": served,
    "catalogue": sheets,
    "search": search,
    "selling": sold,
    "compliance": checked,
    "listings": listed,
    "feeds": fed,
    "translation": translated,
    "exports": exported,
    "gates": gated,
    "memory": remembered,
    "terms": termed,
    "checks": paired,
    "exchange": exchanged,
}


def main() -> int:
    """Measure what is named, or everything."""
    wanted = sys.argv[1:] or list(PARTS)
    written = RESULTS.read_text(encoding="utf-8").split("\n## ") if RESULTS.exists() else []
    sections = {section.split(":")[0].split(" among")[0].split("\n")[0]: section for section in written[1:]}
    all_missed = []
    for name in wanted:
        lines, missed = PARTS[name]()
        lines += ["", *[f"Missed: {what}." for what in missed]]
        title = lines[0].removeprefix("## ")
        sections[title.split(":")[0].split(" among")[0]] = "\n".join(lines).rstrip().removeprefix("## ") + "\n"
        print("\n".join(lines), flush=True)
        all_missed += missed
    if CARDS == 100_000 and not selling.HURRIED:
        machine = f"`make bench`, {date.today().isoformat()}, Python {sys.version.split()[0]}, {os.cpu_count()} cores."  # noqa: DTZ011
        RESULTS.write_text("\n## ".join([f"# Measured\n\n{machine}\n", *sections.values()]), encoding="utf-8")
    return 1 if all_missed else 0


if __name__ == "__main__":
    sys.exit(main())
