"""How fast agreed words are found and pairs are checked, one core, processor time, everything warm.

2,000 terms: the shipped ones and made-up phrases of the same length. Segments: sentences of our own cards (Russian about 70 signs,
Chinese about 25), each different.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from functools import cache

import yaml

from service.resources import root
from service.translation.terms.checking import check_terms
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.enforcing import term_check
from service.translation.terms.files import read_terms
from service.translation.terms.matching import TermSet

__all__ = ["pairs", "rows", "two_thousand"]

AIM = 20_000
"""Segments a second that finding must reach."""
_ADJECTIVES = [
    "красный",
    "белый",
    "свежий",
    "сушёный",
    "тёплый",
    "домашний",
    "северный",
    "липовый",
    "соевый",
    "кедровый",
]
_NOUNS = [
    "хлеб",
    "мёд",
    "орех",
    "гриб",
    "сыр",
    "квас",
    "чай",
    "сок",
    "соль",
    "перец",
    "кофе",
    "рис",
    "пирог",
    "торт",
    "суп",
]
_HAN = "红白鲜干暖家北椴豆松"


@cache
def two_thousand() -> TermSet:
    """The shipped terms, filled up to 2,000 concepts."""
    shipped = read_terms(root("catalogs") / "terms.tsv")
    made = [
        Meaning(f"made-{number}", "product", (Wording("ru", f"{one} {two} {three}"), Wording("zh", f"{han}{number:04}品")))
        for number, (one, two, three, han) in enumerate(
            (one, two, three, han)
            for (one, han), two, three in itertools.product(zip(_ADJECTIVES, _HAN, strict=True), _NOUNS, _NOUNS)
        )
    ]  # fmt: skip
    return TermSet([*shipped, *made[: 2000 - len(shipped)]])


@cache
def pairs() -> list[tuple[str, str]]:
    """Chinese and Russian of every text of our cards that has both."""
    found: dict[tuple[str, str], None] = {}
    for path in sorted((root("catalogs") / "products").glob("*.yaml")):
        for pair in _texts(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)):
            found[pair] = None
    return list(found)


def _texts(content: object) -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        zh, ru = content.get("zh"), content.get("ru")
        if isinstance(zh, str) and isinstance(ru, str):
            yield zh, ru
        elif isinstance(zh, list) and isinstance(ru, list):
            yield from zip(zh, ru, strict=False)
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def _rate(work: Callable[[], object], count: int) -> float:
    """Segments a second, the best of five after one to warm."""
    work()
    gc.collect()
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def rows() -> tuple[list[str], list[str]]:
    """Lines of a table, and what missed its aim."""
    terms, texts = two_thousand(), [pair for pair in pairs() if all(isinstance(one, str) for one in pair)]
    choose = term_check(terms, source_locale="zh", target_locale="ru")
    measured = {
        "terms found in Russian segments": _rate(lambda: [terms.find(ru, "ru") for _, ru in texts], len(texts)),
        "terms found in Chinese segments": _rate(lambda: [terms.find(zh, "zh") for zh, _ in texts], len(texts)),
        "pairs checked, all findings with repairs": _rate(
            lambda: [check_terms(terms, zh, ru, source_locale="zh", target_locale="ru") for zh, ru in texts], len(texts)
        ),
        "drafts compared for missing terms": _rate(lambda: [choose(zh, ru) for zh, ru in texts], len(texts)),
    }
    start = time.process_time()
    TermSet(terms.meanings.values())
    lines = [
        f"| {what} | {rate:,.0f}/s | {f'≥ {AIM:,}/s' if 'found' in what else ''} |" for what, rate in measured.items()
    ]
    lines.append(f"| compiling 2,000 terms, dictionary warm | {time.process_time() - start:.2f} s | |")
    missed = [what for what, rate in measured.items() if "found" in what and rate < AIM]
    return lines, missed


if __name__ == "__main__":
    print("\n".join(rows()[0]))
