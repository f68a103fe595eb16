"""What a column's header means: `scripts/listings/filling/headers.yaml` read, checked, and asked about headers as they stand in templates.

“Цена, руб.*” is the field price in roubles, required; “商家编码（必填）” the code. Stars, marks, units and brackets are taken off
before the name is looked up; a header in two languages is tried line by line and on both sides of a slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from service.authored import Authored, Strict, read
from service.errors import FilesRejected
from service.i18n import N_, Message
from service.resources import root

__all__ = ["FIELDS", "NUMBERED", "Headers", "Language", "Meaning", "field_exists", "folded", "headers", "language_of", "read_headers"]  # fmt: skip

Language = Literal["zh", "ru", "en"]
Word = Literal["yes", "no", "no_vat"]
Text = Annotated[str, Field(min_length=1)]

FIELDS = frozenset(
    {
        "code", "group", "title", "short_title", "description", "bullets", "brand", "tags", "price", "old_price",
        "currency", "vat", "stock", "barcodes", "weight", "length", "width", "height", "dimensions", "picture.main",
        "picture.rest", "pictures", "tall_pictures", "detail_pictures", "option_names", "option_values",
    }
)  # fmt: skip
"""What a column may hold, besides `extra.<name>`, `answer.<name>` and those of `NUMBERED` with a number (bullets.2)."""

NUMBERED: Mapping[str, str] = {
    "pictures": "pictures", "picture.main": "pictures", "picture.rest": "picture.rest", "bullets": "bullets",
    "tall_pictures": "tall_pictures", "detail_pictures": "detail_pictures", "barcodes": "barcodes", "tags": "tags",
    "option_names": "option_names", "option_values": "option_values",
}  # fmt: skip
"""Fields of which a header with a number wants one part: 主图2 is the second picture."""

_SIGNS = {"semicolon": ";", "newline": "\n", "comma": ",", "pipe": "|", "space": " "}


def field_exists(name: str) -> bool:
    """Whether a column may hold it."""
    kind, _, rest = name.rpartition(".")
    if rest.isdecimal() and kind in NUMBERED.values():
        return 1 <= int(rest) <= 99
    return name in FIELDS or (name.startswith(("extra.", "answer.")) and not name.endswith("."))


class HeaderEntry(Strict):
    """A field and what its columns are called."""

    field: Text
    zh: list[Text] = []
    ru: list[Text] = []
    en: list[Text] = []


class HeadersFile(Strict):
    """The file."""

    sources: dict[Text, Text]
    verified: bool
    optional: list[Text]
    required: list[Text]
    units: dict[Literal["mm", "cm", "m", "g", "kg", "RUB", "CNY", "kopeck", "fen", "percent"], list[Text]]
    separators: dict[Literal["semicolon", "newline", "comma", "pipe", "space"], list[Text]]
    words: dict[Word, dict[Language, list[Text]]]
    headers: list[HeaderEntry] = Field(min_length=1)


class Meaning(NamedTuple):
    """What a header says: the field (None: no name we know), the unit, and whether the platform demands the column."""

    field: str | None
    unit: str | None
    required: bool


@dataclass(frozen=True)
class Headers:
    """The file, ready to be asked."""

    fields: Mapping[str, str]  # folded name → field
    units: Mapping[str, str]  # word → unit
    marks: tuple[tuple[str, bool], ...]  # folded mark → required
    separators: tuple[tuple[str, str], ...]  # folded hint → sign
    words: Mapping[Word, Mapping[Language, tuple[str, ...]]]

    def meaning(self, text: str) -> Meaning:
        """What a header says."""
        required, bare = self._unmarked(text)
        field = next((found for one in _names(bare) if (found := self._field(one))), None)
        return Meaning(field, self._unit(bare), required)

    def demands(self, hint: str) -> bool:
        """Whether a hint says that the column is required."""
        return self._unmarked(hint.replace("*", ""))[0]

    def separator(self, hint: str) -> str | None:
        """The sign a hint wants between several values of a cell, if it names one."""
        text = folded(hint)
        return next((sign for words, sign in self.separators if words in text), None)

    def unit_in(self, hint: str) -> str | None:
        """The unit a hint names: 单位：元, в граммах, in mm."""
        found = _HINTED.search(folded(hint))
        return self.units.get(found[1].rstrip(".")) if found else None

    def names(self) -> list[str]:
        """All the folded names a header can have."""
        return list(self.fields)

    def _unmarked(self, text: str) -> tuple[bool, str]:
        required = bool(_STAR.search(text))
        text = folded(_STAR.sub("", text))
        for mark, demands in self.marks:
            if mark in text:
                required = required or demands
                text = re.sub(rf"\(?{re.escape(mark)}\)?", " ", text)
        return required, "\n".join(line.strip(" ,.:;") for line in text.splitlines())

    def _field(self, name: str) -> str | None:
        if found := self.fields.get(name):
            return found
        numbered = _NUMBER.fullmatch(name)
        base = NUMBERED.get(self.fields.get(numbered[1].strip(), "")) if numbered else None
        return f"{base}.{int(numbered[2])}" if numbered and base and int(numbered[2]) else None

    def _unit(self, text: str) -> str | None:
        for inside in [
            *_BRACKETS.findall(text),
            *(line.rpartition(",")[2] for line in text.splitlines() if "," in line),
        ]:
            for word in _APART.split(inside):
                if unit := self.units.get(word.strip(".")):
                    return unit
        if glued := _GLUED.search(text):
            return self.units.get(glued[1])
        return None


_STAR = re.compile(r"^\s*[*＊]|[*＊](?=\s*(?:$|[,，(（\[【\n]))")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_APART = re.compile(r"[\s,/;:*×xх]+")
_NUMBER = re.compile(r"(.*?)[\s_-]*(?:no\s*)?(\d{1,2})")
_GLUED = re.compile(r"[\u4e00-\u9fff]\s*(mm|cm|kg|g|m|%)$")
_HINTED = re.compile(r"(?:单位(?:为|是|:)?|\bin|\bв|unit:?|ед\. изм\.:?)\s*:?\s*([^\s,;.)、。]+)")
_FOLD = str.maketrans({"【": "(", "】": ")", "[": "(", "]": ")", "ё": "е", "。": ".", "、": ","})
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """A text without what does not count when names are compared; its lines stay lines."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_FOLD)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def language_of(text: str) -> Language:
    """The language a header is written in, by its letters."""
    if re.search(r"[А-Яа-яЁё]", text):
        return "ru"
    return "zh" if re.search(r"[\u3400-\u9fff]", text) else "en"


