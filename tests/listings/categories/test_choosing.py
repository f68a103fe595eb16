"""What is chosen for families and cards, how a card's choice goes before its family's, and what a file of choices may say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from service.catalog.listing import find_product
from service.database import Database
from service.errors import FilesRejected, NotFound
from service.listings.answering import Choice
from service.listings.categories.choice_file import take_choices
from service.listings.categories.finding import find_category
from service.listings.categories.reading import Asked, read_answer
from service.listings.categories.storing import store
from service.listings.categories.suggesting import read_rules, suggest
from service.listings.channels import channels
from service.listings.choosing import ChoiceRejected, Desk, choices_for, choose
from service.listings.gathering import cards, gather
from service.listings.models import ListingChoice
from service.people.audit import AuditEntry
from service.people.operating import acting
from service.people.organisations import make_organisation
from tests.listings.categories.made_up import answer

TODAY = date(2026, 11, 25)


@pytest.fixture
def ozon(stocked: Database) -> Database:
    """The catalogue, and a made-up snapshot of one category of Ozon."""
    with stocked.writing() as session:
        for kind in ("tree", "attributes", "values"):
            told = read_answer("ozon", kind, "a.json", answer("ozon", kind), Asked("ru", "11:97", "85"))
            store(session, "ozon", told, language="ru", day=TODAY)
    return stocked


def chosen(database: Database, *, product: str | None = None, channel: str = "ozon", **given: Any) -> None:
    with database.writing() as session:
        card = find_product(session, product) if product else None
        choose(session, channel, product=card, **given)


def choice(database: Database, product: str, channel: str = "ozon") -> Choice | None:
    with database.reading() as session:
        return choices_for(session, [channel], [find_product(session, product)]).get((channel, product))


def test_a_family_is_chosen_for_and_its_cards_follow(ozon: Database) -> None:
    chosen(ozon, family="honey", category="11:97", answers={"85": {"fact": "brand"}}, extras={"tnved": "0409000000"} if _takes("tnved") else {})  # fmt: skip
    found = choice(ozon, "linden-honey")
    assert found is not None
    assert (found.category, found.answers) == ("11:97", {"85": {"fact": "brand"}})


def _takes(name: str) -> bool:
    return any(entry.name == f"extra.{name}" for entry in channels()["ozon"].content.fields)


def test_what_is_chosen_for_a_card_goes_before_its_family(ozon: Database) -> None:
    chosen(ozon, family="honey", category="11:97", answers={"85": {"fact": "brand"}, "31": {"value": "3"}})
    chosen(ozon, product="linden-honey", answers={"85": {"value": "Пасека"}, "31": None})
    found = choice(ozon, "linden-honey")
    assert found == Choice("11:97", {"85": {"value": "Пасека"}, "31": None}, {})


def test_answers_of_a_family_do_not_follow_a_card_into_another_category(ozon: Database) -> None:
    chosen(ozon, family="honey", category="11:97", answers={"85": {"fact": "brand"}})
    chosen(ozon, product="linden-honey", category="11:98")
    assert choice(ozon, "linden-honey") == Choice("11:98", {}, {})


def test_a_card_nobody_has_chosen_for_is_not_there(ozon: Database) -> None:
    assert choice(ozon, "linden-honey") is None


def test_choosing_again_replaces_and_the_same_again_leaves_no_trace(ozon: Database) -> None:
    for _ in range(2):
        chosen(ozon, family="honey", category="11:97")
    chosen(ozon, family="honey", category="11:98")
    with ozon.reading() as session:
        (row,) = session.scalars(select(ListingChoice))
        assert (row.category, row.version) == ("11:98", 2)
        acts = session.scalars(select(AuditEntry.thing).where(AuditEntry.action == "listing.choose"))
        assert list(acts) == ["ozon honey"] * 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"category": "11:79"}, "no category 11:79"),
        ({"category": "11"}, "others below it"),
        ({"category": "11:97", "answers": {"85": {"fact": "taste"}}}, "“taste” is not known"),
        ({"category": "11:97", "answers": {"85": {"fact": "attr.cocoa"}}}, "“attr.cocoa” is not known"),
        ({"category": "11:97", "answers": {"85": {}}}, "one of fact, value and value_id"),
        ({"category": "11:97", "answers": {"85": {"fact": "brand", "value": "x"}}}, "one of fact, value and value_id"),
        ({"category": "11:97", "answers": {"85": {"colour": "red"}}}, "“colour” is not known here"),
        ({"category": "11:97", "answers": {"85": {"value": "Пасика"}}}, "not in the platform's dictionary"),
        ({"category": "11:97", "answers": {"31": {"value": "много"}}}, "is not a number"),
        ({"category": "11:97", "answers": {"999": {"fact": "brand"}}}, "asks nothing under 999"),
        ({"category": "11:97", "answers": {"999": {"value": "x"}}}, "asks nothing under 999"),
        ({"extras": {"colour": "red"}}, "“colour” is not known here"),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused(ozon: Database, given: dict[str, Any], said: str) -> None:
    with pytest.raises(ChoiceRejected) as caught:
        chosen(ozon, family="honey", **given)
    assert said in caught.value.say("en")
    assert choice(ozon, "linden-honey") is None


def test_the_nearest_value_is_offered(ozon: Database) -> None:
    with pytest.raises(ChoiceRejected) as caught:
        chosen(ozon, family="honey", category="11:97", answers={"85": {"value": "Пасика"}})
    assert "Ближайшие: Пасека" in caught.value.say("ru")


def test_without_a_snapshot_any_category_may_be_chosen(stocked: Database) -> None:
    chosen(stocked, family="honey", channel="douyin", category="12345", answers={"7": {"fact": "brand"}})
    assert choice(stocked, "linden-honey", "douyin") is not None


def test_unknown_names_are_told(ozon: Database) -> None:
    with pytest.raises(NotFound):
        chosen(ozon, family="hony", category="11:97")
    with pytest.raises(NotFound):
        chosen(ozon, family="honey", channel="ozone")


def test_another_organisation_has_choices_of_its_own(ozon: Database) -> None:
    chosen(ozon, family="honey", category="11:97")
    with ozon.writing() as session:
        make_organisation(session, key="other", kind="merchant", name_zh="别家", name_ru="Другая")
    other = acting(ozon, "other")
    assert choice(other, "linden-honey") is None
    chosen(other, family="honey", category="5:5")
    found = choice(ozon, "linden-honey")
    assert found is not None
    assert found.category == "11:97"


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if arguments[2].startswith("SELECT") and ("channel_" in arguments[2] or "listing_choice" in arguments[2]):
            seen.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_desk_answers_for_all_cards_with_five_queries(ozon: Database) -> None:
    chosen(ozon, family="honey", category="11:97", answers={"85": {"value": "Амур"}, "31": {"fact": "attr.water"}})
    chosen(ozon, product="linden-honey", answers={"85": {"value_id": "5001"}})
    with ozon.reading() as session:
        everything = cards(session)
        goods = gather(session, everything, "RU")
        with counted(ozon) as seen:
            desk = Desk(session, channels(), everything, TODAY)
            found = {
                product.key: desk.answer(
                    "ozon", product.key, "ru", goods[product.key].facts, goods[product.key].unready
                )
                for product in everything
            }
        assert len(seen) == 5
    honey = found["linden-honey"]
    assert honey.answered.answers[0].values == (("5001", "Пасека"),)
    assert honey.extras["category"] == "11"
    assert honey.extras["type"] == "97"
    others = {key: one for key, one in found.items() if goods[key].family != "honey"}
    assert all(one.answered.answers == () and one.answered.problems[0].blocks for one in others.values())


def test_each_channel_gets_its_category_in_its_own_fields(ozon: Database) -> None:
    chosen(ozon, family="honey", channel="wildberries", category="204")
    chosen(ozon, family="honey", channel="yandex_market", category="15")
    with ozon.reading() as session:
        honey = find_product(session, "linden-honey")
        desk = Desk(session, ["wildberries", "yandex_market", "douyin"], [honey], TODAY)
        assert desk.answer("wildberries", honey.key, "ru", {}).extras == {"subject": "204"}
        assert desk.answer("yandex_market", honey.key, "ru", {}).extras["category"] == "15"
        assert desk.answer("douyin", honey.key, "zh", {}).extras == {}


def test_names_suggest_the_facts_that_answer(ozon: Database) -> None:
    with ozon.reading() as session:
        category = find_category(session, "ozon", "11:97")
    assert suggest(category, "dairy") == {"85": {"fact": "brand"}, "31": {"fact": "attr.fat"}}
    assert suggest(category, "honey") == {"85": {"fact": "brand"}}, "honey has no fat to tell"


def test_faults_in_the_rules_of_names_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(
        "sources: {OWN: ours}\nanswers:\n  - {fact: taste, source: OWN, verified: false}\n  - {fact: brand, source: THEIRS, verified: false}\n"
        "  - {fact: brand, source: OWN, verified: false, families: [hony]}\nunits:\n  - {kind: mass, times: '1', words: [г, Г]}\n"
    )
    with pytest.raises(FilesRejected) as caught:
        read_rules(path)
    assert [one.line for one in caught.value.problems] == [3, 4, 5, 6]


CHOICES = """
choices:
  - channel: ozon
    family: honey
    category: "11:97"
    answers:
      "85": {fact: brand}
      "31": {value: "3,2"}
  - channel: ozon
    product: linden-honey
    answers:
      "31": null
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "choices.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_chooses_many_at_once(ozon: Database, tmp_path: Path) -> None:
    with ozon.writing() as session:
        assert len(take_choices(session, written(tmp_path, CHOICES))) == 2
    assert choice(ozon, "linden-honey") == Choice("11:97", {"85": {"fact": "brand"}, "31": None}, {})


