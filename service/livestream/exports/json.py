"""The script with its brief as JSON: what other programs need to show, time or check it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from service.i18n import Message
from service.livestream.brief import Brief
from service.livestream.exports.runsheet import warnings
from service.livestream.script import Script

__all__ = ["as_data", "write"]


def write(script: Script, brief: Brief) -> bytes:
    """UTF-8, readable, keys in reading order."""
    return json.dumps(as_data(script, brief), ensure_ascii=False, indent=1).encode() + b"\n"


def as_data(script: Script, brief: Brief) -> dict[str, Any]:
    """Times in seconds from the beginning of the show; money in minor units of its currency."""
    return {
        "title": dict(brief.title),
        "pattern": brief.pattern,
        "languages": list(brief.languages),
        "market": brief.market,
        "minutes": brief.minutes,
        "seed": brief.seed,
        "items": [
            {
                "sku": item.goods.sku,
                "name": {language: item.goods.words[language].name for language in ("zh", "ru")},
                "role": item.role,
                "link": item.link,
                "price": {"currency": item.price.currency, "live": item.price.live, "reference": item.price.reference}
                if item.price
                else None,
            }
            for item in brief.items
        ],
        "seconds": script.seconds,
        "target": script.target,
        "gap": script.gap,
        "left_out": [asdict(entry) for entry in script.left_out],
        "to_check": [asdict(entry) for entry in script.to_check],
        "warnings": [_said(message) for message in warnings(script, brief)],
        "blocks": [
            {
                "key": block.key, "segment": block.segment, "name": dict(block.name), "item": block.item,
                "start": block.start, "seconds": block.seconds, "lines": [asdict(line) for line in block.lines],
            }
            for block in script.blocks
        ],
    }  # fmt: skip


def _said(message: Message) -> dict[str, str]:
    return {"zh": message.say("zh"), "ru": message.say("ru"), "en": message.say("en")}
