"""Why a file is not exchanged, and how much of one is read.

Faults inside a file are `Problem`s with their lines, raised together as `FilesRejected`; what stands here concerns the file as a whole.
"""

from __future__ import annotations

from service.errors import DomainError
from service.i18n import N_, Message

__all__ = [
    "MOST_BETWEEN", "MOST_BYTES", "MOST_FAULTS", "MOST_SIGNS", "SMALLER", "WRITE_THE_SIGN", "FormatCannot", "FormatUnknown",
    "MixedDirections", "TextTooLong", "unknown_entity",
]  # fmt: skip

MOST_BYTES = 4 * 2**30
MOST_BETWEEN = 32 * 2**20
"""Bytes from the end of one unit to the end of the next: what stands between is held in memory."""
MOST_SIGNS = 1_000_000
"""Of one text."""
MOST_FAULTS = 500
"""That many are told one by one; the rest is counted."""

SMALLER = Message(N_("Split the file; a unit of this size is no translation."))
WRITE_THE_SIGN = Message(N_("Write the character itself."))


def unknown_entity(name: str) -> Message:
    """An entity that is neither XML's nor HTML's stands in a text."""
    return Message(N_("The entity &{name}; is not known here."), {"name": name})


class FormatUnknown(DomainError):
    """Neither the name nor the first bytes tell the form."""

    title = N_("The form of “{file}” is not known.")
    remedy = N_("Name the form; known: {known}.")


class FormatCannot(DomainError):
    """The form exists but holds something else: PO holds no terms."""

    title = N_("{format} cannot be used for this.")
    remedy = N_("Choose one of these: {known}.")


class MixedDirections(DomainError):
    """XLIFF states one source language for the whole file."""

    title = N_("Texts written in Chinese and texts written in Russian cannot stand in one {format} file.")
    remedy = N_("Write one file for each direction.")


class TextTooLong(DomainError):
    """Excel takes 32,767 signs in a cell; a cut text would be a lost one."""

    title = N_("A text has {signs} characters; one cell of an XLSX file holds {most}.")
    remedy = N_("Choose CSV, TMX or XLIFF; nothing was written.")
