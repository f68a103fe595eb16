"""How long a line takes to say: Chinese by characters, Russian by syllables, with the pauses that punctuation makes.

Default rates are our judgement from the sources in the design (zh 240 characters, ru 300 syllables a minute);
each speaker may have a rate of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["DEFAULT", "Pace", "pauses", "seconds", "syllables"]


@dataclass(frozen=True)
class Pace:
    """One speaker's rates (per minute) and the time to hand over to the other language, in seconds."""

    zh: float = 240.0
    ru: float = 300.0
    handover: float = 1.5
    breath: float = 0.6  # between two lines of the same speaker

    def speaking(self, syllables: int, locale: str) -> float:
        """Seconds that so many characters or syllables take, pauses aside."""
        return syllables * 60.0 / (self.zh if locale == "zh" else self.ru)


DEFAULT = Pace()

_PAUSES = {"，": 0.25, "、": 0.15, "；": 0.4, "：": 0.3, "。": 0.5, "！": 0.5, "？": 0.5, "…": 0.35, "—": 0.2,
           ",": 0.25, ";": 0.4, ":": 0.3, ".": 0.5, "!": 0.5, "?": 0.5}  # fmt: skip
_PAUSE = re.compile("[" + re.escape("".join(_PAUSES)) + "]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_RU_VOWELS = "аеёиоуыэюя"
_LATIN_OR_DIGIT = re.compile("[A-Za-z0-9]")
_LATIN_SYLLABLE = re.compile("[aeiouy]+|[0-9]", re.IGNORECASE)


def syllables(text: str, locale: str) -> int:
    """Han characters or Russian vowels; Latin words by their vowel groups, stray digits one each."""
    own = sum(map(len, _HAN.findall(text))) if locale == "zh" else sum(map(text.lower().count, _RU_VOWELS))
    return own + (len(_LATIN_SYLLABLE.findall(text)) if _LATIN_OR_DIGIT.search(text) else 0)


def pauses(text: str) -> float:
    """Seconds of silence that the punctuation of a text makes."""
    return sum(map(_PAUSES.__getitem__, _PAUSE.findall(text.rstrip())))


def seconds(text: str, locale: str, *, pace: Pace = DEFAULT) -> float:
    """Speaking time of a text that has its numbers in words, in seconds, to a tenth."""
    return round(pace.speaking(syllables(text, locale), locale) + pauses(text), 1)
