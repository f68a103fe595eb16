"""The report of a kept check, as a park files it: HTML, DOCX and JSON, Chinese and Russian always both.

Here is what a report says; how it looks is one module per form. Pages and documents print pairs only, so neither language can be forgotten.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.answers import Both
from service.compliance.answers import name_of_fact
from service.compliance.document import CONTEXT, OPEN_STOPS, Finding
from service.compliance.entries import SEVERITIES, RuleEntry, Severity
from service.compliance.keeping import findings_of
from service.compliance.models import AirCorrection, BroadcastReview, ComplianceCheck, Evidence
from service.compliance.reviewing import corrections_of, reviews_of, unreviewed
from service.compliance.rulebook import Book, rulebook
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.people.models import Organisation

__all__ = [
    "FORMATS", "Cited", "Format", "Group", "Hit", "Quote", "Report", "both", "clock", "compose", "plain", "report", "report_form",
]  # fmt: skip

_HEIHE, _BLAGOVESHCHENSK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Yakutsk")


@dataclass(frozen=True)
class Quote:
    """Words found, with what stands around them in their line; cut where the line is long."""

    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Hit:
    """One finding. `quote`: the words where they stand; `evidence` is what cleared it."""

    finding: Finding
    missing: tuple[Both, ...]
    quote: Quote | None
    evidence: Evidence | None


@dataclass(frozen=True)
class Cited:
    """A rule with all it found at one severity. `entry` None: the rule files no longer hold the rule."""

    rule: str
    entry: RuleEntry | None
    hits: tuple[Hit, ...]

    @property
    def open(self) -> int:
        """How many of its findings nothing clears."""
        return sum(hit.finding.open for hit in self.hits)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What cleared its findings, each once."""
        return tuple({hit.evidence.id: hit.evidence for hit in self.hits if hit.evidence}.values())


@dataclass(frozen=True)
class Group:
    """All findings of one severity; rules with open ones first."""

    severity: Severity
    rules: tuple[Cited, ...]

    @property
    def open(self) -> int:
        """Findings nothing clears."""
        return sum(rule.open for rule in self.rules)

    @property
    def cleared(self) -> int:
        """Findings that evidence cleared."""
        return sum(len(rule.hits) for rule in self.rules) - self.open


@dataclass(frozen=True)
class Report:
    """All a report says. `digest` names the rule files its names and articles come from, `check.rules` those of the check.

    `in_force` and `unverified` count rules of both markets on the day asked for.
    """

    check: ComplianceCheck
    organisation: Organisation
    made_at: datetime
    groups: tuple[Group, ...]
    reviews: tuple[BroadcastReview, ...]
    corrections: tuple[AirCorrection, ...]
    digest: str
    in_force: int
    unverified: int

    @property
    def of_show(self) -> bool:
        """Whether the subject goes on air, so that reviews and corrections belong to it."""
        return self.check.kind == "show"

    @property
    def rules(self) -> dict[str, RuleEntry | None]:
        """The rules cited, by id."""
        return {one.rule: one.entry for group in self.groups for one in group.rules}

    @property
    def cited_unverified(self) -> int:
        """Rules cited that nobody has compared with the official text, as far as the rule files still hold them."""
        return sum(entry is not None and not entry.verified for entry in self.rules.values())

    @property
    def review(self) -> BroadcastReview | None:
        """The newest review of the version that was checked; they come the newest first."""
        return next((one for one in self.reviews if one.version == self.check.version), None)

    @property
    def stops(self) -> int:
        """Open findings that keep the subject from being ready."""
        return sum(group.open for group in self.groups if group.severity in OPEN_STOPS)

    @property
    def may_be_ready(self) -> bool:
        """Nothing open stops it and, for a show, the review of this version found everything in order."""
        return not self.stops and not (self.of_show and unreviewed(self.review))


@dataclass(frozen=True)
class Format:
    """A document form: its file ending, media type, what it is for, and where it is made."""

    ending: str
    media: str
    purpose: Message
    module: str

    def write(self, content: Report) -> bytes:
        """The finished document."""
        return cast("Callable[[Report], bytes]", import_module(f"{__name__}.{self.module}").write)(content)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: dict[str, Format] = {
    "html": Format("html", "text/html; charset=utf-8", Message(N_("report to read and print")), "html"),
    "docx": Format("docx", _DOCX, Message(N_("report to file, for Word")), "docx"),
    "json": Format("json", "application/json", Message(N_("report for programs")), "json"),
}


