"""Makes words fit what an attribute takes: a value of its dictionary, a number in its unit, yes or no, a text of its length. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from service.i18n import N_, Message
from service.listings.categories.snapshot import Attribute, Spoken, Value, both
from service.listings.categories.suggesting import Unit, unit_named

__all__ = ["IMPORT", "SAY", "Dictionary", "Index", "Unfit", "fault", "number", "text_within", "yes_or_no"]

_FEW = 1000

Index = dict[str, dict[str, Value]]
"""Values of dictionaries by attribute and folded text; kept beside a category, so that many choices share it."""


class Unfit(Exception):
    """Words that do not fit: what is wrong, and what would be right."""

    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(str(what))


class Dictionary:
    """Looks words up in the dictionaries of a category, and says what is found in one language."""

    def __init__(self, language: Spoken, index: Index) -> None:
        self.language, self.index = language, index

    def look_up(self, attribute: Attribute, text: str, *, from_card: bool) -> list[tuple[str | None, str]]:
        """A dictionary's values; a card's words are taken apart at commas only if they fit nowhere as a whole."""
        known = self._values(attribute)
        found = self._find(attribute, known, text)
        if found is None and from_card and attribute.limits.get("most") != 1:
            parts = [part.strip() for part in re.split(r"[,;、，；]", text) if part.strip()]
            each = [self._find(attribute, known, part) for part in parts]
            if len(parts) > 1 and all(each):
                return [self._pair(one) for one in each if one is not None]
        if found is not None:
            return [self._pair(found)]
        if attribute.limits.get("own"):
            return [(None, text_within(attribute, text))]
        if not known:
            raise fault(_NO_VALUES)
        raise fault(_NOT_THERE, value=_short(text), near=self._nearest(attribute, known, text))

    def _find(self, attribute: Attribute, known: Mapping[str, Value], text: str) -> Value | None:
        folded = _folded(text)
        if (found := known.get(folded)) is None and attribute.kind == "yes" and folded in _YES:
            found = next((known[word] for word, yes in _YES.items() if yes == _YES[folded] and word in known), None)
        return found

    def _nearest(self, attribute: Attribute, known: Mapping[str, Value], text: str) -> list[str]:
        from rapidfuzz import fuzz, process  # only where something is wrong

        few = len(known) <= _FEW  # the better measure takes ten times as long
        scorer, least = (fuzz.WRatio, 0) if few else (fuzz.ratio, 55)
        hits = process.extract(_folded(text), list(known), scorer=scorer, limit=12, score_cutoff=least)
        near = dict.fromkeys(self._pair(known[word])[1] for word, _, _ in hits)
        return list(near)[:3] or ["—"]

    def numbered(self, attribute: Attribute, number: str) -> tuple[str | None, str]:
        for one in attribute.values or ():
            if one.external == number:
                return self._pair(one)
        if attribute.values:
            raise fault(_NO_NUMBER, value=number)
        return number, ""

    def _values(self, attribute: Attribute) -> dict[str, Value]:
        if (found := self.index.get(attribute.external)) is None:
            found = {}
            for value in attribute.values or ():
                for text in (value.ru, value.zh):
                    if text:
                        found.setdefault(_folded(text), value)
            self.index[attribute.external] = found
        return found

    def _pair(self, value: Value) -> tuple[str | None, str]:
        return value.external, both(value.zh, value.ru, self.language)


_YES = {"true": True, "да": True, "是": True, "yes": True, "有": True, "false": False, "нет": False, "否": False, "no": False, "无": False}  # fmt: skip


def _folded(text: str) -> str:
    """As values are compared: small letters, ё as е, single spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())


def yes_or_no(text: str) -> str:
    """ "true" or "false", however it is said. Raises `Unfit`."""
    if (found := _YES.get(_folded(text))) is None:
        raise fault(_NOT_YES, value=_short(text))
    return "true" if found else "false"


def text_within(attribute: Attribute, text: str) -> str:
    """A text whose length the platform takes. Raises `Unfit`."""
    limits = attribute.limits
    if (most := limits.get("max_length")) is not None and len(text) > most:
        raise fault(_TOO_LONG, length=len(text), most=most)
    if (least := limits.get("min_length")) is not None and len(text) < least:
        raise fault(_TOO_SHORT, length=len(text), least=least)
    return text


_NUMBER = re.compile(r"\s*([-−]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?)\s*(.*?)\s*")


