"""Numbers across the scripts: what one text says in figures, the other says too, and both as the data have it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.language import chinese
from service.language.russian import Case, Gender, cardinal
from service.translation.checks import Fact
from service.translation.checks.reading import chinese as zh_reading
from service.translation.checks.reading import russian as ru_reading
from tests.translation.checks.judging import found, mended, seen

from hypothesis import given, strategies as st  # isort: skip


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("售价1,299.50元", "Цена 1 299,50 юаня"), ("月销1.2万件", "12 тыс. штук в месяц"), ("月销1.2万件", "В месяц 12 000 штук"),
        ("全场5折", "Скидка 50 % на всё"), ("全场五折", "Всё за полцены"), ("今天8.5折", "Сегодня скидка 15 %"), ("八五折", "скидка 15 %"),
        ("买2瓶", "Возьмите две бутылки"), ("两瓶装", "Набор из 2 бутылок"), ("三天内吃完", "Съешьте за 3 дня"), ("3天内吃完", "Съешьте в течение трёх дней"),
        ("1天内喝完", "Выпить не позднее суток"), ("24小时发货", "Отправим за сутки"), ("保质期18个月", "Срок годности полтора года"),
        ("半斤装", "Упаковка 250 г"), ("5斤大米", "Рис, 2,5 кг"), ("二两茶叶", "Чай, 100 г"), ("3升", "Трёхлитровая банка"), ("500克装", "500-граммовая пачка"),
        ("零下18℃冷冻", "Хранить при −18 °C"), ("-18℃", "минус 18 градусов"), ("0至25℃保存", "Хранить при 0…+25 °C"), ("2-8℃", "от 2 до 8 °C"),
        ("-6至-2℃", "−6…−2 °C"), ("煮8至10分钟", "Варите 8–10 минут"), ("泡十分钟", "Замочите на 10 минут"), ("两个半小时", "2,5 часа"), ("一刻钟", "15 минут"),
        ("3月21日上新", "Новинки 21 марта"), ("2026年3月21日", "21.03.2026"), ("3月21日", "двадцать первого марта"), ("2026年产", "урожай 2026 года"),
        ("晚上8点开播", "Эфир в 20:00"), ("20:00见", "Увидимся в 8 часов вечера"), ("九块九包邮", "9,90 юаня с доставкой"), ("9.9元", "9,9 юаня"),
        ("¥128", "128 юаней"), ("299卢布", "299 ₽"), ("¥1.2万", "12 000 юаней"), ("百分之十五", "15 %"), ("含可可85%", "85% какао"),
        ("维生素B12", "витамин В12"), ("货号HH-CORN-1", "артикул HH-CORN-1"), ("第3款", "3-й товар"), ("单穗220克", "1 початок, 220 г"),
        ("一公斤二百克", "1200 г"), ("1公斤200克", "1,2 кг"), ("１２瓶", "12 бутылок"), ("双层", "2 слоя"), ("买一送一", "1 + 1"),
        ("十分好吃，五花肉，万一", "Очень вкусная грудинка"), ("500克", "500 грамм"), ("净含量1.5L", "1,5 л"), ("30天", "1 месяц"),
        ("一百二十八元", "сто двадцать восемь юаней"), ("价格9.9元，9.9元！", "Цена 9,9 юаня"), ("长5厘米", "Длина 50 мм"), ("走3公里", "Пройдите 3 км"),
        ("出口2959.6万件", "29,6 млн посылок"), ("B2B出口", "продажа компании"), ("1.2亿", "120 млн"),
    ],
)  # fmt: skip
def test_the_same_quantity_in_both_scripts_is_no_finding(zh: str, ru: str) -> None:
    assert [seen(name, zh, ru) for name in ("num.mismatch", "num.unit", "cur.symbol")] == [[], [], []]


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("售价99元", "Цена 199 юаней", ["199 юаней"]), ("月销1.2万件", "1,2 тыс. штук", ["1,2 тыс"]), ("全场5折", "Скидка 5 %", ["5 %"]),
        ("全场8折", "Скидка 80 %", ["80 %"]), ("买2瓶", "Возьмите три бутылки", ["2"]), ("3天内吃完", "Съешьте за два дня", ["два дня"]),
        ("三天内吃完", "Съешьте за две недели", ["две недели"]), ("零下18℃", "при 18 °C", ["18 °C"]), ("煮8至10分钟", "Варите 8–15 минут", ["15 минут"]),
        ("3月21日", "12 марта", ["12 марта"]), ("2026年3月21日", "21.03.2025", ["21.03.2025"]), ("244890件", "24 490 штук", ["24 490"]),
        ("晚上8点开播", "Эфир в 21:00", ["21:00"]), ("黑木耳", "Чёрные древесные грибы, 501 г", ["501 г"]), ("维生素B12", "витамин В6", ["В6"]),
        ("含可可85%", "какао 58%", ["58%"]), ("货号SKU_12", "товар", ["SKU_12"]), ("三升", "Пятилитровая банка", ["Пятилитровая"]),
        ("两百克", "300 г", ["300 г"]), ("半小时", "полтора часа", ["полтора часа"]), ("2959.6万件", "28,6 млн посылок", ["28,6 млн"]),
    ],
)  # fmt: skip
def test_another_number_is_found_whichever_way_it_is_written(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("num.mismatch", zh, ru) == marked


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("Рис".replace("Рис", "大米5公斤"), "Рис, 2,5 килограмма", ["大米5公斤"[2:]]), ("每盒200克", "В коробке 300 г", ["200克"]),
        ("3天", "5 дней", ["3天"]),
    ],
)  # fmt: skip
def test_where_russian_was_first_the_chinese_is_marked(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("num.mismatch", zh, ru, source="ru") == marked


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("5斤大米", "Рис, 5 кг", ["5 кг"]), ("3两茶叶", "Чай, 3 г", ["3 г"]), ("500毫升", "500 г", ["500 г"]), ("10分钟", "10 часов", ["10 часов"]),
        ("2升", "2 мл", ["2 мл"]), ("20厘米", "20 мм", ["20 мм"]), ("18个月", "18 лет", ["18 лет"]),
    ],
)  # fmt: skip
def test_the_same_number_with_another_unit(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("num.unit", zh, ru) == marked
    assert seen("num.mismatch", zh, ru) == []


@pytest.mark.parametrize(
    ("zh", "ru"),
    [("5斤", "2,5 кг"), ("10公斤", "20 цзиней"), ("1.5升", "1500 мл"), ("72小时", "3 суток"), ("25度", "25 °C")],
)
def test_the_same_quantity_in_another_unit(zh: str, ru: str) -> None:
    assert seen("num.unit", zh, ru) == []


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("售价99元", "Цена 99 ₽", ["99 ₽"]), ("售价99卢布", "Цена 99 юаней", ["99 юаней"]), ("99元", "CN¥99", ["CN¥"]), ("99元", "99 RMB", ["RMB"]),
        ("299卢布", "299 RUB", ["RUB"]), ("售价RUB299", "Цена 299 ₽", ["RUB"]), ("99元", "Цена ¥99", ["¥"]),
    ],
)  # fmt: skip
def test_currencies_that_differ_or_are_written_as_codes(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("cur.symbol", zh, ru) == marked


@pytest.mark.parametrize(
    ("zh", "ru"),
    [("99元", "99 юаней"), ("¥99", "99 юаней"), ("299₽", "299 ₽"), ("299卢布", "299 руб."), ("5美元", "5 $")],
)
def test_currencies_written_as_each_language_writes_them(zh: str, ru: str) -> None:
    assert seen("cur.symbol", zh, ru) == []


def test_a_price_in_another_market_s_currency_needs_a_fact() -> None:
    zh, ru = "只要299卢布", "Всего 299 ₽"
    assert seen("cur.symbol", zh, ru, market="CN") == ["299卢布"]
    assert seen("cur.symbol", zh, ru, market="RU") == []
    assert seen("cur.symbol", zh, ru, market="CN", facts={"price.ru": Fact("price", 29900, "RUB")}) == []


def test_a_code_behind_a_number_becomes_the_sign() -> None:
    assert mended("cur.symbol", "299卢布", "Цена 299 RUB")[1] == "Цена 299 ₽"


@pytest.mark.parametrize(
    ("zh", "ru", "zh_right", "ru_right"),
    [
        ("2026年3月21日", "До 2026-03-21", "2026年3月21日", "До 21.03.2026"), ("21.03.2026到", "21 марта 2026 г.", "2026年3月21日到", "21 марта 2026 г."),
        ("2026年3月21日", "2026年3月21日", "2026年3月21日", "21.03.2026"), ("2026年3月4日", "3/4/2026", "2026年3月4日", "3/4/2026"),
    ],
)  # fmt: skip
def test_dates_in_the_other_s_way_are_rewritten_if_they_can_be_read_one_way(
    zh: str, ru: str, zh_right: str, ru_right: str
) -> None:
    assert found("date.format", zh, ru)
    assert mended("date.format", zh, ru) == (zh_right, ru_right)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("3月21日", "21 марта"),
        ("2026年3月21日", "21.03.2026"),
        ("2026-03-21", "21.03.2026"),
        ("电话010-1234-5678", "тел. 010-1234-5678"),
    ],
)
def test_dates_as_the_language_writes_them(zh: str, ru: str) -> None:
    assert found("date.format", zh, ru) == []


def test_goods_do_not_expire_before_they_are_made() -> None:
    assert seen(
        "date.order", "生产日期2026年3月1日，保质期至2025年9月1日", "Изготовлено 01.03.2026, годен до 01.09.2025"
    ) == ["2025年9月1日", "01.09.2025"]
    assert seen("date.order", "生产日期：2026-03-01，有效期至：2026-02-01", "") == ["2026-02-01"]
    assert seen("date.order", "", "Дата изготовления 5 мая 2026 г., употребить до 1 мая 2026 г.") == ["1 мая 2026 г"]
    assert (
        found("date.order", "生产日期2026年3月1日，保质期至2026年9月1日", "Изготовлено 01.03.2026, годен до 01.09.2026")
        == []
    )
    assert found("date.order", "有效期至2026年9月1日", "Годен до 01.09.2026") == []
    assert (
        found("date.order", "生产日期2026年3月1日，活动到2026年2月1日", "Изготовлено 01.03.2026, акция до 01.02.2026")
        == []
    )


FACTS = {
    "price": Fact("price", 12800, "CNY"), "before": Fact("price", 15900, "CNY"), "off": Fact("discount", 20), "stock": Fact("stock", 35),
    "net": Fact("weight", 500, "g"), "made": Fact("produced", "2026-03-01"), "until": Fact("expires", "2027-03-01"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("zh", "ru", "marked"),
    [
        ("只要118元", "Всего 118 юаней", ["118元", "118 юаней"]), ("原价159元，现价12.8元", "Было 159 юаней, стало 12,8 юаня", ["12.8元", "12,8 юаня"]),
        ("直播间7折", "Скидка в эфире 30 %", ["7折", "30 %"]), ("仅剩50瓶", "Осталось 50 штук", ["50", "50"]), ("净含量450克", "Масса нетто 450 г", ["450克", "450 г"]),
        ("生产日期2026年4月1日", "Изготовлено 01.04.2026", ["2026年4月1日", "01.04.2026"]), ("保质期至2028年3月1日", "Годен до 01.03.2028", ["2028年3月1日", "01.03.2028"]),
    ],
)  # fmt: skip
def test_what_the_data_say_otherwise_blocks(zh: str, ru: str, marked: list[str]) -> None:
    assert seen("price.bound", zh, ru, facts=FACTS) == marked
    assert {one.level for one in found("price.bound", zh, ru, facts=FACTS)} == {"block"}


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("原价159元，现在128元", "Было 159 юаней, стало 128"), ("一百二十八元", "сто двадцать восемь юаней"), ("8折", "скидка 20 %"), ("库存35", "На складе 35 штук"),
        ("净含量500克", "Масса нетто 0,5 кг"), ("加100克糖，煮35分钟", "Добавьте 100 г сахара, варите 35 минут"), ("含可可85%", "85 % какао"),
        ("生产日期2026年3月1日", "Изготовлено 1 марта 2026 г."), ("3月8日见", "До встречи 8 марта"),
    ],
)  # fmt: skip
def test_what_agrees_with_the_data_or_is_about_something_else(zh: str, ru: str) -> None:
    assert seen("price.bound", zh, ru, facts=FACTS) == []


def test_on_a_label_the_weight_is_that_of_the_goods() -> None:
    assert seen("price.bound", "400克袋装", "400 г", field="label", facts=FACTS) == ["400克", "400 г"]


@given(st.integers(0, 10**9))
def test_every_numeral_the_language_rooms_write_is_read_back(number: int) -> None:
    assert zh_reading.number_of(chinese.cardinal(number)) == number


@given(st.integers(1, 999_999), st.sampled_from(list(Case)))
def test_every_russian_numeral_is_read_back_in_every_case(number: int, case: Case) -> None:
    said = f"{cardinal(number, gender=Gender.M, case=case)} кг"
    assert [one.value for one in ru_reading.quantities(said)] == [Decimal(number * 1000)]


@given(st.integers(0, 10**7), st.integers(0, 99))
def test_a_price_written_by_each_language_is_the_same(major: int, minor: int) -> None:
    from service.language.russian import money_written

    amount = major * 100 + minor
    ru = money_written(amount, "RUB")
    assert seen("num.mismatch", f"售价{chinese.money_written(amount, 'RUB')}", f"Цена {ru}") == []
    assert seen("num.mismatch", f"售价{amount / 100:,.2f}卢布", f"Цена {ru}") == []
    assert seen("num.mismatch", f"售价{chinese.money_written(amount + 100, 'RUB')}", f"Цена {ru}") != []
