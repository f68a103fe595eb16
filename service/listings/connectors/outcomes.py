"""What became of what was sent: by listing, with the platform's own words, the field they are about, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from service.i18n import N_, Locale, Message
from service.listings.channels import channel as find_channel
from service.listings.forms.form import Held
from service.listings.listing import FIELDS, label

__all__ = [
    "LATER", "LOOK", "Fault", "Learned", "Outcome", "Report", "State", "Ticket", "Told", "advice", "as_data", "field_named", "said",
]  # fmt: skip

State = Literal["accepted", "refused", "waiting", "unknown"]
"""waiting: the platform has taken it and has not decided; unknown: nobody can say whether it has arrived."""


class Fault(NamedTuple):
    """One error or warning: the platform's code and words, our field (or the platform's, if we know none such), and what to do."""

    code: str
    text: str
    field: str | None = None
    remedy: Message | None = None

    def say(self, locale: Locale) -> str:
        """In one line; the platform's words stay in the platform's language."""
        head = f"{_label(self.field).say(locale)}: " if self.field else ""
        words = self.text if not self.code or self.code in self.text else f"{self.text} [{self.code}]"
        words += "." if words and words[-1] not in ".!?。！？" else ""
        return f"{head}{words} {(self.remedy or advice(self.code)).say(locale)}".strip()


class Outcome(NamedTuple):
    """What became of one listing in one call. An accepted one may carry warnings."""

    code: str
    state: State
    errors: tuple[Fault, ...] = ()
    call: str = ""


class Learned(NamedTuple):
    """A number by which the platform knows an SKU or a card from now on; as `shops.Ref`."""

    code: str
    kind: str
    value: str


class Ticket(NamedTuple):
    """What to ask the platform about later: a task's number, or the moment of sending, and whose items are in it."""

    kind: str
    number: str
    codes: tuple[str, ...]
    call: str = ""


@dataclass
class Told:
    """What one request or one look has told."""

    outcomes: list[Outcome] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    def add(self, other: Told) -> Told:
        """Both together."""
        self.outcomes += other.outcomes
        self.learned += other.learned
        self.tickets += other.tickets
        return self


@dataclass(frozen=True)
class Report:
    """What became of a plan. `unsent`: whose requests were not sent, because `stopped` says why. `tickets`: ask again later (`look`)."""

    outcomes: tuple[Outcome, ...] = ()
    learned: tuple[Learned, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    held: tuple[Held, ...] = ()
    unsent: tuple[str, ...] = ()
    stopped: Message | None = None

    def count(self, state: State) -> int:
        """How many listings ended so."""
        return sum(one.state == state for one in self.outcomes)

    @property
    def clean(self) -> bool:
        """Nothing was refused, lost, held back or left unsent."""
        return not (self.held or self.unsent or self.stopped) and all(
            one.state in ("accepted", "waiting") for one in self.outcomes
        )


def said(codes: Iterable[str], state: State, *faults: Fault, call: str = "") -> list[Outcome]:
    """The same outcome for several listings."""
    return [Outcome(code, state, faults, call) for code in codes]


_KEYS = N_("Check the shop's keys and what they permit in the seller's cabinet.")
LATER = Message(N_("Send it again later: the platform asks for a pause."))
LOOK = Message(N_("Look in the seller's cabinet whether it has arrived before you send it again."))
_FIRST = N_("Send the card first; stock and prices follow when the platform knows it.")
_ADVICE: Mapping[str, str] = {
    "401": _KEYS, "403": _KEYS, "UNAUTHORIZED": _KEYS, "FORBIDDEN": _KEYS,
    "item_limit_exceeded": N_("The platform's limit of goods for this day is used up: send the rest tomorrow."),
    "TOO_MANY_REQUESTS": LATER.id, "429": LATER.id, "420": LATER.id,
    "423": N_("The platform has closed this call for the shop: its words say why; mend it in the seller's cabinet."),
    "LOCKED": N_("The platform has closed this call for the shop: its words say why; mend it in the seller's cabinet."),
    "NOT_FOUND": _FIRST, "SKU_NOT_FOUND": _FIRST, "NotFound": _FIRST, "404": _FIRST,
    "price_quarantine": N_("The new price is far below the old one: confirm it in the seller's cabinet, or set one nearer."),
    "UNKNOWN_CATEGORY": N_("Choose a category of the platform's newest list for these goods."),
    "INVALID_CATEGORY": N_("Choose a category without branches below it."),
}  # fmt: skip


def advice(code: str) -> Message:
    """What to do about a platform's error."""
    return Message(
        _ADVICE.get(code, N_("Mend this on the card or in the channel's fields and send the listing again."))
    )


def field_named(channel: str, name: str | None, more: str | None = None) -> str | None:
    """Our field for the platform's name of it ("items[0].old_price", "depth"); `more` is shown where we have none."""
    if not name and not more:
        return None
    last = (name or "").replace("]", "").rpartition(".")[2].rpartition("[")[2]
    return _fields(channel).get(last) or more or name


@lru_cache(maxsize=16)
def _fields(channel: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in find_channel(channel).content.fields:
        last = entry.path.replace("[]", "").rpartition(".")[2].split(" ")[0]
        found.setdefault(last, entry.name)
    return found


def _label(name: str) -> Message:
    return label(name) if name in FIELDS or name.startswith("extra.") else Message("{name}", {"name": name})


def as_data(report: Report, locale: Locale) -> dict[str, Any]:
    """A report for programs."""
    return {
        "outcomes": [
            {
                "code": one.code, "state": one.state, "call": one.call,
                "errors": [
                    {"code": fault.code, "text": fault.text, "field": fault.field, "remedy": (fault.remedy or advice(fault.code)).say(locale)}
                    for fault in one.errors
                ],
            }
            for one in report.outcomes
        ],
        "learned": [one._asdict() for one in report.learned],
        "waiting": [one._asdict() for one in report.tickets],
        "held": [{"code": one.code, "message": one.message.say(locale), "remedy": one.remedy.say(locale)} for one in report.held],
        "unsent": list(report.unsent),
        "stopped": report.stopped.say(locale) if report.stopped else None,
    }  # fmt: skip
