"""What becomes of a batch of requests, given the pools as they stand under their locks. Pure: data in, data out.

Requests are decided in the order they came, all or nothing each; a later, smaller one may still fit where an earlier did not.
Quantities in packs, times UTC, durations in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.inventory.refusing import KeyUsed
from service.inventory.reserving.refusing import Lapsed, PoolClosed, SoldOut

__all__ = ["STATES", "Act", "Answer", "Candidate", "Counters", "Decided", "Line", "Reserve", "Row", "Want", "decide"]


@dataclass(frozen=True, slots=True)
class Want:
    """So many packs of a SKU; `places` by preference, none: wherever the show sells it. `split`: may come from several places."""

    sku: str
    quantity: int
    places: tuple[str, ...] = ()
    split: bool = False


@dataclass(frozen=True, slots=True)
class Reserve:
    """Reserve all of this, or nothing, for so many seconds. `request` is a hash of what is asked."""

    organisation: int
    key: str
    show: str
    wants: tuple[Want, ...]
    seconds: int
    request: str
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a reservation there is: `confirm` it (paid), `release` it, `cancel` one that was paid, `extend` it by seconds from now."""

    organisation: int
    key: str
    what: str
    seconds: int = 0


@dataclass(slots=True)
class Counters:
    """A pool as it stands."""

    allotted: int
    reserved: int
    sold: int
    open: bool
    changed: bool = False

    @property
    def available(self) -> int:
        """What can still be reserved."""
        return self.allotted - self.reserved - self.sold if self.open else 0


@dataclass(slots=True)
class Row:
    """One line of a reservation; `id` None: not written yet."""

    id: int | None
    organisation: int
    key: str
    line: int
    request: str
    pool: int
    quantity: int
    state: str
    ends_at: datetime
    order: str | None = None


class Candidate(NamedTuple):
    """A pool that sells a SKU for a show."""

    pool: int
    sku: str
    place: str
    organisation: int = 0
    show: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Line:
    """What was reserved where."""

    sku: str
    place: str
    quantity: int


@dataclass(slots=True, unsafe_hash=True)
class Answer:
    """How a reservation stands; `again`: the request had been answered before."""

    key: str
    state: str
    ends_at: datetime
    lines: tuple[Line, ...]
    order: str | None
    again: bool = False


@dataclass
class Decided:
    """Answers in the order of the requests; rows to write, rows whose state changed, keys of pools that ran out."""

    answers: list[Answer | DomainError] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    changed: dict[int, Row] = field(default_factory=dict)


Book = Mapping[tuple[int, str], Sequence[Candidate]]  # (organisation, show) → its pools, by preference


def decide(
    asked: Sequence[Reserve | Act], *, pools: Mapping[int, Counters], book: Book, names: Mapping[int, Candidate],
    kept: dict[tuple[int, str], list[Row]], moment: datetime,
) -> Decided:  # fmt: skip
    """Decide a batch. `pools` and `kept` (rows by organisation and key) are changed on the way; `names` say what a pool sells where."""
    decided = Decided()
    chosen = _Chosen(book, pools)
    for one in asked:
        rows = kept.get((one.organisation, one.key))
        try:
            if isinstance(one, Reserve):
                answer = _reserve(one, rows, pools, chosen, names, kept, decided, moment)
            else:
                answer = _act(one, rows, pools, names, decided, moment)
            decided.answers.append(answer)
        except DomainError as refused:
            decided.answers.append(refused)
    return decided


def _reserve(
    one: Reserve, rows: list[Row] | None, pools: Mapping[int, Counters], chosen: _Chosen, names: Mapping[int, Candidate],
    kept: dict[tuple[int, str], list[Row]], decided: Decided, moment: datetime,
) -> Answer:  # fmt: skip
    if rows:
        if rows[0].request != one.request:
            raise KeyUsed(key=one.key)
        return _answer(rows, names, moment, again=True)
    taken: list[tuple[int, int]] = []
    for want in one.wants:
        candidates = chosen[one.organisation, one.show, want.sku, want.places]
        found = _take(want, candidates, pools)
        if found is None:
            refused = _refusal(
                one, want, candidates, pools
            )  # said before earlier lines of the request give theirs back
            for pool, packs in taken:
                pools[pool].reserved -= packs
            raise refused
        taken += found
    ends_at = moment + timedelta(seconds=one.seconds)
    made = [
        Row(None, one.organisation, one.key, line, one.request, pool, packs, "active", ends_at, one.order)
        for line, (pool, packs) in enumerate(taken, 1)
    ]
    for pool, _ in taken:
        pools[pool].changed = True
    kept[one.organisation, one.key] = made
    decided.new += made
    return _answer(made, names, moment)