def number(attribute: Attribute, text: str, unit: str | None) -> tuple[str, str | None]:
    """A number in a unit the platform takes, and that unit's number there. Raises `Unfit`."""
    match = _NUMBER.fullmatch(text)
    theirs = match and unit_named(match[2])
    if match is None or (match[2] and theirs is None):
        raise fault(_NOT_NUMBER, value=_short(text))
    amount = Decimal(re.sub(r"\s", "", match[1]).replace(",", ".").replace("−", "-"))
    if theirs is not None and theirs == unit_named("год") and amount >= 1900:
        theirs = None  # a year of the calendar, not so many years
    units: list[Mapping[str, str]] = attribute.limits.get("units") or []
    if theirs is not None:
        amount, unit = _converted(attribute, amount, theirs, match[2], units, unit)
    if units:
        unit = unit or attribute.limits.get("unit") or (units[0]["id"] if len(units) == 1 else None)
        if all(one["id"] != unit for one in units):
            raise fault(_WHICH_UNIT, units=[one["name"] for one in units])
    return _within(attribute, amount), unit


def _converted(
    attribute: Attribute, amount: Decimal, theirs: Unit, word: str, units: Sequence[Mapping[str, str]], wanted: str | None
) -> tuple[Decimal, str | None]:  # fmt: skip
    """The amount in the platform's unit: the one that was asked for, the same one, or one of the same kind."""
    if units:
        open_to = [(one["id"], unit_named(one["name"])) for one in units if wanted is None or one["id"] == wanted]
        fits = [(id_, one) for id_, one in open_to if one is not None and one.kind == theirs.kind]
        fits.sort(key=lambda one: one[1] != theirs)
        for id_, target in fits:
            if (found := _exactly(amount, theirs, target)) is not None:
                return found, id_
        raise fault(_OTHER_UNIT, value=f"{amount} {word}", unit=[one["name"] for one in units])
    name = attribute.limits.get("unit_name")
    own = unit_named(name) if name else _unit_in_name(attribute)
    if own is None:
        if theirs.kind != "share":
            raise fault(_UNIT_UNKNOWN, value=f"{amount} {word}")
        return amount, wanted
    if own.kind != theirs.kind or (found := _exactly(amount, theirs, own)) is None:
        raise fault(_OTHER_UNIT, value=f"{amount} {word}", unit=name or attribute.name_ru or attribute.name_zh or "—")
    return found, wanted


def _exactly(amount: Decimal, unit: Unit, target: Unit) -> Decimal | None:
    """The amount in another unit, unless it would not come out even: five months are no number of years."""
    found = (amount * unit.times / target.times).quantize(Decimal("0.000001"))
    return found if found * target.times == amount * unit.times else None


def _unit_in_name(attribute: Attribute) -> Unit | None:
    """The unit a name tells: «Жирность, %», «Срок годности в днях», 保质期（天）."""
    for name in (attribute.name_ru, attribute.name_zh):
        for word in re.findall(r",\s*([^,]+)$|\sв\s+(\w+)\s*$|[（(]([^（）()]+)[）)]\s*$", name or ""):
            if (found := unit_named(next(part for part in word if part))) is not None:
                return found
    return None


def _within(attribute: Attribute, amount: Decimal) -> str:
    limits = attribute.limits
    amount = amount.normalize()
    shown = format(amount, "f")
    lowest, highest, decimals = limits.get("min"), limits.get("max"), limits.get("decimals")
    if (lowest is not None and amount < Decimal(lowest)) or (highest is not None and amount > Decimal(highest)):
        raise fault(_OUT_OF_RANGE, value=shown, lowest=lowest or "−∞", highest=highest or "∞")
    if decimals is not None and -int(amount.as_tuple().exponent) > decimals:
        raise fault(_TOO_FINE, value=shown, decimals=decimals)
    return shown


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def fault(words: tuple[str, str], **facts: Any) -> Unfit:
    """What does not fit, in words."""
    return Unfit(Message(words[0], facts), Message(words[1], facts))


IMPORT = N_("Save the platform's answer and import it with “amurlive listing category import”.")
SAY = N_("Answer it in the choice: with a fact of the card, a value, or the number of a value.")
_NOT_THERE = (N_("“{value}” is not in the platform's dictionary."), N_("Nearest: {near}. Choose one of its values."))
_NO_NUMBER = (N_("The platform's dictionary has no value of the number {value}."), SAY)
_NO_VALUES = (N_("The platform's dictionary was not imported, so no value can be found in it."), IMPORT)
_NOT_NUMBER = (N_("“{value}” is not a number."), SAY)
_NOT_YES = (N_("“{value}” is neither yes nor no."), SAY)
_OUT_OF_RANGE = (N_("{value} is not within {lowest}…{highest}."), SAY)
_TOO_FINE = (N_("{value} has too many digits after the point; the platform takes {decimals}."), SAY)
_TOO_LONG = (N_("The text has {length} characters; the platform takes {most}."), SAY)
_TOO_SHORT = (N_("The text has {length} characters; the platform wants {least}."), SAY)
_WHICH_UNIT = (N_("The number needs a unit: {units}."), N_("Name the unit's number in the choice (“unit”)."))
_OTHER_UNIT = (N_("{value} cannot be said in the platform's unit: {unit}."), SAY)
_UNIT_UNKNOWN = (N_("{value}: the platform does not say which unit it wants."), SAY)
