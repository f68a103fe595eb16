"""Who acts: a person for one organisation, a command of the operator, or the machine itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service.people.rights import Right, Role

__all__ = ["MACHINE", "Caller", "caller_of"]


@dataclass(frozen=True)
class Caller:
    """Everything that decides what a session may see and write, and what the audit says of it.

    `everything` is the machine (migrations, workers' bookkeeping, backups), never a person. `address` and `request` say where an act came from.
    """

    organisation: int
    key: str = ""
    rights: frozenset[Right] = field(default_factory=frozenset)
    roles: frozenset[Role] = field(default_factory=frozenset)
    person: int | None = None
    name: str = ""
    host: bool = False
    everything: bool = False
    address: str | None = None
    request: str | None = None
    sign_in: int | None = None
    token: int | None = None
    token_used_today: bool = False

    def may(self, right: Right) -> bool:
        """True if this right is held here and now."""
        return self.everything or right in self.rights


MACHINE = Caller(organisation=0, name="AmurLive", everything=True)


def caller_of(session: Session) -> Caller:
    """Who this session acts for; raises `LookupError` if nobody said so."""
    caller = session.info.get("caller")
    if caller is None:
        raise LookupError("this session acts for nobody; open it with Database.acting(caller)")
    assert isinstance(caller, Caller)
    return caller
