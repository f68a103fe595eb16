"""The checker: a document against the rules in force on a day. Pure: it takes data and returns findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from service.compliance.conditions import Facts, value_of
from service.compliance.document import CONTEXT, Document, Finding, Language, Line, Proof
from service.compliance.entries import Market
from service.compliance.facts import PairFacts, as_context
from service.compliance.matching import Hit, hits
from service.compliance.reading.chinese import number_of
from service.compliance.rulebook import LANGUAGE_OF, Book, Rule, rulebook

__all__ = ["check"]

_MARKET_OF: dict[str, Market] = {language: market for market, language in LANGUAGE_OF.items()}


def check(
    document: str | Document, *, market: Market, on_date: date, language: Language | None = None,
    proofs: Iterable[Proof] = (), book: Book | None = None,
) -> list[Finding]:  # fmt: skip
    """Findings of a text or document, in the order of its lines, then those about facts, the gravest first.

    Texts meet the rules of the market that understands their language; facts those of `market`, and of every market whose
    language the show speaks where a rule asks for its audience. `language` is that of a bare text (default: the market's).
    Findings that evidence in force on the day clears carry its id as `proof`.
    """
    book = book or rulebook()
    if isinstance(document, str):
        document = Document(lines=(Line("text", {language or _language(market): document}),))
    facts = _Facts(document, on_date)
    weights = list(proofs)
    found: list[Finding] = []
    for line in document.lines:
        found += _in_line(line, document, facts, on_date, book, weights)
    markets = {market} | {_MARKET_OF[one] for one in (document.show.languages if document.show else ())}
    stated = [one for each in sorted(markets) for one in _about_facts(each, market, document, facts, on_date, book)]
    return found + _cleared(sorted(stated, key=_gravest), weights, on_date, book)


def _language(market: Market) -> Language:
    return "zh" if market == "CN" else "ru"


def _gravest(finding: Finding) -> tuple[int, str, str]:
    from service.compliance.entries import SEVERITIES

    return SEVERITIES.index(finding.severity), finding.rule, finding.place


class _Facts:
    """Contexts of expressions, made once per document."""

    def __init__(self, document: Document, on: date) -> None:
        self.items = {sku: as_context(item) for sku, item in document.items.items()}
        self.shared: dict[str, Any] = {"on": on, **document.others}
        if document.show:
            self.shared["show"] = as_context(document.show)
        if document.seller is not None:
            self.shared["seller"] = dict(document.seller)
        self._around: dict[str | None, Facts] = {}

    def around(self, sku: str | None) -> Facts:
        known = sku if sku in self.items else None
        if (found := self._around.get(known)) is None:
            own = {"item": self.items[known]} if known is not None else {}
            found = self._around[known] = Facts({**self.shared, **own})
        return found


_ASKED: dict[str, frozenset[str]] = {
    "script": frozenset({"script"}),
    "show": frozenset({"script", "show", "item"}),
    "listing": frozenset({"listing", "item"}),
    "label": frozenset({"label", "item"}),
}
"""Which scopes of rules a document of each kind meets."""


def _applies(rule: Rule, document: Document, on: date) -> bool:
    """Rules on the facts of orders, parcels, trades … concern whoever brings those facts; the others go by the document."""
    wanted = (
        document.scope is None or rule.entry.each in document.others or _ASKED[document.scope] & set(rule.entry.scope)
    )
    return bool(wanted) and rule.entry.in_force(on)


def _in_line(
    line: Line, document: Document, facts: _Facts, on: date, book: Book, proofs: list[Proof]
) -> list[Finding]:  # fmt: skip
    found: list[Finding] = []
    proven: dict[str, set[str]] = {}
    context = facts.around(line.sku)
    for language, text in line.texts.items():
        market = _MARKET_OF[language]
        claims = proven.setdefault(language, set())
        for hit in hits(text, market, book):
            rule = book.rules[hit.rule]
            if not _applies(rule, document, on) or (rule.when and not rule.when(context)):
                continue
            if _held(hit, rule, context):
                claims.add(rule.entry.claim or "")
                continue
            finding = Finding(
                rule.id, rule.entry.severity_on(on), market, line.key, language, hit.start, hit.end,
                text[hit.start : hit.end], line.sku, hit.disguised,
                before=text[max(0, hit.start - CONTEXT) : hit.start],
                after=text[hit.end : hit.end + CONTEXT],
            )  # fmt: skip
            found += _cleared([finding], proofs, on, book)
    if len(line.texts) > 1:
        found += _alone(line, found, proven, document, context, on, book)
    return found


def _held(hit: Hit, rule: Rule, context: Mapping[str, Any]) -> bool:
    holds = rule.claims[hit.claim].holds
    return holds is not None and not hit.disguised and holds({**context, "said": _numbers(hit.said)})


def _numbers(said: Mapping[str, str]) -> dict[str, Any]:
    return {name: value if (number := number_of(value)) is None else number for name, value in said.items()}


def _alone(
    line: Line, found: list[Finding], proven: Mapping[str, set[str]], document: Document, context: Mapping[str, Any],
    on: date, book: Book,
) -> list[Finding]:  # fmt: skip
    """Claims proven in one language of a pair that the other does not make at all."""
    made = {
        language: {book.rules[one.rule].entry.claim for one in found if one.language == language} | proven[language]
        for language in line.texts
    }
    settled = {
        language: {book.rules[one.rule].entry.claim for one in found if one.language == language and not one.open} | proven[language]
        for language in line.texts
    }  # fmt: skip
    everywhere = set.intersection(*({claim or "" for claim in claims} for claims in made.values()))
    alone = sorted({claim for claims in settled.values() for claim in claims if claim} - everywhere)
    if not alone:
        return []
    pair = {**context, "script_line": as_context(PairFacts(tuple(alone)))}
    asked = [rule for rule in book.rules.values() if rule.entry.each == "script_line" and _applies(rule, document, on)]
    return [one for rule in asked for one in _asked(rule, rule.entry.market, line.key, pair, on, sku=line.sku)]


def _about_facts(
    market: Market, sold_in: Market, document: Document, facts: _Facts, on: date, book: Book
) -> Iterator[Finding]:  # fmt: skip
    for rule in book.on_facts(market, on):
        subject = rule.entry.each
        if market != sold_in and not rule.entry.audience:
            continue
        if subject == "script_line" or not _applies(rule, document, on):
            continue
        if subject == "item":
            for sku in document.items:
                yield from _asked(rule, market, sku, facts.around(sku), on, sku=sku)
        elif subject in facts.shared:
            yield from _asked(rule, market, str(subject), facts.around(None), on)


_NOTHING: tuple[Any, ...] = (None, "", False, (), [], {})


def _asked(
    rule: Rule, market: Market, place: str, context: Mapping[str, Any], on: date, *, sku: str | None = None
) -> Iterator[Finding]:  # fmt: skip
    if rule.when and not rule.when(context):
        return
    missing = [name for name in rule.entry.need if value_of(name, context) in _NOTHING]
    if rule.shape:
        told = ((name, value_of(name, context)) for name in rule.entry.need if name not in missing)
        missing += [name for name, value in told if not rule.shape.search(str(value))]
    if missing or (rule.holds and not rule.holds(context)):
        asked = sorted(rule.holds.names - {"on"}) if rule.holds else []
        # What nobody has told is what to mend; where all is told, the values themselves do not agree.
        names = tuple(missing or [name for name in asked if value_of(name, context) in _NOTHING] or asked)
        yield Finding(rule.id, rule.entry.severity_on(on), market, place, None, 0, 0, "", sku, missing=names)


def _cleared(found: list[Finding], proofs: list[Proof], on: date, book: Book) -> list[Finding]:
    """The same findings, each with the evidence that clears it."""
    weighed = []
    for finding in found:
        accepted = book.rules[finding.rule].entry.clear.evidence
        proof = next((one for one in proofs if one.covers(finding, accepted, on)), None)
        weighed.append(replace(finding, proof=proof.id) if proof else finding)
    return weighed
