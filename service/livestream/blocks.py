"""The wording: variants of script lines in both languages, read from `scripts/blocks/`.

A variant that is broken is left out and named with file and line; the others go on working.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.authored import Authored, Strict, read
from service.catalog.families import families
from service.catalog.files import Name, Pair, Text
from service.errors import Problem
from service.i18n import N_, Message
from service.language.pace import Pace
from service.livestream.brief import Item, Language, Role
from service.livestream.templates import Line, TemplateFault, compile_line
from service.livestream.vocabulary import RUNNING, SAME_IN_BOTH, fact_of
from service.resources import root

__all__ = ["KINDS", "Library", "Variant", "library", "read_library"]

Kind = Literal[
    "opening", "retention", "pain_point", "pitch", "trust", "price_anchor",
    "offer", "call", "interaction", "bridge", "encore", "closing",
]  # fmt: skip
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
VariantId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(-[a-z0-9_]+)*$")]


class VariantEntry(Strict):
    """One variant as writers write it; docs/writing-blocks.md."""

    id: VariantId
    slot: Name
    tone: Literal["warm", "brisk", "calm", "playful"]
    lines: list[Literal["russian_goods", "jijing_hanyang"]] = []
    families: list[Name] = []
    not_for: list[Name] = []
    roles: list[Role] = []
    markets: list[Literal["CN", "RU"]] = []
    needs: list[Text] = []
    cue: Pair | None = None
    hold: list[int] = Field([0, 0], min_length=2, max_length=2)
    zh: Text
    ru: Text


class BlocksFile(Strict):
    """One file of variants of one kind."""

    kind: Kind
    variants: list[VariantEntry] = Field(min_length=1)


@dataclass(frozen=True)
class Variant:
    """One line of script in both languages, ready to be rendered.

    `facts` are what both templates print plus what the words rely on; `hold` is the least and most silence in seconds.
    """

    id: str
    kind: str
    slot: str
    tone: str
    templates: Mapping[Language, Line]
    facts: frozenset[str]
    lines: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    cue: Mapping[str, str] | None = None
    hold: tuple[int, int] = (0, 0)

    def seconds(self, languages: Iterable[Language], pace: Pace) -> float:
        """Roughly how long its own words take, facts counted as a second each; sentences of the card not counted."""
        total = sum(self.hold) / 2
        for locale in languages:
            line = self.templates[locale]
            syllables, pauses = line.own
            total += pace.speaking(syllables, locale) + pauses + len(line.facts - RUNNING)
        return total

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The facts in order."""
        return tuple(sorted(self.facts))

    @cached_property
    def special(self) -> bool:
        """Written for certain goods or roles, and so preferred to a general one."""
        return bool(self.families or self.lines or self.roles)

    def suits(self, market: str, item: Item | None, show_lines: frozenset[str]) -> bool:
        """Whether it may be said of this item (or of the whole show) in this market, facts aside."""
        if self.markets and market not in self.markets:
            return False
        if item is None:
            return not (self.families or self.roles) and (not self.lines or show_lines <= self.lines)
        return (
            (not self.lines or item.goods.line in self.lines)
            and (not self.families or item.goods.family in self.families)
            and item.goods.family not in self.not_for
            and (not self.roles or item.role in self.roles)
        )


@dataclass
class Library:
    """All usable variants by kind and slot, and what was wrong with the others."""

    variants: list[Variant]
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_slot: dict[tuple[str, str], list[Variant]] = {}
        for variant in self.variants:
            self._by_slot.setdefault((variant.kind, variant.slot), []).append(variant)
        self._suiting: dict[object, frozenset[str]] = {}
        self.by_id = {variant.id: variant for variant in self.variants}
        self.digest = _digest(self.variants)

    def slot(self, kind: str, slot: str) -> list[Variant]:
        """The variants of one slot, in file order."""
        return self._by_slot.get((kind, slot), [])

    def suiting(
        self, kind: str, slot: str, market: str, item: Item | None, show_lines: frozenset[str]
    ) -> frozenset[str]:
        """Ids of a slot's variants that may be said of such an item; remembered, for many items are alike."""
        kin = (item.goods.line, item.goods.family, item.role) if item else None
        place = (kind, slot, market, kin, show_lines if item is None else None)
        if place not in self._suiting:
            fits = (v.id for v in self.slot(kind, slot) if v.suits(market, item, show_lines))
            self._suiting[place] = frozenset(fits)
        return self._suiting[place]


