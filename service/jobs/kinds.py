"""Kinds of background work. A domain declares its own in its `jobs.py`; `service.worker` brings them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.people.rights import Right

__all__ = ["KINDS", "Kind", "MadeFile", "Nothing", "Outcome", "Work", "kind"]


@dataclass(frozen=True)
class MadeFile:
    """A file to hand out: its name, media type and content."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """What a job came to. `effect` changes the database, in the very transaction that marks the job done."""

    result: dict[str, Any] = field(default_factory=dict)
    file: MadeFile | None = None
    effect: Callable[[Session], dict[str, Any] | None] | None = None


class Work(Protocol):
    """What a job may use while it runs."""

    number: int

    def reading(self) -> AbstractContextManager[Session]:
        """A session that reads as the person who wanted the job."""

    def writing(self) -> AbstractContextManager[Session]:
        """A session that writes as that person, for work too large for one transaction.

        What it commits stays if the job breaks off: the kind must be able to go on where it was, or to take it back.
        """

    def progress(self, done: int, total: int) -> None:
        """Tell how far it is. Here a job ends that was cancelled, and one whose worker stops goes back to the queue."""


class Nothing(BaseModel):
    """A job that needs no parameters."""

    model_config: ClassVar[Any] = {"extra": "forbid"}


@dataclass(frozen=True)
class Kind:
    """One kind: who may start it, with which parameters, and what it does. `title` is a message id."""

    name: str
    title: str
    right: Right
    parameters: type[BaseModel]
    run: Callable[[Work, Any], Outcome]


KINDS: dict[str, Kind] = {}


def kind(
    name: str, *, title: str, right: Right, parameters: type[BaseModel] = Nothing
) -> Callable[[Callable[[Work, Any], Outcome]], Callable[[Work, Any], Outcome]]:
    """Declare a function as a kind of job."""

    def declare(run: Callable[[Work, Any], Outcome]) -> Callable[[Work, Any], Outcome]:
        KINDS[name] = Kind(name, title, right, parameters, run)
        return run

    return declare


@contextmanager
def only(*kinds: Kind) -> Iterator[None]:
    """Inside, these kinds exist beside the declared ones (for tests)."""
    KINDS.update({one.name: one for one in kinds})
    try:
        yield
    finally:
        for one in kinds:
            del KINDS[one.name]
