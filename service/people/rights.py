"""What a role may do. One table; nothing else in the house decides it.

A right is also the name of a token's scope. Rights that reach beyond one's own organisation depend on what kind of
organisation the role is held in: a merchant cannot make himself park staff.
"""

from __future__ import annotations

from typing import Literal, get_args

from service.i18n import N_, Message

__all__ = [
    "KINDS",
    "KIND_NAMES",
    "RIGHTS",
    "RIGHT_NAMES",
    "ROLES",
    "ROLE_NAMES",
    "Kind",
    "Right",
    "Role",
    "named",
    "rights_of",
]

Role = Literal["streamer", "merchant", "park", "trainer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: dict[Role, str] = {
    "streamer": N_("streamer"),
    "merchant": N_("merchant"),
    "park": N_("park staff"),
    "trainer": N_("trainer"),
    "admin": N_("administrator"),
}

Kind = Literal["merchant", "park", "mcn", "association"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_NAMES: dict[Kind, str] = {
    "merchant": N_("merchant company"),
    "park": N_("park"),
    "mcn": N_("MCN agency"),
    "association": N_("association"),
}

Right = Literal[
    "catalogue:read", "catalogue:write", "prices:read", "prices:write", "shows:read", "shows:write",
    "stock:read", "stock:write", "stock:read-all", "compliance:read", "compliance:write", "listings:read", "listings:write", "texts:translate", "texts:review", "jobs:run", "webhooks:manage", "people:manage",
    "audit:read", "organisations:manage", "operate",
]  # fmt: skip
RIGHTS: tuple[Right, ...] = get_args(Right)

RIGHT_NAMES: dict[Right, str] = {
    "catalogue:read": N_("read cards"),
    "catalogue:write": N_("write cards"),
    "prices:read": N_("read prices"),
    "prices:write": N_("set prices"),
    "shows:read": N_("read shows and scripts"),
    "shows:write": N_("write shows and scripts"),
    "stock:read": N_("read stock"),
    "stock:write": N_("write stock"),
    "stock:read-all": N_("read the stock of all organisations"),
    "compliance:read": N_("check texts, read findings and evidence"),
    "compliance:write": N_("keep evidence, tell facts, review shows"),
    "listings:read": N_("read listings, shops and exports"),
    "listings:write": N_("keep shops, choose categories, export and send listings"),
    "texts:translate": N_("have texts translated, see what waits for a reader, comment on it"),
    "texts:review": N_("accept and refuse translations, keep terms and memory"),
    "jobs:run": N_("start background work"),
    "webhooks:manage": N_("keep webhooks"),
    "people:manage": N_("invite people and give roles"),
    "audit:read": N_("read the record"),
    "organisations:manage": N_("make and change organisations"),
    "operate": N_("operate the installation"),
}


def named(right: Right) -> Message:
    """A right for people: what it allows, and its name in brackets."""
    return Message(N_("{what} ({right})"), {"what": Message(RIGHT_NAMES[right]), "right": right})


_STREAMER: frozenset[Right] = frozenset(
    {"catalogue:read", "prices:read", "shows:read", "shows:write", "stock:read", "compliance:read", "listings:read", "texts:translate", "jobs:run"}
)  # fmt: skip
_MERCHANT: frozenset[Right] = _STREAMER | {
    "catalogue:write", "prices:write", "stock:write", "compliance:write", "listings:write", "texts:review", "webhooks:manage", "people:manage",
    "audit:read",
}  # fmt: skip
_ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    "streamer": _STREAMER,
    "merchant": _MERCHANT,
    "park": frozenset(
        {
            "catalogue:read",
            "prices:read",
            "shows:read",
            "stock:read",
            "stock:write",
            "compliance:read",
            "compliance:write",
            "listings:read",
            "jobs:run",
        }
    ),
    "trainer": frozenset({"catalogue:read", "shows:read", "shows:write", "compliance:read", "jobs:run"}),
    "admin": _MERCHANT,
}


def rights_of(roles: frozenset[Role], *, kind: Kind, host: bool) -> frozenset[Right]:
    """All rights of these roles held in an organisation of this kind; `host` is the one that runs the installation."""
    rights: frozenset[Right] = frozenset().union(*(_ROLE_RIGHTS[role] for role in roles))
    if kind == "park" and roles & {"park", "admin"}:
        rights |= {"stock:read-all"}
    if host and "admin" in roles:
        rights |= {"organisations:manage", "operate"}
    return rights
