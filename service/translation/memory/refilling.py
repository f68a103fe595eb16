"""A kept pair with other numbers: its target text with the slots written anew from the query's values.

The translation itself is not touched. Where it is not certain which number belongs where, or which form a Russian word would need, the
answer is `NotCertain` and the pair is only similar, not the same but for its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.translation.memory.normal import Masked, mask
from service.translation.memory.refilled_ru import in_russian
from service.translation.memory.refilled_zh import in_chinese
from service.translation.memory.slots import Slot
from service.translation.memory.writing import NotCertain

__all__ = ["NotCertain", "refill", "same_values"]


def refill(query: str, source_text: str, target_text: str, *, source: str, target: str) -> str:
    """The target text for the query, whose skeleton is that of the source text. Raises `NotCertain` with the reason.

    A value that differs must stand exactly as often in the target as in the source; what stays the same stays as it is written.
    """
    asked, kept, answer = mask(query, source), mask(source_text, source), mask(target_text, target)
    if asked.skeleton != kept.skeleton or len(asked.slots) != len(kept.slots):
        raise NotCertain("skeleton")
    changes = _changes(asked.slots, kept.slots, answer.slots)
    text = target_text
    for place in sorted(changes, reverse=True):
        slot = answer.slots[place]
        write = in_russian if target == "ru" else in_chinese
        start, end, written = write(changes[place], slot, text, old=kept.slots[_home(kept.slots, slot)])
        text = text[:start] + written + text[end:]
    _prove(text, target, answer, changes)
    return text


def same_values(one: Masked, other: Masked) -> bool:
    """Whether two texts of one skeleton say the same values, however they write them."""
    return [slot.sense for slot in one.slots] == [slot.sense for slot in other.slots]


def _changes(asked: Sequence[Slot], kept: Sequence[Slot], answer: Sequence[Slot]) -> dict[int, Slot]:
    """Which slot of the target is to say what, by its place."""
    changes: dict[int, Slot] = {}
    for new, old in zip(asked, kept, strict=True):
        if new.sense == old.sense:
            continue
        homes = _homes(kept, old)
        places = _homes(answer, old)
        if len(homes) != len(places):
            raise NotCertain("mapping")
        if len({asked[home].sense for home in homes}) > 1:
            raise NotCertain("mapping")  # 5 克 5 瓶 became 3 克 4 瓶: which of both fives is which?
        changes |= dict.fromkeys(places, new)
    return changes


def _homes(slots: Sequence[Slot], wanted: Slot) -> list[int]:
    """The slots that say the same as `wanted`: by sense, or by the bare number where one side names no unit (3岁, 3 года)."""
    exact = [place for place, slot in enumerate(slots) if slot.sense == wanted.sense]
    if exact or wanted.number is None:
        return exact
    return [
        place for place, slot in enumerate(slots)
        if slot.number is not None and slot.number == wanted.number and not slot.scale and not wanted.scale
        and "number" in (slot.sense[0], wanted.sense[0]) and {slot.kind, wanted.kind} <= {"number", "count", "measure"}
    ]  # fmt: skip


def _home(kept: Sequence[Slot], slot: Slot) -> int:
    """The slot of the source that a slot of the target came from."""
    return _homes(kept, slot)[0]


def _prove(text: str, language: str, before: Masked, changes: dict[int, Slot]) -> None:
    """What was written must be read again as what was meant."""
    after = mask(text, language)
    if len(after.slots) != len(before.slots):
        raise NotCertain("reading")
    for place, slot in enumerate(after.slots):
        wanted = changes.get(place)
        if wanted is None:
            if slot.sense != before.slots[place].sense:
                raise NotCertain("reading")
        elif not _means(slot, wanted):
            raise NotCertain("reading")


def _means(slot: Slot, wanted: Slot) -> bool:
    if slot.sense == wanted.sense:
        return True
    return slot.number == wanted.number and "number" in (slot.sense[0], wanted.sense[0])
