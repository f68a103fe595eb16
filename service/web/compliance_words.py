"""Findings as the pages of compliance show them: words marked in their lines, hits of a rule in one card, names in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, pairwise
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.catalog.models import ProductText, Sku
from service.compliance.answers import name_of_fact
from service.compliance.declaring import SELF, fields_about
from service.compliance.document import Finding, Language, Line, stopping
from service.compliance.entries import EVIDENCE_NAMES, SEVERITIES, SEVERITY_NAMES, RuleEntry, Severity
from service.compliance.reports import plain
from service.compliance.rulebook import rulebook
from service.errors import DomainError, NotFound
from service.i18n import N_, Locale, Message, Named
from service.inventory.watching.levels import names_of
from service.people.rights import ROLE_NAMES
from service.web.posting import Fault, day_in, refusal

__all__ = [
    "Arranged",
    "Cited",
    "ComplianceWords",
    "Numbered",
    "Piece",
    "ShownLine",
    "arranged",
    "fault_of",
    "no_such_sku",
    "sku_names",
    "words_of",
]

MARKETS = {"CN": N_("China"), "RU": N_("Russia")}
STATE_NAMES = {
    "draft": N_("a draft"), "checked": N_("checked"), "reviewed": N_("reviewed"), "ready": N_("ready for air"), "aired": N_("aired"),
}  # fmt: skip
OFFERED = 500  # SKUs a form offers; any other can be typed
NAMED = 4  # rules a refusal names; the page lists them all
_SUBJECTS = {"seller": N_("the seller"), "show": N_("the livestream")}


@dataclass(frozen=True)
class Numbered:
    """A finding with its number on the page."""

    number: int
    finding: Finding


@dataclass(frozen=True)
class Piece:
    """A stretch of a line under the same findings, without the space `lead` before it; `ends`: those whose words end with it."""

    lead: str
    text: str
    over: tuple[Numbered, ...] = ()
    ends: tuple[Numbered, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The gravest that is open; None where nothing is."""
        return min((one.finding.severity for one in self.over if one.finding.open), key=SEVERITIES.index, default=None)


@dataclass(frozen=True)
class Cited:
    """A rule with all it found in one line, or about the facts. `entry` None: the rule files no longer hold it."""

    rule: str
    entry: RuleEntry | None
    hits: tuple[Numbered, ...]

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.hits[0].finding.severity

    @property
    def open(self) -> tuple[Numbered, ...]:
        """What nothing clears."""
        return tuple(one for one in self.hits if one.finding.open)


@dataclass(frozen=True)
class ShownLine:
    """A line with its marks, by language, and the rules that found something in it."""

    key: str
    sku: str | None
    texts: Mapping[Language, Sequence[Piece]]
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class Arranged:
    """All findings of a check: those of lines beside the lines, those about facts by rule."""

    lines: tuple[ShownLine, ...] = ()
    facts: tuple[Cited, ...] = ()
    stops: int = 0
    open: int = 0
    skus: frozenset[str] = field(default_factory=frozenset)


def arranged(findings: Sequence[Finding], lines: Iterable[Line] = (), *, clean: bool = False) -> Arranged:
    """Findings beside the lines they are in; `clean`: lines without any as well.

    A text is shown only while it still holds the words found in it; findings keep what stood around them then.
    """
    numbers, known = count(1), {line.key: line for line in lines}
    gone = {one.place: Line(one.place, {}, one.sku) for one in findings if one.language and one.place not in known}
    by_line: dict[str, list[Numbered]] = {key: [] for key in known | gone}
    about: list[Numbered] = []
    for one in findings:
        by_line.get(one.place, about).append(Numbered(0, one))
    shown = []
    for key, line in (known | gone).items():
        marks = [replace(one, number=next(numbers)) for one in by_line[key]]
        if marks or clean:
            texts = {
                side: _pieces(text, own) for side, text in line.texts.items() if _stand(text, own := _in(marks, side))
            }
            shown.append(ShownLine(key, line.sku, texts, _cited(marks)))
    skus = {one.sku for one in findings if one.sku} | {one.sku for one in shown if one.sku}
    return Arranged(
        tuple(shown), _cited(about), len(stopping(findings)), sum(one.open for one in findings), frozenset(skus)
    )  # fmt: skip


