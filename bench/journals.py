"""Journals of those who are killed (`crashing`): what they ask, what they are answered, and where that contradicts the database.

Pure: data in, words out.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from service.inventory.reserving.deciding import Act, Reserve, Want

__all__ = ["SKUS", "Entry", "Plan", "Stood", "faults", "plan_of", "read_journals", "steps", "unanswered"]

SKUS = ("RU-ALENKA-90", "RU-HONEY-500")
DAY, SOON = 86_400, 1  # seconds a reservation stands


# ---- what is asked: all of it told by the key


class Plan(NamedTuple):
    """Packs by SKU, and the states a reservation is led through; "expired" is reached by waiting."""

    wants: dict[str, int]
    states: tuple[str, ...]


PLANS = (
    ("active",), ("active", "confirmed"), ("active", "released"), ("active", "confirmed", "released"), ("active", "expired"),
)  # fmt: skip
ACTS = {("active", "confirmed"): "confirm", ("active", "released"): "release", ("confirmed", "released"): "cancel"}


def plan_of(key: str) -> Plan:
    """Keys are show/who/number, and the number says everything."""
    number = int(key.rpartition("/")[2])
    wants = dict.fromkeys(SKUS, 1) if number % 7 == 0 else {SKUS[number % 2]: 1 + number % 3}
    return Plan(wants, PLANS[number % len(PLANS)])


def steps(organisation: int, key: str) -> Iterator[Reserve | Act]:
    """What to ask one after the other."""
    plan = plan_of(key)
    wants = tuple(Want(sku, packs) for sku, packs in plan.wants.items())
    seconds = SOON if plan.states[-1] == "expired" else DAY
    yield Reserve(organisation, key, key.partition("/")[0], wants, seconds, "0" * 32)
    for pair in itertools.pairwise(plan.states):
        if pair in ACTS:
            yield Act(organisation, key, ACTS[pair])


# ---- what is written down


class Entry(NamedTuple):
    """A line of a journal: `said` is a state or the name of a refusal, "?" when a step is about to be asked. Times in ns."""

    key: str
    step: int
    said: str
    asked: int
    told: int

    def line(self) -> bytes:
        """As it is written."""
        return ("\t".join(map(str, self)) + "\n").encode()


def read_journals(paths: Iterable[Path]) -> dict[str, list[Entry]]:
    """Everything written down, by key."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for path in paths:
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):  # else it was cut short, and nobody had been told yet
                key, step, said, asked, told = line.split()
                found[key].append(Entry(key, int(step), said, int(asked), int(told)))
    return found


def unanswered(said: Mapping[str, Sequence[Entry]]) -> set[tuple[str, int]]:
    """(key, step) asked and never answered to anybody."""
    every = [entry for entries in said.values() for entry in entries]
    return {(one.key, one.step) for one in every} - {(one.key, one.step) for one in every if one.said != "?"}


# ---- what must hold


class Stood(NamedTuple):
    """A line of a reservation as the database has it."""

    sku: str
    packs: int
    state: str


def faults(said: Mapping[str, Sequence[Entry]], there: Mapping[str, Sequence[Stood]]) -> list[str]:
    """Where journals and the rows of their show, both by key, contradict each other or themselves.

    What was not answered may have taken effect or not. Whoever was refused may be served later.
    """
    found = [f"{key} was never asked for" for key in there.keys() - said.keys()]
    for key, entries in said.items():
        found += [f"{key} {what}" for what in _faults_of(plan_of(key), entries, there.get(key, ()))]
    return found


def _faults_of(plan: Plan, entries: Sequence[Entry], lines: Sequence[Stood]) -> Iterator[str]:
    reached: list[tuple[Entry, int]] = []
    for entry in sorted(entries, key=lambda one: one.told):
        if entry.said == "?":
            continue
        place = _place(plan, entry)
        if place is None:
            yield f"was answered {entry.said} in step {entry.step}"
            continue
        if any(other.told < entry.asked and before > place for other, before in reached):
            yield f"went back to {entry.said}"
        reached.append((entry, place))
    known = max((place for _, place in reached), default=-1)
    if not lines:
        if known >= 0:
            yield f"is lost; it was {plan.states[known]}"
        return
    states = {line.state for line in lines}
    if sorted((line.sku, line.packs) for line in lines) != sorted(plan.wants.items()) or len(states) > 1:
        yield f"is not what was asked for: {lines}"
    elif (state := states.pop()) not in plan.states:
        yield f"became {state}"
    elif (place := plan.states.index(state)) < known:
        yield f"was answered {plan.states[known]} and is {state}"
    elif state != "expired" and place > max(entry.step for entry in entries):
        yield f"is {state}, which nobody asked for"


def _place(plan: Plan, entry: Entry) -> int | None:
    """How far an answer says a reservation is; -1: not served, None: an answer that should not be."""
    if entry.said in plan.states:
        return plan.states.index(entry.said)
    if entry.said == "SoldOut" and entry.step == 0:
        return -1
    if entry.said == "Lapsed" and entry.step == 1 and len(plan.states) == 3:  # another caller has called it off
        return 2
    return None
