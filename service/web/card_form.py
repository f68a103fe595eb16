"""The form of a card: which fields it offers, what they showed, and what of that somebody has changed.

A browser sends every field. What was changed is found by comparing with what the form showed when it was opened, so that a field
nobody touched never overwrites what another person has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import Request

from service.catalog.cells import Choice, Many, Number, Refused, Words
from service.catalog.checking import EditRefused
from service.catalog.columns import all_columns, column_of
from service.catalog.document import PACK_FIELDS, Document, flat
from service.catalog.families import families
from service.catalog.revising import text_place
from service.errors import DomainError
from service.i18n import N_, Message
from service.web.card_words import CardWords, is_legal, text_order

__all__ = [
    "MOST_FIELDS",
    "NEW", "Box", "Reading", "Sent", "Typed", "box_of", "boxes", "fault_places", "groups", "new_pack", "pack_boxes", "read_typed",
    "sent_fields", "shown",
]  # fmt: skip

Typed = Mapping[str, list[str]]
NEEDED = ("line", "family", "source_locale")  # never empty
_LEFT_OUT = ("key", "sku", "facts.certificates.CN", "facts.certificates.RU")
NEW = "new."  # stands before the fields of a SKU that is not there yet
_NONE_CHECKED = "·"  # sent beside check boxes
_PREFIX = "f."  # stands before a field's path in the form, so that no field meets the form's own names


@dataclass
class Box:
    """One field of the form."""

    path: str
    name: str
    kind: Literal["line", "area", "number", "select", "checks"]
    shown: list[str]
    options: list[tuple[str, str]] = field(default_factory=list)
    most: int = 2000
    locked: bool = False
    legal: bool = False
    fault: str = ""

    @property
    def lang(self) -> str | None:
        """The language typed here, for voices, spelling and fonts."""
        place = text_place(self.path)
        return {"zh": "zh-CN", "ru": "ru"}[place[1]] if place else None

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return "f-" + self.path.replace("[", ".").replace("]", "")


@dataclass
class Reading:
    """What was typed, read: fields that differ from what the form showed, faults by field, repairs."""

    edit: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Message] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """What a browser sent about a card's fields, and of which fields it takes what stands there now."""

    fields: Typed
    theirs: frozenset[str]


MOST_FIELDS = 5000
"""A card of 200 SKUs has some 2,500."""


async def sent_fields(request: Request) -> Sent:
    """Reads the form; a field of check boxes is there even if none is checked."""
    form = await request.form()
    fields: dict[str, list[str]] = {}
    theirs = set()
    for name, value in list(form.multi_items())[:MOST_FIELDS]:
        if name.startswith(_PREFIX) and isinstance(value, str):
            values = fields.setdefault(name.removeprefix(_PREFIX), [])
            if value != _NONE_CHECKED:
                values.append(value.replace("\r\n", "\n"))
        elif name.startswith("take.") and value == "theirs":
            theirs.add(name.removeprefix("take."))
    return Sent(fields, frozenset(theirs))


def paths_of(document: Document) -> Iterator[str]:
    """The fields the form offers for a card: all it has, and room for more."""
    yield from (
        path for path in all_columns() if not text_place(path) and path not in _LEFT_OUT and path not in PACK_FIELDS
    )
    for name, entry in families()[document["family"]].attributes.items() if document["family"] in families() else ():
        yield from (f"facts.attributes.{name}{tag}" for tag in ((".zh", ".ru") if entry.type == "text" else ("",)))
    for name in _text_fields(document):
        yield from (f"{name}[zh]", f"{name}[ru]")
    for sku in document["skus"]:
        yield from (f"sku.{sku['code']}.{part}" for part in PACK_FIELDS)
        yield from (f"sku.{sku['code']}.label[{locale}]" for locale in ("zh", "ru"))


def _text_fields(document: Document) -> list[str]:
    there = {name for texts in document["texts"].values() for name in texts if not name.startswith("sku.")}
    columns = [path[:-4] for path in all_columns() if path.endswith("[zh]") and not path.startswith("label")]
    numbered = [name for name in columns if name[-1:].isdigit()]
    plain = [name for name in columns if name not in numbered]
    room = [name for name in numbered if name in there or int(name[-1]) <= 3]
    return sorted({*there, *plain, *room}, key=text_order)


def shown(document: Document) -> dict[str, list[str]]:
    """What the form shows in each field of a card."""
    values = dict(flat(document))
    return {path: _shown(path, values.get(path)) for path in paths_of(document)}


def _shown(path: str, value: Any) -> list[str]:
    column = column_of(path)
    if value is None or column is None:
        return [] if column and isinstance(column.kind, Many) else [""]
    if isinstance(column.kind, Many):
        return [str(one) for one in value]
    if isinstance(column.kind, Choice):
        return [("true" if value else "false") if column.kind.true_false else str(value)]
    return [str(value)]


def boxes(
    document: Document, says: CardWords, *, typed: Typed | None = None, faults: Mapping[str, str] | None = None
) -> dict[str, Box]:
    """All fields of the form with what stands in them: what was typed, else what the card says."""
    found: dict[str, Box] = {}
    for path, values in shown(document).items():
        box = box_of(path, says, document)
        box.shown = list(typed[path]) if typed and path in typed else values
        box.fault = (faults or {}).get(path, "")
        found[path] = box
    return found


