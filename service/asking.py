"""`amurlive check`: a text, a show, a card or facts against the law, from the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from service.console import explained, say, show_json
from service.errors import DomainError, NotFound
from service.i18n import N_, Locale, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.compliance.document import Finding, Language
    from service.compliance.entries import Market

MarketOption = Annotated[str, typer.Option(help="cn or ru: the market the text or the goods are for.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
OnOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day the rules are asked for; default: today.")
]
_SUBJECTS = ("order", "parcel", "trade", "shipment", "channel")


class NoText(DomainError):
    """A file that is no text."""

    title = N_("“{file}” is not text in UTF-8.")
    remedy = N_("Save it as UTF-8, one line of script per line.")


class NothingAsked(DomainError):
    """A check of nothing."""

    title = N_("Nothing is given to check.")
    remedy = N_("Name a file (“-” for standard input), --show, --card, --sku or --facts.")


class NoFacts(DomainError):
    """A file that is no facts."""

    title = N_("“{file}” does not hold facts as JSON: {reason}.")
    remedy = N_("Write facts by subject, for example an order with its value in minor units; docs/compliance.md.")


def check_command(
    file: Annotated[str | None, typer.Argument(help="Text file in UTF-8, one line per line; “-” reads standard input.")] = None,
    market: MarketOption = "cn",
    lang: Annotated[str | None, typer.Option(help="zh or ru: the language of the text; default: the market's.")] = None,
    on: OnOption = None,
    sku: Annotated[list[str] | None, typer.Option(help="Ask the facts of this SKU as well; may be repeated. Needs the catalogue.")] = None,
    show: Annotated[str | None, typer.Option(help="Check the newest script of this show, with all its facts.")] = None,
    card: Annotated[str | None, typer.Option(help="Check the texts and facts of this card for the market.")] = None,
    scope: Annotated[str | None, typer.Option(help="script, listing or label: only rules for these.")] = None,
    facts: Annotated[Path | None, typer.Option(help="JSON file with facts of an order, parcel, trade, shipment or channel.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Check a text, a show, a card or facts against the law. Exit code 1: something of severity error or block is open.

    Example: echo 全网最低价 | amurlive check --market cn --lang zh --on 2026-11-25 --json -
    """
    with explained() as locale:
        if file is None and not (sku or show or card or facts):
            raise NothingAsked()
        asked = cast("Market", _one_of(market.upper(), ("CN", "RU"), N_("The market")))
        own = cast("Language | None", _one_of(lang, ("zh", "ru"), N_("The language"))) if lang else None
        findings = ask(
            text=_text(file) if file else None, market=asked, language=own, on=on.date() if on else None, skus=sku or [],
            show=show, card=card, scope=_one_of(scope, ("script", "listing", "label"), N_("The scope")) if scope else None,
            facts=_facts(facts) if facts else {},
        )  # fmt: skip
        if as_json:
            from service.compliance.answers import finding_shown

            show_json([finding_shown(one).model_dump(mode="json") for one in findings])
        else:
            tell(findings, locale=locale)
    if any(one.stops for one in findings):
        raise SystemExit(1)


def _text(file: str) -> str:
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoText(file=file) from None


def _facts(path: Path) -> dict[str, dict[str, Any]]:
    """Facts by subject, as {"order": {"value": 480000}}."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NoFacts(file=path.name, reason=str(error)) from None
    if not isinstance(given, dict) or not all(isinstance(facts, dict) for facts in given.values()):
        raise NoFacts(file=path.name, reason='{"order": {"value": 480000}}')
    for subject, facts in given.items():
        _one_of(subject, _SUBJECTS, N_("The subject"))
        from service.compliance.declaring import demand_fields

        demand_fields(subject, facts)
    return given


def _one_of(value: str | None, known: Sequence[str], kind: str) -> Any:
    if value not in known:
        raise NotFound(kind=Message(kind), name=value or "", known=known)
    return value


def tell(findings: Sequence[Finding], *, locale: Locale) -> None:
    """Findings for a terminal: place, words, rule, article, remedy, safer wording."""
    from service.compliance.answers import DISCLAIMER, name_of_fact
    from service.compliance.document import stopping
    from service.compliance.rulebook import rulebook

    own = "ru" if locale == "ru" else "zh"
    for one in findings:
        rule = rulebook().rules[one.rule].entry
        where = f"{one.place}:{one.start + 1}" if one.language else one.place
        words = one.excerpt or ", ".join(getattr(name_of_fact(name), own) for name in one.missing)
        state = "" if one.open else f" ✓ {one.proof}"
        typer.echo(f"{where} [{one.severity}]{state} {one.rule}  {words}")
        typer.echo(f"    {getattr(rule.why, own)}  ({getattr(rule.article, own)})")
        typer.echo(f"    → {getattr(rule.remedy, own)}" + (f"  {getattr(rule.safer, own)}" if rule.safer else ""))
    count = len(stopping(findings))
    say(N_("Findings: {all}, of them keeping it from being ready: {stops}."), all=len(findings), stops=count)
    typer.echo(Message(DISCLAIMER).say(locale))


def ask(
    *, text: str | None, market: Market, language: Language | None, on: date | None, skus: Sequence[str], show: str | None,
    card: str | None, scope: Literal["script", "listing", "label"] | None, facts: Mapping[str, Mapping[str, Any]],
) -> list[Finding]:  # fmt: skip
    """Findings of everything that was named. The database is opened only for what lies in it."""
    from service.compliance.checking import check
    from service.compliance.document import Document, Line
    from service.database import now

    day = on or now().date()
    own = language or ("zh" if market == "CN" else "ru")
    lines = tuple(
        Line(str(number), {own: words}, skus[0] if len(skus) == 1 else None)
        for number, words in enumerate((text or "").splitlines(), 1) if words.strip()
    )  # fmt: skip
    if not (skus or show or card):
        return check(Document(lines=lines, scope=scope, others=facts), market=market, on_date=day)
    from service.compliance.cards import check_card
    from service.compliance.evidence import proofs_on
    from service.compliance.gathering import item_facts
    from service.livestream.complying import check_stored
    from service.livestream.shows import brief_of, find_script
    from service.livestream.storing import restore

    found: list[Finding] = []
    with opened() as database, database.reading() as session:
        if lines or skus or facts:
            items = item_facts(session, skus, market=market, on=day)
            if unknown := sorted(set(skus) - set(items)):
                raise NotFound(kind=Message(N_("The SKU")), name=unknown[0])
            document = Document(lines=lines, scope=scope, items=items, others=facts)
            found += check(document, market=market, on_date=day, proofs=proofs_on(session, day))
        if show:
            stored = find_script(session, show)
            found += check_stored(session, stored, restore(stored), brief_of(session, stored), on=on)
        if card:
            found += check_card(session, card, market=market, on=day)
    return found
