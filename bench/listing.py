"""How fast listings are checked against a channel's rules: one core, all findings, each channel on its own.

Half of the listings are good, half break some rules, for findings cost too. Texts differ, so that nothing can be remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from stdnum import ean

from service.listings.channels import Channel, channels
from service.listings.listing import Dimensions, Listing, Money, Picture, Variant
from service.listings.validating import validate

__all__ = ["LISTINGS", "rows"]

LISTINGS = 2000
ROUNDS = 5
AIM = 5000
ON = date(2026, 11, 25)
_EXTRAS = ("category", "type", "freight", "mobile", "delivery", "subject", "country")
_RU = (
    "Продукт из Благовещенска, собран и расфасован в Амурской области. Хранить в сухом месте, после вскрытия в холоде. "
)
_ZH = "产自阿穆尔州，当地采收包装。请置于阴凉干燥处，开封后冷藏。"


def listings(language: str) -> list[Listing]:
    """Cards as composing will make them: a description of some 600 signs, five pictures, two variants."""
    made = []
    for number in range(LISTINGS):
        good = number % 2 == 0
        name = (
            f"Мёд липовый «Амурский» {number} г, в стекле, натуральный, урожай этого года"
            if language == "ru"
            else f"俄罗斯椴树蜜{number}克玻璃瓶装原蜜"
        )
        title = name if good else f"{name} ХИТ ПРОДАЖ! 🔥 " + name * 3
        text = (_RU * 5 if language == "ru" else _ZH * 12) + str(number)
        pictures = tuple(
            Picture("jpg", 1200, 1200 if good else 400, 400_000, f"{number}-{at}") for at in range(5 if good else 10)
        )
        made.append(
            Listing(
                code=f"RU-HONEY-{number}", title=title, languages=(language,), brand="Амур",
                description=text if good else f"{text} скидка! https://пример.ru",
                pictures=pictures, detail_pictures=pictures, price=Money(129_900, "RUB" if language == "ru" else "CNY"),
                old_price=Money(149_900 if good else 130_000, "RUB" if language == "ru" else "CNY"), vat="10" if good else "20",
                barcodes=(gtin(number),), dimensions=Dimensions(90, 90, 120 if good else 0), weight=700, stock=40,
                attributes={"Страна": "Россия", "Вес": "500 г"}, goods=frozenset({"food"}),
                variants=(
                    Variant(f"RU-HONEY-{number}-1", {"вес": "500 г"}), Variant(f"RU-HONEY-{number}-2", {"вес": "900 г"}),
                ),
                extras=dict.fromkeys(_EXTRAS, "1"),
            )
        )  # fmt: skip
    return made


def gtin(number: int) -> str:
    """A number of thirteen digits of its own for each card."""
    digits = f"4600{number:08}"
    return digits + ean.calc_check_digit(digits)


def rate(check: Callable[[Any], object], some: list[Any]) -> float:
    """How many a second of processor time, the median of the rounds: other work on the machine is not counted."""
    check(some[0])
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in some:
            check(one)
        taken.append(len(some) / (time.process_time() - began))
    return median(taken)


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (channel, rate, aim), and what missed its aim."""
    by_language = {language: listings(language) for language in ("ru", "zh")}
    found, missed = [], []
    for key, channel in channels().items():
        some = by_language[channel.content.languages[0]]
        rules = len(channel.on(ON))
        findings = sum(len(validate(one, channel, as_of=ON)) for one in some) / len(some)
        speed = rate(_checking(channel), some)
        found.append(
            f"| {key}: {rules} rules, {findings:.1f} findings a listing | {speed:,.0f} listings/s | ≥ {AIM:,} |"
        )
        if speed < AIM:
            missed.append(f"{key} checks {speed:,.0f} listings a second, not {AIM:,}")
    return found, missed


def _checking(channel: Channel) -> Callable[[Listing], object]:
    return lambda listing: validate(listing, channel, as_of=ON)


if __name__ == "__main__":
    print("\n".join(rows()[0]))
