"""A value written into a Chinese text in the manner of the one that stood there."""

from __future__ import annotations

from decimal import Decimal

from service.translation.memory.numerals import characters
from service.translation.memory.slots import Slot
from service.translation.memory.writing import NotCertain, amount_in, tidy, unit_for
from service.translation.memory.written import first_writing, writings

__all__ = ["in_chinese"]

_SCALES = (("亿", 10**8), ("万", 10**4))


def in_chinese(new: Slot, slot: Slot, text: str, *, old: Slot) -> tuple[int, int, str]:
    """Where the value goes in the text, and how it is written there."""
    return slot.start, slot.end, _written(new, slot, old)


def _written(new: Slot, slot: Slot, old: Slot) -> str:
    match slot.kind:
        case "code" | "link" | "emoji":
            return new.raw
        case "date":
            return _date(new, slot)
        case "time":
            return _time(new, slot)
        case "year":
            return str(new.value) + slot.raw[len(slot.figure) :]
        case "discount":
            return _discount(new, slot)
        case "measure":
            return _measure(new, slot, old)
        case "money":
            figure = _figure(Decimal(new.value), slot)
            return _around(slot, figure)
    return (
        ("零下" if new.value < 0 else "") if slot.sign.startswith("零下") else "-" if new.value < 0 else ""
    ) + _figure(abs(amount_in(new, slot, Decimal(1))), slot)


def _around(slot: Slot, figure: str) -> str:
    """The sign or the name of money where it stood."""
    gap = slot.raw[len(slot.before) : len(slot.before) + 1] if slot.before else ""
    return f"{slot.before}{gap if gap.isspace() else ''}{figure}{slot.gap}{slot.form}"


def _figure(value: Decimal, slot: Slot) -> str:
    """Digits or characters, with 万 where it stood, thousands apart where they were."""
    if slot.figure and not slot.figure[0].isdigit():
        return characters(tidy(value), counted=True)
    if slot.scale:
        for sign, size in _SCALES:
            scaled = tidy(value / size)
            if value >= size and _decimals(scaled) <= 2:
                return f"{scaled:f}{sign}"
        return f"{tidy(value):f}"
    shown = tidy(value)
    if slot.kind == "money" and slot.figure.partition(".")[2].endswith("0") and _decimals(shown) <= 2:
        shown = shown.quantize(Decimal("0.01"))
    return f"{shown:,f}" if "," in slot.figure else f"{shown:f}"


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _measure(new: Slot, slot: Slot, old: Slot) -> str:
    assert slot.writing is not None
    key = unit_for(new, old, slot)
    form, size = slot.form, slot.writing.size
    if key != slot.writing.unit:
        form = first_writing(str(key), "zh") or ""
        if not form:
            raise NotCertain("unit")
        size = writings("zh")[form].size
    value = amount_in(new, slot, size)
    sign = ("零下" if slot.sign.startswith("零下") or form in ("摄氏度", "度") else "-") if value < 0 else ""
    if slot.form == "百分之":
        figure = _figure(abs(value), slot)
        return f"{sign}百分之{figure}"
    if slot.sign == "+" and value > 0:
        sign = "+"
    return f"{sign}{_figure(abs(value), slot)}{slot.gap}{form}"


def _discount(new: Slot, slot: Slot) -> str:
    """What is left of the price in tenths: 30 % off is 7折, 15 % is 8.5折 or 八五折."""
    if not 0 < abs(new.value) < 100:
        raise NotCertain("unit")
    tenths = tidy((100 - abs(Decimal(new.value))) / 10)
    if _decimals(tenths) > 1:
        raise NotCertain("unit")
    if not slot.figure[0].isdigit():
        return (
            "".join(characters(Decimal(int(digit)), counted=False) for digit in f"{tenths:f}".replace(".", "")) + "折"
        )
    figure = (
        f"{tenths * 10:f}".removesuffix(".0") if "." not in slot.figure and len(slot.figure) == 2 else f"{tenths:f}"
    )
    return f"{figure}折"


def _date(new: Slot, slot: Slot) -> str:
    year, month, day = new.value
    if (year is None) != (slot.value[0] is None):
        raise NotCertain("mapping")
    if slot.figure == "3":
        gap = " " if f"{slot.value[1]} " in slot.raw or f"{slot.value[1]}\u00a0" in slot.raw else ""
        said = f"{month}{gap}月{gap}{day}{gap}{slot.raw[-1]}"
        return f"{year}{gap}年{gap}{said}" if year is not None else said
    if slot.figure == "2":
        return f"{year}-{month:02}-{day:02}"
    sign = slot.raw[4]
    wide = "02" if slot.raw[5] == "0" or len(slot.raw) == 10 else ""
    return f"{year}{sign}{month:{wide}}{sign}{day:{wide}}"


def _time(new: Slot, slot: Slot) -> str:
    hour, minute = new.value
    if ":" in slot.raw:
        return f"{hour:02}:{minute:02}" if len(slot.raw) == 5 else f"{hour}:{minute:02}"
    sign = "点" if "点" in slot.raw else "时"
    return f"{hour}{sign}{minute:02}分" if minute else f"{hour}{sign}整"
