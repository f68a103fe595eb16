"""Shows as people keep them: planned, composed into script versions, and brought from draft to aired."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.listing import skus_by_code
from service.errors import DomainError, NotFound, WrongState
from service.http.paging import page_of
from service.i18n import N_, Message
from service.livestream.blocks import Library, library
from service.livestream.brief import Brief
from service.livestream.complying import check_stored, demand_clear, demand_review, keep_check_of
from service.livestream.composing import compose
from service.livestream.files import ShowPlan
from service.livestream.gathering import gather
from service.livestream.models import STATES, Show, ShowItem, StoredScript, StoredStep
from service.livestream.patterns import Pattern, pattern
from service.livestream.storing import fill, restore
from service.people.audit import record
from service.webhooks.telling import tell

__all__ = [
    "FactsChanged",
    "advance",
    "brief_of",
    "compose_show",
    "find_script",
    "find_show",
    "fingerprint",
    "list_shows",
    "save_show",
    "show_page",
]


class FactsChanged(DomainError):
    """Cards, prices or wording changed after the script was composed."""

    status = 409
    title = N_("Cards, prices or wording have changed since version {version} of this script was composed.")
    remedy = N_("Compose the show again; locked lines stay as they are.")


def save_show(session: Session, plan: ShowPlan) -> Show:
    """Create the show of a plan, or bring the show of the same key up to it. Raises what `gather` raises."""
    brief = gather(session, plan)
    ids = {code: sku.id for code, sku in skus_by_code(session, [item.goods.sku for item in brief.items]).items()}
    show = session.scalar(select(Show).where(Show.key == plan.key).options(selectinload(Show.items)))
    created = show is None
    if show is None:
        show = Show(key=plan.key, revision=0)
        session.add(show)
    values = plan.model_dump(include={"pattern", "languages", "seed", "place", "host", "cohost", "preview", "name"})
    values |= {"minutes": brief.minutes, "market": brief.market}
    for name, value in values.items():
        if getattr(show, name) != value:
            setattr(show, name, value)
    for position, (item, planned) in enumerate(zip(brief.items, plan.items, strict=True)):
        if position == len(show.items):
            show.items.append(ShowItem(position=position))
        row = show.items[position]
        row.sku_id, row.role, row.link, row.most = ids[item.goods.sku], item.role, item.link, item.limit
        gift = planned.gift.model_dump() if planned.gift else None
        if row.gift != gift:
            row.gift = gift
    del show.items[len(plan.items) :]
    changed = created or session.is_modified(show) or any(session.is_modified(item) for item in show.items)
    if changed:
        show.revision += 1
        session.flush()
        record(session, "show.saved", show.key, created=created)
        tell(session, "show.saved", {"show": show.key})
    return show


def plan_of(show: Show) -> ShowPlan:
    """The plan behind a stored show as it is now."""
    items = [
        {"sku": item.sku.code, "role": item.role, "link": item.link, "limit": item.most, "gift": item.gift}
        for item in show.items
    ]
    fields = ("key", "name", "pattern", "minutes", "languages", "market", "seed", "place", "host", "cohost", "preview")
    return ShowPlan.model_validate({name: getattr(show, name) for name in fields} | {"items": items})


def brief_of(session: Session, stored: StoredScript) -> Brief:
    """The brief of a stored script: the show as it was then, with today's cards and prices."""
    return gather(session, ShowPlan.model_validate(stored.plan))


def find_show(session: Session, key: str) -> Show:
    """A show by its key; raises `NotFound`."""
    show = session.scalar(select(Show).where(Show.key == key))
    if show is None:
        raise NotFound(kind=Message(N_("The show")), name=key, known=session.scalars(select(Show.key)))
    return show


def find_script(session: Session, show_key: str, version: int | None = None) -> StoredScript:
    """A version of a show's script, by default the newest; raises `NotFound`."""
    show = find_show(session, show_key)
    versions = {script.version: script for script in show.scripts}
    wanted = max(versions, default=0) if version is None else version
    if wanted not in versions:
        known = [str(number) for number in versions]
        raise NotFound(kind=Message(N_("The script version")), name=str(wanted), known=known)
    return versions[wanted]


