"""What the API answers about shows and scripts, described for programs. Times in seconds from the beginning of the show."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.livestream.brief import Language, Role

__all__ = ["LineAnswer", "PatternShown", "Patterns", "ScriptDocument", "ScriptShown", "ShowShown", "StateShown"]

State = Literal["draft", "checked", "reviewed", "ready", "aired"]
Market = Literal["CN", "RU"]


class Pair(BaseModel):
    """The same in both languages."""

    zh: str
    ru: str


class PatternShown(BaseModel):
    """A run-of-show pattern."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "evening-60", "name": {"zh": "晚间场（60分钟）", "ru": "Вечерний эфир (60 минут)"},
                "purpose": {"zh": "晚间带货", "ru": "Вечерняя продажа"}, "minutes": 60,
            }
        }
    )  # fmt: skip
    key: str
    name: Pair
    purpose: Pair
    minutes: int


class Patterns(BaseModel):
    """All patterns; they are few."""

    items: list[PatternShown]


class ItemShown(BaseModel):
    """One SKU of a show."""

    sku: str
    role: Role
    link: int


class VersionShown(BaseModel):
    """A version of a show's script; `gap` is what is missing of the slot (+) or too much (−)."""

    version: int
    state: State
    seconds: float
    gap: float


class ShowShown(BaseModel):
    """One planned livestream."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "sample-evening", "name": {"zh": "江边晚间场（样例）", "ru": "Вечерний эфир у Амура (образец)"},
                "pattern": "evening-60", "minutes": 60, "languages": ["zh", "ru"], "market": "CN", "seed": 7, "revision": 1,
                "items": [{"sku": "RU-ALENKA-90", "role": "hit", "link": 1}],
                "scripts": [{"version": 1, "state": "draft", "seconds": 3599.2, "gap": 0.8}],
            }
        }
    )  # fmt: skip
    key: str
    name: Pair
    pattern: str
    minutes: int
    languages: list[Language]
    market: Market
    seed: int
    revision: int
    items: list[ItemShown]
    scripts: list[VersionShown]


class Said(BaseModel):
    """What one host says: for the page, for the voice, and how long it takes."""

    text: str
    spoken: str
    seconds: float


class LineShown(BaseModel):
    """One line in each language of the show; `hold` is silence after the words."""

    key: str
    kind: str
    slot: str
    variant: str
    said: dict[Language, Said]
    facts: list[str]
    picks: dict[str, int]
    hold_range: tuple[int, int]
    hold: float
    start: float
    seconds: float
    cue: dict[str, str] | None
    operator: dict[str, str] | None
    optional: bool
    locked: bool
    edited: bool
    tried: list[str]


class BlockShown(BaseModel):
    """A stretch of lines about one item (its position), or about none."""

    key: str
    segment: str
    name: dict[str, str]
    item: int | None
    start: float
    seconds: float
    lines: list[LineShown]


class Money(BaseModel):
    """Minor units."""

    currency: str
    live: int
    reference: int | None


class ScriptItem(BaseModel):
    """An item as the script speaks of it."""

    sku: str
    name: Pair
    role: Role
    link: int
    price: Money | None


class LeftOutShown(BaseModel):
    """A slot that stayed silent because facts are missing."""

    sku: str | None
    kind: str
    slot: str
    facts: list[str]


class ToCheckShown(BaseModel):
    """An unverified fact that lines rely on."""

    sku: str
    fact: str
    lines: list[str]


class ScriptDocument(BaseModel):
    """A composed script with everything it was made from."""

    title: Pair
    pattern: str
    languages: list[Language]
    market: Market
    minutes: int
    seed: int
    items: list[ScriptItem]
    seconds: float
    target: float
    gap: float
    left_out: list[LeftOutShown]
    to_check: list[ToCheckShown]
    warnings: list[dict[str, str]]
    blocks: list[BlockShown]


class StepShown(BaseModel):
    """Who took the script where, and when."""

    state: State
    at: datetime
    person: str
    note: str | None


class ScriptShown(ScriptDocument):
    """A kept version of a show's script."""

    show: str
    version: int
    revision: int
    state: State
    steps: list[StepShown]


class LineAnswer(BaseModel):
    """A line after a change; a checked script that is changed becomes a draft."""

    state: State
    revision: int
    line: LineShown


class StateShown(BaseModel):
    """Where a script stands."""

    version: int
    state: State
    states: list[State]
