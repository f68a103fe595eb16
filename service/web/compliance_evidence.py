"""What speaks for a claim: evidence with its papers, and the facts only people can tell of the seller, a show or a SKU."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.compliance.api import Revoking
from service.compliance.declaring import SELF, declare, facts_of_words, fields_about, told
from service.compliance.entries import EVIDENCE_TYPES, RuleEntry, Subject
from service.compliance.evidence import (
    MOST_BYTES,
    EvidenceGiven,
    evidence_page,
    find_evidence,
    keep_evidence,
    revoke_evidence,
)
from service.compliance.models import Evidence
from service.compliance.rulebook import find_rule, rulebook
from service.errors import DomainError
from service.http.kinds import Id, KeyPath
from service.http.languages import CallerLocale
from service.http.paging import After, page_of
from service.i18n import N_, Locale
from service.inventory.answers import SkuPath
from service.livestream.shows import find_show, list_shows
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.compliance_words import ComplianceWords, fault_of, no_such_sku, show_of, sku_names, words_of
from service.web.layout import back, page
from service.web.posting import Key, Said, day_of, file_name, new_key, once, today
from service.web.stock_acts import digits

router = APIRouter(route_class=Guarded, prefix="/compliance", include_in_schema=False)
Reading = Annotated[Session, reading("compliance:read")]
Writing = Annotated[Session, writing("compliance:write")]
OURS = [Depends(form_is_ours)]
SOON = 30  # days before its end in which evidence is told of
State = Literal["in_force", "soon", "revoked", "all"]
_Typed = Annotated[str, Form(pattern=r"^[^\x00]*$")]  # lengths are judged by the domain: a refusal keeps what was typed
_Asked = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
_List = Annotated[list[Annotated[str, Field(pattern=r"^[^\x00]*$")]] | None, Form(max_length=60)]


@router.get("/evidence")
def evidence(
    session: Reading, request: Request, locale: CallerLocale, state: State = "in_force", after: After = None, rule: _Asked = "",
    sku: _Asked = "", words: _Asked = "", said: str = "",
) -> HTMLResponse:  # fmt: skip
    """Evidence by its state, and the form to keep some; a finding's link fills in what it would prove."""
    typed = _EMPTY | {"rules": [rule] if rule else [], "skus": sku, "words": words}
    return _evidence(session, request, locale, state=state, after=after, typed=typed, said=said)


def _evidence(
    session: Session, request: Request, locale: Locale, status: int = 200, *, state: State = "in_force", after: str | None = None,
    **values: Any,
) -> HTMLResponse:  # fmt: skip
    on = today(locale)
    rows, following = _rows(session, state, on, after)
    given = {"typed": _EMPTY, "fault": None, "said": "", "key": new_key()} | values
    return page(
        request, locale, "compliance_evidence.html", status, rows=rows, following=following, state=state, on=on, soon=SOON,
        rules=rulebook().rules, types=EVIDENCE_TYPES, skus=sku_names(session, locale), most=MOST_BYTES >> 20,
        says=ComplianceWords(locale), **given,
    )  # fmt: skip


def _rows(session: Session, state: State, on: date, after: str | None) -> tuple[list[Evidence], str | None]:
    if state == "revoked":
        query = select(Evidence).where(Evidence.revoked_at.is_not(None))
        return page_of(session, query, by=[Evidence.id], after=after, limit=50, newest_first=True)
    day, within = (on if state != "all" else None), (SOON if state == "soon" else None)
    return evidence_page(session, after=after, limit=50, in_force_on=day, ends_within=within)


@router.get("/evidence/uploads")
def form_again(_session: Reading, locale: CallerLocale) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/compliance/evidence?lang={locale}", status_code=303)


@router.get("/evidence/{number}")
def one_evidence(session: Reading, request: Request, locale: CallerLocale, number: Id, said: str = "") -> HTMLResponse:
    """One piece of evidence, whatever became of it."""
    return _one(session, request, locale, find_evidence(session, number), said=said)


