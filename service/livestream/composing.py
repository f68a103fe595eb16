"""Composes a script: picks wording whose facts exist, gives each item time by its role, fills the slot.

Pure and deterministic: the same brief, pattern and library give the same script, to the letter. A variant comes back
only when no unused one fits; the order among unused ones is a permutation seeded by the show's seed and the slot.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.language.pace import seconds as speaking_time
from service.livestream.blocks import Library, Variant
from service.livestream.brief import Brief, Item, Language
from service.livestream.patterns import Pattern, Segment, Step
from service.livestream.script import Block, LeftOut, Script, ScriptLine, ToCheck, Utterance
from service.livestream.templates import readings
from service.livestream.timeline import lay_out, speaking_seconds
from service.livestream.vocabulary import NEXT, RUNNING
from service.livestream.wording import item_facts, item_values, link_of, name_of, show_facts, show_values

__all__ = ["Stage", "compose", "redo"]


def compose(brief: Brief, pattern: Pattern, library: Library, *, keep: Script | None = None) -> Script:
    """Compose the script of a show. Lines of `keep` that are locked or were edited by hand stay, word for word.

    They follow their item when the order of items has changed, and go when the item has gone.
    """
    stage = Stage(brief, library, keep)
    skus = tuple(item.goods.sku for item in brief.items)
    script = Script(target=brief.minutes * 60.0, blocks=[], languages=brief.languages, skus=skus)
    carry = 0.0
    for segment in pattern.segments:
        budget = segment.share * script.target
        if segment.each is None:
            block, spent = _fill(stage, segment, None, None, budget + carry, f"{segment.key}")
            script.blocks.append(block)
            carry += budget - spent
            continue
        items = [i for i, item in enumerate(brief.items) if not segment.each or item.role in segment.each]
        total = sum(_weight(pattern, brief.items[i]) for i in items)
        for place, index in enumerate(items):
            own = budget * _weight(pattern, brief.items[index]) / total
            following = brief.items[items[place + 1]] if place + 1 < len(items) else None
            carry += own - _rounds(stage, segment, index, following, own + carry, script)
        if not items:
            carry += budget
    _use_up(stage, pattern, script)
    lay_out(script, brief.pace)
    script.left_out = stage.left_out(script)
    script.to_check = list(_to_check(brief, script))
    return script


def _weight(pattern: Pattern, item: Item) -> int:
    weight: int = getattr(pattern.weights, item.role)
    return weight


def _rounds(stage: Stage, segment: Segment, index: int, following: Item | None, budget: float, script: Script) -> float:
    """One item's time, in as many rounds as it takes, and at the end the link to the next item."""
    count = min(segment.rounds, max(1, round(budget / segment.round)))
    spent, number = 0.0, 0
    # Rounds hold less than planned when facts or languages are few: then one more is told.
    while number < count or (number < segment.rounds and budget - spent > spent / number / 2 > 0):
        key = f"{segment.key}.{index + 1}" + (f".{number + 1}" if number else "")
        stage.new_round(index)
        block, used = _fill(stage, segment, index, following, (budget - spent) / max(1, count - number), key)
        script.blocks.append(block)
        spent += used
        number += 1
    for step in segment.steps:
        if step.kind == "bridge" and following is not None:
            line = stage.choose(step, index, following, f"{block.key}:{step.kind}.{step.slot}.1")
            if line:
                stage.accept(line, index)
                block.lines.append(line)
                spent += _planned(stage.brief, line)
    return spent


