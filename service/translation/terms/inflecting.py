"""Puts one wording in the place of another: in Russian in the case and number of what stood there, with the adjectives before it.

Which case that is, its endings tell, then the words around it; where they leave a choice, the repair is offered and not sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.language.russian.grammar import Case
from service.language.russian.lemmas import Reading, Word, readings, words
from service.translation.terms.cards import Card, agreeing, card_from, proposed
from service.translation.terms.concepts import Wording
from service.translation.terms.matching import Span

__all__ = ["Fix", "replacing"]

_BREAK = re.compile(r"[.,;:!?…()\n]")
_PREPOSITIONS: dict[tuple[Case, ...], str] = {
    (Case.GEN,): "без безо для до из изо из-за из-под от ото у около после кроме вместо ради против среди вокруг",
    (Case.DAT,): "к ко благодаря согласно вопреки",
    (Case.ACC,): "про через чрез сквозь",
    (Case.INS,): "над надо между перед передо",
    (Case.LOC,): "о об обо при",
    (Case.LOC, Case.ACC): "в во на",
    (Case.INS, Case.ACC): "за под подо",
    (Case.INS, Case.GEN): "с со",
    (Case.DAT, Case.LOC, Case.ACC): "по",
}
_GOVERNED = {word: cases for cases, some in _PREPOSITIONS.items() for word in some.split()}
_Slot = tuple[Case, bool]


@dataclass(frozen=True)
class Fix:
    """Write `text` from `start` to before `end`. `sure`: nothing else of the sentence has to change, and no other form is possible."""

    start: int
    end: int
    text: str
    sure: bool = True

    def applied(self, whole: str) -> str:
        """The text with the repair."""
        return whole[: self.start] + self.text + whole[self.end :]


def replacing(text: str, span: Span, wording: Wording) -> Fix | None:
    """The repair that writes `wording` where `span` stands; None if its form cannot be told."""
    if wording.locale != "ru":
        return Fix(span.start, span.end, wording.text)
    card = card_from(wording.card) or proposed(wording.text)
    placed = words(text)
    inside = [place for place, word in enumerate(placed) if span.start <= word.start < span.end]
    if card is None or not inside:
        same = (
            span.text.lower() == span.senses[0].wording.text.lower()
        )  # «оформить заказ» where it stood as in the dictionary
        return Fix(span.start, span.end, _cased(wording.text, span.text), sure=same) if same else None
    return _placed(text, span, placed, inside, wording, card)


def _placed(
    text: str, span: Span, placed: Sequence[Word], inside: list[int], wording: Wording, card: Card
) -> Fix | None:
    head, options = _head(placed, inside, span)
    slots = {(one.case, one.plural) for one in options if one.case}
    if not slots:
        return None
    before = _adjectives_before(text, placed, inside[0], options)
    slots = _narrowed(text, placed, before[0] if before else inside[0], slots, [*before, *inside], head)
    forms = {card.form(case, plural=plural): (case, plural) for case, plural in sorted(slots, key=_likely)}
    form, (case, plural) = next(iter(forms.items()))
    if form is None:
        return None
    old = next((one.gender for one in options if (one.case, one.plural) == (case, plural)), None)
    written = plural if (card.plural if plural else card.singular) else not plural
    changed = written != plural or (not written and card.gender is not old)
    first, after = before[0] if before else inside[0], inside[-1] + 1
    sure = len(forms) == 1 and not (changed and (_has_gender(placed, first - 1) or _has_gender(placed, after)))
    if not before or not changed:
        return Fix(span.start, span.end, _cased(form, span.text), sure)
    made = ""
    for place in before:
        word = placed[place]
        agreed = agreeing(text[word.start : word.end], card, case, plural=written)
        if agreed is None:
            return Fix(span.start, span.end, _cased(form, span.text), sure=False)
        made += _cased(agreed, text[word.start : word.end]) + text[word.end : placed[place + 1].start]
    start = placed[before[0]].start
    return Fix(start, span.end, made + _cased(form, span.text), sure)


def _head(placed: Sequence[Word], inside: list[int], span: Span) -> tuple[int, list[Reading]]:
    """The word of the found wording that carries its case, and what it may be."""
    lemmas = [set(word.split("|")) for word in span.senses[0].wording.lemmas.split()]
    known = set().union(*lemmas) if lemmas else set()
    for kinds in (("NOUN",), ("ADJF", "PRTF")):
        for place in inside:
            if kinds == ("NOUN",) and _is_adjective(placed, place, inside):
                continue
            some = [one for one in readings(placed[place].text) if one.kind in kinds and one.lemma in known]
            if some:
                return place, some
    return inside[0], list(readings(placed[inside[0]].text))


def _is_adjective(placed: Sequence[Word], place: int, inside: list[int]) -> bool:
    """Whether a word describes another of the same wording."""
    own = [one for one in readings(placed[place].text) if one.kind in ("ADJF", "PRTF")]
    return any(
        _agree(one, other) for one in own for there in inside if there != place
        for other in readings(placed[there].text) if other.kind == "NOUN"
    )  # fmt: skip


def _agree(one: Reading, noun: Reading) -> bool:
    return one.case is noun.case and one.plural == noun.plural and (one.plural or one.gender in (None, noun.gender))


def _adjectives_before(text: str, placed: Sequence[Word], first: int, options: Sequence[Reading]) -> list[int]:
    """Adjectives that stand before the wording and agree with it."""
    found: list[int] = []
    for place in range(first - 1, -1, -1):
        if _BREAK.search(text, placed[place].end, placed[place + 1].start):
            break
        kinds = [one for one in readings(placed[place].text) if one.kind in ("ADJF", "PRTF")]
        if not any(_agree(one, noun) for one in kinds for noun in options):
            break
        found.insert(0, place)
    return found


def _narrowed(
    text: str, placed: Sequence[Word], first: int, slots: set[_Slot], phrase: list[int], head: int
) -> set[_Slot]:
    """Slots that the adjectives of the phrase and the word before it leave."""
    for place in phrase:
        own = {
            (one.case, one.plural) for one in readings(placed[place].text) if one.kind in ("ADJF", "PRTF") and one.case
        }
        if place != head and own & slots:
            slots = slots & own
    if first == 0 or _BREAK.search(text, placed[first - 1].end, placed[first].start):
        return _kept(slots, (Case.NOM,))
    word = placed[first - 1].text
    if word in _GOVERNED:
        return _kept(slots, _GOVERNED[word])
    if word.isdecimal():
        last, tens = int(word) % 10, int(word) // 10 % 10
        if last == 1 and tens != 1:
            return _kept({one for one in slots if not one[1]} or slots, (Case.NOM, Case.ACC))
        several = not (2 <= last <= 4) or tens == 1
        return _kept({one for one in slots if one[1] == several} or slots, (Case.GEN,))
    before = readings(word)
    if any(one.kind in ("VERB", "INFN", "GRND") for one in before):
        object_of = any(one.transitive for one in before if one.kind in ("VERB", "INFN", "GRND"))
        return _kept(slots, (Case.ACC,) if object_of else (Case.NOM, *list(Case)[3:5]))
    if any(one.kind == "NOUN" and not one.name for one in before):
        return _kept(slots, (Case.GEN,))
    return slots - {one for one in slots if one[0] is Case.LOC} or slots  # no preposition, no prepositional


def _kept(slots: set[_Slot], cases: Sequence[Case]) -> set[_Slot]:
    return {one for one in slots if one[0] in cases} or slots


def _likely(slot: _Slot) -> tuple[bool, int]:
    return slot[1], list(Case).index(slot[0])


def _has_gender(placed: Sequence[Word], place: int) -> bool:
    """Whether the word there may agree in gender with what stands beside it: прошёл, готов, прошедший."""
    word = readings(placed[place].text) if 0 <= place < len(placed) else ()
    return any(one.gender and one.kind in ("VERB", "ADJS", "PRTS", "ADJF", "PRTF") for one in word)


def _cased(form: str, shown: str) -> str:
    """The form with the capitals of what stood there."""
    if len(shown) > 1 and shown.isupper() and not form.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if shown[:1].isupper() else form
