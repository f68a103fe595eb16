"""Texts before they are said: checked on the spot, with the rules behind every finding and the checks that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.compliance.answers import DISCLAIMER
from service.compliance.api import RulePath
from service.compliance.checking import check
from service.compliance.document import Document, Finding, Language, Line
from service.compliance.entries import Market
from service.compliance.evidence import proofs_on
from service.compliance.gathering import item_facts, seller_facts
from service.compliance.keeping import check_page, find_check, findings_of
from service.compliance.models import ComplianceCheck
from service.compliance.reports import FORMATS
from service.compliance.rulebook import find_rule, rulebook
from service.errors import DomainError
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.livestream.complying import lines_of
from service.livestream.exports.runsheet import clock
from service.livestream.models import Show, StoredScript
from service.livestream.storing import restore
from service.people.guard import Guarded, form_is_ours, reading
from service.web.compliance_words import (
    MARKETS,
    Arranged,
    ComplianceWords,
    arranged,
    fault_of,
    no_such_sku,
    sku_names,
    words_of,
)
from service.web.layout import page
from service.web.posting import day_of, today

router = APIRouter(route_class=Guarded, prefix="/compliance", include_in_schema=False)
Reading = Annotated[Session, reading("compliance:read")]
OURS = [Depends(form_is_ours)]
MOST_LETTERS, MOST_LINES = 20_000, 500
_Typed = Annotated[str, Form()]  # lengths are judged below: a refusal must not lose a text
_Short = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
_Day = Annotated[str, Query(max_length=20, pattern=r"^[^\x00]*$")]


class NothingToCheck(DomainError):
    """A form without words and without goods."""

    title = N_("There is nothing to check yet.")
    remedy = N_("Paste what is to be said, or name a SKU.")


class TooMuchText(DomainError):
    """More than anybody reads at once."""

    status = 413
    title = N_("This text is too long: {letters} characters in {lines} lines.")
    remedy = N_("Check at most {most} characters and {most_lines} lines at once.")


@router.get("")
def compliance(session: Reading, request: Request, locale: CallerLocale, after: After = None) -> HTMLResponse:
    """The form for a text, and the checks that were kept."""
    return _compliance(session, request, locale, after=after)


def _compliance(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None, **values: Any
) -> HTMLResponse:
    kept, following = check_page(session, after=after, limit=20)
    typed = {
        "zh": "",
        "ru": "",
        "market": "RU" if locale == "ru" else "CN",
        "day": today(locale).isoformat(),
        "sku": "",
    }
    given = {"typed": typed, "fault": None, "found": None, "says": ComplianceWords(locale)} | values
    return page(
        request, locale, "compliance.html", status, kept=kept, following=following, shows=shows_named(session, kept),
        markets=MARKETS, skus=sku_names(session, locale), note=Message(DISCLAIMER), **given,
    )  # fmt: skip


@router.post("", dependencies=OURS)
def check_text(
    session: Reading, request: Request, locale: CallerLocale, zh: _Typed = "", ru: _Typed = "",
    market: Annotated[Market, Form()] = "CN", day: _Short = "", sku: _Short = "",
) -> Response:  # fmt: skip
    """The same page with every line marked. Nothing is kept."""
    typed = {"zh": zh, "ru": ru, "market": market, "day": day, "sku": sku}
    try:
        on = day_of(day) if day.strip() else today(locale)
        code = sku.strip().upper()
        if code and not (code.isprintable() and skus_by_code(session, [code])):
            raise no_such_sku(session, code, locale)
        found = check_typed(session, zh, ru, market=market, on=on, sku=code)
    except DomainError as error:
        fault = fault_of(session, error, locale)
        return _compliance(session, request, locale, fault.status, typed=typed, fault=fault)
    says = words_of(session, locale, found.skus)
    return _compliance(session, request, locale, typed=typed, found=found, says=says)


def check_typed(session: Session, zh: str, ru: str, *, market: Market, on: date, sku: str = "") -> Arranged:
    """Findings of typed lines, and of the facts of a SKU if one is named. Raises `NothingToCheck`, `TooMuchText`."""
    lines = lines_typed(zh, ru, sku or None)
    if not lines and not sku:
        raise NothingToCheck()
    letters = max(len(zh), len(ru))
    if letters > MOST_LETTERS or len(lines) > MOST_LINES:
        raise TooMuchText(letters=letters, lines=len(lines), most=MOST_LETTERS, most_lines=MOST_LINES)
    document = Document(
        lines=tuple(lines), items=item_facts(session, [sku], market=market, on=on) if sku else {},
        seller=seller_facts(session) if sku else None,
    )  # fmt: skip
    return arranged(check(document, market=market, on_date=on, proofs=proofs_on(session, on)), lines, clean=True)


def lines_typed(zh: str, ru: str, sku: str | None = None) -> list[Line]:
    """Lines as they were typed. As many on both sides are pairs, said together; else each stands alone."""
    sides: dict[Language, list[str]] = {
        "zh": [one.strip() for one in zh.splitlines() if one.strip()],
        "ru": [one.strip() for one in ru.splitlines() if one.strip()],
    }
    if len(sides["zh"]) == len(sides["ru"]):
        pairs = zip(sides["zh"], sides["ru"], strict=True)
        return [Line(str(number), {"zh": one, "ru": other}, sku) for number, (one, other) in enumerate(pairs, 1)]
    alone = [(side, number, text) for side, texts in sides.items() for number, text in enumerate(texts, 1)]
    return [Line(f"{side} {number}", {side: text}, sku) for side, number, text in alone]


@router.get("/rules")
def rules(
    session: Reading, request: Request, locale: CallerLocale, market: Annotated[str, Query(max_length=2)] = "", day: _Day = "",
) -> HTMLResponse:  # fmt: skip
    """The rules in force on a day, by market."""
    fault, on = None, today(locale)
    try:
        on = day_of(day) if day.strip() else on
    except DomainError as error:
        fault = fault_of(session, error, locale)
    found = [
        rule.entry for rule in rulebook().rules.values() if rule.entry.in_force(on) and market in ("", rule.entry.market)
    ]  # fmt: skip
    return page(
        request, locale, "compliance_rules.html", fault.status if fault else 200, rules=found, market=market, on=on,
        typed_day=day or on.isoformat(), fault=fault, markets=MARKETS, says=ComplianceWords(locale),
    )  # fmt: skip


@router.get("/rules/{rule}")
def rule(session: Reading, request: Request, locale: CallerLocale, rule: RulePath) -> HTMLResponse:
    """One rule, whether in force or not, with sentences it finds and sentences it leaves alone."""
    entry = find_rule(rule).entry
    return page(
        request, locale, "compliance_rule.html", rule=entry, on=today(locale), says=ComplianceWords(locale),
        hits=[one for one in entry.examples.hits if isinstance(one, str)],
        misses=[one for one in entry.examples.misses if isinstance(one, str)],
    )  # fmt: skip


@router.get("/checks/{number}")
def kept_check(session: Reading, request: Request, locale: CallerLocale, number: Id) -> HTMLResponse:
    """A kept check as it came out then, with its report to file."""
    kept = find_check(session, number)
    findings = findings_of(kept)
    script = script_checked(session, kept)
    found, places = with_lines(findings, script, locale)
    return page(
        request, locale, "compliance_check.html", kept=kept, found=found, places=places, formats=FORMATS,
        shows=shows_named(session, [kept]), note=Message(DISCLAIMER),
        says=words_of(session, locale, found.skus, show=kept.key if kept.kind == "show" else ""),
    )  # fmt: skip


def script_checked(session: Session, kept: ComplianceCheck) -> StoredScript | None:
    """The script version a check was made of, if it is still there."""
    if kept.kind != "show":
        return None
    query = select(StoredScript).join(Show).where(Show.key == kept.key, StoredScript.version == kept.version)
    return session.scalar(query)


def with_lines(
    findings: Sequence[Finding], stored: StoredScript | None, locale: Locale
) -> tuple[Arranged, dict[str, str]]:
    """Findings beside the lines of their script, and the names of those lines: when they are said, in which part."""
    if stored is None:
        return arranged(findings), {}
    script = restore(stored)
    side = "ru" if locale == "ru" else "zh"
    places = {line.key: f"{clock(line.start)} · {block.name[side]}" for block, line in script.lines()}
    return arranged(findings, lines_of(script)), places


def shows_named(session: Session, kept: Sequence[ComplianceCheck]) -> dict[str, dict[str, str]]:
    """The names of the shows that were checked, by key."""
    keys = {one.key for one in kept if one.kind == "show"}
    rows = session.execute(select(Show.key, Show.name).where(Show.key.in_(keys))) if keys else ()
    return {key: cast("dict[str, str]", name) for key, name in rows}
