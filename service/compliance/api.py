"""HTTP: check texts, read rules and kept checks, keep evidence, tell facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.catalog.answers import Both
from service.catalog.files import SkuCode
from service.compliance.answers import (
    Checked,
    CheckShown,
    EvidenceShown,
    FactField,
    FactsShown,
    KeptCheckShown,
    RuleShown,
    checked,
    kept_shown,
    rule_shown,
)
from service.compliance.checking import check
from service.compliance.declaring import declare, fields_about, told
from service.compliance.document import Document, Line
from service.compliance.entries import Market, Subject
from service.compliance.evidence import (
    EvidenceGiven,
    attach_paper,
    evidence_page,
    find_evidence,
    keep_evidence,
    paper_of,
    proofs_on,
    revoke_evidence,
)
from service.compliance.gathering import item_facts, seller_facts
from service.compliance.keeping import check_page, find_check, findings_of
from service.compliance.reports import FORMATS, report
from service.compliance.rulebook import find_rule, rulebook
from service.http.kinds import Id, KeyQuery, NamePath
from service.http.paging import After, Limit, Page
from service.people.guard import Guarded, reading, writing
from service.people.once import Once

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["compliance"])
Reading = Annotated[Session, reading("compliance:read")]
Writing = Annotated[Session, writing("compliance:write")]
On = Annotated[date | None, Query(description="Day the rules are asked for; today in UTC if left out.")]
RulePath = Annotated[str, Path(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=40, examples=["CN-AD-ABS-2"])]
ReportFormat = Literal["html", "docx", "json"]
Fact = str | int | bool | None


class LineGiven(BaseModel):
    """A text in one language, or a pair. `sku`: what it is about; its facts then count."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[str, StringConstraints(min_length=1, max_length=120)] = "text"
    zh: Annotated[str, StringConstraints(max_length=20000)] | None = None
    ru: Annotated[str, StringConstraints(max_length=20000)] | None = None
    sku: SkuCode | None = None


class CheckRequest(BaseModel):
    """Texts, SKUs and facts to be checked for a market. `facts`: of orders, parcels, trades, shipments or channels, by subject."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "market": "CN", "on": "2026-11-25",
                "lines": [{"key": "1", "zh": "全网最低价，最后五分钟！", "ru": "Самая низкая цена, осталось пять минут!", "sku": "RU-ALENKA-90"}],
            }
        },
    )  # fmt: skip
    market: Market
    on: date | None = None
    scope: Literal["script", "listing", "label"] | None = None
    lines: list[LineGiven] = Field([], max_length=2000)
    skus: list[SkuCode] = Field([], max_length=200)
    facts: dict[Literal["order", "parcel", "trade", "shipment", "channel"], dict[str, Fact]] = {}


class Rules(BaseModel):
    """Rules in force on a day."""

    items: list[RuleShown]


class FactsGiven(BaseModel):
    """Facts by field; null takes one back, those left out stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"facts": {"gmo_status": "非转基因", "import_record": "样例-0001"}}},
    )
    facts: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)], Fact] = Field(
        min_length=1, max_length=60
    )