def _in(marks: Sequence[Numbered], language: Language) -> list[Numbered]:
    return [one for one in marks if one.finding.language == language]


def _stand(text: str, marks: Sequence[Numbered]) -> bool:
    """Whether the words found still stand in the line: scripts are edited after a check."""
    return all(text[one.finding.start : one.finding.end] == one.finding.excerpt for one in marks)


def _pieces(text: str, marks: Sequence[Numbered]) -> list[Piece]:
    edges = {0, len(text)} | {edge for one in marks for edge in (one.finding.start, one.finding.end)}
    return [
        Piece(
            *_led(plain(text[start:end])), tuple(one for one in marks if one.finding.start <= start and end <= one.finding.end),
            tuple(one for one in marks if one.finding.end == end),
        )
        for start, end in pairwise(sorted(edges))
    ]  # fmt: skip


def _led(text: str) -> tuple[str, str]:
    bare = text.lstrip(" ")
    return text[: len(text) - len(bare)], bare


def _cited(marks: Sequence[Numbered]) -> tuple[Cited, ...]:
    known = rulebook().rules
    by_rule: dict[str, list[Numbered]] = {}
    for one in marks:
        by_rule.setdefault(one.finding.rule, []).append(one)
    cited = [Cited(rule, known[rule].entry if rule in known else None, tuple(hits)) for rule, hits in by_rule.items()]
    return tuple(sorted(cited, key=lambda one: (not one.open, SEVERITIES.index(one.severity))))


class ComplianceWords:
    """What templates ask. `goods`: the SKUs that are spoken of; `show`: the key of the show the findings are about."""

    def __init__(self, locale: Locale, goods: Mapping[str, Sku] | None = None, show: str = "") -> None:
        self.locale, self.goods, self.show = locale, goods or {}, show

    def side(self, pair: Any) -> str:
        """The reader's side of a pair of the rule files."""
        return str(pair.ru if self.locale == "ru" else pair.zh)

    def severity(self, key: Severity) -> str:
        """How grave, in a word."""
        return Message(SEVERITY_NAMES[key]).say(self.locale)

    def kind(self, key: str) -> str:
        """A kind of evidence."""
        return _said(EVIDENCE_NAMES, key, self.locale)

    def market(self, key: str) -> str:
        """A country."""
        return _said(MARKETS, key, self.locale)

    def state(self, key: str) -> str:
        """A state of a script."""
        return _said(STATE_NAMES, key, self.locale)

    def day(self, day: date | None) -> str:
        """A day as the reader writes it."""
        return "—" if day is None else day_in(day, self.locale)

    def clearing(self, entry: RuleEntry) -> str:
        """Who may clear a finding of a rule, and with what."""
        if not entry.clear.evidence:
            return Message(N_("No evidence clears it: change the words or put the facts right.")).say(self.locale)
        facts = {
            "roles": [Message(ROLE_NAMES[one]) for one in entry.clear.by],
            "kinds": [Message(EVIDENCE_NAMES[one]) for one in entry.clear.evidence],
        }
        return Message(N_("{roles}; evidence: {kinds}"), facts).say(self.locale)

    def goods_name(self, sku: str) -> str:
        """What people call a SKU; its code where nobody knows it."""
        return names_of(self.goods[sku])["ru" if self.locale == "ru" else "zh"] if sku in self.goods else sku

    def place(self, finding: Finding) -> str:
        """What a finding about facts is about."""
        return self.goods_name(finding.sku) if finding.sku else _said(_SUBJECTS, finding.place, self.locale)

    def missing(self, finding: Finding) -> list[tuple[str, str]]:
        """The facts that are missing or do not fit, each with the page where it is told ("" where none is)."""
        names = [name for name in finding.missing if name != "on" and not name.startswith(("said.", "script_line."))]
        return [(self.side(name_of_fact(name)), self._told_at(name, finding.sku or "")) for name in names]

    def _told_at(self, name: str, sku: str) -> str:
        subject, _, key = name.partition(".")
        told = key in fields_about(subject) if subject in ("seller", "show", "item") else False  # type: ignore[arg-type]
        if subject == "seller" and told:
            return f"/compliance/facts#f-{key}"
        if subject == "show" and self.show:
            return (
                f"/compliance/facts/show/{self.show}#f-{key}"
                if told
                else f"/shows/{self.show}/compliance{_ON_SHOW.get(key, '')}"
            )
        if subject == "item" and sku:
            kind = key.partition(".")[0]
            card = f"/catalogue/{self.goods[sku].product.key}" if sku in self.goods else ""
            return (
                f"/compliance/facts/item/{quote(sku)}#f-{key}"
                if told
                else _ELSEWHERE.get(kind, card).format(sku=quote(sku))
            )
        return ""


