"""The report as a Word document: A4 upright, one card for each rule, page numbers, fonts named for both scripts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from service.catalog.answers import Both
from service.compliance.answers import JUDGED_BY_PEOPLE
from service.compliance.entries import SEVERITY_NAMES, Severity
from service.compliance.reports import Cited, Group, Hit, Report, both, clock, plain
from service.compliance.reports.html import (
    LABELS,
    explained,
    heading,
    notes,
    papers,
    place,
    verdict,
)
from service.compliance.reviewing import REVIEWED
from service.i18n import Message
from service.wordfile import dress

__all__ = ["write"]

_COLOURS: dict[Severity, str] = {"block": "7D1128", "error": "B3261E", "warn": "9A5B00", "info": "1F4E79"}
_BAD, _GOOD, _SOFT, _SHADE = "B3261E", "2E6B3C", "5B6B7A", "EAF2F8"

# Widths in mm, 182 in all (A4 less margins).
_ROWS, _HITS, _REVIEWS, _CORRECTIONS = (32, 75, 75), (42, 98, 42), (24, 42, 72, 44), (46, 44, 52, 40)


def write(content: Report) -> bytes:
    """The document."""
    document = Document()
    _prepare(document, content)
    document.add_heading(_label("title"), level=1)
    _rows(document, heading(content))
    document.add_heading(_label("summary"), level=2)
    for number, one in enumerate(verdict(content)):
        _paragraph(
            document, one, bold=number == 0, colour=None if number else (_GOOD if content.may_be_ready else _BAD)
        )
    if content.groups:
        counts = ((_name(one.severity), str(one.open), str(one.cleared)) for one in content.groups)
        _table(document, ("severity", "open_count", "cleared_count"), counts, (82, 50, 50))
    document.add_heading(_label("findings"), level=2)
    if not content.groups:
        _paragraph(document, both(Message(LABELS["nothing"])))
    for group in content.groups:
        _group(document, group)
    if content.of_show:
        _reviews(document, content)
        _corrections(document, content)
    document.add_heading(_label("about"), level=2)
    for one in notes(content):
        _paragraph(document, one)
    _add(document.add_paragraph(), _label("people"), size=9.5, bold=True)
    for text in JUDGED_BY_PEOPLE:
        _paragraph(document, both(Message(text)), style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _group(document: Any, group: Group) -> None:
    title = document.add_heading(f"{_name(group.severity)} · {group.open + group.cleared}", level=3)
    for run in title.runs:
        run.font.color.rgb = RGBColor.from_string(_COLOURS[group.severity])
    for cited in group.rules:
        _rule(document, cited, _COLOURS[group.severity])


def _rule(document: Any, cited: Cited, colour: str) -> None:
    named = document.add_paragraph()
    named.paragraph_format.space_before = Pt(8)
    named.paragraph_format.keep_with_next = True
    if cited.entry:
        _add(named, _inline(Both(zh=cited.entry.name.zh, ru=cited.entry.name.ru)) + "   ", size=10.5, bold=True)
    _add(named, cited.rule, size=9, colour=_SOFT)
    if cited.entry and not cited.entry.verified:
        _add(named, f"   ⚠ {_label('unverified')}", size=8.5, bold=True, colour=_COLOURS["warn"])
    table = _grid(document, _HITS)
    for hit in cited.hits:
        where, words, state = _cells(table, _HITS)
        _add(where, "\n".join(_stacked(one) for one in place(hit)), size=8, colour=_SOFT)
        _words(words, hit, colour)
        open_, number = hit.finding.open, hit.finding.proof
        said = _label("open") if open_ else f"{_label('cleared')} · №{number}"
        _add(state, said, size=8.5, bold=open_, colour=_BAD if open_ else _GOOD)
    _gap(document)
    _rows(document, explained(cited))
    for number, rows in papers(cited.evidence):
        title = document.add_paragraph()
        title.paragraph_format.keep_with_next = True
        _add(title, f"{_label('evidence')} · №{number}", size=9, bold=True, colour=_GOOD)
        _rows(document, rows)


def _words(paragraph: Any, hit: Hit, colour: str) -> None:
    if hit.missing:
        facts = "".join(f"\n– {_inline(one)}" for one in hit.missing)
        _add(paragraph, f"{_label('missing')}:{facts}", size=9)
    elif hit.quote:
        _add(paragraph, hit.quote.before, size=9.5)
        _add(paragraph, hit.quote.words, size=9.5, bold=True, colour=colour)
        _add(paragraph, hit.quote.after, size=9.5)
    else:
        _add(paragraph, hit.finding.excerpt or "—", size=9.5, bold=True, colour=colour)
    if hit.finding.disguised:
        _add(paragraph, f"\n⚠ {_label('disguised')}", size=8.5, bold=True, colour=_COLOURS["block"])


def _reviews(document: Any, content: Report) -> None:
    document.add_heading(_label("reviews"), level=2)
    if not content.reviews:
        _paragraph(document, both(Message(LABELS["unreviewed"])))
        return
    points = {name: _inline(both(Message(text))) for name, text in REVIEWED.items()}
    checked = f"\n{_stacked(both(Message(LABELS['this_version'])))}"
    rows = (
        (
            f"{one.version}{checked if one.version == content.check.version else ''}", f"{one.reviewer}\n{clock(one.at)}",
            "\n".join(f"{'✓' if getattr(one, name) else '✗'} {said}" for name, said in points.items()), one.note or "—",
        )
        for one in content.reviews
    )  # fmt: skip
    _table(document, ("version", "by", "looked_at", "note"), rows, _REVIEWS)


def _corrections(document: Any, content: Report) -> None:
    document.add_heading(_label("corrections"), level=2)
    if not content.corrections:
        _paragraph(document, both(Message(LABELS["uncorrected"])))
        return
    rows = (
        (
            f"{clock(one.said_at)}\n{clock(one.corrected_at)}", "\n".join(text for text in (one.wrong, one.line) if text),
            "\n".join(text for text in (one.zh, one.ru) if text), f"{one.person}\n{clock(one.at)}",
        )
        for one in content.corrections
    )  # fmt: skip
    _table(document, ("when", "wrong", "correction", "by"), rows, _CORRECTIONS)


def _prepare(document: Any, content: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(14)
    dress(document, ("Normal", "Heading 1", "Heading 2", "Heading 3", "List Bullet"))
    document.core_properties.title = plain(f"{_label('title')} · {content.check.key} · {content.check.id}")
    document.core_properties.author = plain(content.check.person)
    document.core_properties.created = document.core_properties.modified = content.made_at.replace(tzinfo=None)
    foot = section.footer.paragraphs[0]
    _add(foot, f"№{content.check.id} · {content.check.rules} · ", size=7.5, colour=_SOFT)
    _field(foot, "PAGE")
    _add(foot, " / ", size=7.5, colour=_SOFT)
    _field(foot, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A number Word counts itself."""
    run = paragraph.add_run()
    run.font.size = Pt(7.5)
    for kind, text in (("begin", None), (None, name), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _rows(document: Any, rows: Iterable[tuple[Both, Both]]) -> None:
    """Label, Chinese, Russian; what both languages say alike stands once, across both columns."""
    table = _grid(document, _ROWS)
    for label, said in rows:
        head, *cells = _cells(table, _ROWS, merge=said.zh == said.ru)
        _add(head, _stacked(label), size=8, colour=_SOFT)
        for cell, text in zip(cells, (said.zh, said.ru), strict=False):
            _add(cell, text or "", size=9.5)
    _gap(document)


def _gap(document: Any) -> None:
    """A line of almost no height: Word makes one table of two that touch."""
    line = document.add_paragraph()
    line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.line_spacing = Pt(4)


def _table(document: Any, labels: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    table = _grid(document, widths)
    for cell, name in zip(_cells(table, widths), labels, strict=True):
        _add(cell, _label(name), size=8, bold=True)
    for cell in table.rows[0].cells:
        shading = OxmlElement("w:shd")
        shading.set(qn("w:val"), "clear")
        shading.set(qn("w:fill"), _SHADE)
        cell._tc.get_or_add_tcPr().append(shading)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        for cell, text in zip(_cells(table, widths), row, strict=True):
            _add(cell, text, size=9)


def _grid(document: Any, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # Word goes by the cells, LibreOffice and WPS by the grid
    return table


def _cells(table: Any, widths: Sequence[int], *, merge: bool = False) -> list[Any]:
    """The paragraphs of a new row that stays whole on one page; with `merge` the cells after the first are one."""
    row = table.add_row()
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = [row.cells[0], row.cells[1].merge(row.cells[-1])] if merge else row.cells
    return [cell.paragraphs[0] for cell in cells]


def _paragraph(
    document: Any, said: Both, *, bold: bool = False, colour: str | None = None, style: str | None = None
) -> None:
    _add(document.add_paragraph(style=style), _stacked(said), size=9.5, bold=bold, colour=colour)


def _add(paragraph: Any, text: str, *, size: float, bold: bool = False, colour: str | None = None) -> None:
    run = paragraph.add_run(plain(text))
    run.font.size = Pt(size)
    run.font.bold = bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _label(name: str) -> str:
    return _inline(both(Message(LABELS[name])))


def _name(severity: Severity) -> str:
    return _inline(both(Message(SEVERITY_NAMES[severity])))


def _inline(said: Both) -> str:
    return " · ".join(dict.fromkeys(text for text in (said.zh, said.ru) if text))


def _stacked(said: Both) -> str:
    return "\n".join(dict.fromkeys(text for text in (said.zh, said.ru) if text))
