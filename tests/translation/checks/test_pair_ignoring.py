"""Leaving a finding: with a reason, a name, and for these very words only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.database import Database
from service.errors import NotFound
from service.translation.checks import check
from service.translation.checks.ignoring import BINDING, NeedsReason, NotIgnorable, heed, ignore, ignored, reasons
from tests.translation.checks.judging import pair

TWO = pair("买二件", "Возьмите два.")


def test_a_finding_stays_away_for_these_words_and_comes_back_with_others(blank: Database) -> None:
    with blank.writing() as session:
        ignore(session, TWO, "zh.liang", reason="方言广告语，保留原样", person="李娜")
        left = ignored(session, TWO)
        changed = replace(TWO, text_ru="Возьмите две.")
        assert left == {"zh.liang"}
        assert ignored(session, changed) == frozenset()
        assert not any(one.check == "zh.liang" for one in check(TWO, ignored=left))
        assert any(one.check == "zh.liang" for one in check(changed, ignored=ignored(session, changed)))


def test_who_left_it_and_why_is_kept(blank: Database) -> None:
    with blank.writing() as session:
        ignore(session, TWO, "zh.liang", reason="Так в рекламе  завода", person=" Анна ")
        ignore(session, TWO, "zh.liang", reason="品牌口号就是这么写的", person="李娜")
        ignore(session, TWO, "term.required", reason="Здесь речь о другом", person="Анна")
    with blank.reading() as session:
        assert [(row.check_id, row.reason, row.person) for row in reasons(session, TWO)] == [
            ("zh.liang", "品牌口号就是这么写的", "李娜"), ("term.required", "Здесь речь о другом", "Анна"),
        ]  # fmt: skip


def test_without_a_reason_and_a_name_nothing_is_left(blank: Database) -> None:
    with blank.writing() as session:
        for reason, person in (("", "Анна"), ("ок", "Анна"), ("x" * 501, "Анна"), ("Так надо по макету", " ")):
            with pytest.raises(NeedsReason):
                ignore(session, TWO, "zh.liang", reason=reason, person=person)
        with pytest.raises(NotFound):
            ignore(session, TWO, "zh.nothing", reason="Так надо по макету", person="Анна")
        assert ignored(session, TWO) == frozenset()


@pytest.mark.parametrize("name", sorted(BINDING))
def test_what_blocks_is_mended_and_not_left(blank: Database, name: str) -> None:
    with blank.writing() as session, pytest.raises(NotIgnorable):
        ignore(session, TWO, name, reason="Очень хочется выпустить", person="Анна")


def test_a_finding_can_be_heeded_again(blank: Database) -> None:
    with blank.writing() as session:
        ignore(session, TWO, "zh.liang", reason="方言广告语，保留原样", person="李娜")
        assert heed(session, TWO, "zh.liang")
        assert not heed(session, TWO, "zh.liang")
        assert ignored(session, TWO) == frozenset()
