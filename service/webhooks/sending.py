"""Sends what is due. At least once: a receiver knows a repeated post by its `webhook-id`.

Claiming, posting and noting the outcome are three steps, so that no transaction waits for a foreign server.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, joinedload

from service.database import Database, now, nudge_after_commit
from service.people.caller import MACHINE
from service.queue import Queue
from service.settings import Settings
from service.webhooks.addresses import BadAddress, reachable
from service.webhooks.models import Delivery, Endpoint, Event
from service.webhooks.signing import secret_of, signed_headers

__all__ = ["RETRIES", "again", "deliver_due", "forget_old"]

log = structlog.get_logger(__name__)
RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 43200, 86400))
CLAIM = timedelta(seconds=60)
TIMEOUT = 10.0
KEPT = timedelta(days=30)
BATCH = 50


def deliver_due(database: Database, queue: Queue, key: bytes, settings: Settings) -> int:
    """Spread new events to their endpoints, then post what is due; returns how many were posted."""
    machine = database.acting(MACHINE)
    if _waits(machine, select(Event.id).where(Event.spread.is_(False))):
        with machine.writing() as session:
            _spread(session)
    posted = 0
    while not queue.stopping.is_set() and _waits(machine, _due()):
        with machine.writing() as session:
            claimed = _claim(session)
        if not claimed:
            break
        for delivery in claimed:
            outcome = _post(delivery, key, settings)
            with machine.writing() as session:
                _note(session, delivery.id, outcome)
            posted += 1
    return posted


def _waits(machine: Database, query: Select[Any]) -> bool:
    """Whether there is anything to do: looking must not keep others from writing."""
    with machine.reading() as session:
        return session.execute(query.limit(1)).first() is not None


def _due() -> Select[Any]:
    return (
        select(Delivery.id).join(Endpoint).where(Delivery.state == "waiting", Delivery.due_at <= now(), Endpoint.active)
    )


def _spread(session: Session) -> None:
    events = session.scalars(
        select(Event).where(Event.spread.is_(False)).order_by(Event.id).limit(500).with_for_update(skip_locked=True)
    ).all()
    owners = {event.organisation_id for event in events}
    endpoints = session.scalars(select(Endpoint).where(Endpoint.organisation_id.in_(owners), Endpoint.active)).all()
    for event in events:
        event.spread = True
        for endpoint in endpoints:
            if endpoint.organisation_id == event.organisation_id and (
                not endpoint.kinds or event.kind in endpoint.kinds
            ):
                session.add(Delivery(event_id=event.id, endpoint_id=endpoint.id, organisation_id=event.organisation_id))


def _claim(session: Session) -> list[Delivery]:
    """Deliveries whose time has come, put off by a minute: if this worker dies, another finds them then."""
    query = (
        select(Delivery)
        .join(Endpoint)
        .where(Delivery.state == "waiting", Delivery.due_at <= now(), Endpoint.active)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(BATCH)
        .options(joinedload(Delivery.event), joinedload(Delivery.endpoint))
        .with_for_update(skip_locked=True, of=Delivery)
    )
    claimed = list(session.scalars(query))
    for delivery in claimed:
        delivery.due_at = now() + CLAIM
    session.flush()
    return claimed


def _post(delivery: Delivery, key: bytes, settings: Settings) -> dict[str, Any]:
    import httpx2

    event, endpoint = delivery.event, delivery.endpoint
    body = json.dumps(
        {"type": event.kind, "timestamp": event.at.isoformat(), "data": event.data},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    headers = signed_headers(secret_of(key, endpoint.id, endpoint.turn), f"evt_{event.id}", int(time.time()), body)
    parts = urlsplit(endpoint.url)
    start = time.perf_counter()
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = reachable(parts.hostname or "", port, private=settings.webhook_private)
        url = httpx2.URL(endpoint.url).copy_with(host=address)
        with httpx2.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            more: dict[str, Any] = {"extensions": {"sni_hostname": parts.hostname}}
            with client.stream("POST", url, content=body, headers=headers | {"host": parts.netloc}, **more) as answer:
                first = next(answer.iter_bytes(500), b"")[:500]
                said = {"status": answer.status_code, "answer": first.decode("utf-8", "replace").replace("\0", "")}
    except BadAddress as error:
        said = {"status": None, "answer": error.say("en")}
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
        said = {"status": None, "answer": f"{type(error).__name__}: {error}"[:500]}
    return said | {"milliseconds": round((time.perf_counter() - start) * 1000)}


def _note(session: Session, number: int, outcome: dict[str, Any]) -> None:
    delivery = session.scalar(select(Delivery).where(Delivery.id == number).with_for_update())
    if delivery is None:  # its endpoint was removed meanwhile
        return
    delivery.tries += 1
    delivery.last_at = now()
    delivery.status, delivery.answer, delivery.milliseconds = (
        outcome["status"],
        outcome["answer"],
        outcome["milliseconds"],
    )
    if outcome["status"] is not None and 200 <= outcome["status"] < 300:
        delivery.state = "sent"
        return
    if delivery.tries > len(RETRIES):
        delivery.state = "dead"
        log.warning("webhook given up", endpoint=delivery.endpoint_id, event_id=delivery.event_id)
        return
    delivery.due_at = now() + RETRIES[delivery.tries - 1]  # the sweep finds it then


def again(session: Session, delivery: Delivery) -> None:
    """Send a delivery once more, from the first try."""
    delivery.state, delivery.tries, delivery.due_at = "waiting", 0, now()
    nudge_after_commit(session, "outbox", "")


def forget_old(session: Session) -> None:
    """Drop events older than 30 days with their deliveries."""
    session.execute(delete(Event).where(Event.spread, Event.at < now() - KEPT))
