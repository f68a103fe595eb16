"""Numbers, units, money and dates: what one text says in figures, the other must say too, and both as the data have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from service.i18n import N_, Message
from service.translation.checks.pair import Fact, Finding, Fix, Pair, Side
from service.translation.checks.reading.lists import lists
from service.translation.checks.reading.prose import Prose
from service.translation.checks.reading.quantities import DIGITS, HINT, WORDS, Quantity, same

__all__ = ["bound", "currency", "date_format", "date_order", "numbers"]

_CURRENCY_OF = {"CN": "money:CNY", "RU": "money:RUB"}


def numbers(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """num.mismatch, num.unit, cur.symbol: quantities without their like in the other text.

    Repeating a quantity is free; numerals in words are asked for only where the other text measures the same kind of thing otherwise.
    """
    lonely: dict[Side, list[Quantity]] = {"zh": _alone(zh, ru), "ru": _alone(ru, zh)}
    partners = {id(one): other for one, other in _partners(lonely["zh"], lonely["ru"], zh, ru)}
    other_side = lonely["zh" if pair.target == "ru" else "ru"]
    for prose, alone in ((zh, lonely["zh"]), (ru, lonely["ru"])):
        for quantity in alone:
            partner = partners.get(id(quantity))
            if partner is not None:
                if prose.side == pair.target:
                    yield _disagreeing(quantity, partner, prose, zh if prose.side == "ru" else ru)
            elif quantity.weight == DIGITS:
                yield _missing(quantity, prose, added=prose.side == pair.target, empty=not other_side)


def _alone(prose: Prose, other: Prose) -> list[Quantity]:
    """Quantities nothing in the other text answers."""
    answers = other.quantities
    measured = {quantity.kind for quantity in answers if quantity.weight > HINT and quantity.kind}
    return [
        one for one in prose.quantities
        if (one.weight == DIGITS or (one.weight == WORDS and one.kind in measured))
        and not any(same(one, answer) for answer in answers)
    ]  # fmt: skip


def _partners(
    left: list[Quantity], right: list[Quantity], zh: Prose, ru: Prose
) -> Iterator[tuple[Quantity, Quantity]]:  # fmt: skip
    """Pairs that were meant to say the same: equal numbers first, then equal kinds, both in order."""
    free = list(right)
    rest = []
    for one in left:
        match = next((other for other in free if other.raw == one.raw and one.kind != "code" != other.kind), None)
        if match is None:
            rest.append(one)
            continue
        free.remove(match)
        yield from ((one, match), (match, one))
    for one in rest:
        match = next((other for other in free if other.kind == one.kind), None)
        if match is not None:
            free.remove(match)
            yield from ((one, match), (match, one))


def _said(prose: Prose, quantity: Quantity) -> str:
    return prose.text[quantity.start : quantity.end].strip()


def _disagreeing(quantity: Quantity, partner: Quantity, prose: Prose, other: Prose) -> Finding:
    facts = {"here": _said(prose, quantity), "there": _said(other, partner)}
    money = quantity.kind.startswith("money") and partner.kind.startswith("money")
    if money and quantity.kind != partner.kind:
        check, what = "cur.symbol", N_("“{here}” and “{there}” are amounts in different currencies.")
    elif quantity.kind != partner.kind or (quantity.raw == partner.raw and quantity.factor != partner.factor):
        check, what = "num.unit", N_("“{here}” and “{there}” are not the same quantity: the units differ.")
    else:
        check, what = "num.mismatch", N_("“{here}” here, “{there}” in the other text.")
    remedy = Message(N_("Say the same in both texts."))
    return Finding(check, "error", prose.side, quantity.start, quantity.end, Message(what, facts), remedy)


def _missing(quantity: Quantity, prose: Prose, *, added: bool, empty: bool) -> Finding:
    what = (
        Message(N_("“{here}” has no counterpart in the source."), {"here": _said(prose, quantity)}) if added
        else Message(N_("“{here}” is missing in the translation."), {"here": _said(prose, quantity)})
    )  # fmt: skip
    remedy = Message(N_("Say the same in both texts."))
    return Finding("num.mismatch", "error", prose.side, quantity.start, quantity.end, what, remedy)


_LEAKS = {
    "zh": re.compile(r"CN¥|CNY|RMB|RUB|руб\.?|(?<=\d)\s?р\."),
    "ru": re.compile(r"CN¥|RMB|CNY|RUB|元|卢布|块钱|[¥￥](?=\s?\d)|(?<=\d)\s?[¥￥]"),
}
_RIGHT = {
    "zh": Message(N_("Write 元, ¥ before the number, 卢布 or ₽.")),
    "ru": Message(N_("Write ₽ or «руб.» after the number; for Chinese money the word «юань».")),
}


def currency(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """cur.symbol: codes and signs of the other language; a currency that is not the market's and not bound to the text."""
    for prose in (zh, ru):
        for match in _LEAKS[prose.side].finditer(prose.plain):
            what = Message(N_("“{sign}” is not how the currency is written here."), {"sign": match[0].strip()})
            start = match.end() - len(match[0].lstrip())
            fix = None
            if prose.side == "ru" and match[0].strip() == "RUB" and prose.plain[:start].rstrip()[-1:].isdigit():
                fix = Fix(start, match.end(), "₽")
            yield Finding("cur.symbol", "error", prose.side, start, match.end(), what, _RIGHT[prose.side], fix)
    own = _CURRENCY_OF.get(pair.market or "")
    prose = zh if pair.market == "CN" else ru
    allowed = {f"money:{fact.unit}" for fact in pair.facts.values() if fact.kind == "price"} | {own}
    for quantity in prose.quantities if own else ():
        if quantity.kind.startswith("money") and quantity.kind not in allowed:
            what = Message(N_("“{here}” is not in the market's currency."), {"here": _said(prose, quantity)})
            remedy = Message(N_("Give the price of this market."))
            yield Finding("cur.symbol", "error", prose.side, quantity.start, quantity.end, what, remedy)


