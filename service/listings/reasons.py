"""Why a card may not stand in a channel, or only with a warning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from service.i18n import N_, Message

__all__ = ["NO_PRICE", "Reason", "Told"]

NO_PRICE = (N_("{sku} has no price in the market {market}."), N_("Set a price for this market."))


@dataclass(frozen=True)
class Reason:
    """Why a card is not ready. `kind`: a rule of the channel, the law, or something missing; `code` the rule or what is missing.

    `listings`: the codes of those of the card's listings it concerns; empty: all of them.
    """

    blocks: bool
    kind: Literal["channel", "law", "missing"]
    code: str
    place: str
    message: Message
    remedy: Message
    listings: frozenset[str] = frozenset()


class Told(NamedTuple):
    """A reason, and the code of the listing it concerns; None: all of the card."""

    listing: str | None
    reason: Reason
