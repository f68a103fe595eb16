"""Money and measures, spoken and written. Money comes in minor units (kopecks, fen, cents)."""

from __future__ import annotations

from decimal import Decimal

from service.language.russian.agreement import form_after
from service.language.russian.cardinals import cardinal
from service.language.russian.counting import count, in_digits
from service.language.russian.grammar import Case
from service.language.russian.nouns import noun
from service.language.units import Currency, currency, unit

__all__ = ["measure", "money", "money_written"]


def money(amount: int, code: str, *, case: Case = Case.NOM, short: bool = False) -> str:
    """An amount in words: двести девяносто девять рублей девяносто копеек; no minor part if it is zero.

    `short` leaves the currency's name out as sellers do: двести девяносто девять девяносто.
    Raises `UnknownCurrency`.
    """
    names = currency(code)
    if short and abs(amount) >= names.minor:
        return _short(amount, names, case)
    return _full(amount, names, case, words=True)


def money_written(amount: int, code: str, *, sign: bool = True, case: Case = Case.NOM) -> str:
    """An amount in digits with the currency's sign, or with its name where it has none: 299,90 ₽, 12,50 юаня.

    Without `sign`, both units by name: 299 рублей 90 копеек. Names follow `case`. Raises `UnknownCurrency`.
    """
    names = currency(code)
    if not sign:
        return _full(amount, names, case, words=False)
    whole, minor = divmod(abs(amount), names.minor)
    fraction = f",{minor:0{len(str(names.minor)) - 1}d}" if minor else ""
    if names.ru_sign:
        return f"{'−' if amount < 0 else ''}{in_digits(whole)}{fraction}\N{NO-BREAK SPACE}{names.ru_sign}"
    value = Decimal(amount) / names.minor if minor else whole
    name = form_after(value, noun(names.ru_major), case)
    return f"{'минус ' if amount < 0 else ''}{in_digits(whole)}{fraction} {name}"


def measure(value: int | Decimal, key: str, *, case: Case = Case.NOM, words: bool = False) -> str:
    """A value with its unit's name: 500 граммов, 1,5 литра, сорок пять процентов. Raises `UnknownUnit`."""
    return count(value, unit(key).ru, case=case, words=words)


def _full(amount: int, names: Currency, case: Case, *, words: bool) -> str:
    major, minor = divmod(abs(amount), names.minor)
    parts = [count(major, names.ru_major, case=case, words=words)] if major or not minor else []
    parts += [count(minor, names.ru_minor, case=case, words=words)] if minor else []
    return ("минус " if amount < 0 else "") + " ".join(parts)


def _short(amount: int, names: Currency, case: Case) -> str:
    """двести девяносто девять девяносто; below ten with «ноль»: двенадцать ноль пять."""
    major, minor = divmod(abs(amount), names.minor)
    words = ["минус"] if amount < 0 else []
    words.append(cardinal(major, gender=noun(names.ru_major).gender, case=case))
    words += ["ноль"] if 0 < minor < 10 else []
    words += [cardinal(minor, gender=noun(names.ru_minor).gender, case=case)] if minor else []
    return " ".join(words)