def _digest(variants: Iterable[Variant]) -> str:
    hasher = hashlib.blake2b(digest_size=16)
    for variant in sorted(variants, key=lambda variant: variant.id):
        sources = [variant.templates[locale].source for locale in ("zh", "ru")]
        limits = [
            sorted(names)
            for names in (variant.lines, variant.families, variant.not_for, variant.roles, variant.markets)
        ]
        rest = (variant.id, variant.kind, variant.slot, variant.told, variant.cue, variant.hold)
        hasher.update(repr((sources, limits, rest)).encode())
    return hasher.hexdigest()


@cache
def library() -> Library:
    """The library of `scripts/blocks/`, read once per process."""
    return read_library(root("scripts") / "blocks")


def read_library(folder: Path) -> Library:
    """Read all block files below a folder."""
    variants: list[Variant] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        file = read(path, BlocksFile)
        if file.content:
            for index, entry in enumerate(file.content.variants):
                before = len(file.problems)
                variant = _variant(file, index, entry, file.content.kind, seen)
                if variant and len(file.problems) == before:
                    variants.append(variant)
        problems += file.problems
    return Library(variants, problems)


def _variant(
    file: Authored[BlocksFile], index: int, entry: VariantEntry, kind: str, seen: dict[str, str]
) -> Variant | None:
    at = ("variants", index)
    if entry.id in seen:
        file.fault(
            *at, "id", value=entry.id,
            what=Message(N_("“{value}” is used twice; the other place is {other}."), {"value": entry.id, "other": seen[entry.id]}),
            remedy=Message(N_("Give one of the two another code.")),
        )  # fmt: skip
    seen.setdefault(entry.id, f"{file.path.name}:{file.line(*at, 'id')}")
    templates: dict[Language, Line] = {}
    locale: Language
    for locale in ("zh", "ru"):
        source: str = getattr(entry, locale)
        try:
            templates[locale] = compile_line(source, locale)
        except TemplateFault as fault:
            file.fault(*at, locale, value=source, what=fault.what, remedy=fault.remedy)
    for number, fact in enumerate(entry.needs):
        if fact_of(fact, "zh") is None:
            file.fault(
                *at, "needs", number, value=fact,
                what=Message(N_("“{value}” is not known."), {"value": fact}),
                remedy=Message(N_("The names to choose from stand in docs/writing-blocks.md.")),
            )  # fmt: skip
    if len(templates) < 2:
        return None
    _check_same_facts(file, at, templates)
    _check_families(file, at, entry, templates)
    low, high = entry.hold
    return Variant(
        id=entry.id, kind=kind, slot=entry.slot, tone=entry.tone, templates=templates,
        facts=templates["zh"].facts | templates["ru"].facts | set(entry.needs),
        lines=frozenset(entry.lines), families=frozenset(entry.families), not_for=frozenset(entry.not_for), roles=frozenset(entry.roles),
        markets=frozenset(entry.markets), cue=entry.cue.model_dump() if entry.cue else None, hold=(low, max(low, high)),
    )  # fmt: skip


def _check_families(
    file: Authored[BlocksFile], at: tuple[str | int, ...], entry: VariantEntry, templates: Mapping[Language, Line]
) -> None:
    """Families exist, and the attributes printed are theirs."""
    known = families()
    for key, names in (("families", entry.families), ("not_for", entry.not_for)):
        for number, name in enumerate(names):
            file.known(*at, key, number, value=name, among=known)
    allowed = {f"attr.{key}" for name in entry.families or known if name in known for key in known[name].attributes}
    for fact in sorted(templates["zh"].facts | templates["ru"].facts | set(entry.needs)):
        if fact.startswith("attr."):
            file.known(*at, "zh", value=fact, among=allowed)


def _check_same_facts(
    file: Authored[BlocksFile], at: tuple[str | int, ...], templates: Mapping[Language, Line]
) -> None:
    """Both languages print the same numbers and the same sentences of the card."""
    said = {
        locale: {fact for fact in line.facts if fact in SAME_IN_BOTH or fact.startswith("attr.")}
        for locale, line in templates.items()
    }
    only = said["zh"] ^ said["ru"]
    constants = templates["zh"].constants != templates["ru"].constants
    if only or constants:
        file.fault(
            *at, value="",
            what=Message(
                N_("The two languages do not say the same facts: {facts}."), {"facts": sorted(only) or ["price.times, packs"]}
            ),
            remedy=Message(N_("Print the same facts on both sides.")),
        )  # fmt: skip
