"""Why a file of cards is refused, and the limits of one.

`MOST_BYTES` of upload, `MOST_UNPACKED` after unpacking (a workbook is a zip), `MOST_RATIO` between a large part and its packed
size, `MOST_ROWS`, `MOST_COLUMNS`, `MOST_CELLS` of all tables (their area: what lies between counts too, for memory holds it).
"""

from __future__ import annotations

from service.errors import DomainError
from service.i18n import N_, Message

__all__ = [
    "MOST_BYTES", "MOST_CELLS", "MOST_COLUMNS", "MOST_RATIO", "MOST_ROWS", "MOST_SIGNS", "MOST_UNPACKED", "Broken",
    "OldWorkbook", "TooLarge", "UnknownForm", "WrongEncoding",
]  # fmt: skip

MOST_BYTES = 200 * 2**20
MOST_UNPACKED = 300 * 2**20  # text of one rare sign in a thousand takes fourfold in memory
MOST_RATIO = 100  # of parts above 50 MB; workbooks of people stay far below, bombs come to 1,000
MOST_ROWS = 500_000
MOST_COLUMNS = 500
MOST_CELLS = 10_000_000
MOST_SIGNS = 1_000_000  # of one cell; Excel's own limit is 32,767


class Broken(DomainError):
    """The file is damaged or no workbook at all."""

    title = N_("“{file}” cannot be read: it is damaged, cut off, or not what its name says.")
    remedy = N_("Open it in a spreadsheet program, save it again as XLSX and upload that.")


class TooLarge(DomainError):
    """More than the limits allow."""

    status = 413
    title = N_("“{file}” is too large: {what}.")
    remedy = N_(
        "Split it into several files; at most {bytes} MB, unpacked {unpacked} MB, {rows} rows, {columns} columns, {cells} cells."
    )

    def __init__(self, file: str, what: str | Message) -> None:
        super().__init__(
            file=file, what=what, bytes=MOST_BYTES >> 20, unpacked=MOST_UNPACKED >> 20, rows=MOST_ROWS,
            columns=MOST_COLUMNS, cells=MOST_CELLS,
        )  # fmt: skip


class UnknownForm(DomainError):
    """Not a form we read."""

    title = N_("“{file}” is not a file of cards.")
    remedy = N_("Upload XLSX, CSV or YAML; old XLS files: save them as XLSX first.")


class OldWorkbook(DomainError):
    """An XLS of before 2007, a WPS `.et`, or a workbook under a password: they look alike from outside."""

    title = N_("“{file}” is in the old XLS form, or locked by a password.")
    remedy = N_("Open it in Excel or WPS, take the password off if there is one, and save it as XLSX.")


class WrongEncoding(DomainError):
    """A CSV whose letters cannot be told."""

    title = N_("The encoding of “{file}” cannot be told.")
    remedy = N_("Save it as “CSV UTF-8” or as XLSX; read here are UTF-8, UTF-16, Windows-1251 and GB18030.")