def box_of(path: str, says: CardWords, document: Document) -> Box:
    """One field, empty."""
    column = column_of(path)
    assert column is not None
    kind = column.kind
    place = text_place(path)
    name = says.plain(place[0]) if place else says.name(path.rpartition(".")[2] if path.startswith("sku.") else path)
    if place and place[0].startswith("sku."):
        name = says.plain("label")
    if not place and path.startswith("facts.attributes."):
        name = name.replace("[zh]", " · 中文").replace("[ru]", " · русский")
    box = Box(path, name, "line", [], legal=is_legal(path))
    if isinstance(kind, Words):
        box.most = kind.most
        box.kind = "area" if place and kind.most > 80 and place[0] not in ("name", "brand", "maker") else "line"
        box.locked = bool(place and (text := document["texts"].get(place[1], {}).get(place[0])) and text.get("locked"))
    elif isinstance(kind, Number):
        box.kind = "number"
    elif isinstance(kind, Choice):
        box.kind = "select"
        box.options = [("", "—")] * (path not in NEEDED) + _options(path, kind, says)
    elif isinstance(kind, Many):
        box.kind = "checks"
        box.options = _options(path, kind.of, says) if isinstance(kind.of, Choice) else _doubts(document, says)
    return box


def _options(path: str, kind: Choice, says: CardWords) -> list[tuple[str, str]]:
    options = []
    for key in kind.names:
        said = str(kind.write(key == "true" if kind.true_false else key, says.locale))
        options.append((key, said if path.endswith("_unit") else said[:1].upper() + said[1:]))
    return options


def _doubts(document: Document, says: CardWords) -> list[tuple[str, str]]:
    """Facts that may be marked as not checked against a label."""
    attributes = [f"attributes.{name}" for name in document["facts"].get("attributes", {})]
    names = dict.fromkeys(["shelf_life", "temperature", *attributes, *document["facts"].get("unverified", [])])
    return [(name, says.uncheckable(name)) for name in names]


def read_typed(typed: Typed, base: Mapping[str, list[str]]) -> Reading:
    """What differs from what the form showed, read as a sheet's cells are."""
    result = Reading()
    for path, values in typed.items():
        column = column_of(path)
        before = base.get(path, [""])
        if column is None or path in _LEFT_OUT or _same(values, before):
            continue
        text = "\n".join(values).strip()
        if not text:
            if path in NEEDED:
                result.faults[path] = Message(N_("This cannot be empty."))
            else:
                result.edit[path] = [] if isinstance(column.kind, Many) else None
            continue
        warnings: list[Message] = []
        try:
            result.edit[path] = column.kind.read(text, warnings)
        except Refused as refused:
            result.faults[path] = Message(N_("{what} {remedy}"), {"what": refused.what, "remedy": refused.right})
        result.warnings += warnings
    return result


def pack_boxes(document: Document, says: CardWords, typed: Typed, faults: Mapping[str, str]) -> list[Box]:
    """The fields of a SKU that is not there yet."""
    found = []
    for part in ("sku", *PACK_FIELDS, "label[zh]", "label[ru]"):
        box = box_of(part, says, document)
        box.path = NEW + part
        box.name += {"label[zh]": " · 中文", "label[ru]": " · русский"}.get(part, "")
        box.shown, box.fault = list(typed.get(box.path, [""])), faults.get(box.path, "")
        found.append(box)
    return found


def new_pack(typed: Typed, result: Reading) -> None:
    """Add the SKU that was typed as a new one to what was read."""
    given = {path.removeprefix(NEW): "".join(values).strip() for path, values in typed.items() if path.startswith(NEW)}
    if not any(given.values()):
        return
    read: dict[str, Any] = {}
    for part, text in given.items():
        column = column_of(part)
        if column is None or column.level != "sku" or not text:
            continue
        try:
            read[part] = column.kind.read(text, result.warnings)
        except Refused as refused:
            result.faults[NEW + part] = Message(N_("{what} {remedy}"), {"what": refused.what, "remedy": refused.right})
    code = read.pop("sku", None)
    if code is None:
        result.faults.setdefault(NEW + "sku", Message(N_("A new SKU needs a code.")))
    else:
        result.edit |= {f"sku.{code}.{part}": value for part, value in read.items()}


def _same(values: list[str], before: list[str]) -> bool:
    return sorted(one.strip() for one in values) == sorted(one.strip() for one in before)


def fault_places(error: DomainError, typed: Typed) -> dict[str, Message]:
    """The faults of a refused edit by their fields in the form."""
    faults: Iterable[Message] = error.facts.get("faults", []) if isinstance(error, EditRefused) else []
    found = {}
    for fault in faults:
        path = str(fault.facts["field"])
        if path.startswith("sku") and path not in typed:
            path = NEW + path.rpartition(".")[2]
        found[path] = fault.facts.get("what", fault)
    return found


def groups(document: Document, all_boxes: Mapping[str, Box]) -> dict[str, Any]:
    """The fields as the page lays them out: texts in pairs, facts, attributes, packs."""
    texts = [(all_boxes[f"{name}[zh]"], all_boxes[f"{name}[ru]"]) for name in _text_fields(document)]
    facts = [
        box
        for path, box in all_boxes.items()
        if not text_place(path) and not path.startswith(("sku.", "facts.attributes.", "facts.lexeme."))
    ]
    packs = [
        (sku["code"], [all_boxes[f"sku.{sku['code']}.label[{locale}]"] for locale in ("zh", "ru")],
         [all_boxes[f"sku.{sku['code']}.{part}"] for part in PACK_FIELDS])
        for sku in document["skus"]
    ]  # fmt: skip
    return {
        "texts": texts, "facts": facts, "packs": packs,
        "attributes": [box for path, box in all_boxes.items() if path.startswith("facts.attributes.")],
        "lexeme": [box for path, box in all_boxes.items() if path.startswith("facts.lexeme.")],
    }  # fmt: skip