def compose_show(session: Session, show: Show, *, words: Library | None = None, person: str = "") -> StoredScript:
    """The script of a show: the newest version if nothing changed since, else a new version that keeps locked lines, checked at once."""
    words = words or library()
    # Two composing at once: the second waits here and finds the first one's version.
    session.refresh(show, with_for_update=True)
    session.expire(show, ["scripts"])
    chosen = pattern(show.pattern)
    plan = plan_of(show)
    brief = gather(session, plan)
    mark = fingerprint(brief, chosen, words)
    newest = show.scripts[-1] if show.scripts else None
    if newest and newest.fingerprint == mark:
        return newest
    script = compose(brief, chosen, words, keep=restore(newest) if newest else None)
    stored = StoredScript(version=newest.version + 1 if newest else 1, state="draft", fingerprint=mark)
    stored.plan = plan.model_dump(mode="json")
    fill(stored, script)
    stored.steps.append(StoredStep(state="draft", person=person))
    show.scripts.append(stored)
    session.flush()
    keep_check_of(session, stored, check_stored(session, stored, script, brief))
    record(session, "script.composed", f"{show.key} v{stored.version}")
    tell(session, "script.composed", {"show": show.key, "version": stored.version})
    return stored


def fingerprint(brief: Brief, chosen: Pattern, words: Library) -> str:
    """Names everything a script depends on; it changes when any fact, price or wording does."""
    content: tuple[Any, ...] = (brief, chosen.model_dump(), words.digest)
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()


def advance(session: Session, stored: StoredScript, *, to: str, person: str, note: str | None = None) -> StoredScript:
    """Take a script one state further (draft → checked → reviewed → ready → aired), or back to draft before it aired.

    Raises `WrongState` for a step out of order, `FactsChanged` when it was composed from facts that no longer hold, `NotReviewed` and
    `FindingsOpen` for what the law asks before a broadcast.
    """
    place = STATES.index(stored.state)
    allowed = [*STATES[place + 1 : place + 2], *(["draft"] if 0 < place < len(STATES) - 1 else [])]
    if to not in allowed:
        name = f"{stored.show.key} v{stored.version}"
        raise WrongState(name=name, state=stored.state, wanted=to, allowed=allowed or "—")
    if to != "draft":
        brief = gather(session, plan_of(stored.show))
        if fingerprint(brief, pattern(stored.show.pattern), library()) != stored.fingerprint:
            raise FactsChanged(version=stored.version)
        _comply(session, stored, brief, to=to)
    before, stored.state = stored.state, to
    stored.revision += 1
    stored.steps.append(StoredStep(state=to, person=person, note=note))
    session.flush()
    record(session, "script.state", f"{stored.show.key} v{stored.version}", before=before, after=to)
    tell(session, "script.state", {"show": stored.show.key, "version": stored.version, "state": to})
    return stored


def _comply(session: Session, stored: StoredScript, brief: Brief, *, to: str) -> None:
    """What the law asks of a step: checked and ready mean a check is kept, reviewed a named person's look, ready nothing open."""
    if to in ("reviewed", "ready"):
        demand_review(session, stored)
    if to in ("checked", "ready"):
        findings = check_stored(session, stored, restore(stored), brief)
        if to == "ready":
            demand_clear(stored, findings)
        keep_check_of(session, stored, findings)


_WHOLE = select(Show).options(selectinload(Show.items).joinedload(ShowItem.sku), selectinload(Show.scripts))


def show_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Show], str | None]:
    """A page of shows, newest first, and the cursor of the next. Raises `BadCursor`."""
    return page_of(session, _WHOLE, by=[Show.id], after=after, limit=limit, newest_first=True)


def list_shows(session: Session) -> list[Show]:
    """All shows, newest first."""
    return list(session.scalars(_WHOLE.order_by(Show.id.desc())))
