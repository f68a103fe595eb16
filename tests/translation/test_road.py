"""The road of a text without a counterpart: memory, agreed words, the machine; a person at the end. Nothing reaches a card before that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.catalog.document import text_digest
from service.catalog.editing import edit_card, judge_texts
from service.catalog.listing import find_product
from service.database import Database
from service.people.caller import Caller
from service.people.models import Person
from service.people.rights import rights_of
from service.translation.checks.pair import Name
from service.translation.drafting import Drafted, Language, Machine, Untold, Wanted, draft
from service.translation.filling import drafts_for, keep_drafts, own_cards, undrafted, wanting
from service.translation.machining import machines
from service.translation.memory.following import close_followers
from service.translation.memory.keeping import UnitGiven, remember
from service.translation.memory.looking import look
from service.translation.models import Draft
from service.translation.reporting import productivity
from service.translation.reviewing import (
    AlreadyDecided,
    NotYourLanguage,
    ReasonNeeded,
    SourceChanged,
    StillWrong,
    accept,
    accept_exact,
    open_draft,
    queue,
    refuse,
)
from service.translation.terms.matching import TermSet
from service.translation.terms.sets import term_set
from service.translation.terms.storing import import_terms

DAY = date(2026, 11, 25)
NO_TERMS = TermSet([])


def none(_source: Language, _target: Language) -> Machine | None:
    """No model is installed."""
    return None


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The index of similar pairs lies in the test's own folder; no model is installed."""
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    monkeypatch.setenv("AMURLIVE_MT_DIR", str(tmp_path / "mt"))
    close_followers()
    yield
    close_followers()


@pytest.fixture
def honey(stocked: Database) -> Database:
    """A card whose Chinese storage text nobody has written yet, and a memory that knows its like."""
    with stocked.writing() as session:
        edit_card(
            session, "linden-honey", {"storage[zh]": None, "storage[ru]": "Хранить при температуре от 5 до 20 °C."}
        )
        judge_texts(session, "linden-honey")
        unit = UnitGiven(
            "存放于0至25℃处。", "Хранить при температуре от 0 до 25 °C.", "ru", reviewed=True, field="storage"
        )
        remember(session, [unit])
    return stocked


def filled(database: Database, key: str = "linden-honey") -> list[Draft]:
    """Everything a card lacks, drafted without a machine."""
    with database.reading() as session:
        places = [one for card in own_cards(session, [key]) for one in wanting(card)]
        answered = drafts_for(session, undrafted(session, places), day=DAY, machine=none)
    with database.writing() as session:
        keep_drafts(session, answered)
    with database.reading() as session:
        rows, _ = queue(session, product=key)
        return rows


class TestTheRoad:
    def test_the_memory_fills_in_other_numbers(self, honey: Database) -> None:
        (made,) = filled(honey)
        assert (made.text, made.origin, made.score, made.engine) == ("存放于5至20℃处。", "memory", 99, None)
        assert made.sentences[0]["unit"]
        with honey.reading() as session:
            assert find_product(session, "linden-honey").text("zh", "storage") is None

    def test_an_unreviewed_pair_is_no_draft(self, stocked: Database) -> None:
        with stocked.writing() as session:
            remember(session, [UnitGiven("原味。", "Без добавок.", "ru")])
            (told,) = draft(session, [Wanted("Без добавок.", "ru")], terms=NO_TERMS, day=DAY)
        assert isinstance(told, Untold)

    def test_a_text_that_is_an_agreed_word_takes_its_counterpart(self, stocked: Database) -> None:
        with stocked.writing() as session:
            import_terms(session)
            terms = term_set(session, on=DAY)
            (told,) = draft(session, [Wanted("прямой эфир", "ru")], terms=terms, day=DAY)
        assert isinstance(told, Drafted)
        assert (told.text, told.origin) == ("直播", "terms")

    def test_without_a_model_what_is_lacking_is_named(self, stocked: Database) -> None:
        with stocked.reading() as session:
            (told,) = draft(session, [Wanted("Такого в памяти нет.", "ru")], terms=NO_TERMS, day=DAY)
            assert machines([])("ru", "zh") is None
        assert told == Untold(told.wanted, ("Такого в памяти нет.",))

    def test_sentences_come_from_where_they_are_known(self, stocked: Database) -> None:
        def machine(texts: Sequence[str], _terms: Any) -> list[Any]:
            raise AssertionError(f"the memory knows all of it: {texts}")

        with stocked.writing() as session:
            remember(session, [
                UnitGiven("本品不含添加剂。", "Без добавок.", "ru", reviewed=True), UnitGiven("开盖后冷藏。", "После вскрытия хранить в холоде.", "ru", reviewed=True),
            ])  # fmt: skip
            (told,) = draft(
                session,
                [Wanted("Без добавок. После вскрытия хранить в холоде.", "ru")],
                terms=NO_TERMS,
                day=DAY,
                machine=machine,
            )
        assert isinstance(told, Drafted)
        assert (told.text, told.score, len(told.parts)) == ("本品不含添加剂。开盖后冷藏。", 100, 2)

    def test_drafts_are_made_once_and_anew_when_the_source_changes(self, honey: Database) -> None:
        (first,) = filled(honey)
        (again,) = filled(honey)
        assert again.id == first.id
        with honey.writing() as session:
            edit_card(session, "linden-honey", {"storage[ru]": "Хранить при температуре от 4 до 18 °C."}, reviewed=True)
        (fresh,) = filled(honey)
        assert fresh.text == "存放于4至18℃处。"
        with honey.reading() as session:
            assert session.get_one(Draft, first.id).state == "withdrawn"

    def test_what_is_left_unreviewed_is_not_translated(self, stocked: Database) -> None:
        with stocked.writing() as session:
            edit_card(session, "linden-honey", {"storage[zh]": None, "storage[ru]": "Новый текст."})
        with stocked.reading() as session:
            (card,) = own_cards(session, ["linden-honey"])
            assert "storage" not in {one.field for one in wanting(card)}


