"""Concepts in sheets: a row for each wording, all that is known in columns; read also with a column for each language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from service.translation.interchange.hidden import concept_facts, meaning, wording, wording_facts
from service.translation.interchange.languages import locale_of
from service.translation.interchange.report import Report
from service.translation.interchange.sheets import rows_of, said_yes, write_rows
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["TERM_COLUMNS", "read", "write"]

_CONCEPT = (
    "key", "domain", "market", "definition_zh", "definition_ru", "note", "source", "verified", "valid_from", "valid_to",
)  # fmt: skip
_WORDING = ("locale", "text", "status", "card", "measures", "pinyin", "stress", "term_note")
TERM_COLUMNS = (*_CONCEPT, *_WORDING)
_STATUSES = {
    "首选": "preferred", "推荐": "preferred", "许用": "admitted", "允许": "admitted", "弃用": "deprecated", "不推荐": "deprecated",
    "禁用": "forbidden", "候选": "candidate", "предпочтительный": "preferred", "основной": "preferred", "допустимый": "admitted",
    "устаревший": "deprecated", "нерекомендуемый": "deprecated", "запрещённый": "forbidden", "запрещенный": "forbidden",
    "кандидат": "candidate",
}  # fmt: skip


def write(meanings: Iterable[Meaning], to: BinaryIO, *, format: str) -> int:
    """How many rows were written. Raises `TextTooLong`."""
    return write_rows(TERM_COLUMNS, (_row(one, word) for one in meanings for word in one.wordings), to, format=format)


def _row(one: Meaning, word: Wording) -> list[str | None]:
    facts = concept_facts(one)
    facts["verified"] = "yes" if one.verified else "no"
    own = wording_facts(word)
    own |= {
        "card": json.dumps(own["card"], ensure_ascii=False) if own["card"] else None,
        "measures": json.dumps(own["measures"], ensure_ascii=False) if own["measures"] else None, "term_note": own["note"],
    }  # fmt: skip
    return [*(facts[key] for key in _CONCEPT), *(own[key] for key in _WORDING)]


def read(content: bytes, name: str, report: Report) -> Iterator[Meaning]:
    """All concepts, in the order of their first rows. Raises what reading the sheet raises."""
    found: dict[str, tuple[dict[str, Any], list[Wording]]] = {}
    for line, cells in rows_of(content, name, report, ("text", "locale"), ("zh", "ru")):
        if "text" in cells and "locale" in cells:
            words = _own(cells)
        else:
            words = [wording({}, locale=one, text=text, status="preferred") for one in ("zh", "ru", "en") if (text := cells.get(one, "").strip())]  # fmt: skip
            if len(words) < 2:
                report.passed_over["empty"] += 1
                continue
        if not words:
            report.passed_over["other_language"] += 1
            continue
        key = cells.get("key") or (str(line) if "text" not in cells else "")
        facts, listed = found.setdefault(key or f"\0{line}", (_concept(cells), []))
        listed += words
    for facts, listed in found.values():
        yield meaning(facts, listed)


def _concept(cells: dict[str, str]) -> dict[str, Any]:
    return {**{key: cells[key] for key in _CONCEPT if key in cells}, "verified": said_yes(cells.get("verified"))}


def _own(cells: dict[str, str]) -> list[Wording]:
    locale = locale_of(cells["locale"])
    if locale not in ("zh", "ru", "en"):
        return []
    status = cells.get("status", "preferred").strip().lower()
    facts = {
        "card": _json(cells.get("card"), {}), "measures": _json(cells.get("measures"), []), "pinyin": cells.get("pinyin"),
        "stress": cells.get("stress"), "note": cells.get("term_note"),
    }  # fmt: skip
    return [wording(facts, locale=locale, text=cells["text"], status=_STATUSES.get(status, status))]


def _json(cell: str | None, other: Any) -> Any:
    """What our own sheets write; measure words may also stand there as people write them: 瓶、罐."""
    try:
        return json.loads(cell) if cell else other
    except (ValueError, RecursionError):
        if isinstance(other, list) and cell:
            return [word for part in cell.replace("，", "、").replace(",", "、").split("、") if (word := part.strip())]
        return other
