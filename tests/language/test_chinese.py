"""Chinese numerals, prices, measures and readings as a northern host says them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language import chinese

D = Decimal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"), (1, "一"), (2, "二"), (10, "十"), (11, "十一"), (12, "十二"), (20, "二十"), (21, "二十一"), (22, "二十二"),
        (100, "一百"), (101, "一百零一"), (102, "一百零二"), (110, "一百一十"), (112, "一百一十二"), (120, "一百二十"),
        (200, "两百"), (202, "两百零二"), (212, "两百一十二"), (220, "两百二十"), (222, "两百二十二"), (299, "两百九十九"),
        (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"), (1100, "一千一百"), (2000, "两千"), (2002, "两千零二"),
        (2020, "两千零二十"), (2200, "两千两百"), (2222, "两千两百二十二"), (9999, "九千九百九十九"),
        (10000, "一万"), (10001, "一万零一"), (10010, "一万零一十"), (12000, "一万两千"), (12345, "一万两千三百四十五"),
        (20000, "两万"), (22000, "两万两千"), (20002, "两万零二"), (100000, "十万"), (120000, "十二万"), (200000, "二十万"),
        (1000000, "一百万"), (2000000, "两百万"), (10000000, "一千万"), (100000000, "一亿"), (200000000, "两亿"),
        (100000001, "一亿零一"), (100010000, "一亿零一万"), (-3, "负三"), (-12, "负十二"),
    ],
)  # fmt: skip
def test_cardinals(number: int, words: str) -> None:
    assert chinese.cardinal(number) == words


def test_numbers_beyond_speech_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        chinese.cardinal(10**16)


@pytest.mark.parametrize(
    ("number", "measure", "noun", "words"),
    [
        (1, "盒", "", "一盒"), (2, "盒", "", "两盒"), (2, "瓶", "蜂蜜", "两瓶蜂蜜"), (3, "罐", "", "三罐"), (10, "个", "", "十个"),
        (12, "个", "", "十二个"), (20, "袋", "", "二十袋"), (22, "支", "", "二十二支"), (100, "包", "", "一百包"),
        (102, "块", "", "一百零二块"), (200, "桶", "", "两百桶"), (2000, "件", "", "两千件"),
        (D("0.5"), "公斤", "", "半公斤"), (D("1.5"), "公斤", "", "一点五公斤"), (D("2.2"), "公斤", "", "二点二公斤"),
        (D("0.25"), "升", "", "零点二五升"), (D(2), "升", "", "两升"),
    ],
)  # fmt: skip
def test_counting_with_measure_words(number: int | Decimal, measure: str, noun: str, words: str) -> None:
    assert chinese.count(number, measure, noun) == words


@pytest.mark.parametrize(
    ("amount", "currency", "said", "written"),
    [
        (990, "CNY", "九块九", "9.9元"), (2990, "CNY", "二十九块九", "29.9元"), (12800, "CNY", "一百二十八元", "128元"),
        (200, "CNY", "两元", "2元"), (220, "CNY", "两块二", "2.2元"), (2000, "CNY", "二十元", "20元"),
        (20000, "CNY", "两百元", "200元"), (22000, "CNY", "两百二十元", "220元"), (1, "CNY", "一分", "0.01元"),
        (2, "CNY", "两分", "0.02元"), (50, "CNY", "五毛", "0.5元"), (20, "CNY", "两毛", "0.2元"), (502, "CNY", "五块零二分", "5.02元"),
        (505, "CNY", "五块零五分", "5.05元"), (555, "CNY", "五块五毛五", "5.55元"), (1999, "CNY", "十九块九毛九", "19.99元"),
        (10090, "CNY", "一百块九", "100.9元"), (0, "CNY", "零元", "0元"), (-990, "CNY", "负九块九", "-9.9元"),
        (29900, "RUB", "两百九十九卢布", "299卢布"), (200, "RUB", "两卢布", "2卢布"), (100000, "RUB", "一千卢布", "1000卢布"),
        (29950, "RUB", "两百九十九卢布五十戈比", "299.50卢布"),
    ],
)  # fmt: skip
def test_prices_said_and_written(amount: int, currency: str, said: str, written: str) -> None:
    assert chinese.money(amount, currency) == said
    assert chinese.money_written(amount, currency) == written


@pytest.mark.parametrize(
    ("value", "unit", "said", "written"),
    [
        (500, "g", "五百克", "500克"), (2, "kg", "两公斤", "2千克"), (D("1.5"), "l", "一点五升", "1.5升"),
        (12, "month", "十二个月", "12个月"), (2, "year", "两年", "2年"), (200, "ml", "两百毫升", "200毫升"),
        (45, "percent", "百分之四十五", "45%"), (D("2.5"), "percent", "百分之二点五", "2.5%"),
        (-18, "celsius", "零下十八摄氏度", "零下18摄氏度"), (2, "celsius", "两摄氏度", "2摄氏度"),
        (0, "celsius", "零摄氏度", "0摄氏度"),
    ],
)  # fmt: skip
def test_measures_said_and_written(value: int | Decimal, unit: str, said: str, written: str) -> None:
    assert chinese.measure(value, unit) == said
    assert chinese.measure_written(value, unit) == written


def test_ordinals_keep_er() -> None:
    assert [chinese.ordinal(n) for n in (1, 2, 12, 20, 22)] == ["第一", "第二", "第十二", "第二十", "第二十二"]


def test_dates_are_read_year_by_digit_and_day_with_hao() -> None:
    assert chinese.date_words(date(2026, 11, 24)) == "二零二六年十一月二十四号"
    assert chinese.date_words(date(2026, 2, 2), year=False) == "二月二号"


_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACE = {"十": 10, "百": 100, "千": 1000}


def _read_back(words: str) -> int:
    """An independent reading of a numeral: groups of four by 万 and 亿."""
    for sign, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if sign in words:
            high, low = words.split(sign, 1)
            return _read_back(high) * size + _read_back(low)
    total, digit = 0, None
    for sign in words:
        if sign in _PLACE:
            total += (1 if digit is None else digit) * _PLACE[sign]
            digit = None
        else:
            digit = _DIGIT[sign] or None
    return total + (digit or 0)


@given(st.integers(0, 10**12 - 1))
def test_every_numeral_reads_back_as_its_number(number: int) -> None:
    words = chinese.cardinal(number)
    assert _read_back(words) == number
    assert "零零" not in words
    assert not words.endswith("零") or number == 0
    assert "两十" not in words


@given(st.integers(0, 10**9), st.sampled_from(["CNY", "RUB"]))
def test_no_spoken_price_holds_a_digit_or_a_latin_letter(amount: int, currency: str) -> None:
    assert not any(sign.isascii() for sign in chinese.money(amount, currency))


# Words of the trade with a character of several readings; the list is ours, checked by a reader.
@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("便宜", "pián yi"), ("重量", "zhòng liàng"), ("重新", "chóng xīn"), ("银行", "yín háng"), ("行不行", "xíng bù xíng"),
        ("角色", "jué sè"), ("薄荷", "bò he"), ("发货", "fā huò"), ("理发", "lǐ fà"), ("人参", "rén shēn"), ("参加", "cān jiā"),
        ("朝阳", "zhāo yáng"), ("单价", "dān jià"), ("大列巴", "dà liè bā"), ("格瓦斯", "gé wǎ sī"), ("猴头菇", "hóu tóu gū"),
        ("蓝靛果", "lán diàn guǒ"), ("五大连池", "wǔ dà lián chí"), ("孙吴", "sūn wú"), ("逊克", "xùn kè"), ("嫩江", "nèn jiāng"),
        ("俄罗斯", "é luó sī"), ("长期", "cháng qī"), ("生长", "shēng zhǎng"), ("好吃", "hǎo chī"), ("喜好", "xǐ hào"),
        ("还没还", "hái méi huán"), ("干果", "gān guǒ"), ("晒干", "shài gān"), ("数一数", "shǔ yi shǔ"), ("种子", "zhǒng zi"),
        ("种地", "zhòng dì"), ("降温", "jiàng wēn"), ("少一点", "shǎo yì diǎn"), ("东北", "dōng běi"), ("都是", "dōu shì"),
    ],
)  # fmt: skip
def test_pinyin_of_trade_words(text: str, reading: str) -> None:
    assert chinese.pinyin(text) == reading


def test_pinyin_keeps_what_is_not_chinese() -> None:
    assert chinese.pinyin("3号，好！") == "3 hào ， hǎo ！"
