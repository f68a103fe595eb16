"""Our rules and cards against pymorphy3's dictionary, where it is installed; the cards' differences are listed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from service.language.russian import Case, Gender, Noun, adjective, cardinal
from service.language.russian.nouns import nouns, possessives

pymorphy3 = pytest.importorskip("pymorphy3")

GRAMMEMES = dict(zip(Case, ("nomn", "gent", "datv", "accs", "ablt", "loct"), strict=True))
GENDERS = {Gender.M: "masc", Gender.F: "femn", Gender.N: "neut"}

# Reviewed: паллета is feminine, фэнь masculine.
OWN_FORMS = {"паллета", "фэнь"}
OWN_GENDER = OWN_FORMS | {"евро", "цзяо", "сутки"}
# Both восьмью and восемью are right (as are восьмьюстами and восемьюстами); the dictionary prefers the second.
OWN_NUMERALS = {"восьмью", "восьмьюдесятью", "восьмьюстами"}

SHOP_WORDS = """
большой маленький новый старый синий красный белый чёрный зелёный жёлтый серый коричневый розовый
свежий сухой сушёный вяленый копчёный солёный сладкий кислый горький острый мягкий твёрдый хрустящий тающий
липовый гречишный цветочный луговой лесной таёжный северный дальневосточный сибирский алтайский амурский
соевый пшеничный ржаной овсяный кукурузный рисовый молочный сливочный шоколадный ванильный ореховый кедровый
клюквенный брусничный голубичный облепиховый малиновый грибной рыбный мясной куриный говяжий медвежий олений
холщовый деревянный льняной шерстяной стеклянный металлический бумажный подарочный ручной расписной
домашний зимний летний осенний весенний утренний вечерний ранний поздний последний крайний внутренний
горячий тёплый холодный лёгкий тяжёлый крупный мелкий тонкий толстый густой жидкий пышный рассыпчатый
прозрачный золотистый тёмный светлый хороший дорогой дешёвый простой лучший общий рабочий чужой тугой морской
двойной третий полный целый чистый плотный воздушный нежный ароматный душистый птичий козий овечий рыбий
"""
ADJECTIVES = sorted(set(SHOP_WORDS.split()))


@cache
def dictionary() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


def entry(word: str, *parts: str) -> Any:
    found = (parse for parse in dictionary().parse(word) if parse.tag.POS in parts and "nomn" in parse.tag)
    return next(parse for parse in found if parse.word == word)


def spellings(parse: Any, *grammemes: str) -> set[str]:
    return {form.word for form in parse.lexeme if set(grammemes) <= form.tag.grammemes and "Infr" not in form.tag}


def test_the_list_of_adjectives_is_long_enough() -> None:
    assert len(ADJECTIVES) >= 80


@pytest.mark.parametrize("lemma", sorted({*ADJECTIVES, *possessives()}))
def test_adjectives_decline_as_in_the_dictionary(lemma: str) -> None:
    known = entry(lemma, "ADJF", "PRTF")
    wrong = []
    for case, grammeme in GRAMMEMES.items():
        for kind in (*Gender, None):
            wanted = [grammeme, GENDERS[kind] if kind else "plur"]
            for animate in (False, True):
                being = ["anim" if animate else "inan"] if case is Case.ACC and kind not in (Gender.F, Gender.N) else []
                ours = adjective(lemma, gender=kind, plural=kind is None, case=case, animate=animate)
                if ours not in spellings(known, *wanted, *being):
                    wrong.append((ours, wanted + being))
    assert not wrong


@pytest.mark.parametrize(
    "card", [card for card in nouns().values() if card.lemma not in OWN_FORMS], ids=lambda c: c.lemma
)
def test_cards_agree_with_the_dictionary(card: Noun) -> None:
    known = next(
        parse
        for parse in dictionary().parse(card.lemma)
        if parse.tag.POS == "NOUN" and parse.normal_form == card.lemma and "nomn" in parse.tag
    )
    for number, forms in (("sing", card.singular), ("plur", card.plural)):
        for case, form in forms.items():
            assert form in spellings(known, GRAMMEMES[case], number)
    assert card.animate == (known.tag.animacy == "anim")
    if card.lemma not in OWN_GENDER:
        assert GENDERS[card.gender] == known.tag.gender


@pytest.mark.parametrize("number", [*range(2, 21), *range(30, 100, 10), *range(100, 1000, 100)])
def test_numerals_decline_as_in_the_dictionary(number: int) -> None:
    known = entry(cardinal(number), "NUMR")
    for case, grammeme in GRAMMEMES.items():
        assert cardinal(number, case=case) in spellings(known, grammeme) | OWN_NUMERALS
