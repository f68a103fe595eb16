"""Looks at each candidate of a translation beside its source and picks the one with the least against it. Pure.

The score of the model says nothing (wrong sentences had better ones, facts: mt.md §5). A fluent sentence about the wrong product passes
everything here; only the term check, given from outside, catches it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.i18n import N_, Message
from service.language.sentences import split
from service.translation.machine.figures import Figure, difference
from service.translation.machine.protecting import walls, without_walls

__all__ = ["Finding", "TermCheck", "examine", "pick"]


@dataclass(frozen=True)
class Finding:
    """Something against a translation. `grave`: nobody may take it over as it is. `sentence` counts from 0 within the text."""

    id: str
    message: Message
    grave: bool = True
    sentence: int = 0


TermCheck = Callable[[str, str], Sequence[Finding]]
"""Source and translation of a sentence; what is wrong with its terms."""

_RATIO = {
    ("zh", "ru"): 2.9,
    ("zh", "en"): 3.0,
    ("ru", "zh"): 0.35,
    ("en", "zh"): 0.35,
    ("ru", "en"): 0.95,
    ("en", "ru"): 1.1,
}
"""Signs of the target for one of the source: 39.9 Chinese and 116 Russian signs say the same (facts: localization.md §1.3)."""
_LOOP = re.compile(r"(?=\D)(.{2,40}?)\1{3,}|([^\W\d_])\2{5,}|(\b\w{3,40}\b)(?:\W+\3\b){2,}", re.DOTALL)
_HAN, _CYRILLIC, _LATIN = re.compile(r"[㐀-鿿]"), re.compile(r"[А-Яа-яЁё]"), re.compile(r"[A-Za-z]")
_OWN = {"zh": _HAN, "ru": _CYRILLIC, "en": _LATIN}
_SIGNS = 2000
"""A loop shows in the first signs; longer texts are not searched for one."""


def examine(source: str, text: str, *, languages: tuple[str, str]) -> list[Finding]:
    """Everything that speaks against this translation of one sentence."""
    if not text.strip():
        return [Finding("empty", Message(N_("The machine gave no answer.")))]
    found = [*_numbers(source, text, languages[0]), *_length(source, text, languages), *_loops(source, text)]
    return [*found, *_script(source, text, languages), *_sentences(source, text, languages), *_kept(source, text)]


def pick(
    source: str,
    candidates: Sequence[str],
    *,
    languages: tuple[str, str],
    terms: TermCheck | None = None,
    prepared: Callable[[str], str] = str,
) -> tuple[int, list[Finding]]:
    """Which candidate to take, and what is against it: fewest grave findings, then fewest, then the likeliest.

    `prepared`: what of a candidate is compared with the source, everything but the terms.
    """
    best: tuple[tuple[int, int], int, list[Finding]] | None = None
    for index, text in enumerate(candidates):
        found = [*examine(source, prepared(text), languages=languages), *(terms(source, text) if terms else ())]
        weight = (sum(one.grave for one in found), len(found))
        if best is None or weight < best[0]:
            best = (weight, index, found)
        if not found:
            break
    if best is None:
        return -1, examine(source, "", languages=languages)
    return best[1], best[2]


def _numbers(source: str, text: str, language: str) -> list[Finding]:
    lost, invented = difference(without_walls(source), without_walls(text), language)
    facts = {"lost": _named(lost), "invented": _named(invented)}
    if lost and invented:
        return [Finding("num.mismatch", Message(N_("Instead of {lost} stands {invented}."), facts))]
    if lost:
        return [Finding("num.mismatch", Message(N_("The number {lost} is lost."), facts))]
    return [Finding("num.mismatch", Message(N_("The number {invented} is invented."), facts))] if invented else []


def _named(items: Sequence[Figure]) -> str:
    return ", ".join(item.text for item in items)


def _length(source: str, text: str, languages: tuple[str, str]) -> list[Finding]:
    usual = _RATIO[languages] * len(source)
    if usual / 3 - 6 <= len(text) <= usual * 2.5 + 15:
        return []
    facts = {"share": round(100 * len(text) / usual)}
    return [Finding("len.ratio", Message(N_("The translation has {share} % of the length it should have."), facts))]


def _loops(source: str, text: str) -> list[Finding]:
    text = text[:_SIGNS]
    threes = list(zip(text, text[1:], text[2:], strict=False))
    hit = _LOOP.search(text) if len(threes) > len(set(threes)) + 1 else None
    if hit is None or _LOOP.search(source[:_SIGNS]):
        return []
    return [Finding("loop", Message(N_("The machine repeats itself: “{words}”."), {"words": hit[0][:40]}))]


def _script(source: str, text: str, languages: tuple[str, str]) -> list[Finding]:
    if text == source and _OWN[languages[0]].search(source) and languages[0] != "en":
        return [Finding("copied", Message(N_("The source was copied, not translated.")))]
    foreign = {"zh": _CYRILLIC, "ru": _HAN, "en": re.compile(f"{_HAN.pattern}|{_CYRILLIC.pattern}")}[languages[1]]
    left = "".join(foreign.findall(text))
    if left:
        return [
            Finding("mixed.lang", Message(N_("Words of the source were left in: “{words}”."), {"words": left[:40]}))
        ]
    if languages[1] == "en" or not _LATIN.search(text):
        return []
    own = len(_OWN[languages[1]].findall(text))
    latin = sum((Counter(_LATIN.findall(text)) - Counter(_LATIN.findall(source))).values())
    if latin > own * (3 if languages[1] == "zh" else 1) + 3:
        return [
            Finding("mixed.lang", Message(N_("Words of the source were left in: “{words}”."), {"words": text[:40]}))
        ]
    return []


def _sentences(source: str, text: str, languages: tuple[str, str]) -> list[Finding]:
    parts = split(text, languages[1])
    if len(parts) < 2:
        return []
    twice = [part for part, times in Counter(parts).items() if times > 1 and len(part) > 3]
    if twice and source.count(twice[0]) < 2:
        return [Finding("sentence.doubled", Message(N_("A sentence stands there twice: “{words}”."), {"words": twice[0][:40]}))]  # fmt: skip
    if len(parts) > len(split(source, languages[0])):
        return [Finding("sentence.more", Message(N_("One sentence has become several.")), grave=False)]
    return []


def _kept(source: str, text: str) -> list[Finding]:
    """Addresses, markup and emoji: as many as in the source, each as it was."""
    kept, found = [hit[0] for hit in walls(source)], [hit[0] for hit in walls(text)]
    if kept == found or Counter(kept) == Counter(found):
        return []
    facts = {"items": " ".join(kept) or "—"}
    return [Finding("kept", Message(N_("Addresses, markup or emoji have changed; there should be: {items}"), facts))]
