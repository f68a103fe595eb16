"""The report of a kept check is read back as the people who file it read it: page, Word document, JSON."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from service.compliance.answers import DISCLAIMER, JUDGED_BY_PEOPLE
from service.compliance.document import CONTEXT, Finding
from service.compliance.keeping import find_check, keep_check
from service.compliance.models import AirCorrection, BroadcastReview, ComplianceCheck, Evidence
from service.compliance.reports import FORMATS, Report, clock, compose, plain, report
from service.compliance.reports.html import LABELS
from service.compliance.reviewing import REVIEWED, CorrectionGiven, ReviewGiven, correct_on_air, review_broadcast
from service.compliance.rulebook import Book, read_rules, rulebook
from service.database import Database
from service.errors import NotFound
from service.i18n import Message
from service.people.models import Organisation

CHECKED = datetime(2026, 11, 25, 9, 4, tzinfo=UTC)
MADE = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
SAID = "家人们，今天这罐椴树蜜是全网最低价，比别家便宜，最后五分钟，手慢就没有了，来来来，三二一，上链接，抢到就是赚到，没抢到的也别急，下一轮还有！"
FOUND = SAID.index("全网最低价")

_RULE = """\
  - id: {id}
    name: {{zh: {zh}, ru: {ru}}}
    jurisdiction: CN
    market: {market}
    kind: {kind}
    severity: {severity}
    scope: [script]
    article: {{zh: 《样例法》第一条（{id}）, ru: "Закон-образец, ст. 1 ({id})"}}
    source: sample
    verified: {verified}
    why: {{zh: 原因 {id}, ru: Почему {id}}}
    remedy: {{zh: 改法 {id}, ru: Что делать {id}}}
    safer: {{zh: 稳妥 {id}, ru: Безопаснее {id}}}
    clear: {{by: [park, admin], evidence: [{evidence}]}}
    {asks}
    examples: {{hits: [一, 二], misses: [三, 四]}}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Three rules: one that evidence clears, one nobody has verified, one on facts that nothing clears."""
    folder = tmp_path_factory.mktemp("rules")
    words = "finds: [{match: [全网最低价]}]"
    lowest = _RULE.format(
        id="CN-PRICE-1", zh="最低价", ru="Самая низкая цена", market="CN", kind="pattern", severity="error", verified="true",
        evidence="price_survey, platform_permission", asks=words,
    )  # fmt: skip
    scarce = _RULE.format(
        id="CN-SCARCE", zh="虚假紧迫", ru="Ложная спешка", market="CN", kind="pattern", severity="warn", verified="false",
        evidence="statistics", asks="finds: [{match: [最后]}]",
    )  # fmt: skip
    import_ = _RULE.format(
        id="CN-IMPORT", zh="进口备案", ru="Запись о ввозе", market="CN", kind="required_field", severity="block", verified="true",
        evidence="", asks="each: item\n    need: [item.import_record]",
    )  # fmt: skip
    text = "about: {zh: 样例, ru: Образец}\nrules:\n" + lowest + scarce + import_
    (folder / "cn-sample.yaml").write_text(text, encoding="utf-8")
    return read_rules(folder)


LOWEST = Finding(
    "CN-PRICE-1", "error", "CN", "honey.offer.1", "zh", FOUND, FOUND + 5, "全网最低价", "AMUR-HONEY-500", before=SAID[:FOUND],
    after=SAID[FOUND + 5 : FOUND + 5 + CONTEXT],
)  # fmt: skip
SCARCE = Finding("CN-SCARCE", "warn", "CN", "honey.call.2", "zh", 0, 3, "最\u200b后", "AMUR-HONEY-500", disguised=True)
IMPORT = Finding(
    "CN-IMPORT", "block", "CN", "AMUR-HONEY-500", None, 0, 0, "", "AMUR-HONEY-500", missing=("item.import_record",)
)


def survey(**changed: Any) -> Evidence:
    """Evidence no. 7: a survey of prices."""
    given = {
        "id": 7, "type": "price_survey", "title": "价格调查（样例）", "source": "样例机构", "locator": "表3", "rules": ["CN-PRICE-1"],
        "skus": [], "words": ["全网最低价"], "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), "note": "",
        "reviewer": "Ольга П.", "at": CHECKED, "file_name": None, "file_digest": None, "revoked_at": None,
    }  # fmt: skip
    return Evidence(**given | changed)


def review(**changed: Any) -> BroadcastReview:
    """A review of version 3 that found everything in order."""
    given = {"id": 1, "show": "autumn", "version": 3, "reviewer": "张审核", "at": CHECKED, "note": "价格牌已换"}
    return BroadcastReview(**given | dict.fromkeys(REVIEWED, True) | changed)


SLIP = AirCorrection(
    id=1, show="autumn", line="honey.offer.1", wrong="净含量说成了一公斤", zh="更正一下，一罐是五百克。", ru="Поправлюсь: в банке пятьсот граммов.",
    said_at=datetime(2026, 11, 25, 15, 58, tzinfo=UTC), corrected_at=datetime(2026, 11, 25, 16, 1, tzinfo=UTC), person="李主播", at=MADE,
)  # fmt: skip


@pytest.fixture
def reported(book: Book) -> Callable[..., Report]:
    """Composes a report of version 3 of the show “autumn”, checked by the rules of `book`."""

    def made(
        *findings: Finding, kind: str = "show", person: str = "Ван Ли", digest: str | None = None, **more: Any
    ) -> Report:
        kept = ComplianceCheck(
            id=12, organisation_id=1, kind=kind, key="autumn", version=3, market="CN", on_date=date(2026, 11, 28),
            rules=digest or book.digest, stops=sum(one.stops for one in findings), person=person, at=CHECKED,
        )  # fmt: skip
        park = Organisation(key="park", kind="park", name_zh="黑河跨境园区", name_ru="Парк «Хэйхэ»")
        return compose(kept, findings, organisation=park, made_at=MADE, book=book, **more)

    return made


def page(content: Report) -> str:
    return FORMATS["html"].write(content).decode()


def read_page(content: Report) -> str:
    """The page without its tags."""
    body = page(content).split("</head>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def read_word(content: Report) -> str:
    """All words of the Word document, in their order."""
    document = Document(io.BytesIO(FORMATS["docx"].write(content)))
    return "\n".join(run.text or "" for run in document.element.body.iter(qn("w:t")))


def data(content: Report) -> Any:
    return json.loads(FORMATS["json"].write(content))


@pytest.mark.parametrize("read", [read_page, read_word])
def test_both_languages_stand_in_every_report(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    said = read(reported(LOWEST, SCARCE, IMPORT))
    assert "黑河跨境园区" in said
    assert "Парк «Хэйхэ»" in said
    for rule in ("CN-PRICE-1", "CN-SCARCE", "CN-IMPORT"):
        for text in (f"《样例法》第一条（{rule}）", f"Закон-образец, ст. 1 ({rule})", f"原因 {rule}", f"Почему {rule}"):
            assert text in said
        for text in (f"改法 {rule}", f"Что делать {rule}", f"稳妥 {rule}", f"Безопаснее {rule}"):
            assert text in said


@pytest.mark.parametrize("read", [read_page, read_word])
def test_the_head_says_what_was_checked_when_by_whom_and_with_which_rules(
    reported: Callable[..., Report], book: Book, read: Callable[[Report], str]
) -> None:
    said = read(reported())
    for fact in ("autumn", "2026-11-28", "2026-11-25 17:04 UTC+8 · 18:04 UTC+9", "Ван Ли", book.digest):
        assert fact in said


def test_a_moment_around_midnight_names_both_days() -> None:
    assert clock(datetime(2026, 11, 25, 15, 30, tzinfo=UTC)) == "2026-11-25 23:30 UTC+8 · 2026-11-26 00:30 UTC+9"


@pytest.mark.parametrize("read", [read_page, read_word])
def test_the_gravest_come_first(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    said = read(reported(SCARCE, LOWEST, IMPORT))
    assert said.index("CN-IMPORT") < said.index("CN-PRICE-1") < said.index("CN-SCARCE")


def test_the_counts_are_of_open_and_cleared_findings(reported: Callable[..., Report]) -> None:
    content = reported(LOWEST, replace(LOWEST, place="x", proof=7), IMPORT, evidence=[survey()])
    assert data(content)["summary"] == [
        {"severity": "block", "open": 1, "cleared": 0}, {"severity": "error", "open": 1, "cleared": 1},
    ]  # fmt: skip


def test_words_stand_in_the_context_of_their_line(reported: Callable[..., Report]) -> None:
    content = reported(LOWEST)
    assert re.search(r"这罐椴树蜜是<mark>全网最低价</mark>，比别家便宜.*…</bdi>", page(content))
    assert "这罐椴树蜜是" in read_word(content)


def test_a_cut_line_begins_and_ends_with_whole_words(reported: Callable[..., Report]) -> None:
    said = (
        "Дорогие друзья, сегодня у нас на столе липовый мёд, лучший мёд Приамурья, собранный в июле на дальней пасеке"
    )
    start = said.index("лучший")
    before, after = said[start - CONTEXT : start], said[start + 6 :][:CONTEXT]
    finding = replace(LOWEST, language="ru", start=start, end=start + 6, excerpt="лучший", before=before, after=after)
    quote = data(reported(finding))["findings"][0]["quote"]
    assert quote["before"].startswith("…")
    assert set(re.findall(r"\w+", quote["before"] + quote["after"])) <= set(re.findall(r"\w+", said))


@pytest.mark.parametrize("read", [read_page, read_word])
def test_a_disguise_is_marked_and_made_visible(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    said = read(reported(SCARCE))
    assert Message(LABELS["disguised"]).say("zh") in said
    assert "最⟨U+200B⟩后" in said


@pytest.mark.parametrize("read", [read_page, read_word])
def test_a_rule_nobody_has_verified_is_marked_and_counted(
    reported: Callable[..., Report], read: Callable[[Report], str]
) -> None:
    mark = Message(LABELS["unverified"]).say("ru")
    assert mark in read(reported(SCARCE))
    assert mark not in read(reported(LOWEST))
    counted = data(reported(SCARCE, LOWEST))["compared"]
    assert (counted["cited"], counted["cited_unverified"]) == (2, 1)
    assert (counted["in_force"], counted["in_force_unverified"]) == (3, 1)


@pytest.mark.parametrize("read", [read_page, read_word])
def test_a_cleared_finding_names_its_evidence(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    said = read(reported(replace(LOWEST, proof=7), evidence=[survey(file_name="survey.pdf", file_digest="ab12")]))
    for fact in (
        "№7",
        "价格调查（样例）",
        "样例机构",
        "表3",
        "2026-01-01 – 2026-12-31",
        "Ольга П.",
        "survey.pdf",
        "ab12",
    ):
        assert fact in said
    assert Message(LABELS["open"]).say("zh") not in said


def test_evidence_revoked_since_is_said_beside_it_and_in_the_summary(reported: Callable[..., Report]) -> None:
    revoked = survey(revoked_at=MADE, revoked_by="Ван Ли", revoked_why="报告被撤回")
    said = read_page(reported(replace(LOWEST, proof=7), evidence=[revoked]))
    assert "报告被撤回" in said
    assert said.index("7") < said.index("CN-PRICE-1")


@pytest.mark.parametrize("read", [read_page, read_word])
def test_missing_facts_are_named_in_both_languages(
    reported: Callable[..., Report], read: Callable[[Report], str]
) -> None:
    content = reported(IMPORT)
    named = data(content)["findings"][0]["missing_names"][0]
    assert named["zh"] != named["ru"]
    said = read(content)
    assert named["zh"] in said
    assert named["ru"] in said


@pytest.mark.parametrize(
    ("findings", "reviews", "ready"),
    [
        ((), [review()], True),
        ((SCARCE,), [review()], True),
        ((LOWEST,), [review()], False),
        ((IMPORT,), [review()], False),
        ((replace(LOWEST, proof=7),), [review()], True),
        ((), [], False),
        ((), [review(costume=False)], False),
        ((), [review(), review(costume=False)], True),
        ((), [review(version=2)], False),
    ],
)
def test_a_show_may_be_ready_when_nothing_stops_it_and_this_version_was_reviewed(
    reported: Callable[..., Report], findings: tuple[Finding, ...], reviews: list[BroadcastReview], ready: bool
) -> None:
    content = reported(*findings, reviews=reviews, evidence=[survey()])
    assert content.may_be_ready is ready
    assert ('class="verdict no"' in page(content)) is not ready


@pytest.mark.parametrize("read", [read_page, read_word])
def test_a_show_carries_its_reviews_and_corrections(
    reported: Callable[..., Report], read: Callable[[Report], str]
) -> None:
    said = read(reported(reviews=[review(costume=False)], corrections=[SLIP]))
    assert "张审核" in said
    assert "价格牌已换" in said
    assert [said.count(mark) for mark in "✓✗"] == [4, 1]
    for fact in (SLIP.wrong, SLIP.zh, SLIP.ru, "李主播", clock(SLIP.said_at), clock(SLIP.corrected_at)):
        assert str(fact) in said


@pytest.mark.parametrize("read", [read_page, read_word])
def test_only_a_show_is_reviewed(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    none_yet = Message(LABELS["unreviewed"]).say("zh")
    assert none_yet in read(reported())
    card = reported(kind="product")
    assert none_yet not in read(card)
    assert card.may_be_ready


@pytest.mark.parametrize("read", [read_page, read_word])
def test_a_check_that_found_nothing_says_so(reported: Callable[..., Report], read: Callable[[Report], str]) -> None:
    nothing = Message(LABELS["nothing"]).say("ru")
    assert nothing in read(reported())
    assert nothing not in read(reported(SCARCE))


@pytest.mark.parametrize("read", [read_page, read_word])
def test_every_report_says_what_it_is_not_and_what_people_judge(
    reported: Callable[..., Report], read: Callable[[Report], str]
) -> None:
    said = read(reported())
    for text in (DISCLAIMER, *JUDGED_BY_PEOPLE):
        assert Message(text).say("zh") in said
        assert Message(text).say("ru") in said


def test_a_rule_that_is_no_longer_in_the_files_keeps_its_finding(reported: Callable[..., Report]) -> None:
    content = reported(replace(LOWEST, rule="CN-GONE"), digest="0" * 32)
    assert data(content)["rules"] == {"CN-GONE": None}
    for said in (read_page(content), read_word(content)):
        assert "CN-GONE" in said
        assert "全网最低价" in said
        assert content.digest in said  # by which rules the rest is explained now


def test_json_explains_each_rule_once(reported: Callable[..., Report]) -> None:
    filed = data(
        reported(LOWEST, replace(LOWEST, proof=7), evidence=[survey()], reviews=[review()], corrections=[SLIP])
    )
    assert filed["check"] | {"key": "autumn", "on": "2026-11-28", "market": "CN", "stops": 1} == filed["check"]
    assert [one["evidence"] for one in filed["findings"]] == [None, 7]
    assert filed["rules"]["CN-PRICE-1"]["evidence"] == ["price_survey", "platform_permission"]
    assert [one["title"] for one in filed["evidence"]] == ["价格调查（样例）"]
    assert (len(filed["reviews"]), len(filed["corrections"])) == (1, 1)


TRAP = "<script>alert(1)</script>\"'{{7*7}}\x0b\u202e"


def _trapped(reported: Callable[..., Report]) -> Report:
    """Every field people fill in holds a trap."""
    evidence = survey(
        title=TRAP, source=TRAP, locator="javascript:alert(1)", reviewer=TRAP, file_name=TRAP, revoked_at=MADE,
        revoked_by=TRAP, revoked_why=TRAP,
    )  # fmt: skip
    slip = AirCorrection(
        id=1, line=TRAP, wrong=TRAP, zh=TRAP, ru=TRAP, person=TRAP, show="autumn", said_at=MADE, corrected_at=MADE, at=MADE
    )  # fmt: skip
    finding = replace(LOWEST, place=TRAP, excerpt=TRAP, before="a", after=TRAP, start=1, end=1 + len(TRAP), sku=TRAP)
    return reported(
        finding, replace(IMPORT, missing=(TRAP,)), replace(LOWEST, proof=7), person=TRAP, evidence=[evidence],
        reviews=[review(reviewer=TRAP, note=TRAP)], corrections=[slip],
    )  # fmt: skip


def test_the_page_needs_no_network_and_nothing_people_wrote_runs_in_it(reported: Callable[..., Report]) -> None:
    made = page(_trapped(reported))
    assert "<script" not in made
    assert "49" not in re.sub(r"<style>.*?</style>|\d{3,}", "", made, flags=re.S)
    assert not re.search(r"""(src|href|url)\s*[=(]""", made)
    assert "\u202e" not in made
    assert "\x0b" not in made
    assert 'lang="zh-CN"' in made
    assert 'lang="ru"' in made


def test_word_opens_whatever_people_wrote(reported: Callable[..., Report]) -> None:
    content = _trapped(reported)
    assert "<script>alert(1)</script>" in read_word(content)
    assert "⟨U+000B⟩⟨U+202E⟩" in read_word(content)


def test_only_what_cannot_be_seen_is_named_by_its_number() -> None:
    assert plain("蜂蜜 мёд 👩‍🍳❤️ a\tb\nc") == "蜂蜜 мёд 👩‍🍳❤️ a\tb\nc"
    assert plain("ле\u00adчит\ufffe") == "ле⟨U+00AD⟩чит⟨U+FFFE⟩"


def test_word_is_an_upright_page_in_fonts_for_both_scripts(reported: Callable[..., Report]) -> None:
    content = FORMATS["docx"].write(reported(LOWEST, SCARCE, IMPORT))
    document = Document(io.BytesIO(content))
    for name in ("Normal", "Heading 1", "List Bullet"):
        fonts = document.styles[name].element.rPr.rFonts
        assert (fonts.get(qn("w:eastAsia")), fonts.get(qn("w:ascii"))) == ("Microsoft YaHei", "Arial")
    section = document.sections[0]
    assert section.page_width < section.page_height
    across = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(across, abs=1000)
    assert "NUMPAGES" in zipfile.ZipFile(io.BytesIO(content)).read("word/footer1.xml").decode()


def _kept(database: Database) -> int:
    """The check of a show, kept with its review and a correction."""
    rule = next(one for one in rulebook().rules.values() if one.entry.market == "CN" and one.claims)
    finding = replace(LOWEST, rule=rule.id, severity=rule.entry.severity)
    with database.writing() as session:
        kept = keep_check(session, [finding], kind="show", key="autumn", version=3, market="CN", on=date(2026, 11, 28))
        review_broadcast(session, show="autumn", version=3, given=ReviewGiven(**dict.fromkeys(REVIEWED, True)))
        given = CorrectionGiven(wrong="净含量说成了一公斤", zh="更正一下，一罐是五百克。")
        correct_on_air(session, show="autumn", given=given)
        return kept.id


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_kept_check_becomes_every_form(blank: Database, form: str) -> None:
    number = _kept(blank)
    with blank.reading() as session:
        content = report(session, find_check(session, number), form)
    assert content.startswith({"html": b"<!doctype html>", "docx": b"PK", "json": b"{"}[form])
    if form != "docx":
        for fact in ("全网最低价", "更正一下，一罐是五百克。", "这罐椴树蜜是"):
            assert fact in content.decode()


def test_an_unknown_form_names_the_known_ones(blank: Database) -> None:
    number = _kept(blank)
    with blank.reading() as session, pytest.raises(NotFound) as caught:
        report(session, find_check(session, number), "pdf")
    assert "docx" in caught.value.say("ru")
