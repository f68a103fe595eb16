"""Answers to a category's attributes, and every way they can be wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.listings.answering import STALE_AFTER, Answered, Choice, prepare
from service.listings.categories.snapshot import Attribute, Category, Kind, Value
from service.listings.listing import Answer

TODAY = date(2026, 11, 25)
FACTS = {
    "brand": "Амур", "country": "Россия", "attr.fat": "3,2%", "shelf_life": "12 месяцев", "ingredients": "сливки, сахар",
    "attr.vegan": "да", "description": "Густой мёд.", "attr.crop_year": "2025 год",
}  # fmt: skip
BRANDS = (Value("1", "林蜜", "Лесной"), Value("2", "阿穆尔", "Амур"), Value("3", "阿穆尔蜜", "Амурский мёд"))


def category(*attributes: Attribute, **changed: Any) -> Category:
    told: dict[str, Any] = {"told_on": TODAY, "attributes_on": TODAY} | changed
    return Category("11:97", name_ru="Мёд", name_zh="蜂蜜", attributes=attributes, **told)


def attribute(
    kind: Kind = "text", *, required: bool = True, values: tuple[Value, ...] = (), name: str = "Вопрос", **limits: Any
) -> Attribute:
    return Attribute("85", kind, required, "问题", name, limits, values)


def answered(
    one: Attribute, entry: dict[str, Any] | None, facts: dict[str, str] | None = None, language: Any = "ru"
) -> Answered:
    choice = Choice("11:97", {"85": entry} if entry is not None else {})
    return prepare(category(one), choice, language, TODAY).answer(FACTS if facts is None else facts)


def values(
    one: Attribute, entry: dict[str, Any], facts: dict[str, str] | None = None
) -> tuple[tuple[str | None, str], ...]:
    found = answered(one, entry, facts)
    assert found.problems == ()
    return found.answers[0].values


def told(one: Attribute, entry: dict[str, Any] | None, facts: dict[str, str] | None = None) -> str:
    """What is said of an answer that cannot be given."""
    found = answered(one, entry, facts)
    assert found.answers == ()
    (problem,) = found.problems
    assert problem.blocks == one.required
    assert (problem.attribute, problem.name) == ("85", one.name_ru)
    return f"{problem.what.say('en')} {problem.remedy.say('en')}"


def test_a_fact_of_the_card_answers() -> None:
    found = answered(attribute(group="7"), {"fact": "country"})
    assert found == Answered((Answer("85", "Вопрос", "text", ((None, "Россия"),), None, "7"),), ())


def test_a_dictionary_gives_the_number_of_what_the_card_says() -> None:
    assert values(attribute("choice", values=BRANDS, most=1), {"fact": "brand"}) == (("2", "Амур"),)


def test_both_languages_of_a_dictionary_are_understood_and_one_is_said() -> None:
    one = attribute("choice", values=BRANDS, most=1)
    assert values(one, {"value": "阿穆尔"}) == (("2", "Амур"),)
    found = answered(one, {"value": " ЛЕСНОЙ "}, language="zh").answers[0]
    assert (found.name, found.values) == ("问题", (("1", "林蜜"),))


def test_a_value_may_be_given_by_its_number() -> None:
    assert values(attribute("choice", values=BRANDS), {"value_id": "3"}) == (("3", "Амурский мёд"),)
    assert values(attribute("choice", values=BRANDS), {"value_id": ["3", "1"]}) == (
        ("3", "Амурский мёд"),
        ("1", "Лесной"),
    )
    assert values(attribute("choice", dictionary="7"), {"value_id": "970"}) == (("970", ""),), (
        "nothing to compare it with"
    )
    assert "number 9" in told(attribute("choice", values=BRANDS), {"value_id": "9"})


def test_the_three_nearest_values_are_suggested() -> None:
    said = told(attribute("choice", values=BRANDS, most=1), {"value": "Амурскй мед"})
    assert "“Амурскй мед” is not in the platform's dictionary. Nearest: Амурский мёд, Амур" in said


def test_a_dictionary_that_was_not_imported_is_told() -> None:
    assert "was not imported" in told(attribute("choice", dictionary="7"), {"fact": "brand"})


def test_own_words_stand_where_the_platform_takes_them() -> None:
    assert values(attribute("choice", values=BRANDS, own=True), {"value": "Новый"}) == ((None, "Новый"),)


def test_a_list_of_the_card_is_taken_apart_where_several_values_fit() -> None:
    parts = (Value("7", ru="Сахар"), Value("8", ru="Сливки"))
    assert values(attribute("choice", values=parts), {"fact": "ingredients"}) == (("8", "Сливки"), ("7", "Сахар"))
    assert "сливки, сахар" in told(attribute("choice", values=parts, most=1), {"fact": "ingredients"})
    assert "2 values are given; the platform takes 1" in told(
        attribute("choice", values=parts, most=1), {"value": ["Сахар", "Сливки"]}
    )


def test_numbers_are_read_as_people_write_them() -> None:
    assert values(attribute("number"), {"fact": "attr.fat"}) == ((None, "3.2"),)
    assert values(attribute("number"), {"value": "1 250,50"}) == ((None, "1250.5"),)
    assert values(attribute("number"), {"value": "100"}) == ((None, "100"),)
    assert values(attribute("number"), {"fact": "attr.crop_year"}) == ((None, "2025"),), "a year is no length of time"


@pytest.mark.parametrize("text", ["много", "3,2 попугая", "3..2", "--1", "", "1/2"])
def test_what_is_no_number_is_told(text: str) -> None:
    assert "is not a number" in told(attribute("number"), {"value": text})


def test_numbers_stay_within_bounds() -> None:
    assert values(attribute("number", min="0", max="3.2"), {"value": "3,2"}) == ((None, "3.2"),)
    assert "3.3 is not within 0…3.2" in told(attribute("number", min="0", max="3.2"), {"value": "3,3"})
    assert "is not within" in told(attribute("number", min="4"), {"value": "3"})
    assert "too many digits" in told(attribute("number", decimals=0), {"value": "3,2"})
    assert values(attribute("number", decimals=0), {"value": "3,0"}) == ((None, "3"),)


MASS = [{"id": "10", "name": "г"}, {"id": "11", "name": "кг"}]


def test_the_unit_of_a_fact_becomes_one_of_the_platforms() -> None:
    (same,) = answered(attribute("number", units=MASS, unit="10"), {"value": "0,5 кг"}).answers
    assert (same.values, same.unit) == (((None, "0.5"),), "11")
    (asked,) = answered(attribute("number", units=MASS), {"value": "0,5 кг", "unit": "10"}).answers
    assert (asked.values, asked.unit) == (((None, "500"),), "10")
    (usual,) = answered(attribute("number", units=MASS, unit="10"), {"value": "7"}).answers
    assert (usual.values, usual.unit) == (((None, "7"),), "10")
    assert "needs a unit: г, кг" in told(attribute("number", units=MASS), {"value": "7"})
    assert "needs a unit: г, кг" in told(attribute("number", units=MASS), {"value": "7", "unit": "99"})
    assert "cannot be said" in told(attribute("number", units=MASS), {"fact": "shelf_life"})


def test_months_never_pass_for_days() -> None:
    for name in ("Срок годности в днях", "Срок, дней", "保质期（天）"):
        assert "cannot be said" in told(attribute("number", name=name), {"fact": "shelf_life"})
    assert values(attribute("number", name="Срок годности в месяцах"), {"fact": "shelf_life"}) == ((None, "12"),)
    assert values(attribute("number", unit_name="лет"), {"fact": "shelf_life"}) == ((None, "1"),)
    assert "cannot be said" in told(attribute("number", unit_name="лет"), {"value": "5 месяцев"})
    assert "does not say which unit" in told(attribute("number", name="Срок"), {"fact": "shelf_life"})


def test_yes_is_understood_in_both_languages() -> None:
    assert values(attribute("yes"), {"fact": "attr.vegan"}) == ((None, "true"),)
    assert values(attribute("yes"), {"value": "否"}) == ((None, "false"),)
    assert values(attribute("yes", values=(Value("1", ru="Да"), Value("2", ru="Нет"))), {"value": "是"}) == (
        ("1", "Да"),
    )
    assert "neither yes nor no" in told(attribute("yes"), {"value": "иногда"})


def test_texts_have_a_length() -> None:
    assert values(attribute(max_length=11), {"fact": "description"}) == ((None, "Густой мёд."),)
    assert "has 11 characters; the platform takes 10" in told(attribute(max_length=10), {"fact": "description"})
    assert "wants 12" in told(attribute(min_length=12), {"fact": "description"})


def test_what_the_platform_demands_and_nobody_answers_blocks() -> None:
    assert "demands an answer" in told(attribute(), None)
    assert answered(attribute(required=False), None) == Answered((), ())


def test_a_fact_the_card_does_not_tell_is_named() -> None:
    assert "does not tell “attr.water”" in told(attribute(), {"fact": "attr.water"})
    assert "does not tell" in told(attribute(required=False), {"fact": "brand"}, {})


def test_a_text_nobody_has_reviewed_is_told_as_that() -> None:
    ready = prepare(category(attribute()), Choice("11:97", {"85": {"fact": "usage"}}), "ru", TODAY)
    (problem,) = ready.answer({}, {"usage": "draft"}).problems
    assert "does not count yet" in problem.what.say("en")


def test_what_is_answered_elsewhere_is_not_asked_here() -> None:
    assert answered(attribute(elsewhere="field"), None) == Answered((), ())
    assert answered(attribute(elsewhere="variant"), {"fact": "brand"}) == Answered((), ())


def test_an_answer_nobody_asked_for_is_told() -> None:
    ready = prepare(category(attribute(required=False)), Choice("11:97", {"9": {"fact": "brand"}}), "ru", TODAY)
    (problem,) = ready.answer(FACTS).problems
    assert problem.attribute == "9"
    assert not problem.blocks


@pytest.mark.parametrize(
    ("found", "choice", "known", "said", "blocks"),
    [
        (None, Choice(), True, "No category", True),
        (None, Choice("5"), True, "no category 5", True),
        (None, Choice("5"), False, "were not imported", False),
        (category(leaf=False), Choice("11:97"), True, "others below it", True),
        (category(attributes_on=None), Choice("11:97"), True, "was not imported", False),
    ],
)
def test_a_category_that_cannot_be_used_is_told(
    found: Category | None, choice: Choice, known: bool, said: str, blocks: bool
) -> None:
    (problem,) = prepare(found, choice, "ru", TODAY, known=known).answer(FACTS).problems
    assert said in problem.what.say("en")
    assert problem.blocks == blocks


def test_without_snapshot_and_choice_nothing_is_said() -> None:
    assert prepare(None, None, "zh", TODAY, known=False).answer(FACTS) == Answered((), ())


def test_an_old_snapshot_is_told_but_answers() -> None:
    old = date.fromordinal(TODAY.toordinal() - STALE_AFTER - 1)
    ready = prepare(category(attribute(), attributes_on=old), Choice("11:97", {"85": {"fact": "brand"}}), "ru", TODAY)
    found = ready.answer(FACTS)
    assert len(found.answers) == 1
    assert "91 days ago" in found.problems[0].what.say("en")
    assert not found.problems[0].blocks


@given(
    st.sampled_from(["text", "number", "choice", "yes"]), st.text(max_size=30), st.booleans(),
    st.fixed_dictionaries({}, optional={"most": st.integers(1, 3), "max_length": st.integers(1, 20), "own": st.booleans(), "decimals": st.integers(0, 2), "max": st.just("10")}),
)  # fmt: skip
def test_every_text_is_either_answered_within_limits_or_told(
    kind: Kind, text: str, with_values: bool, limits: dict[str, Any]
) -> None:
    one = attribute(kind, values=BRANDS if with_values else (), **limits)
    facts = {"brand": text}
    found = answered(one, {"fact": "brand"}, facts)
    assert found == answered(one, {"fact": "brand"}, facts)
    assert len(found.answers) + len(found.problems) == 1
    for given_ in found.answers:
        assert len(given_.values) <= limits.get("most", 99)
        if kind == "text" and not with_values:
            assert len(given_.values[0][1]) <= limits.get("max_length", 99)
    for problem in found.problems:
        assert problem.what.say("zh")
        assert problem.remedy.say("ru")
