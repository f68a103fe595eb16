"""Documents are read back by the programs people open them with."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pysubs2
import pytest
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from service.errors import NotFound
from service.livestream.blocks import library
from service.livestream.brief import Brief
from service.livestream.composing import compose
from service.livestream.exports import FORMATS, render
from service.livestream.patterns import pattern
from service.livestream.script import Script, Utterance

Made = tuple[Script, Brief]


@pytest.fixture(scope="module")
def made(brief: Callable[..., Brief]) -> Made:
    evening = brief()
    return compose(evening, pattern("evening-60"), library()), evening


def _said(made: Made, language: str) -> list[str]:
    return [line.said[language].text for _, line in made[0].lines()]  # type: ignore[index]


def test_word_shows_every_line_in_fonts_for_both_scripts(made: Made) -> None:
    document = Document(io.BytesIO(render(*made, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    whole = "\n".join(cells)
    for text in _said(made, "zh") + _said(made, "ru"):
        assert text in whole
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia"))
    assert fonts.get(qn("w:cs")) or fonts.get(qn("w:ascii"))
    section = document.sections[0]
    assert section.page_width > section.page_height
    assert "w:tblHeader" in zipfile.ZipFile(io.BytesIO(render(*made, "docx"))).read("word/document.xml").decode()


def test_excel_reads_the_run_sheet(made: Made) -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(render(*made, "xlsx"))).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + len(_said(made, "zh"))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [text for text in _said(made, "ru") if not any(text in str(cell) for row in rows for cell in row)] == []


def test_csv_opens_in_excel_and_no_cell_is_a_formula(made: Made) -> None:
    script, evening = made
    block, line = next(iter(script.lines()))
    spoiled = replace(
        line, said={"zh": Utterance('=HYPERLINK("http://x","y")', "", 1.0), "ru": Utterance("+1", "", 1.0)}
    )
    changed = replace(script, blocks=[replace(block, lines=[spoiled])])
    content = render(changed, evening, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any("HYPERLINK" in cell for row in rows for cell in row)


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_follow_the_plan(made: Made, form: str) -> None:
    events = pysubs2.SSAFile.from_string(render(*made, form).decode(), format_=form)
    assert events[0].start == 0
    assert all(event.start < event.end for event in events)
    assert [e.start for e in events] == sorted(e.start for e in events)
    assert all(a.end <= b.start + 60 for a, b in zip(events, list(events)[1:], strict=False))
    assert events[-1].end / 1000 <= made[0].seconds + 1
    assert "".join(e.text for e in events).count("{") == 0


def test_json_holds_everything(made: Made) -> None:
    data = json.loads(render(*made, "json"))
    assert [line["said"]["zh"]["text"] for b in data["blocks"] for line in b["lines"]] == _said(made, "zh")
    assert data["seconds"] == made[0].seconds
    assert {item["sku"] for item in data["items"]} == set(made[0].skus)


def test_html_is_one_file_that_needs_no_network_and_escapes_what_people_wrote(made: Made) -> None:
    script, evening = made
    block, line = next(iter(script.lines()))
    spoiled = replace(line, said=line.said | {"zh": Utterance("<script>alert(1)</script>", "x", 1.0)})
    changed = replace(script, blocks=[replace(block, lines=[spoiled])])
    page = render(changed, evening, "html").decode()
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert 'lang="zh-CN"' in page
    assert 'lang="ru"' in page


def test_one_language_makes_documents_of_one_language(brief: Callable[..., Brief]) -> None:
    alone = brief(languages=["ru"])
    script = compose(alone, pattern("evening-60"), library())
    for form in FORMATS:
        content = render(script, alone, form)
        assert content
        if form in ("srt", "vtt", "html"):
            assert not re.search("[\u4e00-\u9fff]", content.decode()), form


def test_an_unknown_format_names_the_known_ones(made: Made) -> None:
    with pytest.raises(NotFound) as caught:
        render(*made, "pdf")
    assert "docx" in caught.value.say("ru")
