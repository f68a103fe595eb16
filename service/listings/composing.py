"""Goods and a pattern become listings of a channel: facts and reviewed texts in its language, within its limits. Pure and deterministic.

What a limit made us drop and what was left out for want of a fact is told beside each listing. No other language ever stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from service.listings.channels import Channel
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from service.listings.measuring import WAYS, Way, longest_that_fits
from service.listings.patterns import Language, Pattern, Slot, SlotName
from service.listings.rules import HowMany, Length

__all__ = ["Composed", "Dropped", "Goods", "LeftOut", "Pack", "compose", "trimmed"]


@dataclass(frozen=True)
class Pack:
    """One SKU: its reviewed label, money of the channel's market, packs that can be sold, gross weight in grams, sides when packed."""

    code: str
    label: str | None = None
    price: Money | None = None
    old_price: Money | None = None
    stock: int | None = None
    weight: int | None = None
    barcodes: tuple[str, ...] = ()
    dimensions: Dimensions | None = None


@dataclass(frozen=True)
class Goods:
    """A card as listings see it, in one language: reviewed texts and facts in words (`patterns.FACTS`, `attr.<key>`).

    An empty fact has nothing to add (the name says where the goods are from); one that is not there is missing.

    `answers` and `vat` are those for the channel at hand. `unverified`: facts nobody has checked against a label.
    `unready`: texts that do not count, with why: draft (not reviewed), stale, waiting (a draft of its translation waits for a reader).
    """

    key: str
    family: str
    language: Language
    facts: Mapping[str, str]
    packs: tuple[Pack, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    detail_pictures: tuple[Picture, ...] = ()
    kinds: frozenset[str] = frozenset()
    extras: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    vat: str | None = None
    unready: Mapping[str, str] = field(default_factory=dict)
    unverified: tuple[str, ...] = ()


class Dropped(NamedTuple):
    """Words, or pictures, that did not fit into a limit of the channel."""

    slot: str
    words: str


class LeftOut(NamedTuple):
    """A part that could not be said: facts that are missing, each with why (missing, draft, stale). `must`: it belongs there."""

    slot: str
    facts: Mapping[str, str]
    must: bool


@dataclass(frozen=True)
class Composed:
    """A listing, with what is not in it."""

    listing: Listing
    dropped: tuple[Dropped, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def compose(goods: Goods, channel: Channel, pattern: Pattern, *, as_of: date) -> tuple[Composed, ...]:
    """The listings of a card in a channel: one with all SKUs as variants where the channel has variants, else one for each SKU."""
    if "variants" in channel.fields:
        return (_Writer(goods, channel, pattern, as_of, goods.packs).with_variants(),) if goods.packs else ()
    return tuple(_Writer(goods, channel, pattern, as_of, (pack,)).alone() for pack in goods.packs)


class _Limit(NamedTuple):
    way: Way
    most: int
    advice: bool


class _Writer:
    """Writes one listing and notes what is not in it."""

    def __init__(self, goods: Goods, channel: Channel, pattern: Pattern, as_of: date, packs: tuple[Pack, ...]) -> None:
        self.goods, self.channel, self.pattern, self.as_of, self.packs = goods, channel, pattern, as_of, packs
        self.lengths, self.counts = _bounds(channel, as_of, goods.kinds)
        self.dropped: list[Dropped] = []
        self.left_out: list[LeftOut] = []
        labels = [pack.label for pack in packs if pack.label]
        self.facts = dict(goods.facts)
        if len(labels) == len(packs):
            self.facts["labels"] = "/".join(labels)
            self.facts["label"] = labels[0] if len(labels) == 1 else ""

    def alone(self) -> Composed:
        pack = self.packs[0]
        listing = self._listing(
            pack.code, price=pack.price, old_price=pack.old_price, stock=pack.stock, weight=pack.weight,
            barcodes=pack.barcodes, dimensions=pack.dimensions,
        )  # fmt: skip
        return Composed(listing, tuple(self.dropped), tuple(self.left_out))

    def with_variants(self) -> Composed:
        for pack in self.packs:
            if not pack.label:
                self._miss("variants", (f"sku.{pack.code}.label",), must=len(self.packs) > 1)
        variants = tuple(
            Variant(
                pack.code, {self.pattern.option: pack.label} if pack.label else {}, pack.barcodes, pack.price,
                pack.old_price, pack.stock, pack.dimensions, pack.weight,
            )
            for pack in self.packs
        )  # fmt: skip
        code = self.packs[0].code if len(self.packs) == 1 else self.goods.key
        return Composed(self._listing(code, variants=variants), tuple(self.dropped), tuple(self.left_out))

    def _listing(
        self, code: str, *, price: Money | None = None, old_price: Money | None = None, stock: int | None = None,
        weight: int | None = None, barcodes: tuple[str, ...] = (), dimensions: Dimensions | None = None,
        variants: tuple[Variant, ...] = (),
    ) -> Listing:  # fmt: skip
        goods = self.goods
        has = self.channel.fields
        return Listing(
            code=code, title=self._text("title"), languages=(goods.language,),
            short_title=self._text("short_title") if "short_title" in has else "", bullets=self._texts("bullets"),
            description=self._text("description") if "description" in has else "",
            # Where the card has none, the seller may have told what the channel wants then: «Нет бренда», 无品牌.
            brand=(goods.facts.get("brand") or goods.extras.get("brand", "")) if "brand" in has else "",
            tags=self._texts("tags") if "tags" in has else (), attributes=self._attributes() if "attributes" in has else {},
            pictures=self._pictures("pictures", goods.pictures),
            detail_pictures=self._pictures("detail_pictures", goods.detail_pictures) if "detail_pictures" in has else (),
            price=price, old_price=old_price, barcodes=barcodes, dimensions=dimensions, weight=weight, stock=stock,
            variants=variants, goods=goods.kinds, product=goods.key, answers=goods.answers,
            vat=goods.vat if "vat" in has else None,
            extras={name: value for name, value in goods.extras.items() if f"extra.{name}" in has},
        )  # fmt: skip

    def _text(self, name: SlotName) -> str:
        """A joined slot: optional parts go while the advised length is passed, words only where the limit itself is.

        Without a part that must stand there it stays empty: a title of mere sizes would be none.
        """
        slot = self.pattern.slots.get(name)
        if slot is None:
            return ""
        before = len(self.left_out)
        said = self._said(name, slot)
        if any(one.must for one in self.left_out[before:]):
            return ""
        limits = self._limits(name)
        while any(_over(_joined(said, slot.join), one) for one in limits):
            loose = [at for at, (_, rank) in enumerate(said) if rank]
            if not loose:
                break
            gone = max(loose, key=lambda at: (said[at][1], at))
            self.dropped.append(Dropped(name, said.pop(gone)[0]))
        return self._cut(name, _joined(said, slot.join))

    def _texts(self, name: SlotName) -> tuple[str, ...]:
        """A slot whose parts stand by themselves; the last ones go where the channel takes only so many."""
        slot = self.pattern.slots.get(name)
        if slot is None:
            return ()
        texts = [text for words, _ in self._said(name, slot) if (text := self._cut(name, words))]
        most = self._most(name)
        if most is not None:
            self.dropped += [Dropped(name, text) for text in texts[most:]]
        return tuple(texts[:most])

    def _said(self, name: SlotName, slot: Slot) -> list[tuple[str, int]]:
        """The parts meant for these goods whose facts are there; what already stands in the slot is not said again."""
        said: list[tuple[str, int]] = []
        for part in slot.parts_for(self.goods.family):
            if lacks := [fact for fact in part.template.facts if fact not in self.facts]:
                self._miss(name, lacks, must=part.rank == 0)
                continue
            if not all(self.facts[fact] for fact in part.template.facts):
                continue
            words = part.template.render(self.facts).strip()
            if words and words.casefold() not in _joined(said, slot.join).casefold():
                said.append((words, part.rank))
        return said

    def _miss(self, slot: str, facts: Iterable[str], *, must: bool) -> None:
        unready = self.goods.unready
        self.left_out.append(LeftOut(slot, {fact: unready.get(fact, "missing") for fact in facts}, must))

    def _cut(self, name: SlotName, text: str) -> str:
        for limit in self._limits(name):
            if not limit.advice and _over(text, limit):
                short = trimmed(
                    text, limit.way, limit.most, self.goods.language, never_last=self.pattern.never_last,
                    sentences=name == "description",
                )  # fmt: skip
                self.dropped.append(Dropped(name, text[len(short) :].strip()))
                text = short
        return text

    def _limits(self, name: str) -> tuple[_Limit, ...]:
        return self.lengths.get(name, ())

    def _most(self, name: str) -> int | None:
        return self.counts.get(name)

    def _pictures(self, name: str, pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
        most = self._most(name)
        self.dropped += [Dropped(name, one.digest) for one in pictures[most:]] if most is not None else []
        return pictures[:most]

    def _attributes(self) -> dict[str, str]:
        found = {}
        for name, part in self.pattern.attributes:
            if part.meant_for(self.goods.family) and all(self.facts.get(fact) for fact in part.template.facts):
                found[name] = part.template.render(self.facts)
        return found | dict(self.goods.attributes)


@lru_cache(maxsize=512)
def _bounds(
    channel: Channel, day: date, kinds: frozenset[str]
) -> tuple[Mapping[str, tuple[_Limit, ...]], Mapping[str, int]]:  # fmt: skip
    """How long and how many a channel's fields may be on a day, for goods of these kinds."""
    lengths: dict[str, tuple[_Limit, ...]] = {}
    counts: dict[str, int] = {}
    for rule in channel.on(day):
        if rule.only_for and kinds.isdisjoint(rule.only_for):
            continue
        if isinstance(rule, Length) and rule.max is not None:
            limit = _Limit(rule.count, rule.max, rule.level == "warn")
            lengths[rule.field] = (*lengths.get(rule.field, ()), limit)
        elif isinstance(rule, HowMany) and rule.max is not None:
            counts[rule.field] = min(rule.max, counts.get(rule.field, rule.max))
    return lengths, counts


def _joined(said: Iterable[tuple[str, int]], join: str) -> str:
    return join.join(words for words, _ in said)


def _over(text: str, limit: _Limit) -> bool:
    return WAYS[limit.way](text).most > limit.most


_LOOSE = " \t\n,;:.·/—–-、，；：|+&"
_PAIRS = {"(": ")", "（": "）", "«": "»", "“": "”", "【": "】", "[": "]"}
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？]|\n")


def trimmed(
    text: str, way: Way, limit: int, language: Language, *, never_last: frozenset[str] = frozenset(), sentences: bool = False
) -> str:  # fmt: skip
    """The longest beginning of whole words that surely fits into a limit; empty if not even the first word does.

    No bracket stays open, no number loses its unit, no word of `never_last` stands at the end. With `sentences`, it ends with one,
    unless more than half of the room would stay empty.
    """
    room = longest_that_fits(text, way, limit)
    if room == len(text):
        return text
    if sentences:
        stops = [one.end() for one in _SENTENCE.finditer(text, 0, room + 1) if one.end() <= room]
        if stops and stops[-1] * 2 >= room:
            return text[: stops[-1]].rstrip()
    for end in reversed(_word_ends(text, language)):
        if end <= room:
            head = _closed(text[:end]).rstrip(_LOOSE)
            if not _parts_number(text, len(head)) and not _ends_with(head, never_last, language):
                return head
    return ""


def _word_ends(text: str, language: Language) -> list[int]:
    """Where words end. Chinese is parted by a segmenter, all else by spaces."""
    if language == "ru":
        return [one.end() for one in re.finditer(r"\S+", text)]
    import rjieba

    ends, at = [], 0
    for word in rjieba.cut(text):
        at += len(word)
        ends.append(at)
    return ends if at == len(text) else list(range(1, len(text) + 1))


def _parts_number(text: str, end: int) -> bool:
    """Whether a cut here parts a number from its unit: «500 | г», 500|克."""
    following = text[end:].lstrip(" ")
    return text[:end][-1:].isdigit() and (following[:1].isalnum() or following[:1] == "%")


def _ends_with(head: str, words: frozenset[str], language: Language) -> bool:
    if language == "zh":
        return head.endswith(tuple(words))
    return head.rpartition(" ")[2].casefold() in words


def _closed(text: str) -> str:
    """Without what follows a bracket that is not closed."""
    for opening, closing in _PAIRS.items():
        at = text.rfind(opening)
        if at >= 0 and closing not in text[at:]:
            text = text[:at]
    return text
