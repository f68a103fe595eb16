"""Runs the checks over a pair: one list of ids and the functions that find them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from service.translation.checks import chinese, figures, lengths, markup, russian, state, words
from service.translation.checks.pair import LEVELS, Finding, Pair, TermCheck
from service.translation.checks.reading.prose import Prose

__all__ = ["CHECKS", "RUN", "check"]

_Check = Callable[[Pair, Prose, Prose], Iterator[Finding]]

RUN: Final[tuple[tuple[_Check, tuple[str, ...]], ...]] = (
    (markup.holders, ("ph.missing", "ph.extra")),
    (markup.syntax, ("ph.syntax",)),
    (figures.numbers, ("num.mismatch", "num.unit", "cur.symbol")),
    (figures.bound, ("price.bound",)),
    (figures.currency, ("cur.symbol",)),
    (figures.date_format, ("date.format",)),
    (figures.date_order, ("date.order",)),
    (words.palladius_names, ("name.palladius",)),
    (words.registered, ("name.zh_ru",)),
    (words.foreign, ("mixed.lang",)),
    (words.doubled, ("dup.word",)),
    (words.loops, ("repeat.loop",)),
    (russian.number_forms, ("ru.agree_num",)),
    (russian.adjectives, ("ru.agree_adj",)),
    (russian.yo, ("ru.yo",)),
    (russian.mixed_script, ("ru.mixed_script",)),
    (russian.quotes, ("ru.quotes",)),
    (russian.dashes, ("ru.dash",)),
    (russian.nbsp, ("ru.nbsp",)),
    (chinese.fullwidth, ("zh.fullwidth",)),
    (chinese.traditional, ("zh.traditional",)),
    (chinese.liang, ("zh.liang",)),
    (chinese.measure_words, ("zh.mw",)),
    (chinese.spaces_between, ("zh.space",)),
    (markup.same_parts, ("html", "url", "email", "emoji")),
    (markup.hidden, ("zero-width", "control")),
    (markup.spaces, ("space.begin", "space.end", "space.double", "nl.count")),
    (markup.balance, ("brackets.balance", "quotes.balance")),
    (markup.ends, ("punct.end",)),
    (lengths.limit, ("len.max",)),
    (lengths.ratio, ("len.ratio",)),
    (lengths.sentences, ("sentence.lost", "sentence.extra", "sentence.doubled")),
    (state.unreviewed, ("ai.unreviewed",)),
    (state.stale, ("stale.source", "stale.fact")),
    (state.plurals, ("plural.missing",)),
    (state.reused, ("reuse.diff_source",)),
)
CHECKS: Final[Mapping[str, _Check]] = {name: run for run, names in reversed(RUN) for name in names}
"""Ids of all checks but those of the term base, with what finds them."""
_GRAVEST = {level: place for place, level in enumerate(LEVELS)}


def check(pair: Pair, *, terms: TermCheck | None = None, ignored: Collection[str] = frozenset()) -> list[Finding]:
    """What is wrong with a pair: first the Chinese text, then the Russian, each in its order, the gravest first at one place.

    `terms` is the term base (`service.translation.terms`); without one no term.* is found. `ignored` are ids somebody decided to
    leave for these words (`ignoring.ignored`).
    """
    zh, ru = Prose("zh", pair.text_zh), Prose("ru", pair.text_ru)
    found = [finding for run, _ in RUN for finding in run(pair, zh, ru) if finding.check not in ignored]
    if terms is not None:
        found += [finding for finding in words.terms(pair, terms) if finding.check not in ignored]
    return sorted(found, key=lambda one: (one.side == "ru", one.start, _GRAVEST[one.level], one.check))
