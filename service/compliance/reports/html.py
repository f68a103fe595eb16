"""The report as one HTML page that needs nothing else, and the words both the page and the Word document print."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from service.catalog.answers import Both
from service.compliance.answers import DISCLAIMER, JUDGED_BY_PEOPLE
from service.compliance.entries import EVIDENCE_NAMES, SEVERITY_NAMES
from service.compliance.models import Evidence
from service.compliance.reports import Cited, Hit, Report, both, clock, plain
from service.compliance.reviewing import REVIEWED, unreviewed
from service.i18n import N_, Message, Named
from service.people.rights import ROLE_NAMES

__all__ = [
    "LABELS",
    "clearing",
    "explained",
    "heading",
    "notes",
    "papers",
    "place",
    "verdict",
    "write",
]

Row = tuple[Both, Both]

_KIND_NAMES = {"show": N_("livestream"), "listing": N_("listing"), "product": N_("product card")}
_MARKET_NAMES = {"CN": N_("China"), "RU": N_("Russia")}
_PLACE_NAMES = {
    "seller": N_("the seller"), "show": N_("the livestream"), "order": N_("the order"), "parcel": N_("the parcel"),
    "trade": N_("the border trade"), "shipment": N_("the shipment"), "channel": N_("the sales channel"),
    "script_line": N_("the line"),
}  # fmt: skip
LABELS: dict[str, str] = {
    "title": N_("Compliance report"), "summary": N_("Summary"), "severity": N_("Severity"), "open_count": N_("Open findings"),
    "cleared_count": N_("Cleared findings"), "findings": N_("Findings"), "nothing": N_("The check found nothing."),
    "open": N_("not cleared"), "cleared": N_("cleared"), "disguised": N_("disguised words"), "unverified": N_("unverified rule"),
    "missing": N_("Facts that are missing or do not fit"), "evidence": N_("Evidence that cleared it"),
    "reviews": N_("Reviews before the broadcast"), "unreviewed": N_("No review before the broadcast has been recorded."),
    "corrections": N_("Corrections on air"), "uncorrected": N_("No correction on air has been recorded."),
    "version": N_("Version"), "this_version": N_("the version checked"), "looked_at": N_("Found in order"), "by": N_("By whom, when"),
    "note": N_("Note"), "wrong": N_("Said wrongly"), "correction": N_("Correction as said"), "when": N_("Said and corrected at"),
    "about": N_("About this report"), "people": N_("Left for people to judge"),
}  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_printed,
    )  # fmt: skip
    return environment.get_template("report.html.j2")


def _printed(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def write(content: Report) -> bytes:
    """UTF-8 page in both languages."""
    page = _template().render(
        report=content, h={name: both(Message(text)) for name, text in LABELS.items()},
        severities={name: both(Message(text)) for name, text in SEVERITY_NAMES.items()},
        points={name: both(Message(text)) for name, text in REVIEWED.items()},
        heading=heading(content), verdict=verdict(content), notes=notes(content),
        people=[both(Message(text)) for text in JUDGED_BY_PEOPLE],
        explained=explained, papers=papers, place=place, clock=clock,
    )  # fmt: skip
    return page.encode()


def heading(content: Report) -> list[Row]:
    """What was checked, for whom, when and with which rules."""
    check, organisation = content.check, content.organisation
    kind = Message(_KIND_NAMES[check.kind]) if check.kind in _KIND_NAMES else check.kind
    subject = {"kind": kind, "key": check.key, "version": check.version}
    return [
        _row(N_("Organisation"), Named(organisation.key, organisation.name_zh, organisation.name_ru)),
        _row(N_("Subject of the check"), Message(N_("{kind} “{key}”, version {version}"), subject)),
        _row(N_("Market"), Message(_MARKET_NAMES[check.market])),
        _row(N_("Rules of the day"), check.on_date.isoformat()),
        _row(N_("Checked at"), Message(N_("{clock} (Heihe · Blagoveshchensk)"), {"clock": clock(check.at)})),
        _row(N_("Checked by"), check.person),
        _row(N_("Number of the check"), str(check.id)),
        _row(N_("Digest of the rules"), check.rules),
        _row(N_("Report made at"), clock(content.made_at)),
    ]  # fmt: skip


def verdict(content: Report) -> list[Both]:
    """Whether the subject may be ready, then why."""
    ready = N_("It may be marked as ready.") if content.may_be_ready else N_("It must not be marked as ready.")
    said = [Message(ready)]
    if content.stops:
        one = N_("{count} open finding must be mended or cleared first.")
        many = N_("{count} open findings must be mended or cleared first.")
        said.append(Message(one, {"count": content.stops}, many, content.stops))
    else:
        said.append(Message(N_("No open finding stands in its way.")))
    if content.of_show and content.review is None:
        said.append(Message(N_("Nobody has reviewed this version before the broadcast.")))
    elif content.of_show:
        missing = [Message(REVIEWED[name]) for name in unreviewed(content.review)]
        lacks = Message(N_("The review of this version has not found in order: {points}."), {"points": missing})
        said.append(lacks if missing else Message(N_("The review of this version found all five points in order.")))
    revoked = {one.id for group in content.groups for rule in group.rules for one in rule.evidence if one.revoked_at}
    if revoked:
        since = N_("Evidence revoked since the check: {numbers}. A new check would find those claims open.")
        said.append(Message(since, {"numbers": sorted(revoked)}))
    return [both(message) for message in said]


def explained(cited: Cited) -> list[Row]:
    """What its rule says: article, why, what to do, safer words, what people judge, who may clear it."""
    entry = cited.entry
    if entry is None:
        return [_row(N_("Rule"), Message(N_("The rule files no longer hold this rule.")))]
    said = [
        (N_("Article"), entry.article), (N_("Why"), entry.why), (N_("What to do"), entry.remedy),
        (N_("Safer wording"), entry.safer), (N_("For people to judge"), entry.judge),
    ]  # fmt: skip
    rows = [(both(Message(label)), Both(zh=pair.zh, ru=pair.ru)) for label, pair in said if pair]
    return [*rows, _row(N_("Who may clear it"), clearing(cited))]


def clearing(cited: Cited) -> Message:
    """Who may clear findings of a rule, and with which evidence."""
    clear = cited.entry.clear if cited.entry else None
    if clear is None or not clear.evidence:
        return Message(N_("No evidence clears it: change the words or put the facts right."))
    roles = [Message(ROLE_NAMES[role]) for role in clear.by]
    kinds = [Message(EVIDENCE_NAMES[kind]) for kind in clear.evidence]
    return Message(N_("{roles}; evidence: {kinds}"), {"roles": roles, "kinds": kinds})


def place(hit: Hit) -> list[Both]:
    """Where it was found: the key of the line, the SKU or the subject itself; then the SKU spoken about."""
    finding = hit.finding
    known = finding.language is None and _PLACE_NAMES.get(finding.place)
    name = both(Message(known)) if known else Both(zh=finding.place, ru=finding.place)
    sku = finding.sku if finding.sku != finding.place else None
    return [name, Both(zh=sku, ru=sku)] if sku else [name]


def papers(evidence: Sequence[Evidence]) -> list[tuple[int, list[Row]]]:
    """Evidence by its number: what it is, where it comes from and stands, how long it holds, who looked at it."""
    return [(one.id, _paper(one)) for one in evidence]


def _paper(one: Evidence) -> list[Row]:
    kind = EVIDENCE_NAMES.get(one.type)  # type: ignore[call-overload]
    since, until = (day.isoformat() if day else "…" for day in (one.valid_from, one.valid_to))
    rows = [
        _row(N_("What it is"), Message(N_("{kind}: {title}"), {"kind": Message(kind) if kind else one.type, "title": one.title})),
        _row(N_("Issued by"), one.source), _row(N_("Where it stands"), one.locator),
        _row(N_("Holds from – to"), f"{since} – {until}"), _row(N_("Looked at by"), f"{one.reviewer}, {clock(one.at)}"),
    ]  # fmt: skip
    if one.file_name:
        rows.append(_row(N_("Paper attached"), f"{one.file_name} · SHA-256 {one.file_digest}"))
    if one.revoked_at:
        facts = {"clock": clock(one.revoked_at), "person": one.revoked_by, "why": one.revoked_why}
        rows.append(_row(N_("Revoked since"), Message(N_("{clock}, {person}: {why}"), facts)))
    return rows


def notes(content: Report) -> list[Both]:
    """What the report is not, and how far its rules have been compared with the official texts."""
    said = [
        Message(DISCLAIMER),
        Message(
            N_("Rules with findings here: {all}; of them not yet compared with the official text: {unverified}."),
            {"all": len(content.rules), "unverified": content.cited_unverified},
        ),
        Message(
            N_("Rules in force on that day for both countries: {all}; of them not yet compared with the official text: {unverified}."),
            {"all": content.in_force, "unverified": content.unverified},
        ),
    ]  # fmt: skip
    if content.digest != content.check.rules:
        changed = N_(
            "The rule files have changed since the check: names, articles and advice here are those of {digest}."
        )
        said.append(Message(changed, {"digest": content.digest}))
    return [both(message) for message in said]


def _row(label: str, value: Message | Named | str) -> Row:
    said = Both(zh=value, ru=value) if isinstance(value, str) else Both(zh=value.say("zh"), ru=value.say("ru"))
    return both(Message(label)), said
