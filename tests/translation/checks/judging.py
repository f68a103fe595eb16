"""What the tests of the checks share: a pair in one line, and what is found in it."""

from __future__ import annotations

from typing import Any

from service.translation.checks import Finding, Pair, apply, check

__all__ = ["found", "mended", "pair", "seen"]


def pair(zh: str, ru: str, **about: Any) -> Pair:
    """A pair as a translator leaves it: edited, reviewed, Chinese first."""
    return Pair(**{"source": "zh", "text_zh": zh, "text_ru": ru, "origin": "edited", **about})


def found(name: str, zh: str, ru: str, **about: Any) -> list[Finding]:
    """Findings of one check."""
    return [one for one in check(pair(zh, ru, **about)) if one.check == name]


def seen(name: str, zh: str, ru: str, **about: Any) -> list[str]:
    """What the findings of one check mark."""
    two = pair(zh, ru, **about)
    return [two.text(one.side)[one.start : one.end] for one in check(two) if one.check == name]


def mended(name: str, zh: str, ru: str, **about: Any) -> tuple[str, str]:
    """Both texts with the repairs of one check made."""
    fixes = found(name, zh, ru, **about)
    return (
        apply(zh, [one.fix for one in fixes if one.fix and one.side == "zh"]),
        apply(ru, [one.fix for one in fixes if one.fix and one.side == "ru"]),
    )
