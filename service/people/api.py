"""HTTP: who am I, tokens, organisations, people, invitations, audit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from service.http.kinds import Id, KeyPath, NamePath, WordQuery
from service.http.paging import After, Limit, Page, page_of
from service.http.versions import IfMatch, demand_version, tag
from service.people import answers
from service.people.audit import AuditEntry, Broken, as_data, verify
from service.people.caller import caller_of
from service.people.guard import Guarded, Known, KnownWriting, reading, writing
from service.people.links import invite, reset
from service.people.models import Membership, Organisation, Person, Token
from service.people.organisations import (
    certify,
    change_organisation,
    find_organisation,
    list_organisations,
    make_organisation,
)
from service.people.persons import Language, find_member, list_members, roles_in, set_active, set_languages, set_roles
from service.people.tokens import list_tokens, make_token, revoke

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["people"])
Managing = Annotated[Session, writing("people:manage")]
Operating = Annotated[Session, writing("organisations:manage")]
Auditing = Annotated[Session, reading("audit:read")]


_PLACES = (
    select(
        Person.login, Person.languages, Organisation.key, Organisation.name_zh, Organisation.name_ru, Membership.role
    )
    .join(Membership, Membership.person_id == Person.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Person.id == bindparam("person"))
    .order_by(Organisation.id, Membership.role)
)


@router.get("/me")
def read_me(session: Known) -> answers.Me:
    """Who the caller is, and what they may do here."""
    return me(session)


def me(session: Session) -> answers.Me:
    """The caller of this session with all organisations they work for."""
    caller = caller_of(session)
    login = None
    languages: list[Language] = []
    places: dict[str, answers.Where] = {}
    for row in session.execute(_PLACES, {"person": caller.person}):
        login, languages, names = row.login, row.languages, {"zh": row.name_zh, "ru": row.name_ru}
        place = places.setdefault(row.key, answers.Where(organisation=row.key, name=names, roles=[]))
        place.roles.append(row.role)
    return answers.Me(
        login=login, name=caller.name, organisation=caller.key, roles=sorted(caller.roles),
        rights=sorted(caller.rights), languages=languages, token=caller.token, works_for=list(places.values()),
    )  # fmt: skip


@router.get("/tokens")
def read_tokens(session: Known) -> list[answers.TokenShown]:
    """The caller's own tokens in this organisation."""
    return [_token(token) for token in list_tokens(session)]


@router.post("/tokens", status_code=201)
def post_token(session: KnownWriting, wanted: answers.TokenWanted) -> answers.TokenMade:
    """Make a token with some of one's own rights. Its secret is told now and never again."""
    token, secret = make_token(session, name=wanted.name, scopes=wanted.scopes, days=wanted.days)
    return answers.TokenMade(**_token(token).model_dump(), secret=secret)


@router.delete("/tokens/{token}")
def delete_token(session: KnownWriting, token: Id) -> answers.TokenShown:
    """End a token at once."""
    return _token(revoke(session, token=token))


@router.get("/organisations")
def read_organisations(session: Known) -> answers.Organisations:
    """One's own organisation; all of them for those who operate the installation."""
    return answers.Organisations(items=[organisation_shown(found) for found in list_organisations(session)])


@router.post("/organisations", status_code=201)
def post_organisation(
    session: Operating, response: Response, wanted: answers.OrganisationWanted
) -> answers.OrganisationShown:
    """Make an organisation; invite its first person next."""
    made = make_organisation(session, **wanted.model_dump())
    tag(response, made.id, made.version)
    return organisation_shown(made)


@router.get("/organisations/{key}")
def read_organisation(session: Known, response: Response, key: KeyPath) -> answers.OrganisationShown:
    """One organisation with its certifications."""
    found = find_organisation(session, key)
    tag(response, found.id, found.version)
    return organisation_shown(found)


@router.patch("/organisations/{key}")
def patch_organisation(
    session: Operating, response: Response, key: KeyPath, change: answers.OrganisationChange, if_match: IfMatch = None
) -> answers.OrganisationShown:
    """Rename, share the catalogue, close or open."""
    found = find_organisation(session, key)
    demand_version(if_match, found.id, found.version)
    change_organisation(session, found, **change.model_dump())
    tag(response, found.id, found.version)
    return organisation_shown(found)


@router.put("/organisations/{key}/certifications")
def put_certification(
    session: Operating, key: KeyPath, certification: answers.CertificationShown
) -> answers.OrganisationShown:
    """Note a platform's certification (of an MCN, say) from a day to a day."""
    found = find_organisation(session, key)
    certify(session, found, **certification.model_dump())
    return organisation_shown(found)


@router.get("/people")
def read_people(session: Annotated[Session, reading("people:manage")]) -> answers.People:
    """Who works for the organisation."""
    here = caller_of(session).organisation
    return answers.People(items=[person_shown(person, here) for person in list_members(session)])