def _fill(
    stage: Stage, segment: Segment, index: int | None, following: Item | None, budget: float, key: str
) -> tuple[Block, float]:
    """Required lines first, then extra ones by rank while they bring the block nearer to its budget.

    Bridges are no part of it: only the last round of an item leads on.
    """
    chosen: list[list[ScriptLine]] = [[] for _ in segment.steps]
    spent = 0.0

    def add(order: int, step: Step, optional: bool) -> bool:
        nonlocal spent
        place = f"{key}:{step.kind}.{step.slot}.{len(chosen[order]) + 1}"
        line = stage.choose(step, index, following, place, room=2 * (budget - spent) if optional else None)
        if line is None:
            return False
        line.optional = optional
        stage.accept(line, index)
        chosen[order].append(line)
        spent += _planned(stage.brief, line)
        return True

    steps = [(order, step) for order, step in enumerate(segment.steps) if step.kind != "bridge"]
    for order, step in steps:
        for _ in range(step.least):
            add(order, step, optional=False)
    open_steps = sorted(steps, key=lambda pair: (pair[1].rank, pair[0]))
    while open_steps:
        open_steps = [
            (order, step)
            for order, step in open_steps
            if len(chosen[order]) < step.most and add(order, step, optional=True)
        ]
    lines = [line for lines in chosen for line in lines]
    return Block(key, segment.key, segment.name.model_dump(), index, lines), spent


def _place(key: str, index: int | None, skus: Sequence[str]) -> str:
    """A line's key with its item named by SKU instead of by its place in the show."""
    if index is None:
        return key
    block, _, line = key.partition(":")
    segment, _, rest = block.partition(f".{index + 1}")
    return f"{segment}.{skus[index]}{rest}:{line}"


def _planned(brief: Brief, line: ScriptLine) -> float:
    """Seconds a line is planned with: speaking and the middle of its hold."""
    return speaking_seconds(line.said, brief.pace) + sum(line.hold_range) / 2


def _use_up(stage: Stage, pattern: Pattern, script: Script) -> None:
    """Time that is left goes to more lines of the items' optional steps; time that lacks comes from optional lines."""
    left = script.target - sum(_planned(stage.brief, line) for _, line in script.lines())
    if left < -TOLERABLE:
        for block in reversed(script.blocks):
            for line in [line for line in reversed(block.lines) if line.optional and not line.kept]:
                if left >= 0:
                    return
                block.lines.remove(line)
                left += _planned(stage.brief, line)
        return
    steps = {
        segment.key: sorted(
            (s for s in segment.steps if s.most > s.least and s.kind not in ("bridge", "offer", "call")),
            key=lambda step: step.rank,
        )
        for segment in pattern.segments
    }
    blocks = [block for block in script.blocks if block.item is not None]
    progress = True
    while left > TOLERABLE and progress:
        progress = False
        for block in blocks:
            stage.resume(script, block)
            for step in steps[block.segment]:
                alike = [i for i, line in enumerate(block.lines) if (line.kind, line.slot) == (step.kind, step.slot)]
                number = len(alike) + 1
                place = f"{block.key}:{step.kind}.{step.slot}.{number}"
                more = stage.choose(step, block.item, None, place, room=2 * left)
                if more is None or more.variant in {line.variant for line in block.lines}:
                    continue
                if number > step.most + 1 and not more.picks:  # only what brings something new may be told more often
                    continue
                more.optional = True
                stage.accept(more, block.item)
                block.lines.insert(alike[-1] + 1 if alike else max(0, len(block.lines) - 1), more)
                left -= _planned(stage.brief, more)
                progress = True
                break


TOLERABLE = 12.0  # seconds that the holds can take up or give back without harm


def redo(script: Script, brief: Brief, library: Library, key: str) -> ScriptLine | None:
    """Another wording for one line, about the same item and the same picks; None if there is no other.

    The rest of the script keeps its words; only start times move.
    """
    found = script.line(key)
    if found is None:
        return None
    block, old = found
    stage = Stage(brief, library, None)
    for _, line in script.lines():
        stage.count(line.variant)
    following = _following(script, brief, block)
    new = stage.choose_again(old, block.item, following)
    if new is None:
        return None
    block.lines[block.lines.index(old)] = new
    lay_out(script, brief.pace)
    script.to_check = list(_to_check(brief, script))
    return new


