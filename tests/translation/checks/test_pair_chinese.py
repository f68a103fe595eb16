"""Chinese punctuation, script, numerals and measure words."""

from __future__ import annotations

import pytest

from tests.translation.checks.judging import found, mended, seen


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("黑木耳,好吃!", "黑木耳，好吃！"), ("好吃吗?", "好吃吗？"), ("规格:500克", "规格：500克"), ("大米(五常)", "大米（五常）"), ("５００克", "500克"), ("好吃.", "好吃。"),
        ("产地(Russia)", "产地（Russia）"), ("甜;酸", "甜；酸"), ("甜, 酸", "甜，酸"), ("维生素Ｃ", "维生素C"),
    ],
)  # fmt: skip
def test_punctuation_is_full_width_digits_are_half(wrong: str, right: str) -> None:
    assert found("zh.fullwidth", wrong, "")
    assert mended("zh.fullwidth", wrong, "")[0] == right


@pytest.mark.parametrize(
    "zh",
    [
        "黑木耳，好吃！",
        "1,299.50元",
        "2.5公斤",
        "晚上20:00开播",
        "见https://a.cn/b?c=1。",
        "KitKat (mini)",
        "{{ a, b }}",
        "比例1:2",
        "A.B.C",
    ],
)
def test_ascii_that_belongs_to_numbers_and_latin(zh: str) -> None:
    assert found("zh.fullwidth", zh, "") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("這個麵條", "这个面条"),
        ("黑木耳曬乾", "黑木耳晒干"),
        ("俄羅斯巧克力", "俄罗斯巧克力"),
        ("於是買了", "于是买了"),
    ],
)
def test_traditional_signs(wrong: str, right: str) -> None:
    assert mended("zh.traditional", wrong, "")[0] == right


@pytest.mark.parametrize("zh", ["这个面条", "著名的乾隆", "乾坤", "瞭望塔", "一出戏"])
def test_signs_both_scripts_share(zh: str) -> None:
    assert found("zh.traditional", zh, "") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("二瓶装", "两瓶装"),
        ("拿二个", "拿两个"),
        ("二公斤", "两公斤"),
        ("第两瓶", "第二瓶"),
        ("十两瓶", "十二瓶"),
        ("买二件", "买两件"),
    ],
)
def test_two_before_a_measure_word(wrong: str, right: str) -> None:
    assert mended("zh.liang", wrong, "")[0] == right


@pytest.mark.parametrize(
    "zh",
    [
        "两瓶装",
        "第二瓶",
        "十二瓶",
        "二十个",
        "二两茶",
        "二月",
        "二楼",
        "两百",
        "二百克",
        "星期二件件打折",
        "零点二升",
        "2瓶",
        "二锅头",
        "二维码",
        "百分之二",
        "三十二件",
        "周二天气",
    ],
)
def test_two_that_is_right(zh: str) -> None:
    assert found("zh.liang", zh, "") == []


@pytest.mark.parametrize(
    ("zh", "marked"),
    [
        ("两头鱼", ["头鱼"]),
        ("一条木耳", ["条木耳"]),
        ("三颗香肠", ["颗香肠"]),
        ("一根围巾", ["根围巾"]),
        ("买两枚面包。", ["枚面包"]),
    ],
)
def test_measure_words_that_do_not_fit(zh: str, marked: list[str]) -> None:
    assert seen("zh.mw", zh, "") == marked


@pytest.mark.parametrize(
    "zh",
    [
        "两条鱼",
        "一盒巧克力",
        "一块面包",
        "三根香肠",
        "一个玉米",
        "一穗玉米",
        "一头牛奶",
        "十斤大米",
        "一条鱼丸",
        "一朵木耳",
        "两瓶酒",
        "一杯花茶",
    ],
)
def test_measure_words_that_fit(zh: str) -> None:
    assert found("zh.mw", zh, "") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("黑木耳 很好", "黑木耳很好"), ("好吃， 甜", "好吃，甜"), ("好吃 ！", "好吃！"), ("黑 木 耳", "黑木耳")],
)
def test_no_spaces_between_signs(wrong: str, right: str) -> None:
    assert mended("zh.space", wrong, "")[0] == right


@pytest.mark.parametrize("zh", ["净重 500 克", "黑木耳\n很好", "KitKat 巧克力", "机构 “黑河”"])
def test_spaces_beside_digits_and_latin(zh: str) -> None:
    assert found("zh.space", zh, "") == []
