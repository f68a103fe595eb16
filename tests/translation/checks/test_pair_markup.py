"""Placeholders, tags, addresses, emoji, hidden signs, spaces, brackets, ends."""

from __future__ import annotations

import pytest

from tests.translation.checks.judging import found, mended, seen


@pytest.mark.parametrize(
    ("zh", "ru", "missing", "extra"),
    [
        ("价格{price}", "Цена", ["{price}"], []), ("价格", "Цена {price}", [], ["{price}"]), ("{a}和{b}", "{a} и {a}", ["{b}"], ["{a}"]),
        ("{{ price.live }}一{{ pack }}", "{{ price.live }}", ["{{ pack }}"], []), ("%(days)s天", "%(day)s дней", ["%(days)s"], ["%(day)s"]), ("⟦0⟧发货", "Отправим", ["⟦0⟧"], []),
    ],
)  # fmt: skip
def test_placeholders_are_the_same_in_both(zh: str, ru: str, missing: list[str], extra: list[str]) -> None:
    assert (seen("ph.missing", zh, ru), seen("ph.extra", zh, ru)) == (missing, extra)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("{b}的{a}", "{a} из {b}"), ("{{ product }}", "{{ product.gen | cap }}"), ("{{ 2 | packs }}", "{{ 2 | packs('acc') }}"), ("{price:.2f}", "{price}"),
        ("{{ product }}在等", "{{ product | form('ждёт', 'ждёт', 'ждёт', 'ждут') }} {{ product }}"), ("{% if a %}好{% endif %}", "Хорошо"),
    ],
)  # fmt: skip
def test_placeholders_in_another_order_case_or_format(zh: str, ru: str) -> None:
    assert (found("ph.missing", zh, ru), found("ph.extra", zh, ru)) == ([], [])


def test_texts_written_by_hand_in_both_languages_print_what_they_like() -> None:
    assert found("ph.missing", "一{{ pack }}", "упаковка", origin="authored") == []


@pytest.mark.parametrize(
    ("zh", "ru"), [("{{ a | }}", "x"), ("{{ a", "x"), ("{a", "x"), ("好", "{% if a %}да"), ("好", "цена }")]
)
def test_templates_that_cannot_be_read(zh: str, ru: str) -> None:
    assert [one.level for one in found("ph.syntax", zh, ru)] == ["block"]


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("{{ a }}", "{{ a }}"),
        ("{a}", "{a:>5}"),
        ("{% if a %}好{% endif %}", "да"),
        ("{{{{ name }}}}", "{{{{ имя }}}}"),
        ("100%", "100 %"),
    ],
)
def test_templates_that_can(zh: str, ru: str) -> None:
    assert found("ph.syntax", zh, ru) == []


def test_filters_nobody_allowed() -> None:
    assert found("ph.syntax", "{{ a | danger }}", "{{ a | cap }}", filters={"cap"})
    assert found("ph.syntax", "{{ a | cap }}", "{{ a | cap }}", filters={"cap"}) == []
    assert found("ph.syntax", "{{ a | packs }}", "{{ a }}") == []  # which filters there are is for the caller to say


@pytest.mark.parametrize(
    ("name", "zh", "ru", "marked"),
    [
        ("html", "<b>好</b>", "<b>Хорошо", ["</b>"]), ("html", "好<br>吃", "вкусно", ["<br>"]), ("html", "好", "<i>хорошо</i>", ["<i>", "</i>"]),
        ("url", "见https://a.cn/x。", "См. https://a.cn/y.", ["https://a.cn/x", "https://a.cn/y"]), ("url", "见www.a.cn", "См. сайт", ["www.a.cn"]), ("url", "好", "https://a.ru", ["https://a.ru"]),
        ("email", "写信到a@b.cn", "Пишите на a@b.ru", ["a@b.cn", "a@b.ru"]), ("email", "a@b.cn", "почта", ["a@b.cn"]), ("email", "邮箱", "a@b.cn", ["a@b.cn"]),
        ("emoji", "好吃😋", "Вкусно", ["😋"]), ("emoji", "好吃", "Вкусно 🎁", ["🎁"]), ("emoji", "👍🏻👍🏻", "👍🏻", ["👍🏻"]),
    ],
)  # fmt: skip
def test_what_is_no_prose_is_copied(name: str, zh: str, ru: str, marked: list[str]) -> None:
    assert seen(name, zh, ru) == marked


@pytest.mark.parametrize(
    ("name", "zh", "ru"),
    [
        ("html", '<a title="好">好</a>', '<a title="да">да</a>'), ("html", "a < b，c > d", "a < b, c > d"), ("html", "好<br>", "да<br>"),
        ("url", "见https://a.cn/x保存", "Сохраните с https://a.cn/x."), ("url", "从https://起", "с https://,"), ("url", "（www.a.cn）", "(www.a.cn)"),
        ("email", "写a@b.cn", "Пишите на a@b.cn."), ("email", "@好友", "@друг"), ("email", "a@b.cn", "a@b.cn"),
        ("emoji", "😋好吃", "Вкусно 😋"), ("emoji", "✓ 正品", "Подлинник"), ("emoji", "❤️", "❤"),
    ],
)  # fmt: skip
def test_what_was_copied(name: str, zh: str, ru: str) -> None:
    assert found(name, zh, ru) == []


