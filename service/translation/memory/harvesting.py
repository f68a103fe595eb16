"""Takes reviewed pairs of a card into the memory, sentence by sentence where both languages have the same ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.orm import Session

from service.catalog.models import Product, ProductText
from service.language.sentences import split
from service.translation.memory.keeping import Taken, UnitGiven, remember
from service.translation.memory.normal import mask

__all__ = ["pairs_of", "remember_card", "sentence_pairs"]

# Russian letters to one Chinese character: sentences of the catalogue and scripts have 1.6 … 4.5; short ones stray further.
_SHORTEST, _LONGEST, _STRAY = 0.8, 7.0, 12
_ORIGINS = {"machine": "machine", "memory": "edited"}


def remember_card(session: Session, product: Product, *, channel: str | None = None) -> Taken:
    """Keep every field whose translation a person has reviewed and whose source has not changed since. Idempotent."""
    return remember(session, pairs_of(product, channel=channel))


def pairs_of(product: Product, *, channel: str | None = None) -> Iterator[UnitGiven]:
    """The pairs a card has to give."""
    source = product.source_locale
    target = "ru" if source == "zh" else "zh"
    texts: dict[tuple[str, str], ProductText] = {(text.locale, text.field): text for text in product.texts}
    for (locale, field), text in sorted(texts.items()):
        original = texts.get((source, field))
        if locale != target or original is None or text.reviewer is None or text.stale:
            continue
        zh, ru = (original.value, text.value) if source == "zh" else (text.value, original.value)
        pairs = sentence_pairs(zh, ru)
        sentences = [pair[0 if source == "zh" else 1] for pair in pairs]
        for place, (chinese, russian) in enumerate(pairs):
            yield UnitGiven(
                zh=chinese, ru=russian, source=source, family=product.family_key, field=field, channel=channel, reviewed=True,
                reviewer=text.reviewer, origin=_ORIGINS.get(text.origin, "authored"), at=text.reviewed_at,
                before=sentences[place - 1] if place else None, after=sentences[place + 1] if place + 1 < len(sentences) else None,
            )  # fmt: skip


def sentence_pairs(zh: str, ru: str) -> list[tuple[str, str]]:
    """Both texts cut into sentences, if these can be each other's: as many, of likely lengths, with the same numbers. Else both whole."""
    whole = [(zh.strip(), ru.strip())]
    pairs = list(zip(_sentences(zh, "zh"), _sentences(ru, "ru"), strict=False))
    if len(_sentences(zh, "zh")) != len(_sentences(ru, "ru")) or len(pairs) < 2:
        return whole
    if not all(_likely(*pair) for pair in pairs):
        return whole
    if _values(zh, "zh") == _values(ru, "ru") and any(
        _values(one, "zh") != _values(other, "ru") for one, other in pairs
    ):
        return whole  # a number has wandered into another sentence
    return pairs


def _sentences(text: str, language: str) -> list[str]:
    return [sentence for line in text.splitlines() for sentence in split(line, language)]


def _likely(zh: str, ru: str) -> bool:
    return _SHORTEST * len(zh) - _STRAY <= len(ru) <= _LONGEST * len(zh) + _STRAY


def _values(text: str, language: str) -> Counter[object]:
    return Counter(slot.sense for slot in mask(text, language).slots)
