"""`amurlive people`, `organisation`, `token`, `audit`: for whoever may run commands on the installation's machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say, show_json, usage
from service.i18n import N_, Message, guess_locale
from service.people.operating import opened
from service.people.rights import Role

people = typer.Typer(no_args_is_help=True, help="People of the organisation (AMURLIVE_ORGANISATION) and their roles.")
organisations = typer.Typer(no_args_is_help=True, help="Organisations: merchants, parks, MCNs, associations.")
tokens = typer.Typer(no_args_is_help=True, help="Tokens for programs.")
audit = typer.Typer(no_args_is_help=True, help="Who did what: list, verify, export.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Roles = Annotated[list[str], typer.Option("--role", help="streamer, merchant, park, trainer, admin; repeat for more.")]
Login = Annotated[str, typer.Argument(help="Login of the person.")]


@people.command("list")
def list_people(as_json: AsJson = False) -> None:
    """Who works here, in which roles. Example: amurlive people list"""
    from service.people.api import person_shown
    from service.people.caller import caller_of
    from service.people.persons import list_members

    with explained(), opened() as database, database.reading() as session:
        here = caller_of(session).organisation
        found = [person_shown(person, here) for person in list_members(session)]
    if as_json:
        show_json([person.model_dump() for person in found])
        return
    for person in found:
        languages = f" [{' '.join(person.languages)}]" if person.languages else ""
        typer.echo(f"{person.login:<24} {', '.join(person.roles):<30} {person.name}{languages}{'' if person.active else ' ×'}")  # fmt: skip


@people.command("invite")
def invite_person(role: Roles, note: Annotated[str, typer.Option(help="For your own memory.")] = "") -> None:
    """A link with which somebody joins. Example: amurlive people invite --role streamer"""
    from service.people.links import invite

    with explained(), opened() as database, database.writing() as session:
        secret = invite(session, roles=_roles(role), note=note)
    typer.echo(f"{_address()}/join/{secret}")


@people.command("enter")
def enter(login: Annotated[str, typer.Argument(help="Login; default: the first administrator.")] = "") -> None:
    """A link that lets somebody in once, without a password, within a day. Example: amurlive people enter admin"""
    from service.people.founding import first_administrator
    from service.people.links import link_in
    from service.people.persons import find_member

    with explained(), opened() as database, database.writing() as session:
        person = find_member(session, login) if login else first_administrator(session)
        secret = link_in(session, person=person.id) if person else ""
    if secret:
        typer.echo(f"{_address()}/enter/{secret}")


@people.command("reset")
def reset_password(login: Login) -> None:
    """A link to a new password. Example: amurlive people reset lena"""
    from service.people.links import reset

    with explained(), opened() as database, database.writing() as session:
        secret = reset(session, login=login)
    typer.echo(f"{_address()}/password/{secret}")


@people.command("roles")
def roles(login: Login, role: Annotated[list[str] | None, typer.Option("--role", help="Exactly these; none: out.")] = None) -> None:  # fmt: skip
    """Give exactly these roles here. Example: amurlive people roles lena --role streamer --role trainer"""
    from service.people.persons import set_roles

    with explained(), opened() as database, database.writing() as session:
        person = set_roles(session, login=login, roles=_roles(role or []))
        say(N_("{login}: {roles}"), login=person.login, roles=role or "—")


@people.command("languages")
def languages_(login: Login, language: Annotated[list[str] | None, typer.Argument(help="zh, ru; none: in no language.")] = None) -> None:  # fmt: skip
    """Note exactly these languages as those in which somebody may answer for a text. Example: amurlive people languages lena zh ru"""
    from service.errors import NotFound
    from service.people.persons import LANGUAGES, set_languages

    with explained(), opened() as database, database.writing() as session:
        for one in language or []:
            if one not in LANGUAGES:
                raise NotFound(kind=Message(N_("The language")), name=one, known=LANGUAGES)
        person = set_languages(session, login=login, languages=language or [])  # type: ignore[arg-type]
        say(N_("{login} answers for texts in: {languages}."), login=person.login, languages=person.languages or "—")


@people.command("close")
def close(login: Login) -> None:
    """Close an account: its sign-ins and tokens end. Example: amurlive people close lena"""
    _set_active(login, False)


@people.command("open")
def open_(login: Login) -> None:
    """Open a closed account. Example: amurlive people open lena"""
    _set_active(login, True)


def _set_active(login: str, active: bool) -> None:
    from service.people.persons import set_active

    with explained(), opened() as database, database.writing() as session:
        set_active(session, login=login, active=active)
    say(N_("The account {login} is open.") if active else N_("The account {login} is closed."), login=login)


@organisations.command("list")
def list_all(as_json: AsJson = False) -> None:
    """All organisations. Example: amurlive organisation list"""
    from service.people.api import organisation_shown
    from service.people.organisations import list_organisations

    with explained() as locale, opened() as database, database.reading() as session:
        found = [organisation_shown(organisation) for organisation in list_organisations(session)]
    if as_json:
        show_json([organisation.model_dump(mode="json") for organisation in found])
        return
    for organisation in found:
        name = organisation.name_ru if locale == "ru" else organisation.name_zh
        typer.echo(f"{organisation.key:<24} {organisation.kind:<12} {name}{'' if organisation.active else ' ×'}")


@organisations.command("add")
def add(
    key: str,
    zh: Annotated[str, typer.Option(help="Chinese name.")],
    ru: Annotated[str, typer.Option(help="Russian name.")],
    kind: Annotated[str, typer.Option(help="merchant, park, mcn or association.")] = "merchant",
) -> None:
    """A new organisation. Example: amurlive organisation add amur-goods --zh 阿穆尔俄货 --ru "Амурские товары" """
    from pydantic import ValidationError

    from service.people.answers import OrganisationWanted
    from service.people.organisations import make_organisation

    with explained(), opened() as database, database.writing() as session:
        try:
            wanted = OrganisationWanted.model_validate({"key": key, "kind": kind, "name_zh": zh, "name_ru": ru})
        except ValidationError as error:
            usage(error)
        make_organisation(session, **wanted.model_dump())
    say(N_("The organisation “{key}” is made. Its first person: AMURLIVE_ORGANISATION={key} amurlive people invite --role admin"), key=key)  # fmt: skip


@organisations.command("change")
def change(
    key: str,
    zh: Annotated[str | None, typer.Option(help="Chinese name.")] = None,
    ru: Annotated[str | None, typer.Option(help="Russian name.")] = None,
    share: Annotated[bool | None, typer.Option("--share/--no-share", help="Others may read its cards.")] = None,
    active: Annotated[bool | None, typer.Option("--open/--close", help="Let its people in, or not.")] = None,
) -> None:
    """Rename, share, close. Example: amurlive organisation change park --zh 黑河跨境直播园 --ru "Парк эфиров Хэйхэ" """
    from pydantic import ValidationError

    from service.people.answers import OrganisationChange
    from service.people.organisations import change_organisation, find_organisation

    with explained(), opened() as database, database.writing() as session:
        try:
            wanted = OrganisationChange(name_zh=zh, name_ru=ru, shares_catalogue=share, active=active)
        except ValidationError as error:
            usage(error)
        change_organisation(session, find_organisation(session, key), **wanted.model_dump())
    say(N_("The organisation “{key}” is changed."), key=key)


@organisations.command("certify")
def certify_(
    key: str,
    platform: str,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    number: Annotated[str | None, typer.Option(help="Number of the paper.")] = None,
) -> None:
    """Note a platform's certification. Example: amurlive organisation certify amur-mcn douyin --since 2026-01-01 --until 2026-12-31"""
    from pydantic import ValidationError

    from service.people.answers import CertificationShown
    from service.people.organisations import certify, find_organisation

    with explained(), opened() as database, database.writing() as session:
        try:
            given = CertificationShown(
                platform=platform, number=number, valid_from=since.date(), valid_to=until.date() if until else None
            )
        except ValidationError as error:
            usage(error)
        certify(session, find_organisation(session, key), **given.model_dump())
    say(N_("The organisation “{key}” is changed."), key=key)


