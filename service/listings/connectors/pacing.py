"""How often a platform may be called: the rates of the channel's file, kept before every call. Time is asked of a clock that tests can turn."""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol

from service.listings.rules import Rate

__all__ = ["Clock", "Pacer", "Still", "WallClock", "rates_for"]


class Clock(Protocol):
    """Seconds that never run backwards, seconds since 1970, waiting, and chance for back-off (0 to 1)."""

    def now(self) -> float: ...
    def wall(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...
    def chance(self) -> float: ...


class WallClock:
    """The real one."""

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def chance(self) -> float:
        return random.random()


class Still:
    """A clock that moves only by waiting: it tells how long something would take."""

    def __init__(self, start: float = 0.0, wall: float = 0.0) -> None:
        self.start = self.at = start
        self._wall = wall

    def now(self) -> float:
        return self.at

    def wall(self) -> float:
        return self._wall + self.at - self.start

    def sleep(self, seconds: float) -> None:
        self.at += max(0.0, seconds)

    def chance(self) -> float:
        return 0.5


class Pacer:
    """Lets calls pass as the rates permit."""

    def __init__(self, rates: Sequence[Rate], clock: Clock) -> None:
        self._clock = clock
        self._gates: list[tuple[Rate, _Window | _Each]] = [
            (rate, _Each(rate) if rate.unit == "each" else _Window(rate)) for rate in rates
        ]

    def wait(self, path: str, things: Collection[Hashable]) -> None:
        """Return when the call may be made; it then counts as made."""
        gates = [(gate, _weight(rate, gate, things)) for rate, gate in self._gates if matches(rate.call, path)]
        while gates:
            at = self._clock.now()
            free = max(gate.free(at, weight, things) for gate, weight in gates)
            if free <= at + 1e-6:
                break
            self._clock.sleep(free - at)
        for gate, weight in gates:
            gate.note(self._clock.now(), weight, things)

    def charge(self, path: str, weight: int) -> None:
        """Count a call that has been made for more: some platforms count refused ones several times."""
        for rate, gate in self._gates:
            if isinstance(gate, _Window) and rate.unit == "request" and matches(rate.call, path):
                gate.note(self._clock.now(), weight, ())


def rates_for(rates: Iterable[Rate], token: str) -> list[Rate]:
    """The rates that hold for a kind of token. A basic token never has more than a personal one, so that one's count where it has none."""
    rates = list(rates)
    own = [one for one in rates if one.token in ("", token)]
    if token == "basic":
        told = {one.call for one in own}
        own += [one for one in rates if one.token and one.call not in told]
    elif token == "service":
        own += [one for one in rates if one.token == "personal"]
    return own


def matches(call: str, path: str) -> bool:
    """Whether a rule's call ("/api/v3/stocks/{warehouseId}", "offers/stocks", "product.addV2") is the one of a path."""
    pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", call))
    return re.search(rf"(?:^|(?<=/)|(?=/)){pattern}$", path) is not None


def _weight(rate: Rate, gate: _Window | _Each, things: Collection[Hashable]) -> int:
    return 1 if rate.unit == "request" or isinstance(gate, _Each) else len(things)


class _Window:
    """At most so many in any stretch of so many seconds; with a burst, evenly spaced after the first few."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._log: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._even = 0.0

    def free(self, at: float, weight: int, things: Collection[Hashable]) -> float:
        rate = self._rate
        while self._log and self._log[0][0] <= at - rate.seconds:
            self._sum -= self._log.popleft()[1]
        free, total = at, self._sum
        for when, size in self._log:
            if total + weight <= rate.times:
                break
            total -= size
            free = when + rate.seconds
        if rate.burst:
            free = max(free, self._even - (rate.burst - 1) * rate.seconds / rate.times)
        return free

    def note(self, at: float, weight: int, things: Collection[Hashable]) -> None:
        self._log.append((at, weight))
        self._sum += weight
        self._even = max(self._even, at) + weight * self._rate.seconds / self._rate.times


class _Each:
    """The same for every item by itself."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._log: dict[Hashable, deque[float]] = defaultdict(lambda: deque(maxlen=rate.times))

    def free(self, at: float, weight: int, things: Collection[Hashable]) -> float:
        full = (self._log[one][0] for one in things if one in self._log and len(self._log[one]) == self._rate.times)
        return max((first + self._rate.seconds for first in full), default=at)

    def note(self, at: float, weight: int, things: Collection[Hashable]) -> None:
        for one in things:
            self._log[one].append(at)
