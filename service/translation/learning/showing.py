"""A reviewed pair as the engine would show it to a model, so that the model learns what it is asked later. Pure.

Names of brands are stand-ins on both sides, and numbers are written in the target as the source writes them: copying is all a model has to
do, the engine writes them as the target language does.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.translation.machine.figures import Figure, figures
from service.translation.machine.protecting import protect, without_walls

__all__ = ["shown_pairs"]


def shown_pairs(
    source_text: str, target_text: str, *, source: str, target: str, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The pieces of a pair that answer each other; none if the target lacks a name, or a wall (address, markup, emoji) stands elsewhere."""
    present = {name: becomes for name, becomes in names.items() if name and name in source_text}
    asked = protect(source_text, source=source, target=target, names=present)
    stand_ins = [held for held in asked.held if held.shown and held.shown != held.own]
    answer = target_text
    for held in stand_ins:
        if answer.count(held.becomes) == 0:
            return ()
        answer = answer.replace(held.becomes, held.shown, 1)
    answered = protect(answer, source=target, target=target, names={})
    walls = [held.own for held in asked.held if not held.shown]
    if walls != [held.own for held in answered.held if not held.shown] or len(asked.pieces) != len(answered.pieces):
        return ()
    if walls and _places(asked.frame) != _places(answered.frame):
        return ()
    return tuple(
        (_plain(said), _plain(_as_source_writes(piece, said, source, target)))
        for said, piece in zip(asked.pieces, answered.pieces, strict=True)
    )


def _places(frame: tuple[str | int, ...]) -> list[bool]:
    """In which order pieces and what is kept from the machine follow each other."""
    return [isinstance(part, int) for part in frame if isinstance(part, int) or any(map(str.isalnum, part)) or without_walls(part) != part]  # fmt: skip


def _as_source_writes(text: str, source_text: str, source: str, target: str) -> str:
    """1 299,5 beside 1,299.5 becomes 1,299.5; dates, and numbers of another scale (1.2万, 12 тыс.), stay."""
    known = {figure.values: figure.text for figure in figures(source_text, source) if _bare(figure, source)}
    parts, done = [], 0
    for figure in figures(text, target):
        if figure.values in known and _bare(figure, target):
            parts += [text[done : figure.start], known[figure.values]]
            done = figure.end
    return "".join(parts) + text[done:]


def _bare(figure: Figure, language: str) -> bool:
    """Whether it means what its digits say."""
    alone = figures(figure.text, language)
    return len(alone) == 1 and len(figure.values) == 1 and alone[0].values == figure.values


def _plain(text: str) -> str:
    """One line with ordinary spaces: what is between lines never reaches a model."""
    return " ".join(text.split())
