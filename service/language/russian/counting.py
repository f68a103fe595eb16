"""A number with its noun and perhaps an adjective, in any case: 21 коробка, двух ящиков, 1,5 литра."""

from __future__ import annotations

from decimal import Decimal

from service.language.russian.adjectives import adjective as decline
from service.language.russian.agreement import (
    DIRECT,
    Slot,
    adjective_slot,
    form_after,
    noun_slot,
    plain,
    take,
)
from service.language.russian.cardinals import cardinal, collective
from service.language.russian.decimals import decimal_words
from service.language.russian.grammar import Case, Gender
from service.language.russian.nouns import Noun
from service.language.russian.nouns import noun as card_of

__all__ = ["count", "in_digits"]

_ONE_AND_A_HALF = Decimal("1.5")
_TYPOGRAPHY = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})


def count(
    number: int | Decimal,
    noun: str | Noun,
    adjective: str | None = None,
    *,
    case: Case = Case.NOM,
    words: bool = False,
) -> str:
    """So many of a thing. `adjective` is a dictionary form, or several with spaces between.

    In digits by default, in words for the voice. Raises `UnknownNoun`, `UnknownAdjective`.
    """
    card = card_of(noun) if isinstance(noun, str) else noun
    value = plain(number)
    if words and abs(value) == _ONE_AND_A_HALF:
        return _one_and_a_half(card, adjective, case, negative=value < 0)
    said = _in_words(value, card, case) if words else in_digits(value)
    described = _described(adjective, card, adjective_slot(value, case, card))
    return f"{said} {described}{form_after(value, card, case)}"


def in_digits(number: int | Decimal) -> str:
    """Decimal comma, thousands apart by a no-break space, «минус» in letters: 1 299, 1,5, минус 18."""
    value = plain(number)
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.translate(_TYPOGRAPHY).replace("-", "минус ")


def _in_words(number: int | Decimal, noun: Noun, case: Case) -> str:
    if isinstance(number, Decimal):
        return decimal_words(number, case=case)
    if not noun.singular:
        return collective(number, case)
    return cardinal(number, gender=noun.gender, case=case, animate=noun.animate)


def _described(adjectives: str | None, noun: Noun, slot: Slot) -> str:
    """The adjectives with a space after them, or nothing."""
    forms = (
        decline(lemma, gender=noun.gender, plural=slot.plural, case=slot.case, animate=noun.animate)
        for lemma in (adjectives or "").split()
    )
    return "".join(f"{form} " for form in forms)


def _one_and_a_half(noun: Noun, adjective: str | None, case: Case, *, negative: bool) -> str:
    """полтора килограмма, полторы большие коробки, около полутора килограммов: declines as два does."""
    direct = case in DIRECT
    feminine = noun.gender is Gender.F and bool(noun.singular)
    numeral = ("полторы" if feminine else "полтора") if direct else "полутора"
    # Beings do not come in halves: the accusative is that of things.
    noun_form = take(noun, noun_slot(2, Case.NOM if direct else case))
    adjective_form = _described(adjective, noun, adjective_slot(2, Case.NOM if direct else case, noun))
    return f"{'минус ' if negative else ''}{numeral} {adjective_form}{noun_form}"
