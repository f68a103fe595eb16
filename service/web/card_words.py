"""What stands on a card's pages, in the reader's words: its facts, its texts side by side, what channels lack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from service.catalog.cells import Choice
from service.catalog.columns import all_columns, column_of, field_name, legal_fields
from service.catalog.document import Document, flat
from service.catalog.families import families
from service.catalog.models import Sku
from service.catalog.readiness import ChannelNeeds, channels
from service.catalog.revising import text_place
from service.catalog.storage import storage_classes
from service.i18n import N_, Message
from service.language import chinese
from service.language.russian.amounts import measure as russian_measure
from service.web.fields import Fields

__all__ = ["CardWords", "Fact", "TextRow", "is_legal", "ordered_texts", "text_order"]

LEGAL_FACTS = ("facts.allergens",)  # demanded on the label like the texts of `legal_fields`
_STATES = {"missing": N_("missing"), "draft": N_("not read by anybody"), "stale": N_("source has changed since")}
_SHORT = {"zh": N_("Chinese (short)"), "ru": N_("Russian (short)")}
_UNCHECKABLE = {"shelf_life": N_("shelf life"), "temperature": N_("temperature")}
_FAQ = re.compile(r"faq\.(\d+)\.\w+\.(question|answer)")


@dataclass(frozen=True)
class Fact:
    """One fact of a card as the page shows it."""

    path: str
    name: str
    value: str
    legal: bool
    unverified: bool


@dataclass(frozen=True)
class TextRow:
    """One field of words in both languages; None: missing."""

    field: str
    name: str
    legal: bool
    zh: Mapping[str, Any] | None
    ru: Mapping[str, Any] | None


def is_legal(path: str) -> bool:
    """Whether the law demands this field on the goods."""
    return path in LEGAL_FACTS or path.removesuffix("[zh]").removesuffix("[ru]") in legal_fields()


def text_order(field: str) -> tuple[Any, ...]:
    """Sorts texts as people read a card: names, description, what the law demands, selling points, questions, packs."""
    plain = [path[:-4] for path in all_columns() if path.endswith("[zh]")]
    if field in plain:
        return (0, plain.index(field))
    parts = field.split(".")
    return (1 if parts[0] in ("selling_point", "serving") else 2, *(part.zfill(3) for part in parts))


def ordered_texts(document: Document) -> list[str]:
    """All fields of words a card has in either language, in the order people read them."""
    return sorted({field for texts in document["texts"].values() for field in texts}, key=text_order)


class CardWords(Fields):
    """What the templates of cards ask, beyond names and values of fields."""

    def plain(self, field: str) -> str:
        """The name of a text without its language, where a column or heading says which it is."""
        if found := _FAQ.fullmatch(field):
            asked = N_("question {number}") if found[2] == "question" else N_("answer {number}")
            return Message(asked, {"number": found[1]}).say(self.locale)
        return super().name(f"{field}[zh]").replace("[zh]", "")

    def name(self, path: str) -> str:
        """The name of a field; of a text with its language as a word."""
        if place := text_place(path.removesuffix(".state")):
            return f"{self.plain(place[0])} · {self.locale_name(place[1])}"
        return super().name(path)

    def word(self, path: str, value: Any) -> str:
        """A value of a fixed choice as a word that stands by itself."""
        said = self.value(path, value)
        return said[:1].upper() + said[1:]

    def family(self, key: str) -> str:
        """A family's name."""
        return self.word("family", key)

    def side(self, zh: str, ru: str) -> str:
        """The reader's side of a name."""
        return ru if self.locale == "ru" else zh

    def channel(self, key: str) -> str:
        """A channel's name."""
        name = channels()[key].name
        return self.side(name.zh, name.ru)

    def channel_of(self, name: str) -> str:
        """A channel, or one language of it (`livestream.zh`); the language is named where the channel speaks several."""
        key, _, locale = name.partition(".")
        several = len(channels()[key].locales) > 1
        return f"{self.channel(key)} · {self.locale_name(locale)}" if locale and several else self.channel(key)

    def locale_name(self, locale: str) -> str:
        """A language of cards."""
        return self.word("source_locale", locale)

    def locale_short(self, locale: str) -> str:
        """The same in a badge."""
        return Message(_SHORT[locale]).say(self.locale)

    def storage(self, key: str) -> str:
        """The name of a storage class."""
        found = next((one for one in storage_classes() if one.key == key), None)
        return self.side(found.zh, found.ru) if found else key

    def amount(self, value: Any, unit: str | None) -> str:
        """A number with its unit as it is written."""
        if unit is None or self.locale == "en":
            return f"{value} {unit or ''}".strip()
        if self.locale == "ru":
            return russian_measure(Decimal(str(value)), unit)
        return chinese.measure_written(Decimal(str(value)), unit)

    def net(self, sku: Sku) -> str:
        """What is in a pack, short."""
        space = "\N{NO-BREAK SPACE}" if self.locale != "zh" else ""
        return f"{sku.net_value}{space}{self.value('net_unit', sku.net_unit)}"

    def sides(self, sku: Sku) -> str:
        """Length, width and height of a pack in mm; empty if none is known."""
        known = (sku.length_mm, sku.width_mm, sku.height_mm)
        return " × ".join(str(side or "—") for side in known) if any(known) else ""

    def moment(self, text: Mapping[str, Any]) -> datetime | None:
        """When a text was read by its reviewer."""
        return datetime.fromisoformat(text["reviewed_at"]) if "reviewed_at" in text else None

    def gap(self, field: str) -> str:
        """The name of a field that a channel lacks."""
        if field == "lexeme":
            return Message(N_("Russian word forms")).say(self.locale)
        if field == "sku":
            return self.name("sku")
        if field.startswith("sku."):
            return f"{self.plain(field[4:]) if field == 'sku.label' else self.name(field[4:])} (SKU)"
        return self.name(f"facts.{field}") if column_of(f"facts.{field}") else self.plain(field)

    def uncheckable(self, name: str) -> str:
        """The name of a fact that may stand under “unverified”."""
        if name in _UNCHECKABLE:
            return Message(_UNCHECKABLE[name]).say(self.locale)
        return field_name(f"facts.{name}", self.locale)

    def state(self, state: str) -> str:
        """Missing, draft or stale."""
        return Message(_STATES[state]).say(self.locale)

    def short(self, gaps: Mapping[str, Mapping[str, str]] | None) -> list[tuple[str, list[tuple[str, int]]]]:
        """Per channel the languages it speaks, each with how many fields it lacks; channels of other markets are left out."""
        found: list[tuple[str, list[tuple[str, int]]]] = []
        for key, needs in channels().items():
            lacks: list[tuple[str, int]] = [
                (locale, len(gaps[f"{key}.{locale}"])) for locale in needs.locales if gaps and f"{key}.{locale}" in gaps
            ]
            if lacks:
                found.append((key, lacks))
        return found

    def needs(self) -> Mapping[str, ChannelNeeds]:
        """All channels."""
        return channels()

    # one card

    def texts(self, document: Document) -> list[TextRow]:
        """All its texts, both languages side by side."""
        zh, ru = document["texts"].get("zh", {}), document["texts"].get("ru", {})
        return [
            TextRow(field, self.plain(field), is_legal(field), zh.get(field), ru.get(field))
            for field in ordered_texts(document)
        ]

    def facts(self, document: Document) -> Iterator[Fact]:
        """Its facts in the order of the columns; shelf life and temperature as one line each."""
        values = {path: value for path, value in flat(document) if path in _HEAD or path.startswith("facts.")}
        doubtful = [f"facts.{name}" for name in values.pop("facts.unverified", [])]
        order = {path: number for number, path in enumerate(all_columns())}
        for path in sorted(values, key=lambda path: order.get(path, len(order))):
            if path.startswith("facts.lexeme.") or _SECOND.get(path) in values:
                continue
            name, value = self._fact(path, values, document["family"])
            unverified = any(path.startswith(one) for one in doubtful)
            yield Fact(path, name, value, is_legal(path), unverified)

    def _fact(self, path: str, values: Mapping[str, Any], family: str) -> tuple[str, str]:
        value = values[path]
        if path == "facts.shelf_life_value" and (unit := values.get("facts.shelf_life_unit")):
            return self.name(path), self.amount(value, unit)
        if path in ("facts.temperature_max", "facts.temperature_min"):
            ends = [values[end] for end in ("facts.temperature_min", "facts.temperature_max") if end in values]
            title = Message(N_("Temperature")).say(self.locale) if len(ends) == 2 else self.name(path)
            return title, "…".join(f"{end:+d}".replace("-", "−").replace("+0", "0") for end in ends) + " °C"
        if path.startswith("facts.attributes."):
            entry = families()[family].attributes.get(path.split(".")[2]) if family in families() else None
            unit = entry.unit if entry else None
            if unit and not isinstance(value, bool):
                return self.name(path), self.amount(value, unit)
        column = column_of(path)
        if column and isinstance(column.kind, Choice):
            return self.name(path), self.word(path, value)
        if value == []:
            return self.name(path), Message(N_("none")).say(self.locale)
        return self.name(path), self.value(path, value)


_HEAD = ("line", "family", "source_locale")
# Said in the line of their partner, where that is there.
_SECOND = {"facts.shelf_life_unit": "facts.shelf_life_value", "facts.temperature_min": "facts.temperature_max"}