def _one(
    session: Session, request: Request, locale: Locale, one: Evidence, status: int = 200, **values: Any
) -> HTMLResponse:
    given = {"fault": None, "why": "", "said": ""} | values
    return page(
        request, locale, "compliance_paper.html", status, one=one, on=today(locale), rules=rulebook().rules, soon=SOON,
        says=words_of(session, locale, one.skus), **given,
    )  # fmt: skip


@router.post("/evidence/uploads", dependencies=OURS)
def keep(
    session: Writing, request: Request, locale: CallerLocale, key: Key, type: _Typed = "", title: _Typed = "", source: _Typed = "",
    locator: _Typed = "", rule: _List = None, skus: _Typed = "", words: _Typed = "", valid_from: _Typed = "", valid_to: _Typed = "",
    note: _Typed = "", file: Annotated[UploadFile | None, File()] = None,
) -> Response:  # fmt: skip
    """Keep evidence the caller has looked at, with its paper. (Under /uploads, for papers are larger than forms.)"""
    typed = {
        "type": type, "title": title, "source": source, "locator": locator, "rules": [one.strip() for one in rule or [] if one.strip()],
        "skus": skus, "words": words, "valid_from": valid_from, "valid_to": valid_to, "note": note,
    }  # fmt: skip
    paper = (file_name(file), file.file.read(MOST_BYTES + 1)) if file and file.filename else None
    try:
        mark = typed | {"file": [paper[0], len(paper[1])] if paper else None}
        done = once(request, session, key, mark, lambda: _keep(session, locale, typed, paper))
    except (DomainError, ValidationError) as error:
        fault = fault_of(session, error, locale, _LABELS)
        shown = typed | {"file": paper[0] if paper else ""}
        return _evidence(session, request, locale, fault.status, typed=shown, fault=fault)
    return back(done.to, done.said)


def _keep(session: Session, locale: Locale, typed: dict[str, Any], paper: tuple[str, bytes] | None) -> Said:
    skus = typed["skus"].replace(",", " ").replace("，", " ").replace("、", " ").upper().split()
    if unknown := sorted(set(skus) - set(skus_by_code(session, skus))):
        raise no_such_sku(session, unknown[0], locale)
    given = EvidenceGiven.model_validate(
        {name: typed[name].strip() for name in ("type", "title", "source", "locator", "note")} | {
            "rules": [find_rule(one.partition(" ")[0].upper()).id for one in typed["rules"]], "skus": skus,
            "words": [one.strip() for one in typed["words"].splitlines() if one.strip()],
            **{name: day_of(typed[name]) if typed[name].strip() else None for name in ("valid_from", "valid_to")},
        }
    )  # fmt: skip
    kept = keep_evidence(session, given, file=paper)
    return Said(to=f"/compliance/evidence/{kept.id}", said="kept")


@router.post("/evidence/{number}", dependencies=OURS)
def revoke(session: Writing, request: Request, locale: CallerLocale, number: Id, why: _Typed = "") -> Response:
    """Take evidence out of force, for a reason."""
    try:
        given = Revoking(why=why)
        with session.begin_nested():
            revoke_evidence(session, number, why=given.why)
    except ValidationError as error:
        fault = fault_of(session, error, locale, _LABELS)
        return _one(session, request, locale, find_evidence(session, number), fault.status, fault=fault, why=why)
    return back(f"/compliance/evidence/{number}", "revoked")


_EMPTY: dict[str, Any] = {
    "type": "", "title": "", "source": "", "locator": "", "rules": [], "skus": "", "words": "", "valid_from": "", "valid_to": "",
    "note": "", "file": "",
}  # fmt: skip
_LABELS = {
    "type": N_("Kind"), "title": N_("What it is called"), "source": N_("Who made or issued it"),
    "locator": N_("Where in it, or at which address"), "rules": N_("Rules it answers"), "skus": N_("SKUs, with spaces between them"),
    "words": N_("The very words it proves, one claim per line"), "valid_from": N_("From"), "valid_to": N_("To (last day)"),
    "note": N_("Note"), "why": N_("Reason"),
}  # fmt: skip


