"""Errors people can understand and mend: one class per meaning, said in the reader's language by every face."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from service.i18n import N_, Locale, Message

__all__ = ["DomainError", "FilesRejected", "NotFound", "Problem", "WrongState"]


class DomainError(Exception):
    """Something the user can mend. Subclasses give `title` (what is wrong, with {facts}), `remedy` and,

    for HTTP, a status and the headers that belong to it.
    """

    status: ClassVar[int] = 422
    title: ClassVar[str]
    remedy: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__()

    def __str__(self) -> str:
        return self.say("en")

    @property
    def code(self) -> str:
        """Stable name of the meaning, for programs: the class name in kebab case."""
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in type(self).__name__).lstrip("-")

    def message(self) -> Message:
        """What is wrong."""
        return Message(self.title, self.facts)

    def advice(self) -> Message:
        """What to do about it."""
        return Message(self.remedy, self.facts)

    def more(self, locale: Locale) -> dict[str, Any]:
        """What programs get besides: places of faults, differences."""
        return {}

    def say(self, locale: Locale) -> str:
        """Both in one paragraph."""
        return f"{self.message().say(locale)} {self.advice().say(locale)}"


@dataclass(frozen=True)
class Problem:
    """One fault in an authored file: where, what stands there, what is wrong and what would be right."""

    file: str
    line: int
    key: str
    value: str
    what: Message
    remedy: Message

    def say(self, locale: Locale) -> str:
        """One line for a terminal or a log."""
        place = f"{self.file}:{self.line}" + (f" · {self.key}" if self.key else "")
        value = f" [{self.value}]" if self.value else ""
        return f"{place}{value}: {self.what.say(locale)} {self.remedy.say(locale)}"

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """The same for programs."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "value": self.value,
            "message": self.what.say(locale),
            "remedy": self.remedy.say(locale),
        }


class FilesRejected(DomainError):
    """Authored files hold faults; nothing of them was taken over."""

    title = N_("The files hold {count} faults; nothing was changed.")
    remedy = N_("Mend the places listed and run the command again.")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(problems, key=lambda problem: (problem.file, problem.line))
        super().__init__(count=len(self.problems))

    def more(self, locale: Locale) -> dict[str, Any]:
        """Every fault with its place."""
        return {"problems": [problem.as_data(locale) for problem in self.problems]}

    def message(self) -> Message:
        """Counted, for Russian has three forms."""
        count = len(self.problems)
        return Message(
            N_("The files hold {count} fault; nothing was changed."), {"count": count}, self.title, number=count
        )


class NotFound(DomainError):
    """There is nothing under this name."""

    status = 404
    title = N_("{kind} “{name}” does not exist.")
    remedy = N_("Check the spelling; known names: {known}.")

    def __init__(self, *, kind: Message, name: str, known: Iterable[str] = ()) -> None:
        import difflib

        names = sorted(set(known))
        close = difflib.get_close_matches(name, names, n=5, cutoff=0.3) or names[:8]
        super().__init__(kind=kind, name=name, known=close or "—")


class WrongState(DomainError):
    """The thing is in a state that does not allow this step."""

    status = 409
    title = N_("“{name}” is in state {state}; {wanted} cannot follow it.")
    remedy = N_("Allowed next: {allowed}.")


def shown_path(path: Path) -> str:
    """A path as people know it: relative to where they stand, if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
