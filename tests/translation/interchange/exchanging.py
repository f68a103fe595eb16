"""Pairs and concepts as the tests of exchange make them, and the way of one through a file and back."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import strategies as st

from service.translation.interchange import Report, read_concepts, read_units, write_concepts, write_units
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning, Wording

DATA = Path(__file__).parent / "data"
HONEY = UnitGiven("俄罗斯椴树蜜，500克", "Липовый мёд из России, 500 г", "zh")
UNIT_FORMATS = ("tmx", "xliff2", "xliff1", "po", "csv", "xlsx")
CONCEPT_FORMATS = ("tbx", "dsl", "csv", "xlsx")

# Whatever a database keeps: not the sign U+0000, no halves of surrogate pairs; and what is a character at all (U+FFFE is none).
_SIGNS = st.characters(exclude_characters="\0\ufffe\uffff", exclude_categories=["Cs"])
_HARD = st.sampled_from([
    "\x01", "\x1b", "\r", "\r\n", "\n", "\t", "\u2028", "\x85", "\ufeff", "😀", "👨‍👩‍👧", "שלום", "\u202e", "<b>", "</b>", "&amp;", "&",
    "<![CDATA[", "]]>", "\\", "\\n", '"', "'", "=1+1", "@", "#", "[m1]", "{{", "}}", "  ", " ", "_x0041_", "%s", "{n}", ";", ",", "大", "мёд",
])  # fmt: skip
TEXTS = st.lists(_HARD | st.text(_SIGNS, max_size=8), min_size=1, max_size=8).map("".join)
"""Texts as nobody would write them; with a letter in each, for a text without any is none."""
CHINESE = st.tuples(TEXTS, TEXTS).map(lambda both: f"{both[0]}中{both[1]}")
RUSSIAN = st.tuples(TEXTS, TEXTS).map(lambda both: f"{both[0]}я{both[1]}")
NAMES = st.none() | st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters="\0"), min_size=1, max_size=20
)
MOMENTS = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the zone stands beside)
UNITS = st.builds(
    UnitGiven, CHINESE, RUSSIAN, st.sampled_from(["zh", "ru"]), NAMES, NAMES, NAMES, st.booleans(), NAMES,
    st.sampled_from(["authored", "edited", "machine", "imported"]), NAMES, MOMENTS, NAMES, NAMES,
)  # fmt: skip
_OPTIONAL = st.none() | TEXTS.filter(lambda text: bool(text.strip()))
_DAYS = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))
_CARDS = st.dictionaries(
    st.sampled_from(["gender", "sg", "pl"]), st.sampled_from(["m", "f", "n"]) | st.lists(TEXTS, max_size=6), max_size=3
)
WORDINGS = st.builds(
    Wording, st.sampled_from(["zh", "ru", "en"]), TEXTS.filter(lambda text: bool(text.strip())),
    st.sampled_from(["preferred", "admitted", "deprecated", "forbidden", "candidate"]), st.just(""), _CARDS,
    st.lists(TEXTS.filter(lambda text: bool(text.strip())), max_size=2).map(tuple), _OPTIONAL, _OPTIONAL, _OPTIONAL,
)  # fmt: skip
MEANINGS = st.builds(
    Meaning, st.text("abc-9", min_size=1, max_size=20), st.sampled_from(["live", "product"]),
    st.lists(WORDINGS, min_size=1, max_size=5, unique_by=lambda word: (word.locale, word.text)).map(tuple),
    st.sampled_from([None, "CN", "RU"]), _OPTIONAL, _OPTIONAL, _OPTIONAL, st.just("") | TEXTS.filter(lambda text: bool(text.strip())),
    st.booleans(), _DAYS, _DAYS,
)  # fmt: skip


def written(units: Iterable[UnitGiven], format: str, *, source: str = "zh") -> bytes:
    """The file."""
    to = io.BytesIO()
    write_units(units, to, format, source=source)
    return to.getvalue()


def back(units: Iterable[UnitGiven], format: str, *, source: str = "zh") -> list[UnitGiven]:
    """Units that went through a file."""
    return list(read_units(written(units, format, source=source), "sent", format=format))


def written_concepts(meanings: Iterable[Meaning], format: str, *, source: str = "zh") -> bytes:
    """The file."""
    to = io.BytesIO()
    write_concepts(meanings, to, format, source=source)
    return to.getvalue()


def concepts_back(meanings: Iterable[Meaning], format: str, *, source: str = "zh") -> list[Meaning]:
    """Concepts that went through a file."""
    return list(read_concepts(written_concepts(meanings, format, source=source), "sent", format=format))


def read_whole(name: str, **how: object) -> tuple[list[UnitGiven], Report]:
    """Pairs of a file in data/, and what was told of it."""
    report = Report(**how)  # type: ignore[arg-type]
    return list(read_units(DATA / name, name, report=report)), report