_ON_SHOW = {"reviewed": "#review", "review_missing": "#review", "corrections": "#correct"}
_ELSEWHERE = {
    "papers": "/papers", "stock": "/stock/sku/{sku}", "brand_covered": "/brands", "brand_licensed": "/brands", "trademark": "/brands",
    **dict.fromkeys(("price", "reference", "reference_basis", "currency", "lowest_paid", "last_paid", "gift", "gift_quantity"), ""),
}  # fmt: skip


def words_of(session: Session, locale: Locale, skus: Iterable[str], *, show: str = "") -> ComplianceWords:
    """Words that know these SKUs by name."""
    wanted = set(skus)
    return ComplianceWords(locale, skus_by_code(session, wanted, with_texts=True) if wanted else {}, show)


def sku_names(session: Session, locale: Locale) -> dict[str, str]:
    """SKUs to choose from by code, with the short name of their card; only so many, for they travel with every form."""
    side = "ru" if locale == "ru" else "zh"
    short = (
        (ProductText.product_id == Sku.product_id) & (ProductText.locale == side) & (ProductText.field == "short_name")
    )
    query = select(Sku.code, ProductText.value).outerjoin(ProductText, short).order_by(Sku.code).limit(OFFERED)
    return {code: name or "" for code, name in session.execute(query)}


def no_such_sku(session: Session, code: str, locale: Locale) -> NotFound:
    """The error for a code nobody knows, with near ones."""
    return NotFound(kind=Message(N_("The SKU")), name=code[:40], known=sku_names(session, locale))


def fault_of(
    session: Session, error: DomainError | ValidationError, locale: Locale, labels: Mapping[str, str] | None = None
) -> Fault:
    """Why a form came back: rules, roles, kinds of evidence, facts and states by their names."""
    if isinstance(error, DomainError):
        error.facts = {name: _readable(name, value) for name, value in error.facts.items()}
    return refusal(session, error, locale, labels or {})


def _readable(name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        some = [_readable(name, one) for one in value]
        return some if name != "rules" or len(some) <= NAMED else [*some[:NAMED], "…"]
    if not isinstance(value, str):
        return value
    if name in ("rule", "rules") and value in rulebook().rules:
        named = rulebook().rules[value].entry.name
        return Named(value, named.zh, named.ru)
    if name == "field":
        fact = name_of_fact(value)
        return Named(value, fact.zh or "", fact.ru or "")
    names: Mapping[str, str] = {
        "type": EVIDENCE_NAMES, "accepted": EVIDENCE_NAMES, "roles": ROLE_NAMES, "state": STATE_NAMES, "wanted": STATE_NAMES,
        "allowed": STATE_NAMES,
    }.get(name, {})  # type: ignore[assignment]  # fmt: skip
    return Message(names[value]) if value in names else value


def _said(names: Mapping[Any, str], key: str, locale: Locale) -> str:
    return Message(names[key]).say(locale) if key in names else key


def show_of(of: str, key: str) -> str:
    """Where the facts of a subject are told."""
    return "/compliance/facts" if key == SELF and of == "seller" else f"/compliance/facts/{of}/{quote(key)}"
