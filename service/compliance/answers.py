"""How rules, findings, evidence, reviews and corrections look from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.catalog.answers import Both
from service.compliance.document import Finding, stopping
from service.compliance.entries import EvidenceType, Market, Severity
from service.compliance.facts import declared_fields
from service.compliance.models import ComplianceCheck
from service.compliance.rulebook import Rule, rulebook
from service.i18n import N_, Message

__all__ = [
    "DISCLAIMER", "JUDGED_BY_PEOPLE", "CheckShown", "Checked", "CorrectionShown", "EvidenceShown", "FactField", "FactsShown", "FindingShown",
    "KeptCheckShown", "ReviewShown", "RuleShown", "checked", "finding_shown", "kept_shown", "name_of_fact", "rule_shown",
]  # fmt: skip

DISCLAIMER = N_("A check of drafts, not legal advice.")
JUDGED_BY_PEOPLE = (
    N_("whether a claim is true and a paper genuine"),
    N_("what pictures, clothes, gestures and tone say"),
    N_("whether a comparison or an opinion is fair in its context"),
    N_("what an authority or a platform has changed since the rules were last looked at"),
)
"""Classes of judgement the checker leaves to people; every report names them."""


class RuleShown(BaseModel):
    """One rule with its dates and source. `verified` false: nobody has compared it with the official text yet."""

    id: str
    name: Both
    jurisdiction: str
    market: Market
    kind: str
    severity: Severity
    in_force_from: date | None
    in_force_to: date | None
    scope: list[str]
    claim: str | None
    article: Both
    source: str
    verified: bool
    why: Both
    remedy: Both
    safer: Both | None
    judge: Both | None
    cleared_by: list[str]
    evidence: list[str]


class FindingShown(BaseModel):
    """One hit of one rule: the words (`start`, `end` in the text of `place`), or the facts that are missing."""

    rule: str
    name: Both
    severity: Severity
    market: Market
    place: str
    language: Literal["zh", "ru"] | None
    start: int
    end: int
    before: str
    excerpt: str
    after: str
    sku: str | None
    disguised: bool = Field(description="The words were written so that a machine should not see them.")
    missing: list[str]
    missing_names: list[Both]
    open: bool
    evidence: int | None = Field(description="The evidence that clears it; null: it is open.")
    article: Both
    why: Both
    remedy: Both
    safer: Both | None
    judge: Both | None
    cleared_by: list[str]
    clearing_evidence: list[str]
    verified: bool


class Checked(BaseModel):
    """What a check found. `stops`: open findings of severity block or error."""

    market: Market
    on: date
    rules: str = Field(description="Which rules it was made with: a digest of the rule files.")
    stops: int
    findings: list[FindingShown]
    note: Both


class CheckShown(BaseModel):
    """A kept check."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    kind: str
    key: str
    version: int
    market: Market
    on: date = Field(validation_alias="on_date")
    rules: str = Field(description="Which rules it was made with: a digest of the rule files.")
    stops: int
    person: str
    at: datetime


class KeptCheckShown(CheckShown):
    """A kept check with its findings as they were then."""

    findings: list[FindingShown]
    note: Both


class EvidenceShown(BaseModel):
    """Evidence as it was kept; `state` on the day asked for."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    type: EvidenceType
    title: str
    source: str
    locator: str
    rules: list[str]
    skus: list[str]
    words: list[str]
    valid_from: date | None
    valid_to: date | None
    note: str
    reviewer: str
    at: datetime
    file_name: str | None
    file_type: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_why: str | None


class ReviewShown(BaseModel):
    """A review before a broadcast."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    show: str
    version: int
    reviewer: str
    at: datetime
    content: bool
    narration: bool
    costume: bool
    set: bool
    props: bool
    note: str