def report_form(name: str) -> str:
    """The name of a form there is; raises `NotFound`."""
    if name not in FORMATS:
        raise NotFound(kind=Message(N_("The format")), name=name, known=FORMATS)
    return name


def report(session: Session, kept: ComplianceCheck, format: str) -> bytes:
    """A kept check as a document of the named form; raises `NotFound` for a form there is not."""
    report_form(format)
    findings = findings_of(kept)
    show = kept.key if kept.kind == "show" else None
    numbers = {one.proof for one in findings if one.proof is not None}
    evidence = session.scalars(select(Evidence).where(Evidence.id.in_(numbers))) if numbers else ()
    content = compose(
        kept, findings, organisation=session.get_one(Organisation, kept.organisation_id), evidence=evidence,
        reviews=reviews_of(session, show) if show else (), corrections=corrections_of(session, show) if show else (),
        made_at=now(), book=rulebook(),
    )  # fmt: skip
    return FORMATS[format].write(content)


def compose(
    kept: ComplianceCheck, findings: Sequence[Finding], *, organisation: Organisation, evidence: Iterable[Evidence] = (),
    reviews: Iterable[BroadcastReview] = (), corrections: Iterable[AirCorrection] = (),
    made_at: datetime, book: Book,
) -> Report:  # fmt: skip
    """The report from what was kept; pure. `reviews` and `corrections` the newest first, as they are read."""
    papers = {one.id: one for one in evidence}
    hits: dict[Severity, dict[str, list[Hit]]] = {}
    for one in findings:
        proof = papers.get(one.proof) if one.proof is not None else None
        hit = Hit(one, tuple(name_of_fact(name) for name in one.missing), _quote(one), proof)
        hits.setdefault(one.severity, {}).setdefault(one.rule, []).append(hit)
    in_force = [rule.entry for rule in book.rules.values() if rule.entry.in_force(kept.on_date)]
    return Report(
        kept, organisation, made_at,
        tuple(Group(severity, _cited(hits[severity], book)) for severity in SEVERITIES if severity in hits),
        tuple(reviews), tuple(corrections), book.digest, len(in_force), sum(not entry.verified for entry in in_force),
    )  # fmt: skip


def _cited(hits: Mapping[str, list[Hit]], book: Book) -> tuple[Cited, ...]:
    rules = [
        Cited(rule, book.rules[rule].entry if rule in book.rules else None, tuple(own)) for rule, own in hits.items()
    ]
    return tuple(sorted(rules, key=lambda one: not one.open))


def _quote(finding: Finding) -> Quote | None:
    """None for facts. What a check keeps of a long line is cut; half words at the cut are left away."""
    if not finding.excerpt:
        return None
    before, after = finding.before, finding.after
    return Quote(
        before if len(before) < CONTEXT else "…" + _whole_words(before, cut="before"),
        finding.excerpt,
        after if len(after) < CONTEXT else _whole_words(after, cut="after") + "…",
    )


def _whole_words(text: str, *, cut: Literal["before", "after"]) -> str:
    """Without the half word at the cut; Chinese has no spaces and stays as it is."""
    head, space, tail = text.partition(" ") if cut == "before" else text.rpartition(" ")
    return (tail if cut == "before" else head) if space else text


def both(message: Message) -> Both:
    """A message in the two languages of every report."""
    return Both(zh=message.say("zh"), ru=message.say("ru"))


def clock(moment: datetime) -> str:
    """A moment by the clocks of Heihe and Blagoveshchensk, in figures both sides read alike."""
    here, there = moment.astimezone(_HEIHE), moment.astimezone(_BLAGOVESHCHENSK)
    same_day = here.date() == there.date()
    return (
        f"{here:%Y-%m-%d %H:%M} {_offset(here)} · {there:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}} {_offset(there)}"
    )


def _offset(moment: datetime) -> str:
    return f"UTC{moment:%z}"[:6].replace("+0", "+").replace("-0", "-")


# Letters that show nothing though their kind does not say so, and two that XML refuses.
_BLANK = frozenset("\u034f\u115f\u1160\u3164\uffa0\ufffe\uffff")


def plain(text: str) -> str:
    """A text as paper can bear it: what cannot be seen (zero-width letters of a disguise, turned direction) is named by its number."""
    return "".join(letter if _visible(letter) else f"⟨U+{ord(letter):04X}⟩" for letter in text)


def _visible(letter: str) -> bool:
    if letter in "\n\t\u200d":  # the joiner holds emoji together
        return True
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in _BLANK