@tokens.command("make")
def make(
    login: Login,
    scope: Annotated[list[str], typer.Option("--scope", help="Right such as prices:write; repeat for more.")],
    name: Annotated[str, typer.Option(help="Which program uses it.")] = "cli",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days it lasts.")] = 90,
) -> None:
    """A token of a person for the organisation, printed once. Example: amurlive token make admin --scope operate --name prometheus"""
    from pydantic import ValidationError

    from service.people.answers import TokenWanted
    from service.people.persons import find_member
    from service.people.tokens import make_token

    with explained(), opened() as database, database.writing() as session:
        try:
            wanted = TokenWanted.model_validate({"name": name, "scopes": scope, "days": days})
        except ValidationError as error:
            usage(error)
        person = find_member(session, login).id
        _, secret = make_token(session, name=wanted.name, scopes=wanted.scopes, days=wanted.days, person=person)
    typer.echo(secret)


@audit.command("list")
def list_entries(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Newest entries to show.")] = 50,
    action: Annotated[str | None, typer.Option(help="Only this act, such as show.saved.")] = None,
) -> None:
    """The newest entries of the organisation. Example: amurlive audit list --action person.roles"""
    from sqlalchemy import select

    from service.people.audit import AuditEntry

    with explained(), opened() as database, database.reading() as session:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
        for entry in session.scalars(query.where(AuditEntry.action == action) if action else query):
            place = entry.address or "—"
            typer.echo(f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.person:<16} {entry.action:<20} {entry.thing}  {place}")


@audit.command("verify")
def verify_chains() -> None:
    """Walk the chains of all organisations; code 1 if one is broken. Example: amurlive audit verify"""
    from service.people.audit import Broken, verify
    from service.people.caller import MACHINE

    broken = False
    with explained(), opened() as database, database.acting(MACHINE).reading() as session:
        for found in verify(session):
            if isinstance(found, Broken):
                broken = True
                facts = {"organisation": found.organisation, "number": found.number}
                told = Message(N_("Organisation {organisation}: the chain is broken at entry {number}."), facts)
                typer.echo(told.say(guess_locale()), err=True)
            else:
                say(
                    N_("Organisation {organisation}: {number} entries, last hash {digest}."),
                    organisation=found.organisation_id, number=found.number, digest=found.digest or "—",
                )  # fmt: skip
    if broken:
        raise SystemExit(1)


@audit.command("export")
def export_entries(out: Annotated[Path, typer.Option(help="File to write.")] = Path("audit.jsonl")) -> None:
    """Write the organisation's record as JSON lines. Example: amurlive audit export --out audit.jsonl"""
    from service.people.api import export_audit

    with explained(), opened() as database, database.reading() as session:
        out.write_bytes(bytes(export_audit(session, "jsonl").body))
    typer.echo(str(out))


def _roles(given: list[str]) -> list[Role]:
    from service.errors import NotFound
    from service.people.rights import ROLES

    for role in given:
        if role not in ROLES:
            raise NotFound(kind=Message(N_("The role")), name=role, known=ROLES)
    return given  # type: ignore[return-value]


def _address() -> str:
    from service.settings import Settings

    return Settings().address()
