"""What the machine may not touch is kept from it and comes back; sentences are cut and joined without losing a sign."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.translation.machine.cutting import LONGEST, cut
from service.translation.machine.figures import difference, figures, localised
from service.translation.machine.protecting import FORMS, Form, protect, walls
from service.translation.machine.quantities import written

NAMES = {"极境寒养": "«Цзицзин Ханьян»", "Amur Gold": "Amur Gold", "绥芬河": "Суйфэньхэ"}
PIECES = (
    "蜂蜜", "买", "的货号是", "大家好", "мёд", "Цена", "honey", " ", "，", "。", "！", ", ", ". ", "\u3000", "500克", "1,299.50元", "¥39.9", "12", "3.5",
    "2026-11-23", "23.11.2026", "1 299,50 ₽", "20 %", "8折", "AB-1042", "SKU_12_AB", "A1", "https://example.org/a?b=1&c=%20", "www.a.b", "me@a.org",
    "<b>", "</b>", "<br/>", "&nbsp;", "{price}", "{{ fact | x }}", "%s", "**", "🎁", "👩‍🍳", "🇷🇺", "1️⃣", "☀️", "Velmar", "KTM", *NAMES,
)  # fmt: skip
sentences = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=60))


@given(sentences, st.sampled_from(FORMS))
def test_with_a_machine_that_changes_nothing_everything_is_as_it_was(text: str, form: Form) -> None:
    shown = protect(text, source="zh", target="zh", names={name: name for name in NAMES}, form=form)
    assert shown.restored(shown.pieces) == text
    assert not any(piece != piece.strip() or "_" in held.shown for piece in shown.pieces for held in shown.held if held.shown != held.own)  # fmt: skip


@given(sentences, st.sampled_from(FORMS), st.sampled_from([("zh", "ru"), ("ru", "zh"), ("zh", "en"), ("en", "ru")]))
def test_nothing_kept_is_lost_on_the_way_into_another_language(text: str, form: Form, way: tuple[str, str]) -> None:
    assume(not re.search(r"\w(?=https?://)", text))  # an address glued to a code is none
    shown = protect(text, source=way[0], target=way[1], names=NAMES, form=form)
    whole = shown.restored(shown.pieces)
    assert whole is not None
    assert [hit[0] for hit in walls(whole)] == [hit[0] for hit in walls(text)]
    for held in shown.held:
        assert held.becomes in whole
    assert not any("极境寒养" in piece or "绥芬河" in piece for piece in shown.pieces)


def test_a_name_is_not_the_beginning_of_another_word() -> None:
    names = {"Амур": "阿穆尔"}
    assert [held.own for held in protect("Амур и Амурский мёд", source="ru", target="zh", names=names).held] == ["Амур"]


@pytest.mark.parametrize("form", ["natural", "other"])
def test_a_stand_in_that_is_lost_doubled_or_changed_is_noticed(form: Form) -> None:
    shown = protect("极境寒养蜂蜜", source="zh", target="ru", names=NAMES, form=form)
    name = shown.held[0].shown
    assert shown.restored([f"Мёд {name}"]) == "Мёд «Цзицзин Ханьян»"
    for text in ("Мёд", f"{name} мёд {name}", f"Мёд {name}s", f"Мёд {name.swapcase()}"):
        assert shown.restored([text]) is None


def test_numbers_are_shown_as_they_stand_and_written_as_the_target_does() -> None:
    shown = protect("这款蜂蜜的价格是1,299.5元。", source="zh", target="ru", names={})
    assert shown.pieces == ("这款蜂蜜的价格是1,299.5元。",)
    assert shown.restored(["Цена мёда — 1299.5 юаня."]) == "Цена мёда — 1\N{NO-BREAK SPACE}299,5 юаня."


def test_a_divided_sentence_has_amounts_written_by_the_house() -> None:
    shown = protect("净重500克，¥39.9", source="zh", target="ru", names={}, form="divided")
    assert shown.restored(["Масса нетто:"]) == "Масса нетто: 500 граммов, 39,90 юаня"


@pytest.mark.parametrize(
    ("amount", "source", "target", "wanted"),
    [
        ("21克", "zh", "ru", "21 грамм"),
        ("1.5公斤", "zh", "ru", "1,5 килограмма"),
        ("3个月", "zh", "ru", "3 месяца"),
        ("299卢布", "zh", "ru", "299\N{NO-BREAK SPACE}₽"),
        ("500 г", "ru", "zh", "500克"),
        ("1,5 литра", "ru", "zh", "1.5升"),
        ("299 ₽", "ru", "zh", "299卢布"),
        ("5 банок", "ru", "zh", "5 банок"),
    ],
)
def test_amounts_in_the_other_language(amount: str, source: str, target: str, wanted: str) -> None:
    assert written(amount, source, target) == wanted


@given(st.text(max_size=400), st.sampled_from(["zh", "ru", "en"]))
def test_a_text_that_is_cut_and_joined_is_the_same(text: str, language: str) -> None:
    parts = cut(text, language)
    assert parts.joined(parts.sentences, language, language) == text
    assert all(sentence.strip() == sentence and sentence for sentence in parts.sentences)


@given(st.lists(st.sampled_from(PIECES), max_size=300).map("".join), st.sampled_from(["zh", "ru"]))
def test_sentences_are_bearable_and_addresses_whole(text: str, language: str) -> None:
    parts = cut(text, language)
    assert parts.joined(parts.sentences, language, language) == text
    address = max((len(hit[0]) for hit in walls(text)), default=0)
    assert all(len(sentence) <= max(LONGEST[language], address) for sentence in parts.sentences)
    assert [hit[0] for part in parts.sentences for hit in walls(part) if "://" in hit[0]] == [hit[0] for hit in walls(text) if "://" in hit[0]]  # fmt: skip


def test_closing_quotes_stay_with_their_sentence() -> None:
    parts = cut("«Привет.» Дальше.", "ru")
    assert parts.sentences == ("«Привет.»", "Дальше.")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1,299.50元", "1 299,50 юаня"),
        ("1,299元", "1 299 юаней"),
        ("1.2万", "12 тыс."),
        ("8折", "скидка 20 %"),
        ("2斤", "1 кг"),
        ("11月23日", "23 ноября"),
        ("2026年11月23日", "23.11.2026"),
        ("2盒", "две коробки"),
        ("二十五个", "25 штук"),
        ("再送一罐", "Ещё одну подарим."),
        ("１２元", "12 юаней"),
    ],
)
def test_the_same_number_in_other_clothes(source: str, target: str) -> None:
    assert difference(source, target, "zh") == ([], [])


@pytest.mark.parametrize(
    ("source", "target", "lost", "invented"),
    [("39元", "93 юаня", ["39"], ["93"]), ("5盒和5袋", "5 коробок", ["5"], []), ("蜂蜜", "Мёд, 7 банок", [], ["7"])],
)
def test_another_number_is_another_number(source: str, target: str, lost: list[str], invented: list[str]) -> None:
    found = difference(source, target, "zh")
    assert ([one.text for one in found[0]], [one.text for one in found[1]]) == (lost, invented)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_keeps_its_value_in_every_language(value: Decimal) -> None:
    chinese = f"{value:,}"
    russian = localised(chinese, chinese, "ru", "zh")
    assert {min(one.values) for one in figures(russian, "ru")} == {value}
    assert localised(russian, russian, "zh", "ru") == chinese
