"""The names a script template may use, and what each stands for. docs/writing-blocks.md explains them to writers."""

from __future__ import annotations

__all__ = ["CASES", "NUMERIC", "SAME_IN_BOTH", "WORDS", "fact_of"]

CASES = frozenset({"nom", "gen", "dat", "acc", "ins", "loc"})
_PLACE = frozenset({"from", "in"})
_NONE: frozenset[str] = frozenset()

# fact → suffixes the Russian template may add (Chinese never adds any)
WORDS: dict[str, frozenset[str]] = {
    "product": CASES, "product.short": _NONE, "product.name": _NONE,
    "next": CASES, "next.short": _NONE, "next.name": _NONE, "next_link": _NONE,
    "point": _NONE, "serving": _NONE, "question": _NONE, "answer": _NONE, "preview": _NONE,
    "origin": _PLACE, "county": _PLACE, "show.place": _PLACE,
    "brand": _NONE, "host": _NONE, "cohost": _NONE,
    "pack": CASES, "net": CASES, "shelf_life": CASES, "temperature": _NONE,
    "price.live": CASES, "price.reference": CASES, "price.saving": CASES, "price.times": CASES, "price.basis": CASES,
    "gift": CASES, "limit": CASES, "stock": CASES, "link": _NONE,
    "show.items": CASES, "show.minutes": CASES, "bilingual": _NONE,
}  # fmt: skip

# Facts with a number: a pair prints the same ones on both sides.
NUMERIC = frozenset({
    "net", "shelf_life", "temperature", "price.live", "price.reference", "price.saving", "price.times",
    "gift", "limit", "stock", "link", "next_link", "show.items", "show.minutes",
})  # fmt: skip

# Sentences from the card: a pair says the same ones.
SAME_IN_BOTH = NUMERIC | {"point", "serving", "question", "answer", "preview", "price.basis"}

# Picks that move on from line to line; their running out is no missing fact.
NEXT = frozenset({"next", "next.short", "next.name", "next_link"})
RUNNING = NEXT | {"point", "serving", "question", "answer"}


def fact_of(path: str, locale: str) -> str | None:
    """The fact behind a dotted name such as price.live.gen; None if no such name may stand in this language."""
    if path.startswith("attr.") and path.count(".") == 1:
        return path
    if path in WORDS:
        return path
    fact, _, suffix = path.rpartition(".")
    if fact in WORDS and locale == "ru" and suffix in WORDS[fact]:
        return fact
    return None
