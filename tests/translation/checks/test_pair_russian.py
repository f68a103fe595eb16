"""Russian grammar and typography: what must be found, what must not, and how it is mended."""

from __future__ import annotations

import pytest

from service.language.russian import count
from service.language.russian.grammar import Case
from service.language.russian.nouns import nouns
from tests.translation.checks.judging import found, mended, seen

from hypothesis import given, strategies as st  # isort: skip


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("В наборе 2 бутылка", "В наборе 2 бутылки"), ("Всего 5 банки", "Всего 5 банок"), ("21 коробок", "21 коробка"),
        ("1 килограмма риса", "1 килограмм риса"), ("Хранить до 3 месяца", "Хранить до 3 месяцев"), ("не более 2 недели", "не более 2 недель"),
        ("1 299 рубля", "1 299 рублей"), ("1,5 килограммов", "1,5 килограмма"), ("11 пачка", "11 пачек"), ("104 штук", "104 штуки"), ("Срок: 4 год", "Срок: 4 года"),
    ],
)  # fmt: skip
def test_nouns_agree_with_their_number(wrong: str, right: str) -> None:
    assert found("ru.agree_num", "", wrong)
    assert mended("ru.agree_num", "", wrong)[1] == right


@pytest.mark.parametrize(
    "ru",
    [
        "2 бутылки, 5 банок, 21 коробка", "к 5 банкам добавьте 2 ложки", "с 2 пакетами", "до 21 дня", "от 2 до 8 месяцев", "на 3 день", "с 1 по 3 день", "2026 год и 2026 году",
        "лот 5 банка варенья", "в 1 коробке", "1,5 килограмма", "8–10 минут", "через 2 недели", "5 лет и 3 года", "№ 5 банка", "по 3 штуки", "12 тысяч рублей", "в 2 раза, 5 раз",
        "без 5 минут", "за 21 день", "около 2 литров", "5 человек", "до 1 литра",
    ],
)  # fmt: skip
def test_numbers_and_nouns_that_go_together(ru: str) -> None:
    assert found("ru.agree_num", "", ru) == []


def test_after_an_ambiguous_preposition_the_case_is_not_guessed() -> None:
    for ru in ("с 5 банки", "сутки и 4 год", "через 5 неделя"):
        (finding,) = found("ru.agree_num", "", ru)
        assert finding.fix is None


@given(st.integers(0, 5000), st.sampled_from(sorted(nouns())), st.sampled_from([Case.NOM, Case.ACC]))
def test_what_the_language_room_counts_is_right(number: int, lemma: str, case: Case) -> None:
    assert found("ru.agree_num", "", f"Вот {count(number, lemma, case=case)} здесь") == []


@pytest.mark.parametrize(
    "ru",
    [
        "Большая ящик",
        "красивый коробки стоят",
        "стеклянное банка",
        "из деревянная бутылки",
        "в красивом коробке",
        "с красивым бутылкой",
    ],
)
def test_adjectives_that_agree_in_no_case(ru: str) -> None:
    assert found("ru.agree_adj", "", ru)


@pytest.mark.parametrize(
    "ru",
    [
        "большая коробка, большой коробки, большую коробку", "стеклянные бутылки", "две большие коробки, два больших ящика", "полный банка воды", "прежнее днём раньше",
        "в красивой упаковке", "целый день", "свежие яйца", "столовая ложка", "22 красивых пакета", "с мякотью банка", "новых суток", "по чайной ложке",
    ],
)  # fmt: skip
def test_adjectives_that_agree_or_belong_to_something_else(ru: str) -> None:
    assert found("ru.agree_adj", "", ru) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Свежий мед", "Свежий мёд"), ("Еще вкуснее", "Ещё вкуснее"), ("Все равно горячий", "Всё равно горячий"), ("Все включено", "Всё включено"), ("зеленый чай", "зелёный чай"),
        ("ЕЕ вкус", "ЕЁ вкус"),
    ],
)  # fmt: skip
def test_yo_where_only_yo_is_right(wrong: str, right: str) -> None:
    assert mended("ru.yo", "", wrong)[1] == right


