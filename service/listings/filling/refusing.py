"""Why a template is refused as a whole. What one value lacks stands in the report instead."""

from __future__ import annotations

from service.catalog.sheets.refusing import TooLarge
from service.errors import DomainError
from service.i18n import N_

__all__ = ["Locked", "NoHeaders", "NoSuchHeader", "NotATemplate", "OldForm", "TemplateTooLarge", "UnknownField"]


class NotATemplate(DomainError):
    """Not a form of file we fill."""

    title = N_("“{file}” is no template that can be filled.")
    remedy = N_("Take the file as the back office gave it: XLSX, XLSM or CSV; save any other as XLSX first.")


class OldForm(DomainError):
    """An XLS of before 2007 or a workbook under a password."""

    title = N_("“{file}” is in the old XLS form, or locked by a password.")
    remedy = N_("Open it in Excel or WPS, take the password off if there is one, and save it as XLSX.")


class TemplateTooLarge(TooLarge):
    """More than templates hold: a sheet of theirs, or the file."""

    remedy = N_("Take the template empty, as the back office gave it; at most {most} MB.")

    def __init__(self, file: str, size: int, most: int) -> None:
        super().__init__(file, f"{size >> 20} MB")
        self.facts["most"] = most >> 20


class NoHeaders(DomainError):
    """No row of the first fifteen of any sheet names columns we know."""

    title = N_("No sheet of “{file}” has a row of headers that are known; found: {found}.")
    remedy = N_("Looked for were, among others: {looked}. Say by hand which header means which field.")


class NoSuchHeader(DomainError):
    """The mapping names a header the template does not have."""

    title = N_("The template has no column “{name}”.")
    remedy = N_("Write the header as it stands there: {known}.")


class UnknownField(DomainError):
    """The mapping names a field listings do not have."""

    title = N_("“{name}” is no field of a listing.")
    remedy = N_("Known: {known}; besides “extra.” and “answer.” with a name.")


class Locked(DomainError):
    """The cells to be filled are protected."""

    title = N_("The sheet “{sheet}” of “{file}” is protected: cell {cell} may not be changed.")
    remedy = N_("Take the protection off (Review → Unprotect sheet), save the file and fill it again.")
