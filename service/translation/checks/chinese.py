"""Chinese: punctuation and digits of the right width, simplified signs, 两 and 二, measure words, no spaces between signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import opencc

from service.i18n import N_, Message
from service.translation.checks.pair import Finding, Fix, Pair
from service.translation.checks.reading.lists import lists
from service.translation.checks.reading.prose import HAN, Prose

__all__ = ["fullwidth", "liang", "measure_words", "spaces_between", "traditional"]

_SIGN = f"{HAN}，。！？：；（）、《》“”…"
_ASCII = re.compile(
    rf"(?:(?<=[{_SIGN}%℃])|(?<=[{_SIGN}%℃][A-Za-z0-9]))[,!?;:.](?![\d.]*\d)(?=[\s{HAN}“《（A-Za-z]|$)[ ]?|(?<=[{HAN}])[,:;](?=\d)"
)
_PARENTHESES = re.compile(
    rf"\((?=[^()（）]*[{HAN}])([^()（）]*)\)|(?<=[{HAN}])\(([^()（）]*)\)|\(([^()（）]*)\)(?=[{HAN}])"
)
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ．％＋－]+")
_FULL = dict(zip(",!?;:.", "，！？；：。", strict=True))


def fullwidth(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zh.fullwidth: ASCII punctuation beside Chinese signs; digits and Latin letters of full width."""
    for match in _ASCII.finditer(zh.plain):
        if match[0][0] == "." and zh.plain[match.start() - 1 : match.start()].isdigit():
            continue
        yield _width(match, _FULL[match[0][0]])
    for match in _PARENTHESES.finditer(zh.plain):
        inside = zh.text[match.start() + 1 : match.end() - 1]
        yield _width(match, f"（{inside}）")
    for match in _WIDE.finditer(zh.plain):
        yield _width(match, "".join(chr(ord(sign) - 0xFEE0) for sign in match[0]))


def _width(match: re.Match[str], right: str) -> Finding:
    what = Message(N_("“{here}” has the wrong width."), {"here": match[0].strip()[:20]})
    remedy = Message(N_("In Chinese punctuation is full width, digits and Latin letters are half width."))
    return Finding("zh.fullwidth", "warn", "zh", *match.span(), what, remedy, Fix(*match.span(), right))


@cache
def _simple() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def traditional(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zh.traditional: signs of the traditional script."""
    simple = _simple().convert(zh.plain)
    if simple == zh.plain or len(simple) != len(zh.plain):
        return
    place = 0
    while place < len(simple):
        start = place
        while place < len(simple) and simple[place] != zh.plain[place]:
            place += 1
        if place > start:
            what = Message(N_("“{here}” is written in traditional signs."), {"here": zh.plain[start:place]})
            remedy = Message(N_("Write “{right}”."), {"right": simple[start:place]})
            fix = Fix(start, place, simple[start:place])
            yield Finding("zh.traditional", "warn", "zh", start, place, what, remedy, fix)
        place += 1


@cache
def _two() -> re.Pattern[str]:
    measures = "|".join(sorted(map(re.escape, lists().liang), key=len, reverse=True))
    digits = "零一二三四五六七八九十百千万亿两第初点〇\\d分周期星礼拜"
    # 二年级, 二天门: a rank or a name follows
    return re.compile(
        rf"(?<![{digits}])二(?!锅头|手)(?=(?:{measures})(?!级|月|楼|号|线|期))|(?<=第)两(?=[{HAN}])|(?<=十)两(?=(?:{measures}))|两(?=十[^字])"
    )


def liang(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zh.liang: 二 before a measure word, 两 in an ordinal or before 十."""
    for match in _two().finditer(zh.plain):
        right = "两" if match[0] == "二" else "二"
        what = Message(N_("Here two is “{right}”, not “{wrong}”."), {"right": right, "wrong": match[0]})
        remedy = Message(N_("Before measure words write 两; in ordinals, before 十 and inside numerals 二."))
        yield Finding("zh.liang", "warn", "zh", *match.span(), what, remedy, Fix(*match.span(), right))


@cache
def _counted() -> re.Pattern[str]:
    data = lists()
    nouns = "|".join(sorted(map(re.escape, data.measures), key=len, reverse=True))
    words = sorted({*(one for row in data.measures.values() for one in row), *data.liang, "颗", "枚", "尾", "匹", "辆", "座", "朵"}, key=len, reverse=True)  # fmt: skip
    # The noun ends there: 鱼丸, 糖醋, 花生, 牛奶 are other things.
    return re.compile(
        rf"[一二两三四五六七八九十几\d](?P<measure>{'|'.join(words)})(?P<noun>{nouns})(?=[，。！？；、：（）“”\s的]|$)"
    )


def measure_words(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zh.mw: a measure word that does not go with its noun. Vessels and weights go with everything."""
    data = lists()
    vessels = frozenset(data.vessels)
    for match in _counted().finditer(zh.plain):
        fitting = data.measures[match["noun"]]
        if match["measure"] in vessels or match["measure"] in fitting:
            continue
        what = Message(
            N_("“{measure}” is not the measure word of “{noun}”."), {"measure": match["measure"], "noun": match["noun"]}
        )
        remedy = Message(N_("Usual: {fitting}."), {"fitting": "、".join(fitting)})
        yield Finding("zh.mw", "warn", "zh", match.start("measure"), match.end("noun"), what, remedy)


_BETWEEN = re.compile(rf"(?<=[{HAN}])[ \u00a0]+(?=[{HAN}，。！？：；、])|(?<=[，。！？；、])[ \u00a0]+(?=[{HAN}])")


def spaces_between(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zh.space: a space between two Chinese signs (beside digits and Latin letters it may stand)."""
    for match in _BETWEEN.finditer(zh.plain):
        what = Message(N_("There is no space between Chinese signs."))
        remedy = Message(N_("Take it out, or put a comma."))
        yield Finding("zh.space", "warn", "zh", *match.span(), what, remedy, Fix(*match.span(), ""))
