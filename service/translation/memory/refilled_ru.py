"""A value written into a Russian text: decimal comma, the unit as it was written there, and the counted noun in the form it then needs.

Forms come from the noun's card. Which case the place asks for is told by the preposition and by the form that stands there; where both
leave more than one and they would differ, or the word after the number has no card, the pair is `NotCertain`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from service.language.russian.agreement import form_after, plain, plural_category
from service.language.russian.counting import in_digits
from service.language.russian.nouns import noun
from service.translation.memory.governing import cases_at, sure_of_agreement
from service.translation.memory.slots import MONTHS, Slot
from service.translation.memory.writing import NotCertain, amount_in, tidy, unit_for
from service.translation.memory.written import first_writing, never_counted, noun_of, writings

__all__ = ["in_russian"]

_NBSP = "\u00a0"
_SCALES = (("млрд", 10**9), ("млн", 10**6), ("тыс", 10**3))
_WORD_AFTER = re.compile(r"[ \u00a0\u2009\u202f]*([А-Яа-яЁё]+)")
_ENDING_AFTER = re.compile(r"-(?:[а-яё]{1,3})(?![а-яё])")


def in_russian(new: Slot, slot: Slot, text: str, *, old: Slot) -> tuple[int, int, str]:
    """Where the value goes in the text, and how it is written there."""
    match slot.kind:
        case "code" | "link" | "emoji":
            return slot.start, slot.end, new.raw
        case "date":
            return slot.start, slot.end, _date(new, slot)
        case "time":
            hour, minute = new.value
            return slot.start, slot.end, f"{hour:02}:{minute:02}" if len(slot.raw) == 5 else f"{hour}:{minute:02}"
        case "year":
            return slot.start, slot.end, str(new.value)
        case "measure":
            return slot.start, slot.end, _measure(new, slot, text, old)
        case "money":
            return slot.start, slot.end, _money(new, slot, text)
        case "count":
            value = amount_in(new, slot, Decimal(1))
            return slot.start, slot.end, _counted(value, slot, text, slot.form)
    value = amount_in(new, slot, Decimal(1))
    _check_word_after(value, slot, text)
    return slot.start, slot.end, _sign(value, slot) + _figure(abs(value), slot)


def _figure(value: Decimal, slot: Slot) -> str:
    """1 299,50, 1,5 or 12 тыс., in the manner of what stood there."""
    value = tidy(value)
    if slot.scale:
        for word, size in _SCALES:
            scaled = tidy(value / size)
            if value >= size and -int(scaled.as_tuple().exponent) <= 2:
                return f"{_digits(scaled, slot)}{_NBSP if _NBSP in slot.raw else ' '}{word}{_dot(word)}"
    return _digits(value, slot)


def _dot(word: str) -> str:
    return "." if word == "тыс" else ""


def _digits(value: Decimal, slot: Slot) -> str:
    old = slot.figure
    cents = slot.kind == "money" and (value != value.to_integral_value() or old.endswith((",00", ".00")))
    text = f"{value:.2f}".replace(".", ",") if cents else in_digits(plain(value))
    if cents:
        whole, fraction = text.split(",")
        text = f"{in_digits(int(whole))},{fraction}"
    if "." in old and "," not in old:
        text = text.replace(",", ".")
    digits = re.sub(r"[.,].*", "", old)
    if len(digits) >= 4 and digits.isdigit():  # 1299 without a space stays without one
        return text.replace(_NBSP, "")
    if len(digits) >= 5 and " " in digits:
        return text.replace(_NBSP, " ")
    return text


def _sign(value: Decimal, slot: Slot) -> str:
    if value >= 0:
        return "+" if slot.sign == "+" and value > 0 else ""
    return slot.sign if slot.sign and slot.sign != "+" else "−"


def _measure(new: Slot, slot: Slot, text: str, old: Slot) -> str:
    assert slot.writing is not None
    key = str(unit_for(new, old, slot))
    size, form, lemma = slot.writing.size, slot.form, slot.writing.lemma
    if key != slot.writing.unit:
        short, name = first_writing(key, "ru"), noun_of(key)
        if short is None:  # 斤 has no Russian sign: the value is told in the unit that stands there
            key = slot.writing.unit
        elif lemma and name is None:
            raise NotCertain("unit")
        else:
            size = writings("ru")[short].size
            form, lemma = (form, name) if lemma else (short, None)
    value = amount_in(new, slot, size)
    if slot.of == "percent":
        value = abs(value)
        if slot.sign and slot.value < 0:
            value = -value
    figure = _sign(value, slot) + _figure(abs(value), slot)
    if lemma is None:
        return f"{figure}{slot.gap}{form}"
    return f"{figure}{slot.gap}{_noun_after(value, slot, text, lemma)}"


def _money(new: Slot, slot: Slot, text: str) -> str:
    value = Decimal(new.value)
    figure = _figure(value, slot)
    if slot.before:
        gap = slot.raw[len(slot.before) : len(slot.before) + 1]
        return f"{slot.before}{gap if gap.isspace() else ''}{figure}"
    if slot.writing is None or slot.writing.lemma is None:
        return f"{figure}{slot.gap}{slot.form}"
    return f"{figure}{slot.gap}{_noun_after(value, slot, text, slot.writing.lemma)}"


def _counted(value: Decimal, slot: Slot, text: str, form: str) -> str:
    assert slot.writing is not None
    figure = _sign(value, slot) + _figure(abs(value), slot)
    if slot.writing.lemma is None:
        return f"{figure}{slot.gap}{form}"
    return f"{figure}{slot.gap}{_noun_after(value, slot, text, slot.writing.lemma)}"


def _noun_after(value: Decimal, slot: Slot, text: str, lemma: str) -> str:
    """The form of the noun after the new value: one that holds in every case the place may ask for."""
    card = noun(lemma)
    old_value = Decimal(slot.value) / (slot.writing.size if slot.writing else 1)
    old_lemma = slot.writing.lemma if slot.writing and slot.writing.lemma else lemma
    if lemma == old_lemma and _alike(old_value, value, slot):
        return slot.form
    stood = slot.form.lower().replace("ё", "е")
    before, after = cases_at(text, slot, old_value), cases_at(text, slot, value)
    cases = {
        case for case in before
        if form_after(_ruling(old_value, slot), noun(old_lemma), case).replace("ё", "е") == stood
    }  # fmt: skip
    now = {form_after(_ruling(value, slot), card, case) for case in (cases if before == after or not cases else after)}
    if len(now) != 1 or not sure_of_agreement(text, slot, old_value, value):
        raise NotCertain("form")
    form = now.pop()
    return form.capitalize() if slot.form[:1].isupper() else form


def _ruling(value: Decimal, slot: Slot) -> int | Decimal:
    """The number that rules the noun: тыс. and млн ask for the genitive plural as a full thousand does."""
    number = plain(abs(value))
    if slot.scale and abs(value) >= 1000:
        return 1000
    return number


def _alike(old: Decimal, new: Decimal, slot: Slot) -> bool:
    """Whether both numbers ask for the same forms, so that nothing else changes."""
    return _class(_ruling(old, slot)) == _class(_ruling(new, slot))


def _class(number: int | Decimal) -> tuple[str, bool, bool]:
    category = plural_category(number)
    return category, isinstance(number, int) and number % 1000 == 0, category == "few" and number < 5


def _check_word_after(value: Decimal, slot: Slot, text: str) -> None:
    """A word without a card stays in its form only if the new number asks for the same one; 2-х and 5-ти always differ."""
    if _ENDING_AFTER.match(text, slot.end):
        raise NotCertain("form")
    following = _WORD_AFTER.match(text, slot.end)
    if following and following[1] not in never_counted() and not _alike(Decimal(slot.value), value, slot):
        raise NotCertain("form")


def _date(new: Slot, slot: Slot) -> str:
    year, month, day = new.value
    if (year is None) != (slot.value[0] is None):
        raise NotCertain("mapping")
    if slot.figure == "1":
        return f"{day:02}.{month:02}.{year}"
    if slot.figure == "2":
        return f"{year}-{month:02}-{day:02}"
    gap = slot.raw.lstrip("0123456789")[0]
    said = f"{day}{gap}{MONTHS[month - 1]}"
    return f"{said}{gap}{year}" if year is not None else said