@pytest.mark.parametrize(
    ("before", "after", "line", "key"),
    [
        ("channel: ozon\n    family", "channel: ozone\n    family", 3, "choices.0.channel"),
        ("family: honey", "family: hony", 4, "choices.0.family"),
        ("family: honey", "family: honey\n    product: linden-honey", 3, "choices.0"),
        ('"11:97"', '"11:79"', 5, "choices.0.category"),
        ('"11:97"', "1197", 5, "choices.0.category"),
        ("fact: brand", "fact: brend", 7, "choices.0.answers.85.fact"),
        ('"3,2"', '"много"', 8, "choices.0.answers.31"),
        ('"85":', '"86":', 7, "choices.0.answers.86"),
        ("product: linden-honey", "product: lindenhoney", 10, "choices.1.product"),
        ("product: linden-honey", "family: honey", 9, "choices.1"),
        ("answers:\n      \"31\": null", "extras: {colour: red}", 11, "choices.1.extras.colour"),
        ("null", "{value: ''}", 12, "choices.1.answers.31.value.constrained-str"),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_is_told_with_its_line_and_nothing_is_chosen(
    ozon: Database, tmp_path: Path, before: str, after: str, line: int, key: str
) -> None:
    path = written(tmp_path, CHOICES.replace(before, after, 1))
    with pytest.raises(FilesRejected) as caught, ozon.writing() as session:
        take_choices(session, path)
    assert (caught.value.problems[0].line, caught.value.problems[0].key) == (line, key)
    assert choice(ozon, "linden-honey") is None
