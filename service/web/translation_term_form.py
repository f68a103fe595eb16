"""The form of a concept: as a browser sends it, as it is shown again, and as the meaning it stands for. Nothing typed is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, get_args

from fastapi import Form

from service.language.chinese import pinyin
from service.translation.terms.concepts import Meaning, TermLocale, Wording
from service.web.posting import day_of

__all__ = ["ConceptForm", "Row", "as_given", "as_shown", "suggested_key"]

MOST_ROWS = 60
_Some = Annotated[list[str] | None, Form(max_length=MOST_ROWS)]
_Plain = Annotated[str, Form()]  # lengths are judged by the term base: a refusal must not lose a word


@dataclass(frozen=True)
class Row:
    """One wording as it is typed; without text it is passed over."""

    locale: str
    text: str = ""
    status: str = "preferred"
    measures: str = ""
    note: str = ""


@dataclass(frozen=True)
class ConceptForm:
    """All that stands in the form. `version`: the one the sender saw."""

    key: str = ""
    domain: str = "product"
    market: str = ""
    source: str = ""
    definition_zh: str = ""
    definition_ru: str = ""
    note: str = ""
    verified: bool = False
    valid_from: str = ""
    valid_to: str = ""
    version: int = 1
    rows: tuple[Row, ...] = ()

    def promoted(self, key: str) -> ConceptForm:
        """Of a candidate: under a key of its own, its words as those to write."""
        rows = tuple(replace(one, status="preferred" if one.status == "candidate" else one.status) for one in self.rows)
        return replace(self, key=key, rows=rows)

    def shown(self) -> list[Row]:
        """The rows with empty ones to write in, of both languages."""
        return [*self.rows, *(Row(locale) for locale in ("zh", "ru"))]

    def meaning(self, key: str, before: Meaning | None = None) -> Meaning:
        """What it stands for; what the form does not show of known wordings stays. Raises `BadMoment`."""
        known = {(one.locale, one.text): one for one in before.wordings} if before else {}
        return Meaning(
            key, self.domain, tuple(_wording(one, known.get((one.locale, one.text.strip()))) for one in self.rows if one.text.strip()),  # type: ignore[arg-type]
            market=self.market or None, definition_zh=self.definition_zh.strip() or None, definition_ru=self.definition_ru.strip() or None,
            note=self.note.strip() or None, source=self.source.strip(), verified=self.verified, valid_from=_day(self.valid_from),
            valid_to=_day(self.valid_to),
        )  # fmt: skip


def _wording(row: Row, known: Wording | None) -> Wording:
    measures = tuple(part for part in re.split(r"[\s,;，；、]+", row.measures) if part)
    base = known or Wording(row.locale, row.text.strip())  # type: ignore[arg-type]
    return replace(base, status=row.status, measures=measures, note=row.note.strip() or None)  # type: ignore[arg-type]


def _day(text: str) -> date | None:
    return day_of(text) if text.strip() else None


def as_given(
    new_key: _Plain = "", domain: _Plain = "", market: _Plain = "", source: _Plain = "", definition_zh: _Plain = "", definition_ru: _Plain = "",
    note: _Plain = "", verified: Annotated[bool, Form()] = False, valid_from: _Plain = "", valid_to: _Plain = "",
    version: Annotated[int, Form(ge=1, lt=2**31)] = 1, locale: _Some = None, text: _Some = None, status: _Some = None, measures: _Some = None,
    remark: _Some = None,
) -> ConceptForm:  # fmt: skip
    """The form as it was sent."""
    columns = [[_clean(one) for one in some or ()] for some in (locale, text, status, measures, remark)]
    rows = tuple(_row(columns, place) for place, words in enumerate(columns[1]) if words.strip())
    return ConceptForm(
        new_key.strip()[:200], domain, market, _clean(source), _clean(definition_zh), _clean(definition_ru), _clean(note), verified, valid_from[:40],
        valid_to[:40], version, rows,
    )  # fmt: skip


def _row(columns: Sequence[Sequence[str]], place: int) -> Row:
    given = [some[place] if place < len(some) else "" for some in columns]
    return Row(
        given[0] if given[0] in get_args(TermLocale) else "zh", given[1], given[2] or "preferred", given[3], given[4]
    )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "")


def as_shown(meaning: Meaning | None, *, version: int = 1) -> ConceptForm:
    """A concept as it stands; None: an empty form."""
    if meaning is None:
        return ConceptForm()
    rows = tuple(
        Row(one.locale, one.text, one.status, " ".join(one.measures), one.note or "") for one in meaning.wordings
    )
    return ConceptForm(
        meaning.key, meaning.domain, meaning.market or "", meaning.source, meaning.definition_zh or "", meaning.definition_ru or "",
        meaning.note or "", meaning.verified, meaning.valid_from.isoformat() if meaning.valid_from else "",
        meaning.valid_to.isoformat() if meaning.valid_to else "", version, rows,
    )  # fmt: skip


def suggested_key(meaning: Meaning) -> str:
    """A key for a candidate, from the sound of its Chinese words; empty if it has none."""
    words = next((one.text for one in meaning.of("zh")), "")
    plain = unicodedata.normalize("NFD", pinyin(words).lower().replace("ü", "v"))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(one for one in plain if one.isascii())))[:80].strip("-")
