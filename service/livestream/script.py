"""A composed script as data: blocks of paired lines with their times, and what could not be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service.livestream.brief import Language

__all__ = ["Block", "LeftOut", "Script", "ScriptLine", "ToCheck", "Utterance"]


@dataclass(frozen=True)
class Utterance:
    """What one host says: for the page, for the voice (numbers in words), and how long it takes in seconds."""

    text: str
    spoken: str
    seconds: float


@dataclass
class ScriptLine:
    """One line, said in each language of the show. `start` and `hold` in seconds; hold is silence after the words."""

    key: str
    kind: str
    slot: str
    variant: str
    said: dict[Language, Utterance]
    facts: tuple[str, ...]
    picks: dict[str, int] = field(default_factory=dict)
    hold_range: tuple[int, int] = (0, 0)
    hold: float = 0.0
    start: float = 0.0
    seconds: float = 0.0
    cue: Mapping[str, str] | None = None
    operator: Mapping[str, str] | None = None
    optional: bool = False
    locked: bool = False
    edited: bool = False
    tried: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether a person wants it as it is: it was locked, or written by hand."""
        return self.locked or self.edited


@dataclass
class Block:
    """A stretch of lines about one item, or about none. `item` is the position in the brief's items."""

    key: str
    segment: str
    name: Mapping[str, str]
    item: int | None
    lines: list[ScriptLine]
    start: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class LeftOut:
    """A slot that stayed silent for an item because these facts are missing."""

    sku: str | None
    kind: str
    slot: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class ToCheck:
    """An unverified fact that lines rely on: look at the label before going on air."""

    sku: str
    fact: str
    lines: tuple[str, ...]


@dataclass
class Script:
    """The whole. `seconds` is what is planned, `target` what was asked; `gap` is what is missing (+) or too much (−).

    `skus` are the items it was composed for: block.item points into them.
    """

    target: float
    blocks: list[Block]
    languages: tuple[Language, ...] = ("zh", "ru")
    left_out: list[LeftOut] = field(default_factory=list)
    to_check: list[ToCheck] = field(default_factory=list)
    seconds: float = 0.0
    gap: float = 0.0
    skus: tuple[str, ...] = ()

    def lines(self) -> Iterator[tuple[Block, ScriptLine]]:
        """All lines in the order they are said."""
        for block in self.blocks:
            for line in block.lines:
                yield block, line

    def line(self, key: str) -> tuple[Block, ScriptLine] | None:
        """One line by its key."""
        return next(((block, line) for block, line in self.lines() if line.key == key), None)
