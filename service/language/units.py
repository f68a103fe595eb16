"""Units and currencies in both languages, where Babel has holes (CN¥ in Russian, «liter» in Chinese): catalogs/names/units.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from service.resources import root

__all__ = ["Currency", "Unit", "UnknownCurrency", "UnknownUnit", "currency", "unit"]


class UnknownUnit(LookupError):
    """The unit has no entry in catalogs/names/units.yaml."""


class UnknownCurrency(LookupError):
    """The currency has no entry in catalogs/names/units.yaml."""


@dataclass(frozen=True)
class Unit:
    """How a unit is called: zh on the page and aloud, ru as the noun's lemma."""

    zh: str
    zh_spoken: str
    ru: str


@dataclass(frozen=True)
class Currency:
    """Names of the major and minor unit; `minor` is how many minor units make one."""

    minor: int
    zh_major: str
    zh_minor: str
    ru_major: str
    ru_minor: str
    ru_sign: str | None


@cache
def _tables() -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = yaml.safe_load(
        (root("catalogs") / "names" / "units.yaml").read_text(encoding="utf-8")
    )
    return data


@cache
def unit(key: str) -> Unit:
    """The unit under a key such as g, ml, month, celsius."""
    try:
        entry = _tables()["units"][key]
    except KeyError:
        raise UnknownUnit(key) from None
    return Unit(zh=entry["zh"], zh_spoken=entry.get("zh_spoken", entry["zh"]), ru=entry["ru"])


@cache
def currency(code: str) -> Currency:
    """The currency under an ISO 4217 code."""
    try:
        entry = _tables()["currencies"][code]
    except KeyError:
        raise UnknownCurrency(code) from None
    return Currency(
        minor=entry["minor"],
        zh_major=entry["zh"]["major"],
        zh_minor=entry["zh"]["minor"],
        ru_major=entry["ru"]["major"],
        ru_minor=entry["ru"]["minor"],
        ru_sign=entry["ru"].get("sign"),
    )