@pytest.mark.parametrize(
    "ru",
    [
        "Все наши гости",
        "небо, мел, тем временем",
        "Перец и хлеб",
        "берет и узнаем",
        "мёд ещё",
        "Перед едой",
        "все сорта",
    ],
)
def test_where_yo_is_not_certain_nothing_is_said(ru: str) -> None:
    assert found("ru.yo", "", ru) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Свeжий хлеб", "Свежий хлеб"), ("cахар и мoлоко", "сахар и молоко"), ("чай c мёдом", "чай с мёдом"), ("Шоколад KitКat", "Шоколад KitKat"), ("A чай вкусный", "А чай вкусный"),
        ("хлеб o трёх корках", "хлеб о трёх корках"),
    ],
)  # fmt: skip
def test_letters_of_the_other_alphabet(wrong: str, right: str) -> None:
    assert found("ru.mixed_script", "", wrong)
    assert mended("ru.mixed_script", "", wrong)[1] == right


@pytest.mark.parametrize(
    "ru", ["Свежий хлеб", "IP-камера, USB-кабель", "HTML и WeChat", "витамин C", "класс A и B", "3D-печать"]
)
def test_whole_words_of_either_alphabet(ru: str) -> None:
    assert found("ru.mixed_script", "", ru) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('Шоколад "Алёнка"', "Шоколад «Алёнка»"), ("Шоколад “Алёнка”", "Шоколад «Алёнка»"), ("Сок „Добрый“", "Сок «Добрый»"), ('«Торт "Медовик" домашний»', "«Торт „Медовик“ домашний»"),
        ("„Хлеб”", "«Хлеб»"),
    ],
)  # fmt: skip
def test_quotation_marks_are_herringbones(wrong: str, right: str) -> None:
    assert mended("ru.quotes", "", wrong)[1] == right


@pytest.mark.parametrize(
    "ru", ["Шоколад «Алёнка»", "«Торт „Медовик“»", 'Экран 15" и 17"', "Без кавычек", '<a href="x">чай</a>']
)
def test_quotation_marks_that_are_right(ru: str) -> None:
    assert found("ru.quotes", "", ru) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Мёд - это вкусно", "Мёд — это вкусно"), ("Мёд – это вкусно", "Мёд — это вкусно"), ("варите 8-10 минут", "варите 8–10 минут"), ("- Дайте две!", "— Дайте две!"),
        ("Мёд -- это вкусно", "Мёд — это вкусно"), ("2,5-3 кг", "2,5–3 кг"),
    ],
)  # fmt: skip
def test_dashes(wrong: str, right: str) -> None:
    assert found("ru.dash", "", wrong)
    assert mended("ru.dash", "", wrong)[1] == right


@pytest.mark.parametrize(
    "ru",
    [
        "Мёд — это вкусно",
        "8–10 минут",
        "как-нибудь, из-за",
        "тел. 8-800-555-35-35",
        "2026-03-21",
        "артикул 12-34-А",
        "при -18 °C",
        "HH-CORN-1",
        "ГОСТ 31-12",
    ],
)
def test_hyphens_that_are_hyphens(ru: str) -> None:
    assert found("ru.dash", "", ru) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("500 г", "500\u00a0г"),
        ("№ 5", "№\u00a05"),
        ("А. С. Пушкин", "А.\u00a0С.\u00a0Пушкин"),
        ("25 °C и 50 %", "25\u00a0°C и 50\u00a0%"),
        ("99 ₽", "99\u00a0₽"),
    ],
)
def test_spaces_where_no_line_may_break(wrong: str, right: str) -> None:
    assert mended("ru.nbsp", "", wrong)[1] == right


@pytest.mark.parametrize("ru", ["500\u00a0г", "5 банок", "№\u00a05", "500 грибов", "А потом", "12 часов"])
def test_spaces_that_may_break(ru: str) -> None:
    assert found("ru.nbsp", "", ru) == []


def test_a_finding_lies_where_the_fault_is() -> None:
    assert seen("ru.agree_num", "", "Хлеб, 5 банки, чай") == ["5 банки"]
