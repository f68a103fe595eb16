"""Amounts with their unit or currency, found in a sentence and written by the house's own rules where the machine failed. Pure.

Units, currencies and Russian forms come from catalogs/names, short Russian units from CLDR.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml
from babel.units import format_unit

from service.resources import root
from service.translation.machine.figures import figures, localised

__all__ = ["quantities", "written"]

_SIGNS = {"¥": "CNY", "￥": "CNY", "₽": "RUB", "$": "USD", "€": "EUR"}
_CLDR = {
    "g": "mass-gram", "kg": "mass-kilogram", "mg": "mass-milligram", "ml": "volume-milliliter", "l": "volume-liter",
    "mm": "length-millimeter", "cm": "length-centimeter", "m": "length-meter", "month": "duration-month",
    "celsius": "temperature-celsius",
}  # fmt: skip
_UNSAFE = {"year"}
"""2026年 is a date, not 2026 years."""


def quantities(text: str, language: str) -> list[tuple[int, int]]:
    """Places of numbers with the sign before or the unit after them."""
    found: list[tuple[int, int]] = []
    for start, end in dict.fromkeys((figure.start, figure.end) for figure in figures(text, language)):
        unit = _after(language).match(text, end)
        sign = re.compile(r"[¥￥₽$€]\s?$").search(text, max(found[-1][1] if found else 0, start - 2), start)
        found.append((sign.start() if sign else start, unit.end() if unit else end))
    return found


def written(quantity: str, source: str, target: str) -> str:
    """The same in another language: 500克 → 500 граммов, ¥39.9 → 39,90 юаня. What has no known unit keeps its sign."""
    if source == target:
        return quantity
    found = figures(quantity, source)
    plain = localised(quantity, quantity, target, source)
    if target == "en" or len(found) != 1 or len(found[0].values) != 1:
        return plain
    value = min(found[0].values)
    named = quantity[: found[0].start].strip() or quantity[found[0].end :].strip()
    key = _units(source).get(named.lower().rstrip("."), "")
    if not key:
        return plain
    from service.language import chinese, russian

    if key.isupper():
        money = russian.money_written if target == "ru" else chinese.money_written
        return money(int(value * 100), key) if value * 100 == int(value * 100) else plain
    measure = russian.measure if target == "ru" else chinese.measure_written
    return measure(int(value) if value == value.to_integral_value() else value, key)


@cache
def _after(language: str) -> re.Pattern[str]:
    units = "|".join(re.escape(unit) for unit in sorted(_units(language), key=len, reverse=True))
    return re.compile(rf"\s?(?:{units})" + ("" if language == "zh" else r"(?![^\W\d_])\.?"), re.IGNORECASE)


@cache
def _units(language: str) -> dict[str, str]:
    """What units and currencies may be called, in small letters without a full stop, and their keys."""
    from service.language.russian import noun

    tables: dict[str, dict[str, Any]] = yaml.safe_load((root("catalogs") / "names" / "units.yaml").read_text("utf-8"))
    units = {key: entry for key, entry in tables["units"].items() if key not in _UNSAFE}
    currencies = tables["currencies"]
    called = dict(_SIGNS) | {"%": "percent"}
    if language == "zh":
        called |= {entry[name]: key for key, entry in units.items() for name in ("zh", "zh_spoken") if name in entry}
        called |= {entry["zh"]["major"]: key for key, entry in currencies.items()}
        called.pop("百分之", None)
    if language == "ru":
        for key, lemma in {
            key: entry["ru"] for key, entry in (units | currencies).items() if isinstance(entry["ru"], str)
        }.items():
            called |= dict.fromkeys(_forms(noun(lemma)), key)
        for key, entry in currencies.items():
            called |= dict.fromkeys(_forms(noun(entry["ru"]["major"])), key)
        for key, name in _CLDR.items():
            called[format_unit(1, name, length="short", locale="ru").split()[-1].rstrip(".").lower()] = key
        called |= {"руб": "RUB", "шт": "pcs"}
    return called


def _forms(card: Any) -> set[str]:
    return {*card.singular.values(), *card.plural.values(), card.counted} - {None, ""}
