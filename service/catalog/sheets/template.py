"""The empty sheet people fill in: headers in their language, lists of the words allowed, codes as text so that Excel leaves them alone."""

from __future__ import annotations

import csv
import io
from typing import Any

from service.catalog.cells import Choice, Code, Gtin, Kind, Many, Number, Words
from service.catalog.columns import column_of, header_of, template_columns
from service.catalog.sheets.reading import column_name
from service.catalog.sheets.writing import Form
from service.i18n import N_, Locale, Message

__all__ = ["template"]

ROWS = 2000  # rows prepared with formats and lists


def template(*, form: Form, locale: Locale) -> bytes:
    """The file. Its second table (XLSX) says what may stand in each column; an import passes it by, for it has no row of headers."""
    kinds = {path: column.kind for path in template_columns() if (column := column_of(path))}
    headers = {path: header_of(path, locale) for path in kinds}
    if form == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerow(headers.values())
        return out.getvalue().encode("utf-8-sig")
    import xlsxwriter

    book_out = io.BytesIO()
    with xlsxwriter.Workbook(book_out, {"in_memory": True}) as book:
        cards, advice = (
            book.add_worksheet(Message(title).say(locale)) for title in (N_("Cards"), N_("How to fill in"))
        )
        bold, text, wrapped = (
            book.add_format(how) for how in ({"bold": True}, {"num_format": "@"}, {"text_wrap": True})
        )
        cards.freeze_panes(1, 1)
        advice.set_column(0, 0, 28)
        advice.set_column(1, 1, 60, wrapped)
        for index, (path, kind) in enumerate(kinds.items()):
            cards.write_string(0, index, headers[path], bold)
            cards.set_column(index, index, 16, text if isinstance(kind, (Code, Gtin, Words)) else None)
            advice.write_string(index, 0, headers[path], bold)
            advice.write_string(index, 1, _advice(path, kind).say(locale))
            for place, word in enumerate(_words(kind, locale), 2):
                advice.write_string(index, place, word)
            if isinstance(kind, Choice) and (words := _words(kind, locale)):
                _offer(cards, index, f"='{advice.name}'!$C${index + 1}:${column_name(1 + len(words))}${index + 1}")
    return book_out.getvalue()


def _offer(sheet: Any, index: int, source: str) -> None:
    # What is typed by hand may be another of the words we know, so a wrong word only warns.
    sheet.data_validation(1, index, ROWS, index, {"validate": "list", "source": source, "error_type": "information"})


def _words(kind: Kind, locale: Locale) -> list[str]:
    choice = kind.of if isinstance(kind, Many) else kind
    if not isinstance(choice, Choice):
        return []
    return [str(choice.write(key == "true" if choice.true_false else key, locale)) for key in choice.names]


def _advice(path: str, kind: Kind) -> Message:
    if path == "sku":
        return Message(N_("Every row needs it: your own code of this pack, Latin letters and digits."))
    if path == "key":
        return Message(
            N_("Only if a card has several packs: the same word in all rows of the card, Latin letters and digits.")
        )
    if path in ("line", "family"):
        return Message(N_("A new card needs it; choose one of the words to the right."))
    if path in ("name[zh]", "name[ru]"):
        return Message(N_("A new card needs a name in at least one of the two languages."))
    if path in ("net_value", "net_unit"):
        return Message(N_("A new pack needs quantity and unit: 500 and g, 1 and pcs."))
    if isinstance(kind, Gtin):
        return Message(N_("The digits below the bar code: 8, 12, 13 or 14; leave it empty if there are none."))
    if isinstance(kind, Many):
        return Message(N_("One or several of the words to the right, separated by semicolons."))
    if isinstance(kind, Choice):
        return Message(N_("One of the words to the right."))
    if isinstance(kind, Number):
        return kind.bounds()
    if isinstance(kind, Words):
        return Message(N_("Text, at most {max_length} characters."), {"max_length": kind.most})
    return Message(N_("A code of Latin letters and digits."))
