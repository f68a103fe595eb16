"""Single words: adjectives, pronouns, stress marks, syllables, and the cards themselves."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.language.russian import Case, Gender, Noun, adjective, noun, pronoun, stress, syllables
from service.language.russian.nouns import nouns

NOM, GEN, DAT, ACC, INS, LOC = Case
M, F, N = Gender
ACUTE = "\u0301"


@pytest.mark.parametrize(
    ("lemma", "gender", "expected"),
    [
        ("большой", M, "большой большого большому большой большим большом"),
        ("большой", F, "большая большой большой большую большой большой"),
        ("большой", None, "большие больших большим большие большими больших"),
        ("синий", F, "синяя синей синей синюю синей синей"),
        ("синий", N, "синее синего синему синее синим синем"),
        ("синий", None, "синие синих синим синие синими синих"),
        ("третий", M, "третий третьего третьему третий третьим третьем"),
        ("третий", F, "третья третьей третьей третью третьей третьей"),
        ("третий", N, "третье третьего третьему третье третьим третьем"),
        ("свежий", M, "свежий свежего свежему свежий свежим свежем"),
        ("свежий", F, "свежая свежей свежей свежую свежей свежей"),
        ("сухой", M, "сухой сухого сухому сухой сухим сухом"),
        ("сухой", None, "сухие сухих сухим сухие сухими сухих"),
        ("липовый", M, "липовый липового липовому липовый липовым липовом"),
        ("соевый", F, "соевая соевой соевой соевую соевой соевой"),
        ("мягкий", N, "мягкое мягкого мягкому мягкое мягким мягком"),
        ("холщовый", F, "холщовая холщовой холщовой холщовую холщовой холщовой"),
        ("деревянный", F, "деревянная деревянной деревянной деревянную деревянной деревянной"),
        ("льняной", None, "льняные льняных льняным льняные льняными льняных"),
        ("рыбий", M, "рыбий рыбьего рыбьему рыбий рыбьим рыбьем"),
        ("тающий", F, "тающая тающей тающей тающую тающей тающей"),
        ("бьющийся", F, "бьющаяся бьющейся бьющейся бьющуюся бьющейся бьющейся"),
    ],
)
def test_adjectives_decline(lemma: str, gender: Gender | None, expected: str) -> None:
    forms = [adjective(lemma, gender=gender, plural=gender is None, case=case) for case in Case]
    assert " ".join(forms) == expected


def test_beings_change_the_accusative_of_adjectives() -> None:
    assert adjective("новый", case=ACC, animate=True) == "нового"
    assert adjective("новый", plural=True, case=ACC, animate=True) == "новых"
    assert adjective("новый", gender=F, case=ACC, animate=True) == "новую"


@pytest.mark.parametrize(
    ("gender", "plural", "bare", "after"),
    [
        (M, False, "он его ему его им нём", "он него нему него ним нём"),
        (F, False, "она её ей её ей ней", "она неё ней неё ней ней"),
        (N, False, "оно его ему его им нём", "оно него нему него ним нём"),
        (M, True, "они их им их ими них", "они них ним них ними них"),
    ],
)
def test_pronouns_take_n_after_a_preposition(gender: Gender, plural: bool, bare: str, after: str) -> None:
    assert " ".join(pronoun(gender, case, plural=plural) for case in Case) == bare
    assert " ".join(pronoun(gender, case, plural=plural, after_preposition=True) for case in Case) == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Одна коробка и одно яйцо.", "Одна коро́бка и одно яйцо́."),
        ("Коробка", "Коро́бка"),
        ("КОРОБКА", "КОРО́БКА"),
        ("коробки, коробкой", "коробки, коробкой"),
        ("ведёрко", "ведёрко"),
        ("пара-тройка", "пара-тройка"),
        ("ба́нка", "ба́нка"),
        ("год и рубль", "год и рубль"),
        ("суперкоробка", "суперкоробка"),
    ],
)
def test_stress_marks_whole_dictionary_forms_only(text: str, expected: str) -> None:
    assert stress(text) == expected


def test_overrides_add_names_and_win() -> None:
    names = {"Хэйхэ": "Хэйхэ́", "Иван-чай": "Ива́н-ча́й", "кружка": "кружка́", "Семёнов": "Семё́нов"}
    assert stress("Хэйхэ, иван-чай, Кружка, Семёнов", names) == "Хэйхэ́, ива́н-ча́й, Кружка́, Семёнов"


def test_an_override_may_change_nothing_but_the_stress() -> None:
    with pytest.raises(ValueError, match="not the same word"):
        stress("Хэйхэ", {"Хэйхэ": "Хейхе́"})


@settings(deadline=None)
@given(st.text(alphabet="абвгеёо -,." + ACUTE + "коробкабанкаКБ", max_size=60))
def test_stress_adds_marks_and_nothing_else_and_only_once(text: str) -> None:
    marked = stress(text)
    assert marked.replace(ACUTE, "") == text.replace(ACUTE, "")
    assert stress(marked) == marked


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("ёжик", 2), ("Благовещенск", 4), ("в 20 г", 0), ("ЮАНЬ", 2)])
def test_syllables_are_vowels(text: str, expected: int) -> None:
    assert syllables(text) == expected


@pytest.mark.parametrize("card", nouns().values(), ids=list(nouns()))
def test_every_card_is_whole(card: Noun) -> None:
    forms = [*card.singular.values(), *card.plural.values(), card.counted]
    assert all(re.fullmatch("[а-яё]+", form) for form in forms)
    assert card.lemma == (card.singular or card.plural)[NOM]
    assert card.stressed.replace(ACUTE, "") == card.lemma
    assert card.stressed.count(ACUTE) == (syllables(card.lemma) > 1 and "ё" not in card.lemma)
    assert all(before in "аеиоуыэюя" for before in re.findall(f"(.){ACUTE}", card.stressed))
    copied = GEN if card.animate else NOM
    assert card.plural[ACC] == card.plural[copied]
    if card.singular and card.gender is not F:
        assert card.singular[ACC] == card.singular[copied]


def test_cards_hold_what_a_dictionary_gets_wrong() -> None:
    assert noun("сутки").singular == {}
    assert noun("год").counted == "лет"
    assert noun("человек").counted == "человек"
    assert noun("грамм").counted == "граммов"
    assert noun("банка").plural[GEN] == "банок"
    assert noun("раз").counted == "раз"


def test_cards_can_be_put_into_sets() -> None:
    assert len({noun("банка"), noun("банка"), noun("пара")}) == 2
