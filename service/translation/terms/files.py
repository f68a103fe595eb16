"""The term base as a table that people edit (catalogs/terms.tsv; its form stands in its head and in docs/terms.md).

Tab-separated, one concept a line, several wordings of a cell with `|` between. Every fault is told with line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from service.errors import FilesRejected, Problem, shown_path
from service.i18n import N_, Message
from service.language.chinese import pinyin
from service.language.russian import stress
from service.translation.terms.concepts import MARKETS, Meaning, Status, TermLocale, Wording
from service.translation.terms.domains import domains
from service.translation.terms.matching import key_of

__all__ = ["COLUMNS", "KEY", "read_terms", "written_terms", "wrong_script"]

_WORDS: dict[str, tuple[TermLocale, Status]] = {
    "zh": ("zh", "preferred"), "zh_admitted": ("zh", "admitted"), "zh_deprecated": ("zh", "deprecated"),
    "zh_forbidden": ("zh", "forbidden"), "ru": ("ru", "preferred"), "ru_admitted": ("ru", "admitted"),
    "ru_deprecated": ("ru", "deprecated"), "ru_forbidden": ("ru", "forbidden"), "en": ("en", "preferred"),
}  # fmt: skip
COLUMNS = (
    "key", "domain", "market", *_WORDS, "measures", "gender", "animacy", "number", "forms", "stress", "pinyin", "valid_from",
    "valid_to", "source", "verified", "note", "definition_zh", "definition_ru",
)  # fmt: skip
_CHOICES = {
    "market": ("", *MARKETS), "gender": ("", "m", "f", "n"), "animacy": ("", "anim", "inan"), "number": ("", "sg", "pl"),
    "verified": ("yes", "no"),
}  # fmt: skip
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HAN, _CYRILLIC = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[А-Яа-яЁё]")
_ACUTE = "\N{COMBINING ACUTE ACCENT}"


def read_terms(path: Path) -> list[Meaning]:
    """All concepts of a file. Raises `FilesRejected` with every fault."""
    reader = _Reader(path)
    meanings = reader.read()
    if reader.problems:
        raise FilesRejected(reader.problems)
    return meanings


def wrong_script(locale: str, text: str) -> bool:
    """Whether a wording holds letters its language does not have."""
    return bool((_CYRILLIC if locale == "zh" else _HAN).search(text))


class _Reader:
    """Reads one file and notes its faults."""

    def __init__(self, path: Path) -> None:
        self.path, self.problems = path, list[Problem]()
        self.line = 1

    def fault(self, column: str, value: object, what: str, remedy: str, /, **facts: object) -> None:
        shown = str(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        told = (Message(what, facts), Message(remedy, facts))
        self.problems.append(Problem(shown_path(self.path), self.line, column, shown, *told))

    def read(self) -> list[Meaning]:
        try:
            lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            self.fault(
                "",
                "",
                N_("The file cannot be read: {reason}."),
                N_("Save it as UTF-8 text at this place."),
                reason=error,
            )
            return []
        found: dict[str, Meaning] = {}
        header: list[str] | None = None
        for self.line, text in enumerate(lines, 1):
            if not text.strip() or text.startswith("#"):
                continue
            cells = [cell.strip() for cell in text.split("\t")]
            if header is None:
                header = cells
                if not self._header(header):
                    return []
                continue
            if len(cells) > len(header):
                self.fault("", text[:60], N_("Cells on this line: {count}."), N_("Columns named at the top: {wanted}."),
                           count=len(cells), wanted=len(header))  # fmt: skip
                continue
            row = dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
            meaning = self._meaning(row)
            if meaning.key in found:
                self.fault(
                    "key",
                    meaning.key,
                    N_("The key “{key}” stands here twice."),
                    N_("Keep one of the two."),
                    key=meaning.key,
                )
            found.setdefault(meaning.key, meaning)
        return list(found.values())

    def _header(self, header: Sequence[str]) -> bool:
        unknown = [name for name in header if name not in COLUMNS]
        lacking = [name for name in ("key", "domain", "zh", "ru", "source", "verified") if name not in header]
        for name in unknown:
            self.fault(
                name, name, N_("“{key}” is not known here."), N_("Known keys: {known}."), key=name, known=COLUMNS
            )
        for name in lacking:
            self.fault(name, "", N_("“{key}” is missing."), N_("Add it here."), key=name)
        return not (unknown or lacking)

    def _meaning(self, row: Mapping[str, str]) -> Meaning:
        self._choices(row)
        card = self._card(row)
        wordings = self._wordings(row, card)
        start, end = self._day(row, "valid_from"), self._day(row, "valid_to")
        if start and end and end < start:
            self.fault(
                "valid_to", row["valid_to"], N_("The last day is before the first."), N_("Correct one of the two.")
            )
        if not row["source"] or len(row["source"]) > 200:
            self.fault(
                "source",
                row["source"],
                N_("A source is needed, of at most 200 characters."),
                N_("Say where it stands or who says so."),
            )
        return Meaning(
            row["key"], row["domain"], tuple(wordings), market=row["market"] or None, definition_zh=row["definition_zh"] or None,
            definition_ru=row["definition_ru"] or None, note=row["note"] or None, source=row["source"],
            verified=row["verified"] == "yes", valid_from=start, valid_to=end,
        )  # fmt: skip

    def _choices(self, row: Mapping[str, str]) -> None:
        if not KEY.fullmatch(row["key"]) or len(row["key"]) > 80:
            self.fault(
                "key",
                row["key"],
                N_("A key is small Latin letters, digits and hyphens, at most 80."),
                N_("Example: linden-honey."),
            )
        if row["domain"] not in domains():
            self.fault("domain", row["domain"], N_("“{value}” is not known."), N_("Known: {known}."), value=row["domain"],
                       known=sorted(domains()))  # fmt: skip
        for column, known in _CHOICES.items():
            if row[column] not in known:
                self.fault(column, row[column], N_("This word is not one of the allowed ones."), N_("Allowed: {expected}."),
                           expected=[one for one in known if one])  # fmt: skip

    def _card(self, row: Mapping[str, str]) -> dict[str, Any]:
        card: dict[str, Any] = {}
        if row["gender"]:
            card["gender"] = row["gender"]
        if row["animacy"]:
            card["animate"] = row["animacy"] == "anim"
        if row["number"]:
            card["number"] = row["number"]
        for part in filter(None, (one.strip() for one in row["forms"].split(";"))):
            name, _, forms = part.partition(":")
            some = [one.strip() for one in forms.split(",")]
            if name.strip() not in ("sg", "pl") or len(some) != 6 or not all(some):
                self.fault("forms", part, N_("Six forms of a number are expected, with commas between."),
                           N_("Example: sg: мёд, мёда, мёду, мёд, мёдом, мёде; pl: …"))  # fmt: skip
                continue
            card[name.strip()] = some
        return card

    def _wordings(self, row: Mapping[str, str], card: dict[str, Any]) -> list[Wording]:
        found: list[Wording] = []
        for column, (locale, status) in _WORDS.items():
            texts = [one.strip() for one in row[column].split("|") if one.strip()]
            if status == "preferred" and len(texts) > 1:
                self.fault(
                    column,
                    row[column],
                    N_("Only one wording can be the preferred one."),
                    N_("Move the others to the admitted ones."),
                )
            for text in texts:
                if len(text) > 200 or wrong_script(locale, text):
                    self.fault(
                        column,
                        text,
                        N_("This is no wording of this language, or longer than 200 characters."),
                        N_("Correct the word."),
                    )
                if any(one.locale == locale and one.text == text for one in found):
                    self.fault(
                        column,
                        text,
                        N_("The wording “{text}” stands here twice."),
                        N_("Keep one of the two."),
                        text=text,
                    )
                    continue
                main = status == "preferred"
                found.append(Wording(
                    locale, text, status, key_of(locale, text), card if main and locale == "ru" else {},
                    _measures(row) if main and locale == "zh" else (), self._pinyin(row, text, locale, main=main),
                    self._stress(row, text, locale, main=main),
                ))  # fmt: skip
        if not any(one.locale in ("zh", "ru") for one in found):
            self.fault("zh", "", N_("The concept has no wording."), N_("Write at least one, Chinese or Russian."))
        return found

    def _pinyin(self, row: Mapping[str, str], text: str, locale: str, *, main: bool) -> str | None:
        if locale != "zh":
            return None
        return (row["pinyin"] if main and row["pinyin"] else pinyin(text))[:300]

    def _stress(self, row: Mapping[str, str], text: str, locale: str, *, main: bool) -> str | None:
        if locale != "ru":
            return None
        given = row["stress"] if main else ""
        if given and given.replace(_ACUTE, "") != text:
            self.fault(
                "stress",
                given,
                N_("This is not the wording “{text}” with stress marks."),
                N_("Write the same word and U+0301 after the stressed vowel."),
                text=text,
            )
        marked = given or stress(text)
        return marked if marked != text else None

    def _day(self, row: Mapping[str, str], column: str) -> date | None:
        if not row[column]:
            return None
        try:
            return date.fromisoformat(row[column])
        except ValueError:
            self.fault(column, row[column], N_("This is no date."), N_("Write it as 2026-03-01."))
            return None


def _measures(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in row["measures"].split("|") if one.strip())


def written_terms(meanings: Iterable[Meaning], *, head: str = "") -> str:
    """Meanings as the file has them, by domain and key; readings and stress only where they differ from the automatic ones.

    Candidates, notes and cards of single admitted wordings have no place in the table.
    """
    lines = [*(f"# {line}".rstrip() for line in head.splitlines()), "\t".join(COLUMNS)]
    lines += ["\t".join(_clean(_row(one)[name]) for name in COLUMNS) for one in meanings]
    return "\n".join(lines) + "\n"


def _clean(cell: str) -> str:
    return re.sub(r"\s+", " ", cell).strip()


def _row(meaning: Meaning) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    for column, (locale, status) in _WORDS.items():
        row[column] = "|".join(one.text for one in meaning.of(locale, status))
    zh, ru = meaning.preferred("zh"), meaning.preferred("ru")
    if zh:
        row["measures"] = "|".join(zh.measures)
        row["pinyin"] = zh.pinyin if zh.pinyin and zh.pinyin != pinyin(zh.text) else ""
    if ru:
        card = ru.card
        row["gender"], row["number"] = card.get("gender") or "", card.get("number") or ""
        row["animacy"] = "" if "animate" not in card else "anim" if card["animate"] else "inan"
        row["forms"] = "; ".join(f"{name}: {', '.join(card[name])}" for name in ("sg", "pl") if card.get(name))
        row["stress"] = ru.stress if ru.stress and ru.stress != stress(ru.text) else ""
    return row | {
        "key": meaning.key, "domain": meaning.domain, "market": meaning.market or "", "source": meaning.source,
        "verified": "yes" if meaning.verified else "no", "note": meaning.note or "",
        "definition_zh": meaning.definition_zh or "", "definition_ru": meaning.definition_ru or "",
        "valid_from": meaning.valid_from.isoformat() if meaning.valid_from else "",
        "valid_to": meaning.valid_to.isoformat() if meaning.valid_to else "",
    }  # fmt: skip
