"""Lays lines out in time: speaking, hand-over between languages, breath, and silence that stretches to fit the slot."""

from __future__ import annotations

from collections.abc import Mapping

from service.language.pace import Pace
from service.livestream.brief import Language
from service.livestream.script import Script, ScriptLine, Utterance

__all__ = ["TOLERANCE", "lay_out", "speaking_seconds"]

TOLERANCE = 0.03  # of the slot; beyond it a script says what is missing


def speaking_seconds(said: Mapping[Language, Utterance], pace: Pace) -> float:
    """Seconds of one line without its hold. With two hosts each change of language is a hand-over."""
    words = sum(utterance.seconds for utterance in said.values())
    return words + (len(said) * pace.handover if len(said) > 1 else pace.breath)


def lay_out(script: Script, pace: Pace) -> None:
    """Choose the holds so that the whole fits its target as nearly as they allow, then set every start."""
    lines = [line for _, line in script.lines()]
    spoken = sum(speaking_seconds(line.said, pace) for line in lines)
    least = sum(line.hold_range[0] for line in lines)
    most = sum(line.hold_range[1] for line in lines)
    stretch = 0.0 if most == least else (script.target - spoken - least) / (most - least)
    stretch = min(1.0, max(0.0, stretch))
    clock = 0.0
    for block in script.blocks:
        block.start = round(clock, 1)
        for line in block.lines:
            clock = _place(line, clock, stretch, pace)
        block.seconds = round(clock - block.start, 1)
    script.seconds = round(clock, 1)
    difference = script.target - script.seconds
    script.gap = round(difference, 1) if abs(difference) > TOLERANCE * script.target else 0.0


def _place(line: ScriptLine, clock: float, stretch: float, pace: Pace) -> float:
    low, high = line.hold_range
    line.hold = round(low + (high - low) * stretch, 1)
    line.start = round(clock, 1)
    line.seconds = round(speaking_seconds(line.said, pace) + line.hold, 1)
    return line.start + line.seconds
