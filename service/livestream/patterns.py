"""Run-of-show patterns, read from `scripts/shows/`: which segments a show has and what is said in each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from service.authored import Strict, read
from service.catalog.files import Pair
from service.errors import FilesRejected, NotFound, Problem
from service.i18n import N_, Message
from service.livestream.blocks import Kind
from service.livestream.brief import Role
from service.resources import root

__all__ = ["Pattern", "Segment", "Step", "pattern", "patterns", "read_patterns"]


class Step(Strict):
    """Lines of one slot: at `least` and at `most` so many; the lower the rank, the earlier extra time goes here."""

    kind: Kind
    slot: str
    least: int = Field(0, ge=0)
    most: int = Field(1, ge=1)
    rank: int = Field(2, ge=1)
    operator: Pair | None = None


class Segment(Strict):
    """A stretch of the show: said once, or for each item (of certain roles), in at most `rounds` rounds of about `round` seconds."""

    key: str
    name: Pair
    share: float = Field(gt=0, le=1, strict=False)
    each: list[Role] | None = None
    round: int = Field(300, ge=30)
    rounds: int = Field(12, ge=1, le=50)
    steps: list[Step] = Field(min_length=1)


class Weights(Strict):
    """How much time an item gets by its role, in proportion."""

    traffic: int = Field(gt=0)
    welfare: int = Field(gt=0)
    profit: int = Field(gt=0)
    hit: int = Field(gt=0)


class Pattern(Strict):
    """One kind of show."""

    key: str
    name: Pair
    purpose: Pair
    minutes: int = Field(gt=0)
    weights: Weights
    lines: list[Literal["russian_goods", "jijing_hanyang"]] = []
    lineup: list[Role] = Field(["traffic", "hit", "profit", "welfare", "profit"], min_length=1)
    segments: list[Segment] = Field(min_length=1)


def read_patterns(folder: Path) -> dict[str, Pattern]:
    """All patterns of a folder. Raises `FilesRejected` with every fault."""
    problems: list[Problem] = []
    found: dict[str, Pattern] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = read(path, Pattern)
        if file.content:
            total = sum(segment.share for segment in file.content.segments)
            if abs(total - 1) > 0.001:
                file.fault(
                    "segments", value=f"{total:.3f}",
                    what=Message(N_("The shares of the segments do not add up to 1.")),
                    remedy=Message(N_("Change them so that their sum is 1.")),
                )  # fmt: skip
            found[file.content.key] = file.content
        problems += file.problems
    if problems:
        raise FilesRejected(problems)
    return found


@cache
def patterns() -> dict[str, Pattern]:
    """The patterns of `scripts/shows/`, read once per process."""
    return read_patterns(root("scripts") / "shows")


def pattern(key: str) -> Pattern:
    """One pattern by its key; raises `NotFound`."""
    known = patterns()
    if key not in known:
        raise NotFound(kind=Message(N_("The pattern")), name=key, known=known)
    return known[key]
