"""What every Word document of the house has: fonts named for both scripts, so that Chinese and Russian look right in Word and WPS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

__all__ = ["HAN", "LATIN_CYRILLIC", "dress"]

# Shipped with Word and WPS in both countries; LibreOffice substitutes them.
LATIN_CYRILLIC, HAN = "Arial", "Microsoft YaHei"


def dress(document: Any, styles: Iterable[str]) -> None:
    """Give these styles of a document both fonts, and its text the sizes and languages of the house."""
    for name in styles:
        style = document.styles[name]
        style.font.name = LATIN_CYRILLIC
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(attribute), LATIN_CYRILLIC)
        fonts.set(qn("w:eastAsia"), HAN)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    spoken = OxmlElement("w:lang")  # Chinese, not Japanese, forms of the characters where fonts are substituted
    spoken.set(qn("w:val"), "ru-RU")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    document.styles["Normal"].font.size = Pt(9.5)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
