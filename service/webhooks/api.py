"""HTTP: where a merchant's systems listen, and what came of each post."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.errors import NotFound
from service.http.kinds import Id
from service.http.paging import After, Limit, Page, page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.guard import Guarded, reading, writing
from service.webhooks.addresses import check_url
from service.webhooks.models import Delivery, Endpoint
from service.webhooks.sending import again
from service.webhooks.signing import secret_of
from service.webhooks.telling import EventKind

router = APIRouter(route_class=Guarded, prefix="/api/v1/webhooks", tags=["webhooks"])
Reading = Annotated[Session, reading("webhooks:manage")]
Writing = Annotated[Session, writing("webhooks:manage")]
Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[\x21-\x7e]+$")]


class EndpointWanted(BaseModel):
    """Where to post, and which kinds of events; none named: all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"url": "https://erp.example.org/amurlive", "kinds": ["price.set"]}},
    )
    url: Url
    kinds: list[EventKind] = Field([], max_length=20)


class EndpointChange(BaseModel):
    """What is left out stays; `renew_secret` makes the old secret invalid at once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"active": False}})
    url: Url | None = None
    kinds: list[EventKind] | None = Field(None, max_length=20)
    active: bool | None = None
    renew_secret: bool = False


class EndpointShown(BaseModel):
    """One endpoint. Posts to it are signed as the Standard Webhooks specification tells."""

    id: int
    url: str
    kinds: list[EventKind]
    active: bool
    created_at: datetime


class EndpointSecret(EndpointShown):
    """With the secret its posts are signed with."""

    secret: str


class DeliveryShown(BaseModel):
    """One event for one endpoint: what came of it."""

    id: int
    endpoint: int
    event: int
    kind: EventKind
    data: dict[str, Any]
    state: Literal["waiting", "sent", "dead"]
    tries: int
    due_at: datetime
    last_at: datetime | None
    status: int | None
    answer: str | None
    milliseconds: int | None


@router.get("")
def read_endpoints(session: Reading, after: After = None, limit: Limit = 50) -> Page[EndpointShown]:
    """A page of the organisation's endpoints."""
    rows, following = page_of(session, select(Endpoint), by=[Endpoint.id], after=after, limit=limit)
    return Page(items=[_shown(row) for row in rows], next=following)


@router.post("", status_code=201)
def post_endpoint(session: Writing, request: Request, wanted: EndpointWanted) -> EndpointSecret:
    """Listen to events."""
    check_url(wanted.url, private=request.app.state.settings.webhook_private)
    endpoint = Endpoint(url=wanted.url, kinds=list(wanted.kinds))
    session.add(endpoint)
    session.flush()
    record(session, "webhook.made", f"{endpoint.id} {endpoint.url}"[:200])
    return _secret(request, endpoint)


@router.patch("/{endpoint}")
def patch_endpoint(session: Writing, request: Request, endpoint: Id, change: EndpointChange) -> EndpointSecret:
    """Change, pause, go on, renew the secret."""
    found = _find(session, endpoint)
    if change.url is not None:
        check_url(change.url, private=request.app.state.settings.webhook_private)
        found.url = change.url
    if change.kinds is not None:
        found.kinds = list(change.kinds)
    if change.active is not None:
        found.active = change.active
    if change.renew_secret:
        found.turn += 1
    record(session, "webhook.changed", f"{found.id} {found.url}"[:200], renewed=change.renew_secret)
    return _secret(request, found)


@router.delete("/{endpoint}", status_code=204)
def delete_endpoint(session: Writing, endpoint: Id) -> None:
    """Listen no longer; its log goes with it."""
    found = _find(session, endpoint)
    record(session, "webhook.removed", f"{found.id} {found.url}"[:200])
    session.delete(found)


@router.get("/deliveries")
def read_deliveries(
    session: Reading, state: Literal["waiting", "sent", "dead"] | None = None, after: After = None, limit: Limit = 50
) -> Page[DeliveryShown]:
    """The log, newest first."""
    query = select(Delivery).options(joinedload(Delivery.event))
    if state:
        query = query.where(Delivery.state == state)
    rows, following = page_of(session, query, by=[Delivery.id], after=after, limit=limit, newest_first=True)
    return Page(items=[_delivery(row) for row in rows], next=following)


@router.post("/deliveries/{delivery}/again", status_code=202)
def post_again(session: Writing, delivery: Id) -> DeliveryShown:
    """Send it once more, whatever came of it."""
    found = session.scalar(select(Delivery).where(Delivery.id == delivery).options(joinedload(Delivery.event)))
    if found is None:
        raise NotFound(kind=Message(N_("The delivery")), name=str(delivery))
    again(session, found)
    return _delivery(found)


def _find(session: Session, endpoint: int) -> Endpoint:
    found = session.scalar(select(Endpoint).where(Endpoint.id == endpoint))
    if found is None:
        raise NotFound(kind=Message(N_("The webhook")), name=str(endpoint))
    return found


def _shown(endpoint: Endpoint) -> EndpointShown:
    return EndpointShown.model_validate(endpoint, from_attributes=True)


def _secret(request: Request, endpoint: Endpoint) -> EndpointSecret:
    secret = secret_of(request.app.state.key, endpoint.id, endpoint.turn)
    return EndpointSecret(**_shown(endpoint).model_dump(), secret=secret)


def _delivery(row: Delivery) -> DeliveryShown:
    return DeliveryShown(
        id=row.id, endpoint=row.endpoint_id, event=row.event_id, kind=row.event.kind, data=row.event.data, state=row.state,
        tries=row.tries, due_at=row.due_at, last_at=row.last_at, status=row.status, answer=row.answer,
        milliseconds=row.milliseconds,
    )  # fmt: skip
