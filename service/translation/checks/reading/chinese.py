"""Quantities in Chinese text: digits and numerals (1.2万, 两, 一百二十), units, 折 and 成, money, dates, times of day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from service.translation.checks.reading.lists import lists, units
from service.translation.checks.reading.quantities import DIGITS, HINT, WORDS, Quantity, is_word, joined, roughness

__all__ = ["number_of", "quantities"]

_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
_H = "零〇一二两三四五六七八九十百千万亿"
_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
# 二两 is two liang: 两 is a digit only at the beginning and before 百 千 万 亿.
_HAN = rf"(?:[零〇一二三四五六七八九十百千万亿]|两(?=[百千万亿])|(?<![{_H}0-9])两)+(?:点[零〇一二三四五六七八九]+)?"
_CONNECTORS = frozenset({"至", "到", "-", "–", "—", "~", "～", "或", "、", "…", "/", "+", "…+", "~+", "～+"})
_HALF = Decimal("0.5")


def number_of(han: str) -> Decimal | None:
    """The value of a numeral in signs: 一百零五, 二零二六, 一点五, 两万; None if it is none (万一)."""
    whole, _, fraction = han.partition("点")
    if not any(sign in _PLACES or sign in _GROUPS for sign in whole):
        if not whole:
            return None
        value = Decimal("".join(str(_HAN_DIGITS[sign]) for sign in whole))
    else:
        total = group = digit = 0
        said = False
        for sign in whole:
            if sign in _HAN_DIGITS:
                digit, said = _HAN_DIGITS[sign], True
            elif sign in _PLACES:
                group += (digit if said else 1) * _PLACES[sign]
                digit, said = 0, False
            else:
                if not (group or digit):
                    return None
                total = (
                    (total + group + digit) * _GROUPS[sign] if sign == "亿" else total + (group + digit) * _GROUPS[sign]
                )
                group, digit, said = 0, 0, False
        value = Decimal(total + group + digit)
    if fraction:
        value += Decimal("0." + "".join(str(_HAN_DIGITS.get(sign, 0)) for sign in fraction))
    return value


@cache
def _pattern() -> re.Pattern[str]:
    data = lists()
    written = sorted((re.escape(one) for one in units("zh") if one != "两"), key=len, reverse=True)
    latin = [one for one in written if one.isascii() and one.isalpha()]
    others = [one for one in written if one not in latin]
    # A unit of one letter must not be the beginning of a word; 千克 is a unit before 千 is a thousand.
    unit = rf"(?:{'|'.join(others)})|(?:{'|'.join(latin)})(?![A-Za-z0-9])|两(?![个只天次人下句口年种盒瓶袋])"
    skipped = "|".join(sorted((re.escape(one) for one in data.not_numbers["zh"]), key=len, reverse=True))
    wholes = "|".join(sorted((re.escape(one) for one in data.wholes["zh"]), key=len, reverse=True))
    words = "|".join(map(re.escape, data.words["zh"]))
    signs = "|".join(sorted((re.escape(one) for one in data.signs), key=len, reverse=True))
    number = rf"(?:{_ARABIC})|{_HAN}"
    return re.compile(
        rf"""(?P<iso>(?<![0-9])[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9]))
        |(?P<foreign>(?<![0-9])[0-9]{{1,2}}\.[0-9]{{1,2}}\.[0-9]{{4}}(?![0-9]))
        |(?P<code>(?<![A-Za-z0-9])(?=[A-Za-z])[A-Za-z][A-Za-z_/-]*[0-9][A-Za-z0-9_/-]*)
        |(?P<skip>(?:{skipped})(?![钟之]))
        |(?P<whole>{wholes})
        |(?P<clock>(?<![0-9:.])[0-9]{{1,2}}[:：][0-9]{{2}}(?![0-9:])|(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}}|两)(?:点钟|点半|点整|点(?=[，。、！？\s开播到至]|$)))
        |(?P<date>(?:(?P<y>[0-9]{{4}}|[零〇一二三四五六七八九]{{4}})年)(?:(?P<m>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:(?P<d>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?)?
          |(?P<m2>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:(?P<d2>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?
          |(?P<d3>[0-9]{{1,2}})[日号](?![线楼店链]))
        |(?P<part>(?P<den>[{_H}0-9]+)分之(?P<nom>{number}))
        |(?P<off>(?P<offn>[0-9](?:\.[0-9])?|[一二三四五六七八九]{{1,2}})折(?!叠|磨|断|返|算|腾|中))
        |(?P<tenths>(?P<tenn>[一二三四五六七八九]|[0-9])成(?=[，。、；的以左多新熟]|$|\D))
        |(?P<sign>{signs})\s?(?P<signed>{_ARABIC})(?P<signedmul>万|千)?
        |(?P<kuai>(?P<kn>{number})块(?P<kt>[一二三四五六七八九0-9](?![0-9{_H}]?[个只]))(?P<mao>毛)?)
        |半(?P<halfunit>{unit})
        |(?P<ordinal>第)?(?P<minus>零下\s?|负|(?<![0-9A-Za-z℃°度%％])[-−–])?(?P<number>{number})(?P<mul>(?<=[0-9])[万亿]|(?<=[0-9])千(?![克米]))?(?P<more>[多余来几])?(?P<half>个半(?=小时|月|钟头|星期))?(?:\s?(?P<unit>{unit}|(?<=个半)月))?(?P<tail>半(?!价|天|成|夜|个|路|年|数|径))?
        |(?P<word>{words})""",
        re.VERBOSE,
    )  # fmt: skip


def quantities(text: str) -> list[Quantity]:
    """Quantities in order. `text` has placeholders and addresses masked."""
    found: list[Quantity] = []
    for match in _pattern().finditer(text):
        quantity = _quantity(match)
        if quantity is not None:
            found.append(quantity)
    return joined(found, text, _CONNECTORS)


def _decimal(written: str) -> Decimal | None:
    if written.isascii():
        return Decimal(written.replace(",", ""))
    return number_of(written) if all(sign in _H or sign == "点" for sign in written) else None


def _int(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdigit() and written.isascii():
        return int(written)
    value = number_of(written)
    return None if value is None else int(value)


def _quantity(match: re.Match[str]) -> Quantity | None:
    groups, written = match.groupdict(), match[0]
    start, end = match.span()
    strong = DIGITS if any(sign.isdigit() and sign.isascii() for sign in written) else WORDS
    for name, read in _READERS.items():
        if groups[name] is not None:
            return read(groups, written, start, end, strong)
    return None


_Groups = dict[str, str | None]


def _skipped(groups: _Groups, written: str, start: int, end: int, strong: int) -> None:
    return None


def _numeric_date(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    parts = [int(part) for part in re.split(r"[-/.]", written)]
    year, month, day = parts if groups["iso"] else parts[::-1]
    return Quantity("date", Decimal(0), Decimal(year), start, end, DIGITS, day=(year, month, day))


def _code(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity | None:
    if is_word(written):
        return None
    return Quantity("code", Decimal(0), Decimal(0), start, end, DIGITS, code=written.upper().rstrip("-_/"))


def _whole(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    name, _, value = lists().wholes["zh"][written].partition(":")
    return Quantity(name, Decimal(value), Decimal(value), start, end, WORDS)


def _date(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    day = (_int(groups["y"]), _int(groups["m"] or groups["m2"]), _int(groups["d"] or groups["d2"] or groups["d3"]))
    raw = next(part for part in reversed(day) if part is not None)
    return Quantity("date", Decimal(0), Decimal(raw), start, end, strong, day=day)


def _part(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity | None:
    denominator, nominator = _decimal(groups["den"] or ""), _decimal(groups["nom"] or "")
    if not denominator or nominator is None:
        return None
    if denominator == 100:
        return Quantity("percent", nominator, nominator, start, end, strong)
    return Quantity("", nominator / denominator, nominator / denominator, start, end, HINT)


def _off(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    """5折 is half off; 八五折 fifteen percent."""
    tenth = groups["offn"] or ""
    paid = Decimal(tenth) if tenth[0].isascii() else Decimal(".".join(str(_HAN_DIGITS[sign]) for sign in tenth))
    return Quantity("percent", 100 - paid * 10, 100 - paid * 10, start, end, strong)


def _tenths(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    value = Decimal(_int(groups["tenn"]) or 0) * 10
    return Quantity("percent", value, value, start, end, HINT)


def _signed(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    value = (_decimal(groups["signed"] or "") or Decimal(0)) * {"万": 10000, "千": 1000, None: 1}[groups["signedmul"]]
    return Quantity(lists().signs[groups["sign"] or ""], value * 100, value, start, end, DIGITS, factor=Decimal(100))


def _kuai(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity | None:
    """九块九, 3块5毛."""
    whole, tenth = _decimal(groups["kn"] or ""), _int(groups["kt"])
    if whole is None or tenth is None:
        return None
    value = whole + Decimal(tenth) / 10
    return Quantity("money:CNY", value * 100, value, start, end, strong, factor=Decimal(100))


def _half(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    unit = units("zh")[groups["halfunit"] or ""]
    return Quantity(unit.kind, unit.factor / 2, _HALF, start, end, WORDS, factor=unit.factor)


def _counting_word(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity:
    value = Decimal(lists().words["zh"][written])
    return Quantity("", value, value, start, end, HINT)


def _clock(groups: _Groups, written: str, start: int, end: int, strong: int) -> Quantity | None:
    if ":" in written or "：" in written:
        hour, minute = (int(part) for part in re.split("[:：]", written))
    else:
        number = _int(written.split("点", maxsplit=1)[0])
        if number is None:
            return None
        hour, minute = number, 30 if written.endswith("半") else 0
    return Quantity("clock", Decimal(hour * 60 + minute), Decimal(hour), start, end, strong)


def _number(groups: _Groups, _: str, start: int, end: int, strong: int) -> Quantity | None:
    written = groups["number"] or ""
    raw = _decimal(written)
    if raw is None:
        return None
    scale = {"万": 10**4, "亿": 10**8, "千": 10**3, None: 1}[groups["mul"]]
    rough = roughness(raw, scale)
    raw *= scale
    if groups["half"] or groups["tail"]:
        raw += _HALF
    minus, written_unit = groups["minus"], groups["unit"]
    unit = units("zh")["个月" if written_unit == "月" else written_unit] if written_unit else None
    minus = minus and minus.strip()
    if minus and (minus in ("零下", "负") or (unit and unit.kind == "celsius")):
        raw = -raw
    elif minus:
        start += len(minus)
    if groups["ordinal"] or groups["more"]:
        return Quantity("", raw, raw, start, end, DIGITS if strong == DIGITS and not groups["more"] else HINT)
    if unit is None:
        if minus == "零下":
            return Quantity("celsius", raw, raw, start, end, strong)
        return Quantity("", raw, raw, start, end, DIGITS if strong == DIGITS else HINT, rough=rough)
    if written == "一" and raw == 1:  # 一年里, 一天到头: rather «a» than one
        strong = HINT
    return Quantity(unit.kind, raw * unit.factor, raw, start, end, strong, factor=unit.factor, rough=rough)


_READERS: Final[Mapping[str, Callable[[_Groups, str, int, int, int], Quantity | None]]] = {
    "skip": _skipped, "iso": _numeric_date, "foreign": _numeric_date, "code": _code, "whole": _whole, "clock": _clock, "date": _date,
    "part": _part, "off": _off, "tenths": _tenths, "sign": _signed, "kuai": _kuai, "halfunit": _half, "number": _number,
    "word": _counting_word,
}  # fmt: skip