class TestThePersonAtTheEnd:
    def test_an_accepted_draft_is_on_the_card_with_its_origin_and_in_the_memory(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session:
            done = accept(session, session.get_one(Draft, made.id), seconds=12)
            assert (done.state, done.distance, done.seconds) == ("accepted", 0, 12)
        with honey.reading() as session:
            text = next(
                one
                for one in find_product(session, "linden-honey").texts
                if (one.locale, one.field) == ("zh", "storage")
            )
            assert (text.value, text.origin, text.stale) == ("存放于5至20℃处。", "memory", False)
            assert text.reviewer
            best, *_ = look(session, "Хранить при температуре от 5 до 20 °C.", source="ru", target="zh")
            assert (best.score >= 100, best.text) == (True, "存放于5至20℃处。")

    def test_own_words_are_kept_with_how_far_they_are(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session:
            done = accept(session, session.get_one(Draft, made.id), text="请置于5至20℃处存放。")
            assert done.state == "edited"
            assert 0 < (done.distance or 0) < 1000
        with honey.reading() as session:
            (row,) = productivity(session)
            assert (row.origin, row.accepted, row.edited, row.waiting) == ("memory", 0, 1, 0)

    def test_a_wrong_number_is_not_accepted(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session, pytest.raises(StillWrong) as refused:
            accept(session, session.get_one(Draft, made.id), text="存放于5至30℃处。")
        assert {one.check for one in refused.value.found} == {"num.mismatch"}
        with honey.reading() as session:
            assert session.get_one(Draft, made.id).state == "waiting"

    def test_a_draft_of_an_older_source_is_not_accepted(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session:
            edit_card(session, "linden-honey", {"storage[ru]": "Хранить при температуре от 1 до 2 °C."}, reviewed=True)
        with honey.writing() as session, pytest.raises(SourceChanged):
            accept(session, session.get_one(Draft, made.id))

    def test_a_refusal_needs_a_reason_and_ends_it(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session:
            with pytest.raises(ReasonNeeded):
                refuse(session, session.get_one(Draft, made.id), reason=" ")
            refuse(session, session.get_one(Draft, made.id), reason="не тот товар")
            with pytest.raises(AlreadyDecided):
                accept(session, session.get_one(Draft, made.id))

    def test_only_who_knows_the_language_answers_for_it(self, honey: Database) -> None:
        (made,) = filled(honey)
        with honey.writing() as session:
            person = Person(login="reader", name="Читатель", languages=["ru"])
            session.add(person)
            session.flush()
            number = person.id
        caller = Caller(
            organisation=made.organisation_id,
            person=number,
            name="Читатель",
            rights=rights_of(frozenset({"merchant"}), kind="merchant", host=False),
        )
        with honey.acting(caller).writing() as session, pytest.raises(NotYourLanguage):
            accept(session, session.get_one(Draft, made.id))
        with honey.writing() as session:
            session.get_one(Person, number).languages = ["ru", "zh"]
        with honey.acting(caller).writing() as session:
            assert accept(session, session.get_one(Draft, made.id)).decided_by == "Читатель"

    def test_many_are_accepted_at_once_only_word_for_word(self, honey: Database) -> None:
        (made,) = filled(honey)  # 99: its numbers were filled in
        with honey.writing() as session:
            assert accept_exact(session, [session.get_one(Draft, made.id)]) == []
            remember(
                session,
                [UnitGiven("存放于5至20℃处。", made.source_text, "ru", reviewed=True, field="storage", family="honey")],
            )
            session.get_one(Draft, made.id).state = "withdrawn"
        (again,) = filled(honey)
        with honey.writing() as session:
            assert [one.id for one in accept_exact(session, [session.get_one(Draft, again.id)])] == [again.id]

    def test_a_reader_sees_what_the_memory_and_the_term_base_know(self, honey: Database) -> None:
        with honey.writing() as session:
            import_terms(session)
        (made,) = filled(honey)
        with honey.reading() as session:
            seen = open_draft(session, session.get_one(Draft, made.id), text="存放于5至30℃处。")
            assert seen.matches[0].score == 99
            assert "num.mismatch" in {one.check for one in seen.findings}
            assert not seen.stale
            assert seen.previous is None


def test_source_digests_are_those_of_the_catalogue(honey: Database) -> None:
    (made,) = filled(honey)
    assert made.source_digest == text_digest("Хранить при температуре от 5 до 20 °C.")


def test_brands_are_known_in_both_languages(shelf: Database) -> None:
    from service.translation.filling import brand_names

    with shelf.reading() as session:
        assert all(isinstance(one, Name) and one.zh and one.ru for one in brand_names(session))
