"""From the ways files name languages (zh-CN, zh_Hans, cmn, ru-RU, Russian) to ours, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

__all__ = ["TAGS", "Told", "locale_of", "script_of"]

Told = Literal["zh", "ru", "en", "traditional", "other"]

TAGS = {"zh": "zh-CN", "ru": "ru-RU", "en": "en"}
"""What our files write (BCP 47)."""

_MAIN: dict[str, Told] = {
    "zh": "zh", "zho": "zh", "chi": "zh", "cmn": "zh", "chinese": "zh", "ru": "ru", "rus": "ru", "russian": "ru", "en": "en",
    "eng": "en", "english": "en", "中文": "zh", "汉语": "zh", "简体中文": "zh", "китайский": "zh", "俄文": "ru", "俄语": "ru", "русский": "ru",
    "英文": "en", "英语": "en", "английский": "en", "繁體中文": "traditional", "繁体中文": "traditional",
}  # fmt: skip
_TRADITIONAL = {"hant", "tw", "hk", "mo", "cht", "traditional"}


@lru_cache(maxsize=512)
def locale_of(tag: str | None) -> Told:
    """Our locale of a tag; Chinese in traditional characters is told apart, for its words are not those of our readers."""
    parts = (tag or "").strip().lower().replace("_", "-").replace(" ", "-").split(".")[0].split("-")
    main = _MAIN.get(parts[0].strip("()"), "other")
    if main == "zh" and _TRADITIONAL & {part.strip("()") for part in parts[1:]}:
        return "traditional"
    return main


def script_of(text: str) -> Told:
    """What a text is written in, by its signs: Chinese if any stands in it, else Russian; Latin alone tells nothing."""
    russian = False
    for sign in text:
        if "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf" or "\U00020000" <= sign <= "\U0003ffff":
            return "zh"
        russian = russian or "\u0400" <= sign <= "\u04ff"
    return "ru" if russian else "other"
