"""Versions of things that are edited: `ETag` on what is read, `If-Match` on what is changed, `If-None-Match` for what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Header, Request, Response

from service.errors import DomainError
from service.i18n import N_, Locale

__all__ = ["ChangedMeanwhile", "IfMatch", "demand_version", "tag", "version_in"]

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=200, description="ETag of the version the change is made to; “*”: any that exists."
    ),
]


class ChangedMeanwhile(DomainError):
    """Somebody else has changed it since it was read."""

    status = 412
    title = N_("This was changed by somebody else since you read it; nothing was changed now.")
    remedy = N_("Read it again, look at what is different, and send your change with the new ETag.")
    differences: Sequence[Mapping[str, Any]] = ()  # field, base, theirs, yours

    def more(self, locale: Locale) -> dict[str, Any]:
        """What the sender saw, what stands there, what the sender wants, field by field."""
        return {"differences": list(self.differences)} if self.differences else {}


def tag(response: Response, *version: str | int) -> None:
    """Name the version of what is answered."""
    response.headers["ETag"] = _written(version)


def demand_version(given: str | None, *version: str | int | None) -> None:
    """Raises `ChangedMeanwhile` if an If-Match was given and names another version; None in `version`: it does not exist."""
    if given is None:
        return
    if None in version:
        raise ChangedMeanwhile()
    wanted = [part.strip() for part in given.split(",")]
    if "*" not in wanted and _written(version) not in wanted:
        raise ChangedMeanwhile()


def version_in(given: str, *identity: str | int) -> int | None:
    """The version an ETag of this thing names; None if it is of another thing."""
    start = "-".join(str(part) for part in identity) + "-"
    tail = given.strip().strip('"').removeprefix(start)
    return int(tail) if given.strip().strip('"').startswith(start) and tail.isdecimal() and len(tail) < 10 else None


def known_already(request: Request, *version: str | int) -> bool:
    """True if the caller has this version: answer 304."""
    wanted = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return _written(version) in wanted


def _written(version: tuple[str | int | None, ...]) -> str:
    return '"' + "-".join(str(part) for part in version) + '"'
