"""Evidence, declared facts, kept checks, reviews and corrections, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from service.catalog.brands.licensing import EndsBeforeItBegins
from service.compliance import Document, Line, check
from service.compliance.declaring import NotOfThisType, declare, declared, facts_of_words, subject_of, told
from service.compliance.evidence import (
    EvidenceGiven,
    FileTooLarge,
    NotAccepted,
    PaperThere,
    TooBroad,
    WrongFile,
    attach_paper,
    evidence_page,
    keep_evidence,
    paper_of,
    proofs_on,
    revoke_evidence,
)
from service.compliance.facts import ItemFacts
from service.compliance.keeping import find_check, findings_of, keep_check, last_check
from service.compliance.models import AirCorrection, BroadcastReview, ComplianceCheck, KeptFinding
from service.compliance.reviewing import (
    REVIEWED,
    CorrectionGiven,
    NothingSaid,
    NotYetSaid,
    ReviewGiven,
    correct_on_air,
    corrections_of,
    review_broadcast,
    review_of,
    unreviewed,
)
from service.database import Database, now
from service.errors import NotFound

TODAY = date(2026, 11, 25)
SURVEY = {
    "type": "survey", "title": "样例调查", "source": "样例机构", "locator": "表3", "rules": ["CN-QUOTE"], "skus": ["RU-ALENKA-90"],
    "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31),
}  # fmt: skip
CLAIM = Document(lines=(Line("1", {"zh": "九成老客户都回购，调查显示满意度98%"}, "RU-ALENKA-90"),))


def given(**changes: Any) -> EvidenceGiven:
    return EvidenceGiven(**{**SURVEY, **changes})


def open_rules(session: Any, on: date = TODAY) -> set[str]:
    return {one.rule for one in check(CLAIM, market="CN", on_date=on, proofs=proofs_on(session, on)) if one.open}


def test_evidence_in_force_clears_and_its_end_reopens(stocked: Database) -> None:
    with stocked.writing() as session:
        assert "CN-QUOTE" in open_rules(session)
        kept = keep_evidence(session, given())
        assert kept.reviewer
        assert "CN-QUOTE" not in open_rules(session)
        assert "CN-QUOTE" in open_rules(session, date(2027, 1, 1))


def test_revoked_evidence_clears_no_more_and_is_not_lost(stocked: Database) -> None:
    with stocked.writing() as session:
        number = keep_evidence(session, given()).id
    with stocked.writing() as session:
        revoke_evidence(session, number, why="报告被撤回")
        assert "CN-QUOTE" in open_rules(session)
        rows, _ = evidence_page(session, after=None, limit=10)
        assert [(row.id, row.revoked_why) for row in rows] == [(number, "报告被撤回")]
        assert evidence_page(session, after=None, limit=10, in_force_on=TODAY) == ([], None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rules": ["CN-NONE-1"]}, NotFound),
        ({"type": "trade_mark"}, NotAccepted),
        ({"skus": []}, TooBroad),
        ({"skus": ["RU-ALENKA-91"]}, NotFound),
        ({"valid_from": date(2027, 1, 1)}, EndsBeforeItBegins),
    ],
)
def test_evidence_that_proves_nothing_is_refused(
    stocked: Database, changes: dict[str, Any], error: type[Exception]
) -> None:
    with stocked.writing() as session, pytest.raises(error) as refused:
        keep_evidence(session, given(**changes))
    assert str(refused.value)


def test_some_rules_are_cleared_by_nothing(blank: Database) -> None:
    from service.compliance.rulebook import rulebook

    none = next(rule.id for rule in rulebook().rules.values() if not rule.entry.clear.evidence)
    with blank.writing() as session, pytest.raises(NotAccepted):
        keep_evidence(session, given(rules=[none]))


def test_the_paper_itself_is_kept_once(stocked: Database) -> None:
    pdf = b"%PDF-1.7\n%sample"
    with stocked.writing() as session:
        number = keep_evidence(session, given()).id
        with pytest.raises(WrongFile):
            attach_paper(session, number, name="a.exe", content=b"MZ")
        with pytest.raises(FileTooLarge):
            attach_paper(session, number, name="a.pdf", content=pdf + bytes(10 * 2**20))
        with pytest.raises(NotFound):
            paper_of(session, number)
        attach_paper(session, number, name="..\\..\\отчёт.pdf", content=pdf)
        assert paper_of(session, number) == (pdf, "application/pdf")
        with pytest.raises(PaperThere):
            attach_paper(session, number, name="b.pdf", content=pdf)


def test_facts_are_told_changed_and_taken_back(blank: Database) -> None:
    with blank.writing() as session:
        declare(
            session,
            of="item",
            key="RU-ALENKA-90",
            facts={"gmo_status": "非转基因", "tried": True, "detail_price": 1280},
        )
        declare(session, of="item", key="RU-ALENKA-90", facts={"tried": False, "gmo_status": None})
        assert declared(session, "item", ["RU-ALENKA-90", "HH-CORN-1"]) == {
            "RU-ALENKA-90": {"tried": False, "detail_price": 1280}, "HH-CORN-1": {},
        }  # fmt: skip
        assert all(row.person for row in told(session, "item", "RU-ALENKA-90"))


@pytest.mark.parametrize(
    ("field", "value"), [("tried", "yes"), ("detail_price", True), ("detail_price", "9"), ("gmo_status", 1), ("gmo_status", "x" * 301)]
)  # fmt: skip
def test_a_fact_has_its_type(blank: Database, field: str, value: Any) -> None:
    with blank.writing() as session, pytest.raises(NotOfThisType):
        declare(session, of="item", key="A-1", facts={field: value})


def test_an_unknown_fact_is_named_with_its_neighbours(blank: Database) -> None:
    with blank.writing() as session, pytest.raises(NotFound, match="gmo_status"):
        declare(session, of="item", key="A-1", facts={"gmo_statu": "x"})


def test_words_of_a_terminal_become_facts() -> None:
    assert facts_of_words("item", ["tried=да", "detail_price=990", "gmo_status=非转基因"]) == {
        "tried": True, "detail_price": 990, "gmo_status": "非转基因",
    }  # fmt: skip
    assert subject_of("item/RU-ALENKA-90") == ("item", "RU-ALENKA-90")


def test_a_check_is_kept_as_it_was(stocked: Database) -> None:
    with stocked.writing() as session:
        evidence = keep_evidence(session, given())
        findings = check(CLAIM, market="CN", on_date=TODAY, proofs=proofs_on(session, TODAY))
        kept = keep_check(session, findings, kind="show", key="evening", version=3, market="CN", on=TODAY)
        number, cleared = kept.id, evidence.id
        revoke_evidence(session, cleared, why="样例")
    with stocked.reading() as session:
        found = find_check(session, number)
        assert findings_of(found) == findings
        assert {one.evidence_id for one in found.findings if one.rule == "CN-QUOTE"} == {cleared}
        newest = last_check(session, kind="show", key="evening", version=3)
        assert newest is not None
        assert newest.id == number


def test_what_is_kept_for_three_years_is_closed_to_changes(blank: Database) -> None:
    """The database refuses, whoever asks."""
    with blank.writing() as session:
        keep_check(
            session,
            check(CLAIM, market="CN", on_date=TODAY),
            kind="show",
            key="evening",
            version=1,
            market="CN",
            on=TODAY,
        )
        review_broadcast(session, show="evening", version=1, given=ReviewGiven(**dict.fromkeys(REVIEWED, True)))
        correct_on_air(session, show="evening", given=CorrectionGiven(wrong="一公斤", zh="更正一下，五百克。"))
    for table in (ComplianceCheck, KeptFinding, BroadcastReview, AirCorrection):
        column = "person" if hasattr(table, "person") else "reviewer" if hasattr(table, "reviewer") else "rule"
        for statement in (update(table).values({column: "x"}), delete(table)):
            with pytest.raises(DBAPIError, match="never changed"), blank.writing() as session:
                session.execute(statement)


def test_a_review_names_who_looked_at_what(blank: Database) -> None:
    looked = dict.fromkeys(REVIEWED, True)
    with blank.writing() as session:
        assert unreviewed(review_of(session, "evening", 1)) == list(REVIEWED)
        review_broadcast(session, show="evening", version=1, given=ReviewGiven(**{**looked, "set": False}))
        assert unreviewed(review_of(session, "evening", 1)) == ["set"]
        review_broadcast(session, show="evening", version=1, given=ReviewGiven(**looked))
        assert unreviewed(review_of(session, "evening", 1)) == []
        assert unreviewed(review_of(session, "evening", 2)) == list(REVIEWED), "a review is of one version"


def test_a_correction_has_words_and_times_that_can_be(blank: Database) -> None:
    with blank.writing() as session:
        with pytest.raises(NothingSaid):
            correct_on_air(session, show="evening", given=CorrectionGiven(wrong="一公斤"))
        with pytest.raises(NotYetSaid):
            correct_on_air(
                session,
                show="evening",
                given=CorrectionGiven(wrong="a", ru="Поправлюсь.", said_at=now() + timedelta(hours=1)),
            )
        kept = correct_on_air(
            session, show="evening", given=CorrectionGiven(wrong="一公斤", ru="Поправлюсь: пятьсот граммов.")
        )
        assert kept.said_at == kept.corrected_at
        assert [one.id for one in corrections_of(session, "evening")] == [kept.id]


def test_a_line_names_no_item_but_a_rule_asks_for_one() -> None:
    """Facts nobody gave prove nothing: the claim stays open."""
    claim = Document(lines=(Line("1", {"zh": "这是俄罗斯原装进口的"}),), items={"A": ItemFacts("A", origin="RU")})
    assert "CN-ORIGIN-RU" in {one.rule for one in check(claim, market="CN", on_date=TODAY)}
