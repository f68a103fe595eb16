"""Run sheet as an Excel workbook: frozen headings, filter, landscape, one page wide."""

from __future__ import annotations

import io

import xlsxwriter

from service.livestream.brief import Brief
from service.livestream.exports.runsheet import COLUMNS, label, rows
from service.livestream.script import Script

__all__ = ["write"]

_WIDTHS = {
    "zh": 46,
    "ru": 52,
    "block": 16,
    "kind": 18,
    "sku": 20,
    "action": 24,
    "operator": 20,
    "risk": 22,
    "price": 16,
}


def write(script: Script, brief: Brief) -> bytes:
    """One row per line; the first row of each block stands out."""
    out = io.BytesIO()
    # Text stays text: nothing a card or an editor wrote can become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("script")
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "text_wrap": True, "valign": "top", "border": 1}
        plain = book.add_format({**base, "border_color": "#C9D1D9"})
        first = book.add_format({**base, "border_color": "#C9D1D9", "bg_color": "#EAF2F8"})
        head = book.add_format({**base, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
        for column, (name, message) in enumerate(COLUMNS.items()):
            sheet.write_string(0, column, label(message, brief.languages), head)
            sheet.set_column(column, column, _WIDTHS.get(name, 11))
        last = None
        number = 0
        for number, (block, _, row) in enumerate(rows(script, brief), 1):
            style = first if block.key != last else plain
            last = block.key
            for column, cell in enumerate(row.cells()):
                sheet.write_string(number, column, cell, style)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, number, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()