_FOREIGN_DATE = {
    "zh": re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.])"),
    "ru": re.compile(
        r"(?<![\d-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])|(\d{4})年(\d{1,2})月(\d{1,2})日|(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])"
    ),
}


def date_format(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """date.format: a date written as the other language or a program writes it."""
    for prose in (zh, ru):
        for match in _FOREIGN_DATE[prose.side].finditer(prose.plain):
            parts = [int(part) for part in match.groups() if part]
            year, month, day = parts if parts[0] > 31 else parts[::-1]
            certain = "/" not in match[0] or parts[0] > 31
            try:
                date(year, month, day)
            except ValueError:
                certain = False
            text = f"{day:02}.{month:02}.{year}" if prose.side == "ru" else f"{year}年{month}月{day}日"
            what = Message(N_("The date “{here}” is not written as this language writes dates."), {"here": match[0]})
            remedy = Message(N_("Write {right}."), {"right": "21.03.2026" if prose.side == "ru" else "2026年3月21日"})
            fix = Fix(*match.span(), text) if certain else None
            yield Finding("date.format", "error", prose.side, *match.span(), what, remedy, fix)


def _day_after(prose: Prose, words: list[str]) -> tuple[Quantity, date] | None:
    """The first whole date that follows one of the words."""
    plain = prose.plain.lower()
    for word in words:
        at = plain.find(word)
        for quantity in prose.quantities if at >= 0 else ():
            if (
                quantity.kind == "date"
                and quantity.day
                and None not in quantity.day
                and 0 <= quantity.start - at <= len(word) + 6
            ):
                try:
                    return quantity, date(*quantity.day)  # type: ignore[arg-type]
                except ValueError:
                    continue
    return None


def date_order(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """date.order: good before it was made."""
    for prose in (zh, ru):
        words = lists().contexts[prose.side]
        made, until = _day_after(prose, words["produced"]), _day_after(prose, words["expires"])
        if made and until and until[1] < made[1]:
            what = Message(N_("The goods expire before they are made."))
            remedy = Message(N_("Compare both dates with the label."))
            yield Finding("date.order", "error", prose.side, until[0].start, until[0].end, what, remedy)


def bound(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """price.bound: prices, discounts, stock, net weight and dates that the data say otherwise."""
    if not pair.facts:
        return
    kinds = {kind: [fact for fact in pair.facts.values() if fact.kind == kind] for kind in _KINDS}
    for prose in (zh, ru):
        for quantity in prose.quantities:
            if quantity.weight == HINT and quantity.kind != "":
                continue
            for kind, facts in kinds.items():
                if (
                    facts
                    and _speaks_of(kind, quantity, prose, pair, facts)
                    and not any(_meets(quantity, one) for one in facts)
                ):
                    what = Message(N_("“{here}” is not what the data say."), {"here": _said(prose, quantity)})
                    remedy = Message(N_("The data say: {right}. Change the text, or put the value in by a placeholder."),
                                     {"right": ", ".join(_shown(fact) for fact in facts)})  # fmt: skip
                    yield Finding("price.bound", "block", prose.side, quantity.start, quantity.end, what, remedy)


_KINDS = ("price", "discount", "stock", "weight", "produced", "expires")


def _speaks_of(kind: str, quantity: Quantity, prose: Prose, pair: Pair, facts: list[Fact]) -> bool:
    """Whether a quantity of the text is about a fact of this kind, by its unit and the words beside it."""
    if kind == "price":
        return quantity.weight > HINT and quantity.kind in {f"money:{fact.unit}" for fact in facts}
    words = lists().contexts[prose.side].get(kind, ())
    before, around = (
        prose.plain[max(0, quantity.start - span) : quantity.end + 6 * (span > 20)].lower() for span in (16, 24)
    )
    if kind == "discount":
        return quantity.kind == "percent" and any(word in around for word in words)
    if kind == "stock":
        return (
            quantity.kind == ""
            and (quantity.weight == DIGITS or prose.side == "zh")
            and any(word in before for word in words)
        )
    if kind == "weight":
        measured = quantity.kind in {"mass" if fact.unit == "g" else "volume" for fact in facts}
        return measured and (any(word in before for word in words) or pair.field in lists().label_fields)
    return quantity.kind == "date" and any(word in before for word in words)


def _meets(quantity: Quantity, fact: Fact) -> bool:
    if fact.kind in ("produced", "expires"):
        day = fact.day
        said = quantity.day or (None, None, None)
        return all(a is None or a == b for a, b in zip(said, (day.year, day.month, day.day), strict=True))
    if fact.kind == "price":
        return quantity.kind == f"money:{fact.unit}" and abs(quantity.value) == int(fact.value)
    return abs(quantity.value) == Decimal(fact.value)


def _shown(fact: Fact) -> str:
    if fact.kind == "price":
        return f"{Decimal(fact.value) / 100:.2f} {fact.unit}"
    return f"{fact.value}{'%' if fact.kind == 'discount' else ' ' + fact.unit if fact.unit else ''}"
