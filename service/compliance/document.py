"""What is checked, and what comes out: documents with their facts, evidence, findings. Data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from service.compliance.entries import EvidenceType, Market, Severity
from service.compliance.facts import ItemFacts, ShowFacts

__all__ = ["CONTEXT", "OPEN_STOPS", "Document", "Finding", "Line", "Proof", "stopping"]

Language = Literal["zh", "ru"]
CONTEXT = 40
"""Characters kept on either side of the words found."""
OPEN_STOPS: frozenset[Severity] = frozenset({"block", "error"})
"""Severities that keep a show from being ready while they are open."""


@dataclass(frozen=True)
class Line:
    """One text of a document, in one language or as a pair. `sku`: what it speaks about."""

    key: str
    texts: Mapping[Language, str]
    sku: str | None = None


@dataclass(frozen=True)
class Document:
    """Texts with the facts behind them. Without `scope` the rules of every scope are asked; subjects without facts are not asked.

    `others`: facts of orders, parcels, trades, shipments and channels, by subject.
    """

    lines: tuple[Line, ...] = ()
    scope: Literal["script", "show", "listing", "label"] | None = None
    items: Mapping[str, ItemFacts] = field(default_factory=dict)
    show: ShowFacts | None = None
    seller: Mapping[str, Any] | None = None
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """Evidence as the checker weighs it: of which rules it speaks, of which SKUs or words, and on which days it holds."""

    id: int
    type: EvidenceType
    rules: frozenset[str]
    skus: frozenset[str]
    words: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None

    def covers(self, finding: Finding, accepted: Iterable[str], on: date) -> bool:
        """Whether it clears a finding on that day. Words must be those of the claim, SKUs those spoken about."""
        return (
            finding.rule in self.rules
            and self.type in accepted
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
            and (not self.skus or finding.sku in self.skus)
            and (not self.words or any(_bare(words) == _bare(finding.excerpt) for words in self.words))
        )


@dataclass(frozen=True)
class Finding:
    """One hit of one rule. `place` is the line's key or the subject, `start` and `end` the words in its text (0, 0 for facts).

    `missing` are the facts that are not there; `proof` the evidence that clears it, else it is open. `before` and `after`: what stands
    around the words in their line, 40 characters at most.
    """

    rule: str
    severity: Severity
    market: Market
    place: str
    language: Language | None
    start: int
    end: int
    excerpt: str
    sku: str | None = None
    disguised: bool = False
    missing: tuple[str, ...] = ()
    proof: int | None = None
    before: str = ""
    after: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing clears it yet."""
        return self.proof is None

    @property
    def stops(self) -> bool:
        """Whether it keeps a show from being ready."""
        return self.open and self.severity in OPEN_STOPS


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def stopping(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that keep a show from being ready."""
    return [finding for finding in findings if finding.stops]