def _following(script: Script, brief: Brief, block: Block) -> Item | None:
    """The item a bridge of this block leads to."""
    later = [b.item for b in script.blocks[script.blocks.index(block) + 1 :] if b.segment == block.segment]
    index = next((i for i in later if i is not None and i != block.item), None)
    return brief.items[index] if index is not None else None


@dataclass
class _Picks:
    """How far one item's sentences have been told in this round."""

    point: int = 0
    serving: int = 0
    question: int = 0


class Stage:
    """What a composition remembers: values per item, which variants were used, which picks were told, what was missing."""

    def __init__(self, brief: Brief, library: Library, keep: Script | None) -> None:
        self.brief, self.library = brief, library
        self.lines = frozenset(item.goods.line for item in brief.items)
        self._show_facts = show_facts(brief)
        self._show_values = {locale: show_values(brief, locale) for locale in brief.languages}
        self._facts = [self._show_facts | item_facts(item) for item in brief.items]
        self._values: dict[tuple[int, Language], dict[str, Any]] = {}
        self._fitting: dict[tuple[str, str, tuple[str, str, str] | None], list[Variant]] = {}
        self._shuffled: dict[tuple[str, str], list[Variant]] = {}
        self._seconds: dict[object, float] = {}
        self._uses: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._clock = 0
        self._picks: dict[int | None, _Picks] = {}
        self._ranks: dict[str, bytes] = {}
        self._missing: dict[tuple[str | None, str, str], set[str]] = {}
        self._skus = [item.goods.sku for item in brief.items]
        self._knowing: dict[object, frozenset[str]] = {}
        self._kept: dict[str, ScriptLine] = {}
        for block, line in keep.lines() if keep else ():
            if line.kept and set(line.said) == set(brief.languages):
                self._kept[_place(line.key, block.item, keep.skus if keep else ())] = line

    def new_round(self, index: int) -> None:
        """The item is told anew: what was not yet told goes on, what was told to its end begins again."""
        told = self._picks.setdefault(index, _Picks())
        for name, sentences in self._sentences(index):
            if getattr(told, name) >= len(sentences):
                setattr(told, name, 0)

    def resume(self, script: Script, block: Block) -> None:
        """Go on telling where the last block about this item in the same segment stopped."""
        assert block.item is not None
        told = self._picks[block.item] = _Picks()
        for other in script.blocks:
            if (other.item, other.segment) == (block.item, block.segment):
                for line in other.lines:
                    for name, number in line.picks.items():
                        setattr(told, name, max(getattr(told, name), number + 1))

    def choose(
        self, step: Step, index: int | None, following: Item | None, key: str, *, room: float | None = None
    ) -> ScriptLine | None:
        """The next line of a slot for an item, not yet accepted; None if nothing fits, or not into `room` seconds."""
        if self._kept and (kept := self._kept.get(_place(key, index, self._skus))):
            return replace(kept, key=key)
        picks = self._next_picks(index)
        variant = self._next(step.kind, step.slot, index, following, picks)
        if variant is None or (room is not None and self._estimate(variant, index, picks) > room):
            return None
        operator = {"zh": step.operator.zh, "ru": step.operator.ru} if step.operator else None
        return self._line(variant, index, following, picks, key, operator)

    def choose_again(self, old: ScriptLine, index: int | None, following: Item | None) -> ScriptLine | None:
        """Another variant in place of an old line."""
        picks = {**self._next_picks(index), **old.picks}
        tried = {*old.tried, old.variant}
        variants = self._usable(old.kind, old.slot, index, following, picks)
        fresh = [v for v in variants if v.id not in tried] or [v for v in variants if v.id != old.variant]
        if not fresh:
            return None
        variant = min(fresh, key=self._order)
        line = self._line(variant, index, following, picks, old.key, old.operator)
        tried_now = (*old.tried, old.variant) if variant.id not in tried else (old.variant,)
        return replace(line, optional=old.optional, tried=tried_now)

    def accept(self, line: ScriptLine, index: int | None) -> None:
        """The line is part of the script: its variant is used, its picks are told."""
        self.count(line.variant)
        told = self._picks.setdefault(index, _Picks())
        for name, number in line.picks.items():
            setattr(told, name, max(getattr(told, name), number + 1))

    def count(self, variant: str) -> None:
        """Remember one use of a variant."""
        self._clock += 1
        self._uses[variant] += 1
        self._last[variant] = self._clock

    def left_out(self, script: Script) -> list[LeftOut]:
        """Slots that no line of the script fills because facts are missing."""
        said = {
            (self.brief.items[block.item].goods.sku if block.item is not None else None, line.kind, line.slot)
            for block, line in script.lines()
        }
        return [
            LeftOut(sku, kind, slot, tuple(sorted(facts)))
            for (sku, kind, slot), facts in self._missing.items()
            if (sku, kind, slot) not in said
        ]

    def _next(
        self, kind: str, slot: str, index: int | None, following: Item | None, picks: dict[str, int]
    ) -> Variant | None:
        """The first unused variant that fits, in this seed's order; if all were used, the one longest unused."""
        known = self._known(index, following, picks)
        for variant in self._suiting(kind, slot, index):
            if variant.id not in self._last and variant.facts <= known:
                return variant
        return min(self._usable(kind, slot, index, following, picks), key=self._order, default=None)

    def _estimate(self, variant: Variant, index: int | None, picks: Mapping[str, int]) -> float:
        """Seconds a line will take, near enough to decide about it without saying it."""
        if variant.id not in self._seconds:
            self._seconds[variant.id] = variant.seconds(self.brief.languages, self.brief.pace)
        total = self._seconds[variant.id] + 2 * self.brief.pace.handover
        for name in variant.facts & picks.keys():
            place = (index, name, picks[name])
            if place not in self._seconds:
                values = [self._running(index, None, {name: picks[name]}, locale) for locale in self.brief.languages]
                self._seconds[place] = sum(
                    speaking_time(text, locale, pace=self.brief.pace)
                    for locale, said in zip(self.brief.languages, values, strict=True)
                    for text in said.values()
                )
            total += self._seconds[place]
        return total

    def _order(self, variant: Variant) -> tuple[int, int, bool, bytes]:
        """Unused first, then longest unused; wording made for the goods before general wording; then by seed."""
        return self._uses[variant.id], self._last.get(variant.id, 0), not variant.special, self._rank(variant)

    def _rank(self, variant: Variant) -> bytes:
        """The variant's place in its slot's permutation for this seed."""
        if variant.id not in self._ranks:
            name = f"{self.brief.seed}/{variant.kind}/{variant.slot}/{variant.id}"
            self._ranks[variant.id] = hashlib.blake2b(name.encode(), digest_size=8).digest()
        return self._ranks[variant.id]

    def _next_picks(self, index: int | None) -> dict[str, int]:
        """Index of the next point, serving idea and question of an item that are not told yet."""
        if index is None:
            return {}
        told = self._picks.setdefault(index, _Picks())
        return {
            name: getattr(told, name)
            for name, sentences in self._sentences(index)
            if getattr(told, name) < len(sentences)
        }

    def _sentences(self, index: int) -> tuple[tuple[str, Sequence[object]], ...]:
        words = self.brief.items[index].goods.words["zh"]
        return ("point", words.points), ("serving", words.servings), ("question", words.questions)

    def _usable(
        self, kind: str, slot: str, index: int | None, following: Item | None, picks: dict[str, int]
    ) -> list[Variant]:
        item = self.brief.items[index] if index is not None else None
        cached = self._suiting(kind, slot, index)
        known = self._known(index, following, picks)
        usable = [variant for variant in cached if variant.facts <= known]
        if not usable and cached:
            facts = min((variant.facts - known for variant in cached), key=len)
            if not facts & RUNNING:
                sku = item.goods.sku if item else None
                self._missing.setdefault((sku, kind, slot), set()).update(facts)
        return usable

    def _suiting(self, kind: str, slot: str, index: int | None) -> list[Variant]:
        """Variants of a slot that may be said of an item, facts aside, in this seed's order."""
        item = self.brief.items[index] if index is not None else None
        kin = (item.goods.line, item.goods.family, item.role) if item else None
        cached = self._fitting.get((kind, slot, kin))
        if cached is None:
            if (kind, slot) not in self._shuffled:
                self._shuffled[kind, slot] = sorted(self.library.slot(kind, slot), key=self._order)
            fits = self.library.suiting(kind, slot, self.brief.market, item, self.lines)
            cached = [variant for variant in self._shuffled[kind, slot] if variant.id in fits]
            self._fitting[kind, slot, kin] = cached
        return cached

    def _known(self, index: int | None, following: Item | None, picks: Iterable[str]) -> frozenset[str]:
        """Every fact a line may print here and now."""
        place = (index, following is None, *picks)
        if place not in self._knowing:
            known = {*(self._facts[index] if index is not None else self._show_facts), *picks}
            if "question" in known:
                known.add("answer")
            if following is not None:
                known |= NEXT
            self._knowing[place] = frozenset(known)
        return self._knowing[place]

    def _line(
        self,
        variant: Variant,
        index: int | None,
        following: Item | None,
        picks: dict[str, int],
        key: str,
        operator: Any,
    ) -> ScriptLine:
        said: dict[Language, Utterance] = {}
        for locale in self.brief.languages:
            template = variant.templates[locale]
            values = self._values_for(index, locale)
            if not variant.facts.isdisjoint(RUNNING):
                values = {**values, **self._running(index, following, picks, locale, variant.facts)}
            text, spoken = readings(template.render(values))
            said[locale] = Utterance(text, spoken, speaking_time(spoken, locale, pace=self.brief.pace))
        used = {name: number for name, number in picks.items() if name in variant.facts}
        return ScriptLine(
            key=key, kind=variant.kind, slot=variant.slot, variant=variant.id, said=said,
            facts=variant.told, picks=used, hold_range=variant.hold, cue=variant.cue, operator=operator,
        )  # fmt: skip

    def _values_for(self, index: int | None, locale: Language) -> dict[str, Any]:
        if index is None:
            return self._show_values[locale]
        if (index, locale) not in self._values:
            own = item_values(self.brief.items[index], locale)
            self._values[index, locale] = {**self._show_values[locale], **own}
        return self._values[index, locale]

    def _running(
        self,
        index: int | None,
        following: Item | None,
        picks: Mapping[str, int],
        locale: Language,
        wanted: frozenset[str] = RUNNING,
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if index is not None:
            words = self.brief.items[index].goods.words[locale]
            if "point" in picks:
                values["point"] = words.points[picks["point"]]
            if "serving" in picks:
                values["serving"] = words.servings[picks["serving"]]
            if "question" in picks:
                values["question"], values["answer"] = words.questions[picks["question"]]
        if following is not None and not wanted.isdisjoint(NEXT):
            values["next"] = name_of(following.goods, locale)
            values["next_link"] = link_of(following, locale)
        return values


def _to_check(brief: Brief, script: Script) -> Iterator[ToCheck]:
    """Unverified facts that the script's lines rely on, with the lines."""
    uses: dict[tuple[str, str], list[str]] = {}
    for block, line in script.lines():
        if block.item is None:
            continue
        goods = brief.items[block.item].goods
        for fact in _unverified(goods.unverified, line.facts):
            uses.setdefault((goods.sku, fact), []).append(line.key)
    for (sku, fact), lines in uses.items():
        yield ToCheck(sku, fact, tuple(lines))


def _unverified(unverified: Iterable[str], facts: Iterable[str]) -> list[str]:
    named = {fact.replace("attr.", "attributes.") for fact in facts}
    return [fact for fact in unverified if fact in named]