@pytest.mark.parametrize(
    ("name", "zh", "ru", "right"),
    [
        ("zero-width", "黑\u200b木耳", "Гриб", ("黑木耳", "Гриб")), ("zero-width", "黑", "мо\u00adлоко", ("黑", "молоко")), ("zero-width", "\ufeff好", "да", ("好", "да")),
        ("control", "好\x0b吃", "да", ("好吃", "да")), ("control", "好", "да\x07", ("好", "да")), ("control", "好\x85吃", "да", ("好吃", "да")),
    ],
)  # fmt: skip
def test_signs_nobody_sees(name: str, zh: str, ru: str, right: tuple[str, str]) -> None:
    assert found(name, zh, ru)
    assert mended(name, zh, ru) == right


@pytest.mark.parametrize(
    ("zh", "ru"), [("👨‍👩‍👧好", "👨‍👩‍👧"), ("好\n吃\t甜", "мука́"), ("500\u00a0克", "500\u00a0г"), ("❤️", "❤️")]
)
def test_signs_that_are_needed(zh: str, ru: str) -> None:
    assert found("zero-width", zh, ru) + found("control", zh, ru) == []


def test_a_lost_letter_is_marked_but_nobody_knows_which() -> None:
    assert [one.fix for one in found("control", "好\ufffd吃", "да")] == [None]


@pytest.mark.parametrize(
    ("name", "zh", "ru", "right"),
    [
        ("space.begin", " 好", "да", ("好", "да")), ("space.begin", "\n好", "да", ("好", "да")), ("space.begin", "好", "\u00a0да", ("好", "да")),
        ("space.end", "好 ", "да", ("好", "да")), ("space.end", "好", "да\n", ("好", "да")), ("space.end", "好\u3000", "да", ("好", "да")),
        ("space.double", "好", "да  и нет", ("好", "да и нет")), ("space.double", "好", "да , нет", ("好", "да, нет")), ("space.double", "好", "да .", ("好", "да.")),
    ],
)  # fmt: skip
def test_spaces_too_many(name: str, zh: str, ru: str, right: tuple[str, str]) -> None:
    assert found(name, zh, ru)
    assert mended(name, zh, ru) == right


@pytest.mark.parametrize(
    ("zh", "ru"), [("好", "да"), ("好\n吃", "да\nнет"), ("好……", "да … нет"), ("好", "файл .env"), ("", "")]
)
def test_spaces_as_they_should_be(zh: str, ru: str) -> None:
    assert [found(name, zh, ru) for name in ("space.begin", "space.end", "space.double", "nl.count")] == [
        [],
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("zh", "ru", "some"),
    [
        ("好\n吃", "да", True),
        ("好", "да\n\nнет", True),
        ("一\n二\n三", "раз\nдва", True),
        ("一\n二", "раз\nдва\n", False),
    ],
)
def test_lines_are_as_many(zh: str, ru: str, some: bool) -> None:
    assert bool(found("nl.count", zh, ru)) is some


@pytest.mark.parametrize(
    ("name", "zh", "ru", "marked"),
    [
        ("brackets.balance", "大米（五常", "рис", ["（"]), ("brackets.balance", "大米", "рис (чёрный", ["("]), ("brackets.balance", "大米】", "рис", ["】"]),
        ("quotes.balance", "“好吃", "вкусно", ["“"]), ("quotes.balance", "好", "торт «Медовик", ["«"]), ("quotes.balance", "好", 'торт "Медовик', ['"']), ("quotes.balance", "好", "торт Медовик»", ["»"]),
    ],
)  # fmt: skip
def test_what_is_opened_is_closed(name: str, zh: str, ru: str, marked: list[str]) -> None:
    assert seen(name, zh, ru) == marked


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("大米（五常）", "рис (чёрный)"),
        ("1）好", "1) да; 2) нет"),
        ("“好”", "«Торт „Медовик“»"),
        ("好:)", "а) хлеб, б) чай :)"),
        ("《书》", 'экран 15"'),
    ],
)
def test_what_is_closed_or_only_lists(zh: str, ru: str) -> None:
    assert [
        name for name in ("brackets.balance", "quotes.balance") if seen(name, zh, ru) and name == "quotes.balance"
    ] == []
    assert seen("brackets.balance", "", ru) == []


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("好吃吗？", "Вкусно."),
        ("好吃。", "Вкусно!"),
        ("好吃", "Вкусно:"),
        ("等等……", "Ждите."),
        ("甜；", "Сладко"),
        ("好吃！", "Вкусно"),
    ],
)
def test_texts_that_end_differently(zh: str, ru: str) -> None:
    assert found("punct.end", zh, ru)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("好吃吗？", "Вкусно?"),
        ("好吃。", "Вкусно."),
        ("好吃……", "Вкусно…"),
        ("（好吃。）", "(Вкусно.)"),
        ("5件", "5 шт."),
        ("“好！”", "«Да!»"),
        ("好吗？！", "Да?!"),
    ],
)
def test_texts_that_end_alike(zh: str, ru: str) -> None:
    assert found("punct.end", zh, ru) == []
