"""Walks through a platform's JSON: strict about what is needed, silent about keys nobody knows. A fault names file, place and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from service.errors import DomainError
from service.i18n import N_, Message
from service.listings.categories.snapshot import Spoken

__all__ = ["Asked", "BadAnswer", "Node", "Refused", "opened", "yes"]

_MOST_BYTES = 256 << 20
_AS_GIVEN = N_("Save the platform's answer whole, as it was given, and import it again. Nothing was changed.")


class BadAnswer(DomainError):
    """A file that is not the answer it should be; `place` is where in the JSON, or the cell of a sheet."""

    title = N_("“{file}”, {place}: {what}")
    remedy = N_("{todo}")

    def __init__(self, file: str, place: str, what: Message, todo: Message | None = None) -> None:
        super().__init__(file=file, place=place or "$", what=what, todo=todo or Message(_AS_GIVEN))


class Refused(DomainError):
    """The file holds the platform's refusal instead of an answer."""

    title = N_("“{file}” holds no answer but the platform's refusal: {reason}.")
    remedy = N_("Ask the platform again and save the answer once it succeeds. Nothing was changed.")


class Asked(NamedTuple):
    """What the answer was asked for, where the answer itself does not say: category, attribute, language."""

    language: Spoken
    category: str | None = None
    attribute: str | None = None


class Node:
    """A value in the JSON and where it stands ($.result[3].name)."""

    __slots__ = ("file", "place", "value")

    def __init__(self, file: str, value: Any, place: str = "$") -> None:
        self.file, self.value, self.place = file, value, place

    def __getitem__(self, key: str) -> Node:
        """What must stand under a key."""
        found = self.get(key)
        if found is None:
            raise BadAnswer(self.file, self.place, Message(N_("“{key}” is missing."), {"key": key}))
        return found

    def get(self, key: str) -> Node | None:
        """What stands under a key, or None if there is nothing."""
        if not isinstance(self.value, dict):
            raise self.fault(Message(N_("A mapping is expected here.")))
        value = self.value.get(key)
        return None if value is None else Node(self.file, value, f"{self.place}.{key}")

    def either(self, *keys: str) -> Node:
        """What stands under the first of these keys that is there."""
        for key in keys:
            if (found := self.get(key)) is not None:
                return found
        return self[keys[0]]

    def each(self) -> Iterator[Node]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.fault(Message(N_("A list is expected here.")))
        for at, value in enumerate(self.value):
            yield Node(self.file, value, f"{self.place}[{at}]")

    def text(self) -> str:
        """Text that says something."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault(Message(N_("Text is expected here.")))
        return self.value.strip()

    def key(self) -> str:
        """A number or text by which the platform knows something."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
            raise self.fault(Message(N_("A number or a text by which the platform knows this is expected here.")))
        if len(found := str(value).strip()) > 80:
            raise self.fault(Message(N_("The text is too long.")))
        return found

    def whole(self) -> int:
        """A whole number, also one in quotes."""
        value = self.value
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 19:
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(Message(N_("A whole number is expected here.")))
        return value

    def number(self) -> str:
        """A number, as text."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self.fault(Message(N_("A number is expected here.")))
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def flag(self) -> bool:
        """Yes or no; Chinese platforms write 1 and 0."""
        if isinstance(self.value, bool):
            return self.value
        if self.value in (0, 1):
            return bool(self.value)
        raise self.fault(Message(N_("true or false is expected here.")))

    def fault(self, what: Message, todo: Message | None = None) -> BadAnswer:
        """A fault at this place."""
        return BadAnswer(self.file, self.place, what, todo)


def yes(node: Node | None) -> bool:
    """A flag that counts as no if it is not there."""
    return node is not None and node.flag()


def opened(name: str, content: bytes) -> tuple[Node, Node | None]:
    """The answer in a file, and the request it answers if both were saved together as `{"request": …, "answer": …}`.

    Raises `BadAnswer`.
    """
    if len(content) > _MOST_BYTES:
        raise BadAnswer(name, "$", Message(N_("The file holds more than {most} MB."), {"most": _MOST_BYTES >> 20}))
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        what = Message(N_("The file cannot be read: {reason}."), {"reason": error})
        raise BadAnswer(name, "$", what, Message(N_("Save it as UTF-8 text at this place."))) from None
    except json.JSONDecodeError as error:
        what = Message(N_("This is not valid JSON: {error}."), {"error": error.msg})
        place = Message(N_("line {number}"), {"number": error.lineno})
        raise BadAnswer(name, "$", Message("{place}: {what}", {"place": place, "what": what})) from None
    except (RecursionError, ValueError) as error:
        raise BadAnswer(name, "$", Message(N_("This is not valid JSON: {error}."), {"error": error})) from None
    root = Node(name, data)
    if isinstance(data, dict) and set(data) == {"request", "answer"}:
        return root["answer"], root["request"]
    return root, None