class _Chosen(dict[tuple[int, str, str, tuple[str, ...]], list[Candidate]]):
    """Open pools for (organisation, show, SKU, places), by preference; chosen once in a batch."""

    def __init__(self, book: Book, pools: Mapping[int, Counters]) -> None:
        self._book, self._pools = book, pools

    def __missing__(self, about: tuple[int, str, str, tuple[str, ...]]) -> list[Candidate]:
        organisation, show, sku, places = about
        pools = self._pools
        found = [
            one
            for one in self._book.get((organisation, show), ())
            if one.sku == sku and one.pool in pools and pools[one.pool].open
        ]
        if places:
            found = sorted((one for one in found if one.place in places), key=lambda one: places.index(one.place))
        self[about] = found
        return found


def _take(want: Want, candidates: Sequence[Candidate], pools: Mapping[int, Counters]) -> list[tuple[int, int]] | None:
    """(pool, packs) for a line, taken from the counters at once, so that the next line of the request sees it; None if there is too little."""
    for one in candidates:
        pool = pools[one.pool]
        if pool.available >= want.quantity:
            pool.reserved += want.quantity
            return [(one.pool, want.quantity)]
    if not want.split or sum(pools[one.pool].available for one in candidates) < want.quantity:
        return None
    left, taken = want.quantity, []
    for one in candidates:
        if packs := min(left, pools[one.pool].available):
            pools[one.pool].reserved += packs
            taken.append((one.pool, packs))
            left -= packs
    return taken


def _refusal(one: Reserve, want: Want, candidates: Sequence[Candidate], pools: Mapping[int, Counters]) -> DomainError:
    if not candidates:
        return PoolClosed(sku=want.sku, show=one.show)
    packs = [pools[candidate.pool].available for candidate in candidates]
    return SoldOut(sku=want.sku, wanted=want.quantity, available=sum(packs) if want.split else max(packs))


def _act(
    one: Act, rows: list[Row] | None, pools: Mapping[int, Counters], names: Mapping[int, Candidate], decided: Decided, moment: datetime
) -> Answer:  # fmt: skip
    if not rows:
        raise NotFound(kind=Message(N_("The reservation")), name=one.key)
    state = _state(rows, moment)
    done = {"confirm": ("confirmed", "picked"), "release": ("released", "expired"), "cancel": ("released",)}
    if state in done.get(one.what, ()) and all(row.state == state for row in rows):
        return _answer(rows, names, moment, again=True)
    if state != ("confirmed" if one.what == "cancel" else "active") and not (
        one.what == "release" and state == "expired"
    ):
        raise Lapsed(key=one.key, state=Message(STATES[state]), wanted=Message(_WANTED[one.what]))
    for row in rows:
        if row.state in ("released", "expired"):  # a line that ended before the others
            continue
        pool = pools[row.pool]
        if one.what == "extend":
            row.ends_at = max(row.ends_at, moment + timedelta(seconds=one.seconds))
        elif one.what == "confirm":
            pool.reserved, pool.sold, row.state = pool.reserved - row.quantity, pool.sold + row.quantity, "confirmed"
        elif one.what == "cancel":
            pool.sold, row.state = pool.sold - row.quantity, "released"
        else:
            pool.reserved, row.state = pool.reserved - row.quantity, "expired" if state == "expired" else "released"
        if one.what in ("release", "cancel") and not pool.open:  # what a closed show gives back is nobody's
            pool.allotted = pool.reserved + pool.sold
        pool.changed = pool.changed or one.what != "extend"
        if row.id is not None:
            decided.changed[row.id] = row
    return _answer(rows, names, moment)


def _state(rows: Sequence[Row], moment: datetime) -> str:
    """Lines stand and fall together: if one is over, the reservation is."""
    over = any(row.state == "expired" or (row.state == "active" and row.ends_at <= moment) for row in rows)
    return "expired" if over else rows[0].state


def _answer(rows: Sequence[Row], names: Mapping[int, Candidate], moment: datetime, *, again: bool = False) -> Answer:
    first = rows[0]
    state = _state(rows, moment)
    lines = tuple([Line(names[row.pool].sku, names[row.pool].place, row.quantity) for row in rows])
    return Answer(first.key, state, first.ends_at, lines, first.order, again)


STATES = {
    "active": N_("active"), "confirmed": N_("confirmed"), "picked": N_("picked"), "released": N_("released"), "expired": N_("expired"),
}  # fmt: skip
_WANTED = {
    "confirm": N_("confirmed"), "release": N_("released"), "cancel": N_("cancelled"), "extend": N_("extended"),
}  # fmt: skip
