"""The run-of-show table as a Word document: A4 landscape, headings repeated on every page, fonts named for both scripts."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from service.i18n import N_, Message
from service.livestream.brief import Brief
from service.livestream.exports.runsheet import COLUMNS, Row, clock, label, rows, warnings
from service.livestream.script import Block, Script
from service.wordfile import dress

__all__ = ["write"]


# Printed columns and their widths in mm: 273 in all (A4 landscape less margins). What belongs to the block as a whole
# (link, SKU, role, price, gift, stock) stands in the block's own row above its lines.
_LINE_COLUMNS = (
    ("start", 15),
    ("minutes", 16),
    ("kind", 27),
    ("zh", 66),
    ("ru", 70),
    ("action", 30),
    ("operator", 23),
    ("risk", 26),
)
_BLOCK_FACTS = ("link", "sku", "role", "price", "gift", "stock")


def write(script: Script, brief: Brief) -> bytes:
    """The document; the columns a control room fills in by hand (target, owner) have room in each block's row."""
    document = Document()
    _prepare(document)
    document.add_heading(" · ".join(brief.title[language] for language in brief.languages), level=1)
    slot = label(Message(N_("slot")), brief.languages)
    planned = label(Message(N_("planned")), brief.languages)
    document.add_paragraph(f"{slot} {clock(script.target)} · {planned} {clock(script.seconds)}")
    for message in warnings(script, brief):
        document.add_paragraph(label(message, brief.languages), style="List Bullet")
    columns = [(name, width) for name, width in _LINE_COLUMNS if name not in ("zh", "ru") or name in brief.languages]
    spare = 273 - sum(width for _, width in columns)
    columns = (
        [(name, width + spare if name in ("zh", "ru") else width) for name, width in columns] if spare else columns
    )
    table = document.add_table(rows=1, cols=len(columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, (_, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)  # Word goes by the cells, LibreOffice and WPS by the grid
    _heading(table, columns, brief)
    previous = None
    for block, _, row in rows(script, brief):
        if block is not previous:
            previous = block
            _block_row(table, row, brief, block)
        cells = table.add_row().cells
        for cell, (name, width) in zip(cells, columns, strict=True):
            cell.width = Mm(width)
            _write(cell, getattr(row, name), size=9.5 if name in ("zh", "ru") else 7.5)
    _no_split(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin = section.bottom_margin = Mm(12)
    dress(document, ("Normal", "Heading 1", "List Bullet"))


def _heading(table: Any, columns: list[tuple[str, int]], brief: Brief) -> None:
    for cell, (name, width) in zip(table.rows[0].cells, columns, strict=True):
        cell.width = Mm(width)
        _write(cell, label(COLUMNS[name], brief.languages), size=7.5, bold=True, colour="FFFFFF")
        _shade(cell, "1F4E79")
    properties = table.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    properties.append(repeated)


def _block_row(table: Any, row: Row, brief: Brief, block: Block) -> None:
    """One merged row: when, what, and the facts of the item; then room for target and owner."""
    cells = table.add_row().cells
    merged = cells[0].merge(cells[-1])
    facts = [
        f"{label(COLUMNS[name], brief.languages)}: {getattr(row, name)}" for name in _BLOCK_FACTS if getattr(row, name)
    ]
    blank = [f"{label(COLUMNS[name], brief.languages)}: ________" for name in ("target", "owner")]
    length = label(Message(N_("{minutes} min"), {"minutes": f"{block.seconds / 60:.1f}"}), brief.languages)
    words = brief.items[block.item].goods.words if block.item is not None else None
    name = " · ".join(words[language].short for language in brief.languages) if words else row.block
    head = f"{row.start} – {clock(block.start + block.seconds)} ({length})   {name}"
    _write(merged, "   ".join([head, *facts, *blank]), size=8.5, bold=True)
    _shade(merged, "EAF2F8")


def _write(cell: Any, text: str, *, size: float, bold: bool = False, colour: str | None = None) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.font.size = Pt(size)
    run.font.bold = bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _shade(cell: Any, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def _no_split(table: Any) -> None:
    """Keep each line of script whole on one page."""
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
