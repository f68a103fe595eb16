"""The script as one HTML page that needs nothing else: two columns, readable on a phone, printable on A4."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from service.i18n import N_, Message
from service.language import chinese, names
from service.livestream.brief import Brief, Item, Language
from service.livestream.exports.runsheet import KIND_NAMES, ROLE_NAMES, clock, label, rows, warnings
from service.livestream.script import Script

__all__ = ["cards", "write"]

_HEADINGS = {
    "items": N_("Items of the show"), "before_air": N_("Before going on air"),
    "planned": N_("planned"), "slot": N_("slot"), "edited": N_("edited"),
    "locked": N_("locked"), "link": N_("Link"),
}  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("script.html.j2")


def write(script: Script, brief: Brief) -> bytes:
    """UTF-8 page in the languages of the show."""
    headings = {name: label(Message(text), brief.languages) for name, text in _HEADINGS.items()}
    blocks: list[dict[str, Any]] = []
    for block, line, row in rows(script, brief):
        if not blocks or blocks[-1]["block"] is not block:
            blocks.append({"block": block, "row": row, "lines": [], "start": clock(block.start)})
        blocks[-1]["lines"].append((line, row, label(KIND_NAMES[line.kind], brief.languages)))
    page = _template().render(
        brief=brief,
        script=script,
        title=" · ".join(brief.title[language] for language in brief.languages),
        h=headings,
        blocks=blocks,
        cards=cards(brief),
        warnings=[label(message, brief.languages) for message in warnings(script, brief)],
        clock=clock,
        tags={"zh": "zh-CN", "ru": "ru"},
    )
    return page.encode()


def cards(brief: Brief) -> list[dict[str, Any]]:
    """The items with names as the other host would need them: pinyin for Chinese, stress for Russian."""
    return [
        {
            "item": item,
            "role": label(ROLE_NAMES[item.role], brief.languages),
            "names": {language: item.goods.words[language].spoken for language in brief.languages},
            "readings": {language: _reading(item, language) for language in brief.languages},
        }
        for item in brief.items
    ]


def _reading(item: Item, language: Language) -> str:
    if language == "ru":
        return item.goods.ru_stressed
    spoken = item.goods.words["zh"].spoken
    pinyin = item.goods.zh_reading or chinese.pinyin(spoken)
    try:
        return f"{pinyin} · {names.palladius(spoken).lower()}"
    except names.UnknownSyllable:
        return pinyin
