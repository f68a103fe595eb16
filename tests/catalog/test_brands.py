"""Brand lines with stories in both languages, licences to use them, papers that end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.catalog.brands.expiring import expiring, tell_expiring
from service.catalog.brands.files import BrandEntry, brand_lines, paper_kinds, told_ahead
from service.catalog.brands.keeping import find_brand, import_brands, keep_brand
from service.catalog.brands.licensing import EndsBeforeItBegins, LicenceGiven, covering, grant, uncovered
from service.catalog.brands.models import Brand, Licence
from service.catalog.brands.papers import CertificateGiven, check_paper, keep_paper, paper_gaps, paper_page, papers_of
from service.catalog.checking import read_catalogue
from service.catalog.places import counties
from service.database import Database
from service.errors import NotFound
from service.people.caller import MACHINE
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.webhooks.models import Event

TODAY = date(2026, 11, 24)


def licence(start: int = -10, end: int = 10, **more: Any) -> LicenceGiven:
    days = {"valid_from": TODAY + timedelta(days=start), "valid_to": TODAY + timedelta(days=end)}
    return LicenceGiven(licensee="образец", organisation="park", source="образец", **days, **more)


def paper(end: int | None = 100, **more: Any) -> CertificateGiven:
    ends = None if end is None else TODAY + timedelta(days=end)
    given = {"issuer": "образец", "country": "RU", "holder": "образец", "state": "valid", "valid_to": ends, **more}
    return CertificateGiven.model_validate(given)


def covers(
    database: Database, on: date, *, sku: str = "HH-CORN-1", family: str = "preserves", who: str = "park"
) -> bool:
    with database.reading() as session:
        return bool(covering(session, brand="jijing-hanyang-beian", sku=sku, family=family, organisation=who, on=on))


def test_there_is_a_line_for_russian_goods_for_the_mark_and_for_every_county_told_in_both_languages() -> None:
    lines = brand_lines()
    assert {"russian-goods", "jijing-hanyang", *(f"jijing-hanyang-{county}" for county in counties())} == set(lines)
    for brand in lines.values():
        assert brand.texts.story
        assert 80 <= len(brand.texts.story.zh) <= 180, (brand.key, len(brand.texts.story.zh))
        assert 200 <= len(brand.texts.story.ru) <= 520, (brand.key, len(brand.texts.story.ru))
        for word in ("最", "第一", "国家级", "лучш", "единственн"):
            assert word not in brand.texts.story.zh + brand.texts.story.ru.lower(), (brand.key, word)


def test_every_card_of_a_county_carries_its_line_and_every_kind_of_paper_is_known() -> None:
    for line, card in read_catalogue().cards:
        assert card.brand_key == ("russian-goods" if line == "russian_goods" else f"jijing-hanyang-{card.county}")
        assert {*card.certificates.CN, *card.certificates.RU} <= set(paper_kinds())


def test_the_shipped_lines_come_with_the_catalogue_and_a_second_time_nothing_changes(stocked: Database) -> None:
    with stocked.writing() as session:
        assert len(session.scalars(select(Brand)).all()) == len(brand_lines())
        assert import_brands(session) == 0


def test_a_story_whose_source_changed_is_kept_and_marked_until_somebody_answers_for_it(stocked: Database) -> None:
    entry = brand_lines()["jijing-hanyang-beian"]
    story = entry.texts.story
    assert story
    changed = entry.model_copy(
        update={"texts": entry.texts.model_copy(update={"story": story.model_copy(update={"zh": "新的故事。"})})}
    )

    def russian(entry: BrandEntry, *, reviewed: bool = False) -> Any:
        with stocked.writing() as session:
            keep_brand(session, entry, reviewed=reviewed)
        with stocked.reading() as session:
            brand = find_brand(session, entry.key)
            return next(t for t in brand.texts if (t.locale, t.field) == ("ru", "story"))

    marked = russian(changed)
    assert (marked.value, marked.made_from) == (story.ru, story.zh)
    assert russian(entry).made_from is None  # the source says again what it said
    assert russian(changed).made_from == story.zh
    answered = russian(changed, reviewed=True)
    assert answered.made_from is None
    assert answered.reviewer


def test_a_licence_covers_from_its_first_day_to_its_last(stocked: Database) -> None:
    with stocked.writing() as session:
        grant(session, brand="jijing-hanyang-beian", number="1", given=licence(0, 5))
    days = [covers(stocked, TODAY + timedelta(days=day)) for day in (-1, 0, 5, 6)]
    assert days == [False, True, True, False]


@pytest.mark.parametrize(
    ("given", "covered"),
    [
        ({}, True), ({"families": ["preserves"]}, True), ({"families": ["honey"]}, False), ({"skus": ["HH-CORN-1"]}, True),
        ({"skus": ["HH-CORN-10"]}, False), ({"families": ["honey"], "skus": ["HH-CORN-1"]}, True), ({"state": "suspended"}, False),
        ({"state": "revoked"}, False), ({"organisation": None}, False),
    ],
)  # fmt: skip
def test_scope_and_state_decide(stocked: Database, given: dict[str, Any], covered: bool) -> None:
    with stocked.writing() as session:
        grant(session, brand="jijing-hanyang-beian", number="1", given=licence().model_copy(update=given))
    assert covers(stocked, TODAY) is covered
    assert not covers(stocked, TODAY, who="amur")


def test_a_licence_of_the_mark_covers_its_counties_and_not_the_other_way_round(stocked: Database) -> None:
    with stocked.writing() as session:
        grant(session, brand="jijing-hanyang-beian", number="1", given=licence())
        assert not covering(session, brand="jijing-hanyang", sku="X", family="x", organisation="park", on=TODAY)
        grant(session, brand="jijing-hanyang", number="2", given=licence())
    with stocked.reading() as session:
        assert covering(session, brand="jijing-hanyang-xunke", sku="X", family="x", organisation="park", on=TODAY)


def test_what_no_licence_covers_is_named(stocked: Database) -> None:
    with stocked.reading() as session:
        before = list(uncovered(session, on=TODAY))
    assert {one.brand for one in before} == {f"jijing-hanyang-{county}" for county in counties()}
    with stocked.writing() as session:
        grant(session, brand="jijing-hanyang-beian", number="1", given=licence())
    with stocked.reading() as session:
        after = list(uncovered(session, on=TODAY))
    assert {one.brand for one in before} - {one.brand for one in after} == {"jijing-hanyang-beian"}


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_a_licence_never_ends_before_it_begins(sqlite_blank: Database, start: int, end: int) -> None:
    with sqlite_blank.writing() as session:
        import_brands(session)
        if end < start:
            with pytest.raises(EndsBeforeItBegins):
                grant(session, brand="jijing-hanyang", number="1", given=licence(start, end))
        else:
            grant(session, brand="jijing-hanyang", number="1", given=licence(start, end))


def test_a_card_lacks_a_paper_until_one_in_force_covers_it(stocked: Database) -> None:
    def lacking() -> list[str]:
        with stocked.reading() as session:
            return paper_gaps(session, "linden-honey", "RU", on=TODAY)

    def keep(**more: Any) -> None:
        with stocked.writing() as session:
            keep_paper(
                session, kind="eac_declaration", number="1", given=paper(**{"products": ["linden-honey"], **more})
            )

    assert lacking() == ["eac_declaration"]  # the veterinary paper comes with each shipment
    keep(end=-1)
    assert lacking() == ["eac_declaration"]
    keep(end=0)
    assert lacking() == []
    keep(state="suspended")
    assert lacking() == ["eac_declaration"]
    keep(end=None)
    assert lacking() == []
    keep(products=[])
    assert lacking() == ["eac_declaration"]


def test_a_look_into_a_register_is_kept_with_its_moment_and_source(stocked: Database) -> None:
    with stocked.writing() as session:
        keep_paper(session, kind="organic", number="1", given=paper(state="unknown", products=["linden-honey"]))
        check_paper(session, kind="organic", number="1", state="valid", source="реестр (образец)")
    with stocked.reading() as session:
        [found] = papers_of(session, "linden-honey")
        assert (found.state, found.check_source) == ("valid", "реестр (образец)")
        assert found.checked_at
        rows, _ = paper_page(session, product="linden-honey", on=TODAY, after=None, limit=10)
        assert [row.number for row in rows] == ["1"]
        assert paper_page(session, ends_within=99, on=TODAY, after=None, limit=10)[0] == []
    with stocked.writing() as session, pytest.raises(NotFound):
        keep_paper(session, kind="passport", number="1", given=paper())


def test_the_end_of_a_paper_is_told_once_at_each_threshold(stocked: Database) -> None:
    with stocked.writing() as session:
        keep_paper(session, kind="organic", number="1", given=paper(end=100))
        grant(session, brand="jijing-hanyang", number="L", given=licence(0, 31))
        keep_paper(session, kind="organic", number="2", given=paper(end=None))
    machine = acting(stocked, "park").acting(MACHINE)
    told: list[tuple[str, int]] = []
    for day in range(110):
        with machine.writing() as session:
            for _ in range(2):  # the look is taken every hour
                tell_expiring(session, on=TODAY + timedelta(days=day))
            found = session.scalars(select(Event).where(Event.kind == "paper.expiring").order_by(Event.id)).all()
            told = [(event.data["number"], event.data["days"]) for event in found]
    assert sorted(told) == sorted(
        [("1", days) for days in told_ahead()] + [("L", 31), ("L", 30), ("L", 7), ("L", 0)], key=lambda one: one
    )


def test_a_new_end_is_told_anew(stocked: Database) -> None:
    machine = acting(stocked, "park").acting(MACHINE)
    counts = []
    for end in (5, 5, 6):
        with stocked.writing() as session:
            keep_paper(session, kind="organic", number="1", given=paper(end=end))
        with machine.writing() as session:
            counts.append(tell_expiring(session, on=TODAY))
    assert counts == [1, 0, 1]


def test_what_ends_soon_stands_in_the_order_of_its_end(stocked: Database) -> None:
    with stocked.writing() as session:
        for number, end in (("late", 80), ("over", -3), ("soon", 5), ("far", 200)):
            keep_paper(session, kind="organic", number=number, given=paper(end=end))
        grant(session, brand="jijing-hanyang", number="L", given=licence(-5, 30))
    with stocked.reading() as session:
        assert [(e.number, e.days) for e in expiring(session, on=TODAY)] == [
            ("over", -3), ("soon", 5), ("L", 30), ("late", 80),
        ]  # fmt: skip


def test_another_organisation_reads_a_shared_brand_and_cannot_change_it(stocked: Database) -> None:
    with stocked.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="样例", name_ru="Образец")
    amur = acting(stocked, "amur")
    with amur.writing() as session:
        assert find_brand(session, "jijing-hanyang").line == "jijing_hanyang"
        with pytest.raises(NotFound):
            grant(session, brand="jijing-hanyang", number="1", given=licence())
        with pytest.raises(NotFound):
            keep_paper(session, kind="organic", number="1", given=paper(products=["linden-honey"]))
    with stocked.reading() as session:
        assert session.scalars(select(Licence)).all() == []
