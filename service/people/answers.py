"""What the API takes and answers about people and organisations, described for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.people.persons import Language
from service.people.rights import Kind, Right, Role

_WORDS = r"^[^\x00-\x1f\x7f\ufffe\uffff]+$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True, pattern=_WORDS)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Taken(BaseModel):
    """Base of request bodies: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid")


class Where(BaseModel):
    """An organisation one works for, and how."""

    organisation: str
    name: dict[Literal["zh", "ru"], str]
    roles: list[Role]


class Me(BaseModel):
    """Who the caller is, here and now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "login": "lena", "name": "Лена", "organisation": "amur-goods", "roles": ["streamer"],
                "rights": ["catalogue:read", "shows:read", "shows:write"], "languages": ["ru"], "token": None,
                "works_for": [
                    {"organisation": "amur-goods", "name": {"zh": "阿穆尔俄货", "ru": "Амурские товары"}, "roles": ["streamer"]}
                ],
            }
        }
    )  # fmt: skip
    login: str | None
    name: str
    organisation: str
    roles: list[Role]
    rights: list[Right]
    languages: list[Language] = Field(description="In which they may answer for a text.")
    token: int | None
    works_for: list[Where]


class TokenWanted(Taken):
    """A token of one's own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "ERP 同步", "scopes": ["prices:write"], "days": 90}}
    )
    name: Words
    scopes: list[Right] = Field(min_length=1, max_length=30)
    days: int = Field(90, ge=1, le=366)


class TokenShown(BaseModel):
    """A token without its secret; `hint` is its beginning."""

    id: int
    name: str
    hint: str
    scopes: list[Right]
    created_at: datetime
    expires_at: datetime
    used_on: date | None
    revoked_at: datetime | None


class TokenMade(TokenShown):
    """The only time the secret is told."""

    secret: str


class CertificationShown(Taken):
    """A platform's certification."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "platform": "douyin",
                "number": "样例-0001",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        },
    )
    platform: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
    number: Words | None = None
    valid_from: date
    valid_to: date | None = None


class OrganisationShown(BaseModel):
    """A merchant, park, MCN or association."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "amur-goods", "kind": "merchant", "name_zh": "阿穆尔俄货（样例）", "name_ru": "Амурские товары (образец)",
                "shares_catalogue": False, "active": True, "version": 1, "certifications": [],
            }
        }
    )  # fmt: skip
    key: str
    kind: Kind
    name_zh: str
    name_ru: str
    shares_catalogue: bool
    active: bool
    version: int
    certifications: list[CertificationShown]


class Organisations(BaseModel):
    """All the caller may see; a park has some hundred at most."""

    items: list[OrganisationShown]


class OrganisationWanted(Taken):
    """A new organisation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "key": "amur-goods",
                "kind": "merchant",
                "name_zh": "阿穆尔俄货（样例）",
                "name_ru": "Амурские товары (образец)",
            }
        },
    )
    key: Key
    kind: Kind
    name_zh: Words
    name_ru: Words
    shares_catalogue: bool = False


class OrganisationChange(Taken):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"shares_catalogue": True}})
    kind: Kind | None = None
    name_zh: Words | None = None
    name_ru: Words | None = None
    shares_catalogue: bool | None = None
    active: bool | None = None


class PersonShown(BaseModel):
    """Somebody who works for the caller's organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "login": "lena", "name": "Лена", "roles": ["streamer"], "languages": ["ru"], "active": True, "version": 1,
            }
        }
    )  # fmt: skip
    login: str
    name: str
    roles: list[Role]
    languages: list[Language] = Field(description="In which they may answer for a text.")
    active: bool
    version: int


class People(BaseModel):
    """All who hold a role in the organisation."""

    items: list[PersonShown]


class PersonChange(Taken):
    """Roles in this organisation (none: out of it), languages in which they may answer for a text, the whole account closed or opened."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"roles": ["streamer", "trainer"]}})
    roles: list[Role] | None = Field(None, max_length=10)
    languages: list[Language] | None = Field(None, max_length=2)
    active: bool | None = None


class InvitationWanted(Taken):
    """Somebody shall join the caller's organisation."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"roles": ["streamer"], "note": "晚班主播"}}
    )
    roles: list[Role] = Field(min_length=1, max_length=10)
    note: Words | None = None


class LinkMade(BaseModel):
    """A link that works once; told only now."""

    path: str = Field(examples=["/join/…"])
    days: int


class AuditShown(BaseModel):
    """One act. The hash covers everything else and the hash before it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organisation": 1, "number": 17, "at": "2026-11-24T12:00:00Z", "person_id": 3, "person": "Лена",
                "action": "show.saved", "thing": "sample-evening", "detail": {"created": True}, "address": "127.0.0.1",
                "request": "5f0c2f7c9a1b4c3d", "previous": "", "digest": "9b1c…",
            }
        }
    )  # fmt: skip
    organisation: int
    number: int
    at: datetime
    person_id: int | None
    person: str
    action: str
    thing: str
    detail: dict[str, Any]
    address: str | None
    request: str | None
    previous: str
    digest: str


class AuditVerified(BaseModel):
    """Whether the chain holds; `broken_at` is the first entry that does not fit."""

    holds: bool
    entries: int
    digest: str
    broken_at: int | None