class CorrectionShown(BaseModel):
    """A correction said on air."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    show: str
    line: str | None
    wrong: str
    zh: str | None
    ru: str | None
    said_at: datetime
    corrected_at: datetime
    person: str
    at: datetime


class FactField(BaseModel):
    """A fact people can tell about a subject."""

    field: str
    type: Literal["text", "number", "boolean", "date"]
    name: Both
    value: str | int | bool | None
    person: str | None
    at: datetime | None


class FactsShown(BaseModel):
    """What has been told about a subject, and what could be."""

    of: str
    key: str
    facts: list[FactField]


def rule_shown(rule: Rule, on: date) -> RuleShown:
    """A rule as it stands on a day."""
    entry = rule.entry
    return RuleShown(
        id=entry.id, name=_both(entry.name), jurisdiction=entry.jurisdiction, market=entry.market, kind=entry.kind,
        severity=entry.severity_on(on), in_force_from=entry.from_, in_force_to=entry.to, scope=list(entry.scope), claim=entry.claim,
        article=_both(entry.article), source=entry.source, verified=entry.verified, why=_both(entry.why), remedy=_both(entry.remedy),
        safer=_both(entry.safer) if entry.safer else None, judge=_both(entry.judge) if entry.judge else None,
        cleared_by=list(entry.clear.by), evidence=list(entry.clear.evidence),
    )  # fmt: skip


def finding_shown(finding: Finding) -> FindingShown:
    """A finding with what its rule says; of a rule that is no longer in the files only its name."""
    rule = rulebook().rules.get(finding.rule)
    said = _said_by(rule) if rule else _GONE | {"name": Both(zh=finding.rule, ru=finding.rule)}
    return FindingShown(
        rule=finding.rule, severity=finding.severity, market=finding.market, place=finding.place, language=finding.language,
        start=finding.start, end=finding.end, before=finding.before, excerpt=finding.excerpt, after=finding.after, sku=finding.sku,
        disguised=finding.disguised, missing=list(finding.missing), missing_names=[name_of_fact(one) for one in finding.missing],
        open=finding.open, evidence=finding.proof, **said,
    )  # fmt: skip


def _said_by(rule: Rule) -> dict[str, Any]:
    entry = rule.entry
    return {
        "name": _both(entry.name), "article": _both(entry.article), "why": _both(entry.why), "remedy": _both(entry.remedy),
        "safer": _both(entry.safer) if entry.safer else None, "judge": _both(entry.judge) if entry.judge else None,
        "cleared_by": list(entry.clear.by), "clearing_evidence": list(entry.clear.evidence), "verified": entry.verified,
    }  # fmt: skip


def _message(text: str) -> Both:
    return Both(zh=Message(text).say("zh"), ru=Message(text).say("ru"))


_GONE: dict[str, Any] = {
    "article": Both(zh="—", ru="—"), "why": _message(N_("This rule is no longer in the rule files.")), "remedy": Both(zh="—", ru="—"),
    "safer": None, "judge": None, "cleared_by": [], "clearing_evidence": [], "verified": False,
}  # fmt: skip


def checked(findings: Sequence[Finding], *, market: Market, on: date) -> Checked:
    """A fresh check for the outside."""
    return Checked(
        market=market, on=on, rules=rulebook().digest, stops=len(stopping(findings)),
        findings=[finding_shown(one) for one in findings], note=note(),
    )  # fmt: skip


def kept_shown(kept: ComplianceCheck, findings: Iterable[Finding]) -> KeptCheckShown:
    """A kept check for the outside."""
    shown = [finding_shown(one) for one in findings]
    head = CheckShown.model_validate(kept).model_dump() | {"on_date": kept.on_date}
    return KeptCheckShown.model_validate({**head, "findings": shown, "note": note()})


def note() -> Both:
    """What every report says of itself."""
    return _message(DISCLAIMER)


def name_of_fact(name: str) -> Both:
    """A fact in both languages, `item.gmo_status`; its own name where nobody declares it."""
    subject, _, key = name.partition(".")
    found = next((one for one in declared_fields() if one.of == subject and one.key == key), None)
    if found:
        return _both(found.name)
    text = _COMPUTED.get(name) or _COMPUTED.get(name.rsplit(".", 1)[0])
    kind = name.rsplit(".", 1)[-1]
    if text is None:
        return Both(zh=name, ru=name)
    return Both(
        zh=Message(text, {"kind": _paper(kind, "zh")}).say("zh"),
        ru=Message(text, {"kind": _paper(kind, "ru")}).say("ru"),
    )


def _paper(kind: str, locale: Literal["zh", "ru"]) -> str:
    from service.catalog.brands.files import paper_kinds

    known = paper_kinds().get(kind)
    return getattr(known, locale) if known else kind


_COMPUTED = {
    "item.papers": N_("paper in force: {kind}"), "item.origin": N_("country of origin"), "item.hs": N_("HS code"),
    "item.price": N_("price"), "item.reference": N_("reference price"), "item.reference_basis": N_("basis of the reference price"),
    "item.lowest_paid": N_("lowest price paid in the last 7 days"), "item.last_paid": N_("last price paid"),
    "item.stock": N_("stock that can be sold"), "item.brand_covered": N_("licence for the brand"),
    "item.texts_zh": N_("Chinese texts of the card"), "item.texts_ru": N_("Russian texts of the card"),
    "item.shelf_life": N_("shelf life"), "item.net": N_("net quantity"), "item.temperature": N_("storage temperature"),
    "item.maker": N_("maker"), "item.gtin": N_("GTIN"), "item.currency": N_("currency"), "item.gift": N_("gift"),
    "item.gift_quantity": N_("quantity of the gift"), "item.marking_from": N_("start of the marking duty"),
    "item.alcohol": N_("alcohol content"), "show.reviewed": N_("review before the broadcast"),
    "show.review_missing": N_("review before the broadcast"), "show.alcohol": N_("alcohol content"),
    "show.corrections": N_("corrections on air"), "script_line.alone": N_("the same claim in the other language"),
}  # fmt: skip


def _both(pair: Any) -> Both:
    return Both(zh=pair.zh, ru=pair.ru)