def _names(text: str) -> Iterator[str]:
    """What may be the name in a header, the whole first."""
    whole = " ".join(text.split())
    parts = [*text.splitlines(), *re.split(r"\s*[/|]\s*", whole)]
    for part in dict.fromkeys([whole, *parts]):
        bare = _BRACKETS.sub(" ", part)
        inside = _BRACKETS.sub(r" \1 ", part)
        head = bare.rpartition(",")[0]
        glued = _GLUED.sub(lambda found: found[0].removesuffix(found[1]), bare.strip())
        for name in (part, bare, inside, head, glued):
            if name := " ".join(name.split()).strip(" ,.:;"):
                yield name


@cache
def headers() -> Headers:
    """The names the installation knows. Raises `FilesRejected`."""
    return read_headers(root("scripts") / "listings" / "filling" / "headers.yaml")


def read_headers(path: Path) -> Headers:
    """The file read. Raises `FilesRejected` with every fault."""
    file: Authored[HeadersFile] = read(path, HeadersFile)
    made = _ready(file, file.content) if file.content else None
    if made is None or file.problems:
        raise FilesRejected(file.problems)
    return made


def _ready(file: Authored[HeadersFile], content: HeadersFile) -> Headers:
    fields: dict[str, str] = {}
    for at, entry in enumerate(content.headers):
        if not field_exists(entry.field):
            file.known("headers", at, "field", value=entry.field, among=FIELDS)
        for language in ("zh", "ru", "en"):
            for number, name in enumerate(getattr(entry, language)):
                if fields.setdefault(folded(name), entry.field) != entry.field:
                    what = Message(N_("“{name}” stands under two fields."), {"name": name})
                    remedy = Message(N_("Keep one of the two."))
                    file.fault("headers", at, language, number, value=name, what=what, remedy=remedy)
    marks = [*((word, False) for word in content.optional), *((word, True) for word in content.required)]
    return Headers(
        fields=fields,
        units={folded(word): unit for unit, words in content.units.items() for word in words},
        marks=tuple((folded(word), demands) for word, demands in marks),
        separators=tuple((folded(word), _SIGNS[name]) for name, words in content.separators.items() for word in words),
        words={key: {lang: tuple(words) for lang, words in by.items()} for key, by in content.words.items()},
    )