@router.get("/facts")
def seller(session: Reading, request: Request, locale: CallerLocale, sku: _Asked = "", said: str = "") -> Response:
    """What has been told about the seller; a SKU that was asked for leads on to its own page."""
    code = sku.strip().upper()
    if code in skus_by_code(session, [code]):
        return RedirectResponse(show_of("item", code), status_code=303)
    fault = None
    if code:
        fault = fault_of(session, no_such_sku(session, code, locale), locale)
    return _facts(session, request, locale, "seller", SELF, 404 if fault else 200, lost=fault, sku=sku, said=said)


@router.get("/facts/show/{key}")
def show(session: Reading, request: Request, locale: CallerLocale, key: KeyPath, said: str = "") -> Response:
    """What has been told about a show."""
    return _facts(session, request, locale, "show", key, said=said)


@router.get("/facts/item/{key}")
def item(session: Reading, request: Request, locale: CallerLocale, key: SkuPath, said: str = "") -> Response:
    """What has been told about a SKU."""
    return _facts(session, request, locale, "item", key, said=said)


@router.post("/facts", dependencies=OURS)
def tell_of_seller(
    session: Writing, request: Request, locale: CallerLocale, field: _List = None, value: _List = None
) -> Response:
    """Tell facts about the seller; empty takes one back."""
    return _tell(session, request, locale, "seller", SELF, field, value)


@router.post("/facts/show/{key}", dependencies=OURS)
def tell_of_show(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, field: _List = None, value: _List = None
) -> Response:
    """Tell facts about a show."""
    return _tell(session, request, locale, "show", key, field, value)


@router.post("/facts/item/{key}", dependencies=OURS)
def tell_of_item(
    session: Writing, request: Request, locale: CallerLocale, key: SkuPath, field: _List = None, value: _List = None
) -> Response:
    """Tell facts about a SKU."""
    return _tell(session, request, locale, "item", key, field, value)


def _tell(
    session: Session, request: Request, locale: Locale, of: Subject, key: str, field: list[str] | None, value: list[str] | None
) -> Response:  # fmt: skip
    _name(session, of, key, locale)
    typed = dict(zip(field or [], value or [], strict=False))
    known = fields_about(of)
    words = [
        f"{name}={digits(text) if name in known and known[name].type == 'number' else text.strip()}" for name, text in typed.items()
    ]  # fmt: skip
    try:
        with session.begin_nested():
            declare(session, of=of, key=key, facts=facts_of_words(of, words))
    except DomainError as error:
        wrong = str(error.facts.get("field", "")).partition(".")[2]
        fault = fault_of(session, error, locale)
        return _facts(session, request, locale, of, key, fault.status, typed=typed, fault=fault, wrong=wrong)
    return back(show_of(of, key), "saved")


def _facts(
    session: Session, request: Request, locale: Locale, of: Subject, key: str, status: int = 200, **values: Any
) -> HTMLResponse:
    rows = {row.field: row for row in told(session, of, key)}
    typed = {name: _written(row.value["is"]) for name, row in rows.items()}
    given = {"fault": None, "said": "", "lost": None, "sku": "", "typed": typed, "wrong": ""} | values
    return page(
        request, locale, "compliance_facts.html", status, of=of, key=key, fields=fields_about(of), rows=rows,
        name=_name(session, of, key, locale), asked=_asking(of), shows=list_shows(session), skus=sku_names(session, locale),
        says=ComplianceWords(locale), at=show_of(of, key), **given,
    )  # fmt: skip


def _name(session: Session, of: Subject, key: str, locale: Locale) -> str:
    """What people call the subject; raises `NotFound`."""
    if of == "show":
        return cast("str", find_show(session, key).name["ru" if locale == "ru" else "zh"])
    if of == "item":
        says = words_of(session, locale, [key])
        if key not in says.goods:
            raise no_such_sku(session, key, locale)
        return says.goods_name(key)
    return ""


def _written(value: str | int | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _asking(of: Subject) -> dict[str, list[RuleEntry]]:
    """The rules that want a fact, by its key."""
    found: dict[str, list[RuleEntry]] = {}
    for rule in rulebook().rules.values():
        conditions = [one for one in (rule.holds, *(claim.holds for claim in rule.claims)) if one]
        for name in {*rule.entry.need, *(name for one in conditions for name in one.names)}:
            subject, _, key = name.partition(".")
            if subject == of:
                found.setdefault(key, []).append(rule.entry)
    return found
