"""Yandex Market: POST /v2/categories/tree and /v2/category/{id}/parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.i18n import N_, Message
from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Kind, Spoken, Told, named, said

__all__ = ["attributes", "tree"]

_KINDS: dict[str, Kind] = {"ENUM": "choice", "TEXT": "text", "NUMERIC": "number", "BOOLEAN": "yes"}


def tree(answer: Node, asked: Asked) -> Told:
    """The whole tree; what has no children is a leaf."""
    return Told(categories=tuple(_below(_result(answer), None, asked.language)))


def _below(node: Node, parent: str | None, language: Spoken) -> Iterator[Category]:
    key = node["id"].key()
    children = list(below.each()) if (below := node.get("children")) is not None else []
    yield Category(key, not children, parent=parent, **named(language, node["name"].text()))
    for child in children:
        yield from _below(child, key, language)


def attributes(answer: Node, asked: Asked) -> Told:
    """The parameters of a category, with their values."""
    result = _result(answer)
    number = result.get("categoryId")
    category = number.key() if number is not None else asked.category or ""
    return Told(attributes={category: tuple(_parameter(one, asked.language) for one in result["parameters"].each())})


def _parameter(node: Node, language: Spoken) -> Attribute:
    type_ = node["type"].text()
    if type_ not in _KINDS:
        what = Message(N_("“{key}” is not known here."), {"key": type_})
        raise node["type"].fault(what, Message(N_("Known: {known}."), {"known": sorted(_KINDS)}))
    listed = node.get("values")
    values = tuple(said(language, one["id"].key(), one["value"].text()) for one in listed.each()) if listed else ()
    return Attribute(
        node["id"].key(), _KINDS[type_], yes(node.get("required")), limits=_limits(node),
        values=values, **named(language, node["name"].text()),
    )  # fmt: skip


def _limits(node: Node) -> dict[str, Any]:
    limits: dict[str, Any] = {} if yes(node.get("multivalue")) else {"most": 1}
    if yes(node.get("allowCustomValues")):
        limits["own"] = True
    if (unit := node.get("unit")) is not None:
        limits["units"] = [{"id": one["id"].key(), "name": one["name"].text()} for one in unit["units"].each()]
        if (usual := unit.get("defaultUnitId")) is not None:
            limits["unit"] = usual.key()
    if (bounds := node.get("constraints")) is not None:
        for theirs, ours in (("minValue", "min"), ("maxValue", "max")):
            if (bound := bounds.get(theirs)) is not None:
                limits[ours] = bound.number()
        if (longest := bounds.get("maxLength")) is not None:
            limits["max_length"] = longest.whole()
    return limits


def _result(answer: Node) -> Node:
    status = answer.get("status")
    if status is not None and status.value == "ERROR":
        errors = answer.get("errors")
        told = (
            [one.value.get("message") or one.value.get("code") for one in errors.each()] if errors is not None else []
        )
        raise Refused(file=answer.file, reason=told or "ERROR")
    return answer["result"]
