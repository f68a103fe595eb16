"""Chinese numerals in characters as values, and back by `service.language.chinese`."""

from __future__ import annotations

from decimal import Decimal

from service.language.chinese import cardinal, decimal_words

__all__ = ["NUMERALS", "characters", "in_characters"]

NUMERALS = "零〇一二三四五六七八九十百千万亿两半"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}


def in_characters(text: str) -> Decimal | None:
    """The value of 一百二十, 两千五百, 十二, 一点五, 半; None where the characters make no number (二五, 百百)."""
    if text == "半":
        return Decimal("0.5")
    whole, point, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or (point and not (fraction and all(sign in _DIGITS for sign in fraction))):
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[sign]) for sign in fraction)}") if point else Decimal(value)


def _whole(text: str) -> int | None:
    total = group = 0
    digit: int | None = None
    last = 10**5
    for sign in text:
        if sign in _DIGITS:
            if digit not in (None, 0):
                return None  # 二五 is read digit by digit, which is no cardinal
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            place = _PLACES[sign]
            if place >= last or (digit is None and (sign != "十" or group)):
                return None
            group += (1 if digit is None else digit) * place
            digit, last = None, place
        elif sign in _GROUPS:
            here = group + (digit or 0)
            if not here:
                return None
            total = (total + here) * _GROUPS[sign] if sign == "亿" else total + here * _GROUPS[sign]
            group, digit, last = 0, None, 10**5
        else:
            return None
    return total + group + (digit or 0) if text else None


def characters(number: Decimal, *, counted: bool) -> str:
    """The numeral: 两 before what is counted, 半 for a half, 十二, 一点五."""
    if number == Decimal("0.5") and counted:
        return "半"
    if number != number.to_integral_value():
        return decimal_words(number)
    return "两" if number == 2 and counted else cardinal(int(number))