class Revoking(BaseModel):
    """Why evidence no longer holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"why": "报告被撤回"}})
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def today() -> date:
    """The present day, UTC."""
    return datetime.now(UTC).date()


@router.get("/compliance/rules")
def read_rules(session: Reading, market: Market | None = None, on: On = None) -> Rules:
    """The rules in force on a day, with article, source and whether anybody has verified them."""
    day = on or today()
    found = [
        rule_shown(rule, day) for rule in rulebook().rules.values()
        if rule.entry.in_force(day) and (market is None or rule.entry.market == market)
    ]  # fmt: skip
    return Rules(items=found)


@router.get("/compliance/rules/{rule}")
def read_rule(session: Reading, rule: RulePath, on: On = None) -> RuleShown:
    """One rule, whether in force or not."""
    return rule_shown(find_rule(rule), on or today())


@router.post("/compliance/check")
def post_check(session: Reading, request: CheckRequest) -> Checked:
    """Check texts and facts without keeping anything; the answer names each hit with its remedy."""
    day = request.on or today()
    codes = {*request.skus, *(line.sku for line in request.lines if line.sku)}
    document = Document(
        lines=tuple(
            Line(line.key, {lang: text for lang in ("zh", "ru") if (text := getattr(line, lang)) is not None}, line.sku)
            for line in request.lines
        ),
        scope=request.scope,
        items=item_facts(session, codes, market=request.market, on=day),
        seller=seller_facts(session) if request.skus else None,
        others={subject: dict(facts) for subject, facts in request.facts.items()},
    )  # fmt: skip
    found = check(document, market=request.market, on_date=day, proofs=proofs_on(session, day))
    return checked(found, market=request.market, on=day)


@router.get("/compliance/checks")
def read_checks(
    session: Reading, after: After = None, limit: Limit = 50, kind: Literal["show", "listing", "product"] | None = None, key: KeyQuery = None
) -> Page[CheckShown]:  # fmt: skip
    """A page of kept checks, the newest first."""
    rows, following = check_page(session, after=after, limit=limit, kind=kind, key=key)
    return Page(items=[CheckShown.model_validate(row) for row in rows], next=following)


@router.get("/compliance/checks/{number}")
def read_check(session: Reading, number: Id) -> KeptCheckShown:
    """A kept check with its findings as they were then."""
    kept = find_check(session, number)
    return kept_shown(kept, findings_of(kept))


_REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report a park can file.",
        "content": {form.media.split(";")[0]: {} for form in FORMATS.values()},
    }
}


@router.get("/compliance/checks/{number}/report/{format}", response_class=Response, responses=_REPORT)
def read_report(session: Reading, number: Id, format: ReportFormat) -> Response:
    """A kept check as a document in both languages: html, docx or json."""
    kept = find_check(session, number)
    form = FORMATS[format]
    name = f'{"inline" if form.ending != "docx" else "attachment"}; filename="check-{number}.{form.ending}"'
    return Response(report(session, kept, format), media_type=form.media, headers={"Content-Disposition": name})


@router.get("/compliance/evidence")
def read_all_evidence(
    session: Reading, after: After = None, limit: Limit = 50, on: On = None,
    in_force: bool = False, ends_within: Annotated[int | None, Query(ge=0, le=3650, description="Days.")] = None,
) -> Page[EvidenceShown]:  # fmt: skip
    """A page of evidence, the newest first; with `in_force` only what holds on the day."""
    day = (on or today()) if in_force or ends_within is not None else None
    rows, following = evidence_page(session, after=after, limit=limit, in_force_on=day, ends_within=ends_within)
    return Page(items=[EvidenceShown.model_validate(row) for row in rows], next=following)


@router.post("/compliance/evidence", response_model=EvidenceShown)
def post_evidence(session: Writing, once: Once, given: EvidenceGiven) -> Response:
    """Keep evidence you have looked at; it clears the findings it covers while it is in force."""
    return once(session, given, lambda: EvidenceShown.model_validate(keep_evidence(session, given)))


@router.get("/compliance/evidence/{number}")
def read_evidence(session: Reading, number: Id) -> EvidenceShown:
    """One piece of evidence."""
    return EvidenceShown.model_validate(find_evidence(session, number))


@router.post("/compliance/evidence/{number}/revoke")
def post_revocation(session: Writing, number: Id, given: Revoking) -> EvidenceShown:
    """Take evidence out of force; what it cleared is open again from now on."""
    return EvidenceShown.model_validate(revoke_evidence(session, number, why=given.why))


@router.put("/compliance/evidence/{number}/file")
def put_paper(
    session: Writing, number: Id, content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)],
    name: Annotated[str, Query(max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\]+$", description="File name.")],
) -> EvidenceShown:  # fmt: skip
    """Attach the paper itself, once: PDF, PNG or JPEG of at most 10 MB."""
    return EvidenceShown.model_validate(attach_paper(session, number, name=name, content=content))


_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@router.get("/compliance/evidence/{number}/file", response_class=Response, responses={200: {"content": {"application/pdf": {}, "image/png": {}, "image/jpeg": {}}, "description": "The paper."}})  # fmt: skip
def read_paper(session: Reading, number: Id) -> Response:
    """The paper itself."""
    paper, media = paper_of(session, number)
    return Response(
        paper, media_type=media, headers={"Content-Disposition": f'attachment; filename="evidence-{number}"'}
    )


@router.get("/compliance/facts/{of}/{key}")
def read_facts(session: Reading, of: Subject, key: NamePath) -> FactsShown:
    """What people have told about a subject: `seller/self`, `show/<key>`, `item/<SKU>`."""
    return facts_shown(session, of, key)


@router.patch("/compliance/facts/{of}/{key}")
def patch_facts(session: Writing, of: Subject, key: NamePath, given: FactsGiven) -> FactsShown:
    """Tell facts about a subject, or take them back."""
    declare(session, of=of, key=key[:60], facts=given.facts)
    return facts_shown(session, of, key)


def facts_shown(session: Session, of: Subject, key: str) -> FactsShown:
    """All facts that can be told of a subject, with those that have been."""
    rows = {row.field: row for row in told(session, of, key)}
    facts = [
        FactField(
            field=name, type=one.type, name=Both(zh=one.name.zh, ru=one.name.ru), value=rows[name].value["is"] if name in rows else None,
            person=rows[name].person if name in rows else None, at=rows[name].at if name in rows else None,
        )
        for name, one in fields_about(of).items()
    ]  # fmt: skip
    return FactsShown(of=of, key=key, facts=facts)
