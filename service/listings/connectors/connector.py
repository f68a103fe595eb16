"""What all connectors share: one request is sent, its answer read, and where the platform refused the whole of it, the culprits are found.

A connector knows no database: it gets an account and opened keys, and tells outcomes and the numbers it has learned.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from service.errors import DomainError
from service.i18n import N_, Message
from service.listings.channels import channel as find_channel
from service.listings.connectors.calling import Answer, Busy, Caller, Signed, Unclear
from service.listings.connectors.outcomes import LATER, Fault, Ticket, Told, said
from service.listings.connectors.pacing import Clock, WallClock, rates_for
from service.listings.forms.form import Account, Request, written
from service.listings.rules import Rate
from service.listings.sealing import Keys

__all__ = ["ODD", "BadRequest", "Connector"]

HALVINGS = 32
"""Requests more than planned that may be spent on finding which item makes the platform refuse a whole batch."""


ODD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading raises when an answer has a shape nobody has described."""


class BadRequest(DomainError):
    """A request this connector cannot send: made for another platform, or by a form it does not know."""

    title = N_("“{call}” is no call of {channel} that can be sent.")
    remedy = N_("Export for this shop's own channel and send that file.")


class Connector:
    """Sends requests of one channel for one shop. Subclasses say how the platform is spoken to."""

    channel: ClassVar[str]
    hosts: ClassVar[Mapping[str, str]]
    lists: ClassVar[Mapping[str, str]]
    """Calls that may be sent, by the name the rates know them by, and where in the body their items stand ("": the body itself)."""
    whole: ClassVar[bool] = False
    """One bad item makes the platform refuse the whole request, without always naming it."""
    creates: ClassVar[frozenset[str]] = frozenset()
    """Calls that must not be made twice."""

    def __init__(
        self, account: Account, keys: Keys, *, day: date, hosts: Mapping[str, str] | None = None, private: bool = False,
        clock: Clock | None = None, timeout: float = 30.0, tries: int = 5,
    ) -> None:  # fmt: skip
        self.account, self.keys, self.day = account, keys, day
        self.clock: Clock = clock or WallClock()
        rates = self.rates(day, keys.get("kind", ""))
        self._caller = Caller(
            self.hosts if hosts is None else hosts, rates, self.clock, hide=keys.hide, private=private, timeout=timeout, tries=tries,
        )  # fmt: skip
        self.rescued = Told()
        self._codes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, numbers in account.refs.items():
            for kind, value in numbers.items():
                self._codes[kind, value].append(code)

    def close(self) -> None:
        """Give the connections back."""
        self._caller.close()

    @classmethod
    def rates(cls, day: date, token: str) -> list[Rate]:
        """How often this channel may be called on a day with a kind of token."""
        return rates_for(find_channel(cls.channel).find(Rate, day), token)

    @classmethod
    def name(cls, call: str) -> str:
        """The name of a call as `lists` and the rates have it. Raises `BadRequest`."""
        path = call.split(" ", 1)[-1].strip()
        for name in cls.lists:
            pattern = "".join(
                "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", name)
            )
            if re.fullmatch(pattern, path):
                return name
        raise BadRequest(call=call[:100], channel=cls.channel)

    @classmethod
    def items(cls, request: Request) -> list[Any]:
        """The items of a request."""
        key = cls.lists[cls.name(request.call)]
        found = request.body if not key else request.body.get(key, []) if isinstance(request.body, dict) else []
        return found if isinstance(found, list) else [found]

    @classmethod
    def thing(cls, name: str, item: Any) -> Hashable:
        """What a rate counts by itself, if the channel counts so."""
        return str(item)

    def send(self, request: Request) -> Told:
        """Send one request and read its answer. Raises what stops everything: `KeysRefused`, `NoPlatform`, `BadRequest`."""
        return self._send(request, [HALVINGS])

    def look(self, ticket: Ticket) -> Told:
        """Ask what became of something that was waiting; what still waits comes back as a ticket."""
        raise NotImplementedError

    # What subclasses say.

    def sign(self, name: str, body: bytes) -> Signed:
        """Headers and parameters of one attempt."""
        raise NotImplementedError

    def place(self, name: str, call: str) -> tuple[str, str, str]:
        """Verb, host and path of a call."""
        verb, _, path = call.partition(" ")
        return verb, "", path

    def codes_of(self, item: Any) -> list[str]:
        """Whose item this is; empty if it does not say."""
        raise NotImplementedError

    def read(self, request: Request, answer: Answer) -> Told:
        """Outcomes of an answer that is no refusal."""
        raise NotImplementedError

    def refusals(self, request: Request, answer: Answer) -> list[Fault]:
        """Why the whole request was refused; empty if it was not."""
        return [] if answer.status < 300 else [Fault(str(answer.status), answer.text[:500])]

    def busy(self, answer: Answer) -> bool:
        """Whether an ordinary answer means: not now."""
        return False

    def weigh(self, name: str, status: int) -> int:
        """For how many calls the platform counts an answer."""
        return 1

    def repeatable(self, name: str, request: Request) -> bool:
        """Whether sending it twice is the same as once."""
        return name not in self.creates

    def lost(self, request: Request, reason: str) -> Told:
        """Look whether a call that must not be made twice has arrived; here: nobody can tell."""
        return Told(said(self.codes(request), "unknown", _lost(reason), call=request.call))

    # Shared.

    def ask(self, call: str, body: Any, *, name: str = "") -> Answer:
        """A question that changes nothing."""
        return self._call(name or call.split(" ", 1)[-1].split("?", 1)[0], call, body, (), again=True)

    def known(self, kind: str, value: object) -> list[str]:
        """Our codes of a platform's number."""
        return self._codes.get((kind, str(value)), [])

    def codes(self, request: Request) -> list[str]:
        """Whose items are in a request, each once."""
        own = [code for item in self.items(request) for code in self.codes_of(item)]
        return list(dict.fromkeys(own or request.codes))

    def part(self, request: Request, keep: Sequence[int]) -> Request:
        """The request with only these of its items."""
        items = self.items(request)
        kept = [items[at] for at in keep]
        key = self.lists[self.name(request.call)]
        codes = [code for at in keep for code in self._owners(request, at)]
        return Request(request.call, {**request.body, key: kept} if key else kept, tuple(dict.fromkeys(codes)))

    def then(self, told: Told, further: Callable[[], Told]) -> Told:
        """What is known and what comes of going on; if that stops everything, what is known is kept in `rescued`."""
        try:
            return told.add(further())
        except DomainError:
            self.rescued.add(told)
            raise

    def _owners(self, request: Request, at: int) -> list[str]:
        """Whose the item of a number is: it says so itself, or stands in the order of the codes."""
        items = self.items(request)
        if len(items) == 1 and request.codes:
            return list(request.codes)
        if found := self.codes_of(items[at]):
            return found
        return [request.codes[at]] if len(request.codes) == len(items) else []

    def _call(self, name: str, call: str, body: Any, things: Sequence[Hashable], *, again: bool) -> Answer:
        verb, host, path = self.place(name, call)
        content = b"" if body is None else written(body)
        return self._caller.call(
            verb, host, path, content, lambda: self.sign(name, content), things=things, again=again, rated=name, busy=self.busy,
            weigh=lambda status: self.weigh(name, status),
        )  # fmt: skip

    def _send(self, request: Request, left: list[int]) -> Told:
        name = self.name(request.call)
        things = [self.thing(name, item) for item in self.items(request)]
        try:
            answer = self._call(name, request.call, request.body, things, again=self.repeatable(name, request))
        except Busy as error:
            fault = Fault(str(error.answer.status), error.answer.text[:300], None, LATER)
            return Told(said(self.codes(request), "refused", fault, call=request.call))
        except Unclear as error:
            if not self.repeatable(name, request):
                return self.lost(request, str(error))
            return Told(said(self.codes(request), "unknown", _lost(str(error)), call=request.call))
        try:
            faults = self.refusals(request, answer)
            read = None if faults else self.read(request, answer)
        except ODD as error:
            return Told(said(self.codes(request), "unknown", _lost(type(error).__name__), call=request.call))
        return self._refused(request, answer, faults, left) if read is None else read

    def _refused(self, request: Request, answer: Answer, faults: list[Fault], left: list[int]) -> Told:
        """Tell whose fault it is and send the others' items again; without a culprit, and where one spoils all, search by halves."""
        count = len(self.items(request))
        blamed = self.blamed(request, answer, faults)
        if blamed and len(blamed) < count and left[0] > 0:
            left[0] -= 1
            told = Told()
            for at, its in blamed.items():
                told.outcomes += said(self._owners(request, at), "refused", *its, call=request.call)
            rest = self.part(request, [at for at in range(count) if at not in blamed])
            return self.then(told, lambda: self._send(rest, left))
        if not blamed and self.whole and count > 1 and left[0] >= 2 and answer.status in (200, 400):
            left[0] -= 2
            half = count // 2
            first = self._send(self.part(request, range(half)), left)
            return self.then(first, lambda: self._send(self.part(request, range(half, count)), left))
        told = Told()
        if blamed:
            for at in range(count):
                told.outcomes += said(self._owners(request, at), "refused", *blamed.get(at, faults), call=request.call)
            return told
        return Told(said(self.codes(request), "refused", *faults, call=request.call))

    def blamed(self, request: Request, answer: Answer, faults: Sequence[Fault]) -> dict[int, list[Fault]]:
        """Items a refusal names, by their number: "items[3].price", or an item's own code or number in the platform's words."""
        items = self.items(request)
        found: dict[int, list[Fault]] = defaultdict(list)
        marks = [(at, mark) for at, item in enumerate(items) for mark in self.marks(item)]
        for fault in faults:
            words = f"{fault.text} {fault.field or ''}"
            numbers = {int(text) for text in re.findall(r"\[(\d{1,5})\]", words)} & set(range(len(items)))
            named = {at for at, mark in marks if re.search(rf"(?<![\w-]){re.escape(mark)}(?![\w-])", words)}
            for at in sorted(numbers if numbers else named):
                found[at].append(fault)
        return dict(found)

    def marks(self, item: Any) -> list[str]:
        """By what a platform's words would name an item."""
        return self.codes_of(item)


def _lost(reason: str) -> Fault:
    return Fault("", "", None, Message(_LOST, {"reason": reason}))


_LOST = N_("No answer ({reason}): it may have arrived. Look in the seller's cabinet before you send it again.")
