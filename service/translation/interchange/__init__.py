"""Memory and terms to and from files of other programs: TMX, XLIFF, TBX, PO, DSL, XLSX, CSV. Knows no tables; see docs/translation-files.md."""

from __future__ import annotations

from service.translation.interchange.formats import (
    Format,
    formats,
    known_format,
    read_concepts,
    read_units,
    write_concepts,
    write_units,
)
from service.translation.interchange.report import Report

__all__ = [
    "Format", "Report", "formats", "known_format", "read_concepts", "read_units", "write_concepts", "write_units",
]  # fmt: skip
