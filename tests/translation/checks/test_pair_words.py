"""Words: the wrong language, words said twice, loops, names, agreed terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from service.i18n import Message
from service.translation.checks import Level, Name, Pair, Side, check
from tests.translation.checks.judging import found, mended, pair, seen


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("黑木耳很好", "黑木耳 очень хороши", ["黑木耳"]), ("这款蜂蜜", "这款蜂蜜", ["这款蜂蜜"]), ("阿廖卡巧克力", "Шоколад 阿廖卡，好吃", ["阿廖卡，好吃"]),
        ("шоколад很好吃", "Шоколад очень вкусный", ["шоколад"]), ("Наш хлеб свежий", "Наш хлеб свежий", ["Наш хлеб свежий"]), ("口感тонкий", "Тонкий вкус", ["тонкий"]), ("证书СГР", "Свидетельство", ["СГР"]),
        ("黑木耳从黑河发货", "Black fungus ships from Heihe", ["fungus ships from"]),
    ],
)  # fmt: skip
def test_the_other_language_left_in_a_text(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("mixed.lang", zh, ru) == marked


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("KitKat巧克力", "Шоколад KitKat"), ("扫码加微信WeChat", "Добавьте нас в WeChat"), ("包装上写着“хлеб”", "На пачке написано «хлеб»"),
        ("见https://ru.wikipedia.org/wiki/Мёд", "См. https://ru.wikipedia.org/wiki/Мёд"), ("25°С保存", "Хранить при 25 °C"), ("{{ 商品 }}", "{{ 商品 }}"), ("俄税号ИНН，见38-ФЗ", "ИНН, см. 38-ФЗ"), ("“высший сорт”（特级）", "«Высший сорт» — не похвала"),
    ],
)  # fmt: skip
def test_what_may_stand_in_either_language(zh: str, ru: str) -> None:
    assert seen("mixed.lang", zh, ru) == []


def test_names_of_the_product_may_stay() -> None:
    assert seen("mixed.lang", "Алёнка巧克力", "Шоколад «Алёнка» (阿廖卡)", names=[Name("阿廖卡", "Алёнка")]) == []


@pytest.mark.parametrize(
    ("zh", "ru", "right"),
    [
        ("装在盒里", "Лежит в в коробке", ("装在盒里", "Лежит в коробке")), ("不甜", "Он не не сладкий", ("不甜", "Он не сладкий")),
        ("北方的的蜂蜜", "Мёд севера", ("北方的蜂蜜", "Мёд севера")), ("我们我们发货", "Мы отправляем", ("我们发货", "Мы отправляем")),
        ("新鲜面包", "Свежий свежий хлеб", ("新鲜面包", "Свежий свежий хлеб")), ("糖和和盐", "Сахар и и соль", ("糖和盐", "Сахар и соль")),
    ],
)  # fmt: skip
def test_a_word_said_twice_is_marked_and_one_goes_if_it_is_a_small_one(
    zh: str, ru: str, right: tuple[str, str]
) -> None:
    assert found("dup.word", zh, ru)
    assert mended("dup.word", zh, ru) == right


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("看看、慢慢尝", "Посмотрите не спеша"), ("高高兴兴，研究研究", "чуть-чуть, еле-еле"), ("的的确确好吃", "очень, очень вкусно"), ("人人爱吃", "Да да, именно он"),
        ("天天喝", "Пьют всё, всё до капли"), ("妈妈做的", "Мама мыла раму"), ("休息休息", "ещё ещё"), ("企业之间", "Партия от компании компании"),
    ],
)  # fmt: skip
def test_reduplication_is_no_fault(zh: str, ru: str) -> None:
    assert found("dup.word", zh, ru) == []


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("阴性阴性阴性阳性", "отрицательный"), ("很甜的蜂蜜", "мёд мёд мёд мёд"), ("提前准备", "Пре-пре-пре-пре"), ("新鲜", "самый свежий самый свежий самый свежий"),
        ("我们发货，我们发货，我们发货", "Мы отправляем"), ("好吃的面包好吃的面包好吃的面包", "Вкусный хлеб"),
    ],
)  # fmt: skip
def test_a_machine_that_cannot_end(zh: str, ru: str) -> None:
    assert found("repeat.loop", zh, ru)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("哈哈哈哈哈哈", "ха-ха"), ("来来来", "Сюда, сюда"), ("上链接，上链接，上链接", "Ссылка, ссылка, ссылка"), ("看看，尝尝", "Смотрите и пробуйте, смотрите и пробуйте"),
        ("一层一层", "слой за слоем"), ("1000000", "1 000 000"),
    ],
)  # fmt: skip
def test_what_is_repeated_on_purpose(zh: str, ru: str) -> None:
    assert found("repeat.loop", zh, ru) == []


@pytest.mark.parametrize(
    ("zh", "ru", "right"),
    [
        ("黑河特产", "Товары из Хейхе", "Товары из Хэйхэ"), ("北京烤鸭", "Утка из города Бейцзин", "Утка из города Пекин"), ("孙吴沙棘", "Облепиха из Сунву", "Облепиха из Суньу"),
        ("五大连池矿泉水", "Вода из Удалянчи", "Вода из Удаляньчи"), ("哈尔滨红肠", "Колбаса из Харбиня", "Колбаса из Харбиня"), ("逊克玉米", "Кукуруза из Сунькэ", "Кукуруза из Сюнькэ"),
    ],
)  # fmt: skip
def test_chinese_names_follow_palladius_or_custom(zh: str, ru: str, right: str) -> None:
    if ru == "Колбаса из Харбиня":  # near enough to be a form of Харбин
        assert found("name.palladius", zh, ru) == []
    else:
        assert mended("name.palladius", zh, ru)[1] == right


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("黑河特产", "Товары из Хэйхэ"), ("北京烤鸭", "Пекинская утка"), ("嫩江小麦", "Пшеница из Нэньцзяна"), ("阿穆尔州的大豆", "Соя Амурской области"),
        ("黑龙江大米", "Рис из Хэйлунцзяна"), ("黑河的味道", "Вкус севера"), ("哈尔滨红肠", "Харбинская колбаса"), ("北安玉米", "Кукуруза из Бэйаня"),
    ],
)  # fmt: skip
def test_names_written_right_or_left_out(zh: str, ru: str) -> None:
    assert found("name.palladius", zh, ru) == []


NAMES = [Name("阿廖卡", "Алёнка"), Name("红色十月", "Красный Октябрь")]


@pytest.mark.parametrize(
    ("zh", "ru", "source"),
    [
        ("阿莲卡巧克力", "Шоколад «Алёнка»", "ru"), ("十月巧克力", "Шоколад фабрики «Красный Октябрь»", "ru"), ("巧克力", "Плитка «Алёнки»", "ru"),
        ("阿廖卡巧克力", "Шоколад «Олёнка»", "zh"), ("红色十月出品", "Сделано в Москве", "zh"),
    ],
)  # fmt: skip
def test_a_brand_has_one_name_in_each_language(zh: str, ru: str, source: str) -> None:
    assert [one.side for one in found("name.zh_ru", zh, ru, names=NAMES, source=source)] == [
        "zh" if source == "ru" else "ru"
    ]


@pytest.mark.parametrize(
    ("zh", "ru", "source"),
    [
        ("阿廖卡巧克力", "Плитка «Алёнки»", "ru"), ("红色十月出品", "Фабрика «Красного Октября»", "zh"), ("黑巧克力", "Тёмный шоколад", "ru"),
        ("阿廖卡", "«Алёнка»", "zh"),
    ],
)  # fmt: skip
def test_brands_under_their_registered_names(zh: str, ru: str, source: str) -> None:
    assert found("name.zh_ru", zh, ru, names=NAMES, source=source) == []


@dataclass(frozen=True)
class Spotted:
    """What a term base tells."""

    check: str
    level: Level
    side: Side
    start: int
    end: int
    message: Message
    remedy: Message
    fix: str | None


def grechka(two: Pair) -> Iterator[Spotted]:
    """A term base that knows one word: 荞麦 is «гречка», and never «бук»."""
    place = two.text_ru.find("бук")
    if "荞麦" in two.text_zh and place >= 0:
        yield Spotted(
            "term.forbidden",
            "block",
            "ru",
            place,
            place + 3,
            Message("“бук” is a tree."),
            Message("Write “гречка”."),
            "гречка",
        )


def test_what_a_term_base_finds_is_a_finding_like_others() -> None:
    (finding,) = [one for one in check(pair("荞麦", "крупа, бук"), terms=grechka) if one.check.startswith("term.")]
    assert (finding.level, finding.side, finding.start, finding.end) == ("block", "ru", 7, 10)
    assert finding.fix is not None
    assert finding.fix.text == "гречка"
    assert not any(one.check.startswith("term.") for one in check(pair("荞麦", "гречка"), terms=grechka))
    assert not any(one.check.startswith("term.") for one in check(pair("荞麦", "бук")))
    assert not any(
        one.check.startswith("term.") for one in check(pair("荞麦", "бук"), terms=grechka, ignored={"term.forbidden"})
    )
