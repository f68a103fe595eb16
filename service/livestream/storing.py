"""Composed scripts in the database and back: the same script, line for line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from service.livestream.models import StoredBlock, StoredLine, StoredScript
from service.livestream.script import Block, LeftOut, Script, ScriptLine, ToCheck, Utterance

__all__ = ["fill", "restore"]


def fill(stored: StoredScript, script: Script) -> None:
    """Make the stored script hold this one. Rows that stay the same are left alone."""
    stored.target, stored.seconds, stored.gap = script.target, script.seconds, script.gap
    stored.languages = list(script.languages)
    stored.left_out = [asdict(item) | {"facts": list(item.facts)} for item in script.left_out]
    stored.to_check = [asdict(item) | {"lines": list(item.lines)} for item in script.to_check]
    present = {block.key: block for block in stored.blocks}
    for position, block in enumerate(script.blocks):
        row = present.get(block.key)
        if row is None:
            row = StoredBlock(key=block.key)
            stored.blocks.append(row)
        row.position, row.segment, row.name, row.item = position, block.segment, dict(block.name), block.item
        row.start, row.seconds = block.start, block.seconds
        _fill_lines(row, block)


def _fill_lines(row: StoredBlock, block: Block) -> None:
    present = {line.key: line for line in row.lines}
    for position, line in enumerate(block.lines):
        stored = present.get(line.key)
        if stored is None:
            stored = StoredLine(key=line.key)
            row.lines.append(stored)
        for name, value in _columns(line).items():
            if getattr(stored, name) != value:
                setattr(stored, name, value)
        stored.position = position


def _columns(line: ScriptLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "slot": line.slot,
        "variant": line.variant,
        "said": {locale: asdict(utterance) for locale, utterance in line.said.items()},
        "facts": list(line.facts),
        "picks": dict(line.picks),
        "hold_min": line.hold_range[0],
        "hold_max": line.hold_range[1],
        "hold": line.hold,
        "start": line.start,
        "seconds": line.seconds,
        "cue": dict(line.cue) if line.cue else None,
        "operator": dict(line.operator) if line.operator else None,
        "optional": line.optional,
        "locked": line.locked,
        "edited": line.edited,
        "tried": list(line.tried),
    }


def restore(stored: StoredScript) -> Script:
    """The script as data."""
    script = Script(
        target=stored.target,
        blocks=[
            Block(
                key=block.key, segment=block.segment, name=block.name, item=block.item,
                lines=[_line(line, stored.languages) for line in block.lines],
                start=block.start, seconds=block.seconds,
            )
            for block in stored.blocks
        ],
        languages=tuple(stored.languages),
        seconds=stored.seconds,
        gap=stored.gap,
        skus=tuple(item["sku"] for item in stored.plan["items"]),
    )  # fmt: skip
    script.left_out = [LeftOut(**item | {"facts": tuple(item["facts"])}) for item in stored.left_out]
    script.to_check = [ToCheck(**item | {"lines": tuple(item["lines"])}) for item in stored.to_check]
    return script


def _line(row: StoredLine, languages: list[Any]) -> ScriptLine:
    return ScriptLine(
        key=row.key, kind=row.kind, slot=row.slot, variant=row.variant,
        said={locale: Utterance(**row.said[locale]) for locale in languages},
        facts=tuple(row.facts), picks=dict(row.picks), hold_range=(row.hold_min, row.hold_max), hold=row.hold,
        start=row.start, seconds=row.seconds, cue=row.cue, operator=row.operator, optional=row.optional,
        locked=row.locked, edited=row.edited, tried=tuple(row.tried),
    )  # fmt: skip
