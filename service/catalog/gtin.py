"""Trade item numbers: GTIN-8, -12, -13 and -14 with their check digit (GS1 General Specifications, 7.9)."""

from __future__ import annotations

from pydantic_core import PydanticCustomError
from stdnum import ean

__all__ = ["checked_gtin", "is_gtin"]


def is_gtin(text: str) -> bool:
    """Whether these digits are a GTIN with the right check digit."""
    return len(text) in (8, 12, 13, 14) and text.isascii() and text.isdecimal() and ean.is_valid(text)


def checked_gtin(text: str) -> str:
    """The GTIN, if it is one."""
    if not is_gtin(text):
        raise PydanticCustomError("gtin", "not a GTIN")
    return text