@router.patch("/people/{login}")
def patch_person(
    session: Managing, login: NamePath, change: answers.PersonChange, if_match: IfMatch = None
) -> answers.PersonShown:
    """Give exactly these roles here, note languages, close or open the account."""
    person = None
    if if_match is not None:
        before = find_member(session, login)
        demand_version(if_match, before.id, before.version)
    if change.roles is not None:
        person = set_roles(session, login=login, roles=change.roles)
    if change.languages is not None:
        person = set_languages(session, login=login, languages=change.languages)
    if change.active is not None:
        person = set_active(session, login=login, active=change.active)
    return person_shown(person or find_member(session, login), caller_of(session).organisation)


@router.post("/people/{login}/reset", status_code=201)
def post_reset(session: Managing, login: NamePath) -> answers.LinkMade:
    """A link to a new password for somebody in one's care; hand it over in person. The old password works until it is used."""
    return answers.LinkMade(path=f"/password/{reset(session, login=login)}", days=1)


@router.post("/invitations", status_code=201)
def post_invitation(session: Managing, wanted: answers.InvitationWanted) -> answers.LinkMade:
    """A link with which somebody joins the organisation in these roles."""
    return answers.LinkMade(path=f"/join/{invite(session, roles=wanted.roles, note=wanted.note or '')}", days=7)


@router.get("/audit")
def read_audit(
    session: Auditing, action: WordQuery = None, thing: WordQuery = None, after: After = None, limit: Limit = 50
) -> Page[answers.AuditShown]:
    """Who did what, newest first."""
    query = select(AuditEntry)
    if action:
        query = query.where(AuditEntry.action == action)
    if thing:
        query = query.where(AuditEntry.thing == thing)
    rows, following = page_of(session, query, by=[AuditEntry.id], after=after, limit=limit, newest_first=True)
    return Page(items=[audit_shown(row) for row in rows], next=following)


@router.get("/audit/verify")
def read_verified(session: Auditing) -> answers.AuditVerified:
    """Walk the organisation's chain from its first entry."""
    for found in verify(session):
        if isinstance(found, Broken):
            return answers.AuditVerified(holds=False, entries=0, digest="", broken_at=found.number)
        return answers.AuditVerified(holds=True, entries=found.number, digest=found.digest, broken_at=None)
    return answers.AuditVerified(holds=True, entries=0, digest="", broken_at=None)


@router.get(
    "/audit/export", response_class=Response, responses={200: {"content": {"application/jsonl": {}, "text/csv": {}}}}
)
def export_audit(session: Auditing, format: Literal["jsonl", "csv"] = "jsonl") -> Response:
    """The whole record, oldest first: as JSON lines each hash can be computed again, CSV is for reading."""
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.organisation_id, AuditEntry.number))
    data = (dict(as_data(row)) | {"digest": row.digest} for row in rows)
    text, media = (_jsonl(data), "application/jsonl") if format == "jsonl" else (_csv(data), "text/csv; charset=utf-8")
    return Response(text, media_type=media, headers={"Content-Disposition": f'attachment; filename="audit.{format}"'})


def _jsonl(rows: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for row in rows)


def _csv(rows: Iterator[dict[str, Any]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")  # Excel reads UTF-8 by it
    table = csv.writer(out)
    names = ["number", "at", "person", "action", "thing", "detail", "address", "request", "digest"]
    table.writerow(names)
    for row in rows:
        cells = row | {"detail": json.dumps(row["detail"], ensure_ascii=False)}
        table.writerow([_harmless(cells[name]) for name in names])
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    """No spreadsheet shall take a name for a formula."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def audit_shown(entry: AuditEntry) -> answers.AuditShown:
    """One entry for the outside."""
    return answers.AuditShown.model_validate(dict(as_data(entry)) | {"digest": entry.digest})


def organisation_shown(found: Organisation) -> answers.OrganisationShown:
    """One organisation for the outside."""
    names = ("platform", "number", "valid_from", "valid_to")
    return answers.OrganisationShown.model_validate(
        {
            **{name: getattr(found, name) for name in ("key", "kind", "name_zh", "name_ru", "shares_catalogue", "active", "version")},
            "certifications": [{name: getattr(item, name) for name in names} for item in found.certifications],
        }
    )  # fmt: skip


def person_shown(person: Person, organisation: int) -> answers.PersonShown:
    """One person as their organisation sees them."""
    return answers.PersonShown(
        login=person.login, name=person.name, roles=roles_in(person, organisation), languages=person.languages,
        active=person.active, version=person.version,
    )  # fmt: skip


def _token(token: Token) -> answers.TokenShown:
    return answers.TokenShown.model_validate(token, from_attributes=True)
