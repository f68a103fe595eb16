"""Names across the river: Chinese names in Russian letters (Palladius), with the forms that custom has fixed."""

from __future__ import annotations

from functools import cache

import yaml

from service.language.chinese import syllable_list
from service.resources import root

__all__ = ["UnknownSyllable", "palladius", "person"]

_VOWELS = "аеёиоуыэюя"


class UnknownSyllable(ValueError):
    """The text holds something that is not a Mandarin syllable."""


@cache
def _syllables() -> dict[str, str]:
    lines = (root("catalogs") / "names" / "palladius.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t")[:2] for line in lines if line and not line.startswith(("#", "pinyin\t")))


@cache
def _fixed() -> dict[str, str]:
    table: dict[str, str] = yaml.safe_load((root("catalogs") / "names" / "fixed.yaml").read_text(encoding="utf-8"))[
        "fixed"
    ]
    return table


def palladius(hanzi: str) -> str:
    """A name in Russian letters: 黑河 Хэйхэ, 长安 Чанъань; fixed names as fixed: 哈尔滨 Харбин.

    Raises `UnknownSyllable` for what is not Chinese: nothing is guessed.
    """
    if fixed := _fixed().get(hanzi):
        return fixed
    word = ""
    for syllable in syllable_list(hanzi):
        cyrillic = _syllables().get(syllable)
        if cyrillic is None:
            raise UnknownSyllable(syllable)
        # -н stands for -ng; before a vowel the hard sign keeps it apart from -нь
        word += ("ъ" if word.endswith("н") and cyrillic[0] in _VOWELS else "") + cyrillic
    return word[:1].upper() + word[1:]


def person(surname: str, given: str) -> str:
    """A person's name: 王 + 晓明 Ван Сяомин."""
    return f"{palladius(surname)} {palladius(given)}"
