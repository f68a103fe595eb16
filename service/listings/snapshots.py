"""What a channel was told last, item by item, and how what it will be told differs. Rows are only added.

An export keeps no item that says the same as before, so the newest row of a code is what stands there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.listings.forms.form import Held, Item, Offered, written
from service.listings.models import ExportedItem, ListingExport
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["Aim", "Change", "Difference", "Kind", "Known", "changes", "differences", "keep", "last_told"]

Kind = Literal["cards", "stock", "prices"]
_AT_ONCE = 2000


class Aim(NamedTuple):
    """What an export is for."""

    channel: str
    market: str
    shop: str
    kind: Kind


class Known(NamedTuple):
    """What a channel was told last of one code; `content` None: that it is no longer offered."""

    digest: str
    content: bytes | None

    @property
    def item(self) -> Any:
        """The item as it was sent; None if it is no longer offered."""
        return None if self.content is None else orjson.loads(zlib.decompress(self.content))


class Difference(NamedTuple):
    """One place of an item that says something else: `path` like "items.3.name"; None where nothing stood or stands."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """An item that is new, says something else than before, or is no longer offered (`item` None)."""

    code: str
    item: Item | None
    digest: str
    before: Known | None = None

    @property
    def what(self) -> Literal["new", "changed", "gone"]:
        """For people."""
        if self.item is None:
            return "gone"
        return "new" if self.before is None or self.before.content is None else "changed"

    @property
    def differences(self) -> list[Difference]:
        """Where it differs from what was told last."""
        before = self.before.item if self.before else None
        return differences(before, orjson.loads(written(self.item)) if self.item is not None else None)


@dataclass(frozen=True)
class Changes:
    """What differs from the export before, and how many items do not."""

    changed: tuple[Change, ...] = ()
    unchanged: int = field(default=0)


def last_told(session: Session, aim: Aim, codes: Sequence[str] | None = None) -> dict[str, Known]:
    """What was told last, by code: of all codes ever told, or of these."""
    found: dict[str, Known] = {}
    parts: list[Sequence[str] | None] = [None]
    if codes is not None:
        parts = [codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE)]
    for part in parts:
        newest = select(func.max(ExportedItem.id)).where(*_of(session, aim)).group_by(ExportedItem.code)
        if part is not None:
            newest = newest.where(ExportedItem.code.in_(part))
        query = select(ExportedItem.code, ExportedItem.digest, ExportedItem.content).where(ExportedItem.id.in_(newest))
        found |= {code: Known(digest, content) for code, digest, content in session.execute(query)}
    return found


def _of(session: Session, aim: Aim) -> list[Any]:
    return [
        ExportedItem.organisation_id == organisation_of(session), ExportedItem.channel == aim.channel,
        ExportedItem.market == aim.market, ExportedItem.shop == aim.shop, ExportedItem.kind == aim.kind,
    ]  # fmt: skip


def changes(items: Iterable[Offered], known: Mapping[str, Known], *, gone: Iterable[str] = ()) -> Changes:
    """Which items differ from what was told last. `gone`: codes that are no longer offered, if they were."""
    found, unchanged = [], 0
    for one in items:
        digest = sha256(written(one.item)).hexdigest()
        before = known.get(one.code)
        if before is not None and before.digest == digest and before.content is not None:
            unchanged += 1
        else:
            found.append(Change(one.code, one.item, digest, before))
    for code in sorted(gone):
        if code in known and known[code].content is not None:
            found.append(Change(code, None, "", known[code]))
    return Changes(tuple(found), unchanged)


def keep(
    session: Session, aim: Aim, told: Changes, held: Iterable[Held], *, as_of: date, revision: date
) -> ListingExport:  # fmt: skip
    """Write down what an export says. What was held back is kept as the places it concerns, without words."""
    told_back: dict[str, int] = {}
    for one in held:
        told_back[one.code] = told_back.get(one.code, 0) + 1
    whats = [one.what for one in told.changed]
    counts = {what: whats.count(what) for what in ("new", "changed", "gone")}
    export = ListingExport(
        channel=aim.channel, market=aim.market, shop=aim.shop, kind=aim.kind, as_of=as_of, revision=revision,
        counts={**counts, "unchanged": told.unchanged, "held": len(told_back)}, held=told_back,
        person=caller_of(session).name[:80],
    )  # fmt: skip
    session.add(export)
    session.flush()
    rows = [
        {
            "organisation_id": organisation_of(session), "export_id": export.id, "channel": aim.channel, "market": aim.market, "shop": aim.shop,
            "kind": aim.kind, "code": one.code, "digest": one.digest,
            "content": None if one.item is None else zlib.compress(_in_order(one.item), 6),
        }
        for one in told.changed
    ]  # fmt: skip
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(ExportedItem), rows[start : start + _AT_ONCE])
    return export


def _in_order(item: Item) -> bytes:
    """An item's parts in the order its form wrote them, for the file to be made anew."""
    return orjson.dumps(item, default=float)


def differences(before: Any, after: Any, path: str = "") -> list[Difference]:
    """Where two items differ, in the order of their keys; lists are compared place by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys: list[Any] = sorted({*before, *after})
        pairs = [(key, before.get(key), after.get(key)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list):
        length = max(len(before), len(after))
        pairs = [
            (at, before[at] if at < len(before) else None, after[at] if at < len(after) else None)
            for at in range(length)
        ]
    else:
        return [] if before == after else [Difference(path, before, after)]
    return [one for key, old, new in pairs for one in differences(old, new, f"{path}.{key}" if path else str(key))]
