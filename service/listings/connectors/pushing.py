"""Sends a plan, or tells what sending it would take. The caller has asked the person: nothing here asks again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.listings.connectors.calling import Busy, KeysRefused, NoPlatform, Unclear
from service.listings.connectors.connector import ODD, Connector
from service.listings.connectors.douyin import Douyin
from service.listings.connectors.outcomes import Outcome, Report, Told, said
from service.listings.connectors.ozon import Ozon
from service.listings.connectors.pacing import Pacer, Still
from service.listings.connectors.wildberries import Wildberries
from service.listings.connectors.yandex_market import YandexMarket
from service.listings.forms.form import Plan, written

__all__ = ["CONNECTORS", "Foreseen", "Step", "connector_of", "foresee", "look", "push"]

CONNECTORS: Mapping[str, type[Connector]] = {one.channel: one for one in (Ozon, Wildberries, YandexMarket, Douyin)}
"""Channels that can be sent to."""
PATIENCE = 60.0
FIRST_LOOK = 5.0


class Step(NamedTuple):
    """One request of a plan: how many items and bytes it has, and after how many seconds it would be sent."""

    call: str
    items: int
    bytes: int
    after: float


class Foreseen(NamedTuple):
    """What sending a plan would take; `seconds` by the rates alone, answers not counted."""

    steps: tuple[Step, ...]
    seconds: float


def connector_of(channel: str) -> type[Connector]:
    """The connector of a channel. Raises `NotFound`."""
    if channel not in CONNECTORS:
        raise NotFound(kind=Message(N_("The connector")), name=channel, known=CONNECTORS)
    return CONNECTORS[channel]


def foresee(channel: str, plan: Plan, day: date, token: str = "") -> Foreseen:
    """What sending would take on a day; `token` is its kind (personal, basic). Raises `NotFound`, `BadRequest`."""
    kind, clock = connector_of(channel), Still()
    pacer = Pacer(kind.rates(day, token), clock)
    steps = []
    for one in plan.requests:
        name, items = kind.name(one.call), kind.items(one)
        pacer.wait(name, [kind.thing(name, item) for item in items])
        steps.append(Step(one.call, len(items), len(written(one.body)), clock.now()))
    return Foreseen(tuple(steps), clock.now())


def push(
    connector: Connector, plan: Plan, *, patience: float = PATIENCE, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Report:  # fmt: skip
    """Send a plan's requests in their order, then ask for at most `patience` seconds what became of what the platform decides later.

    Domain errors of the way (keys refused, no connection) stop it and are told in the report: what was sent is not lost.
    """
    for one in plan.requests:
        connector.name(one.call)  # a request for another platform stops all before anything is sent
    told, stopped, sent = Told(), None, 0
    try:
        for sent, request in enumerate(plan.requests):
            told.add(connector.send(request))
            progress(sent + 1, len(plan.requests))
    except (KeysRefused, NoPlatform) as error:
        stopped = Message("{what} {remedy}", {"what": error.message(), "remedy": error.advice()})
    rescued, connector.rescued = connector.rescued, Told()
    decided = {one.code for one in rescued.outcomes} | {code for one in rescued.tickets for code in one.codes}
    unsent = [code for code in connector.codes(plan.requests[sent]) if code not in decided] if stopped else []
    unsent += [code for request in plan.requests[sent + 1 :] for code in connector.codes(request)] if stopped else []
    told.add(rescued)
    report = Report(
        tuple(told.outcomes), tuple(told.learned), tuple(told.tickets), plan.held, tuple(dict.fromkeys(unsent)), stopped
    )
    return look(connector, report, patience=patience)


def look(connector: Connector, report: Report, *, patience: float = 0.0) -> Report:
    """Ask about everything that still waits, once or until `patience` seconds have passed; what waits even then stands as waiting."""
    told = Told([one for one in report.outcomes if one.state != "waiting"], list(report.learned), list(report.tickets))
    end, pause, stopped = connector.clock.now() + patience, FIRST_LOOK, report.stopped
    while told.tickets and stopped is None:
        if patience:
            connector.clock.sleep(min(pause, max(0.0, end - connector.clock.now())))
        tickets, told.tickets = told.tickets, []
        for at, ticket in enumerate(tickets):
            try:
                told.add(connector.look(ticket))
            except (Busy, Unclear, *ODD):
                told.tickets.append(ticket)
            except DomainError as error:
                stopped = Message("{what} {remedy}", {"what": error.message(), "remedy": error.advice()})
                told.tickets += tickets[at:]
                break
        pause *= 2
        if connector.clock.now() >= end:
            break
    for ticket in told.tickets:
        told.outcomes += said(ticket.codes, "waiting", call=ticket.call)
    learned = [one for one in dict.fromkeys(told.learned) if len(one.code) <= 60 and len(one.value) <= 80]
    return replace(
        report, outcomes=_hidden(connector, told.outcomes), learned=tuple(learned), tickets=tuple(told.tickets), stopped=stopped
    )  # fmt: skip


def _hidden(connector: Connector, outcomes: list[Outcome]) -> tuple[Outcome, ...]:
    """The platform's words without our keys, should they repeat them."""
    hide = connector.keys.hide
    return tuple(
        one._replace(errors=tuple(fault._replace(text=hide(fault.text)) for fault in one.errors)) for one in outcomes
    )
