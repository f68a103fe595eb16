"""What a role may do. One table; nothing else in the house decides it.

A right is also the name of a token's scope. Rights that reach beyond one's own organisation depend on what kind of
organisation the role is held in: a merchant cannot make himself park staff.
"""

from __future__ import annotations

from typing import Literal, get_args

from service.i18n import N_

__all__ = ["KINDS", "KIND_NAMES", "RIGHTS", "ROLES", "ROLE_NAMES", "Kind", "Right", "Role", "rights_of"]

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
    "stock:read", "stock:write", "stock:read-all", "jobs:run", "webhooks:manage", "people:manage", "audit:read",
    "organisations:manage", "operate",
]  # fmt: skip
RIGHTS: tuple[Right, ...] = get_args(Right)

_STREAMER: frozenset[Right] = frozenset(
    {"catalogue:read", "prices:read", "shows:read", "shows:write", "stock:read", "jobs:run"}
)
_MERCHANT: frozenset[Right] = _STREAMER | {
    "catalogue:write", "prices:write", "stock:write", "webhooks:manage", "people:manage", "audit:read",
}  # fmt: skip
_ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    "streamer": _STREAMER,
    "merchant": _MERCHANT,
    "park": frozenset({"catalogue:read", "prices:read", "shows:read", "stock:read", "stock:write", "jobs:run"}),
    "trainer": frozenset({"catalogue:read", "shows:read", "shows:write", "jobs:run"}),
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
