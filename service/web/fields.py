"""Fields of cards and their values in the reader's words, for tables of differences and of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.catalog.columns import all_columns, column_of, field_name
from service.catalog.families import families
from service.catalog.revising import text_place
from service.i18n import N_, Locale, Message

__all__ = ["Fields"]


class Fields:
    """What templates ask."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def name(self, path: str) -> str:
        """The field's name; of a pack's field, with its SKU."""
        if path.startswith("sku."):
            code, _, part = path[4:].rpartition(".")
            return f"{field_name(part, self.locale)} · {code}"
        return field_name(path.removesuffix(".state"), self.locale)

    def value(self, path: str, value: Any) -> str:
        """The value as a sheet's cell would show it; of a text's state, who answers for it."""
        if value is None:
            return "—"
        if path.endswith(".state"):
            return self._state(value)
        column = column_of(path)
        return str(column.kind.write(value, self.locale)) if column else str(value)

    def _state(self, state: dict[str, Any]) -> str:
        parts = [Message(N_("read by {person}"), {"person": state["reviewer"]})] if state.get("reviewer") else []
        parts += [Message(N_("source has changed since"))] if "made_from" in state else []
        parts += [Message(N_("locked"))] if state.get("locked") else []
        return ", ".join(part.say(self.locale) for part in parts or [Message(N_("not read by anybody"))])

    def choices(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """All columns to choose from, by group, each with its name."""
        paths = all_columns()
        attributes = dict.fromkeys(
            f"facts.attributes.{name}{tag}"
            for family in families().values()
            for name, entry in family.attributes.items()
            for tag in ((".zh", ".ru") if entry.type == "text" else ("",))
        )
        groups = (
            (N_("Codes, packs and facts"), [path for path in paths if not text_place(path)]),
            (N_("Texts"), [path for path in paths if text_place(path)]),
            (N_("Attributes of families"), list(attributes)),
        )
        for title, some in groups:
            yield Message(title).say(self.locale), [(path, self.name(path)) for path in some]
