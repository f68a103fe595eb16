"""Ozon: /v1/description-category/tree, /attribute and /attribute/values. A leaf is known by "<description_category_id>:<type_id>".

Neither attributes nor values say in the answer whose they are: category and attribute come from the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Kind, Spoken, Told, named, said

__all__ = ["attributes", "tree", "values"]


def tree(answer: Node, asked: Asked) -> Told:
    """All categories; those Ozon has closed are no longer there."""
    found = [
        one for node in _result(answer).each() for one in _below(node, None, asked.language)
    ]  # fmt: skip
    return Told(categories=tuple(found))


def _below(node: Node, parent: str | None, language: Spoken) -> Iterator[Category]:
    if yes(node.get("disabled")):
        return
    if (kind := node.get("type_id")) is not None and kind.whole():
        yield Category(f"{parent}:{kind.key()}", True, parent=parent, **named(language, node["type_name"].text()))
        return
    key = node["description_category_id"].key()
    yield Category(key, False, parent=parent, **named(language, node["category_name"].text()))
    for child in node["children"].each():
        yield from _below(child, key, language)


def attributes(answer: Node, asked: Asked) -> Told:
    """What is asked in one category."""
    found = tuple(_attribute(node, asked.language) for node in _result(answer).each())
    return Told(attributes={asked.category or "": found})


_NUMBERS = {"Integer": 0, "Decimal": None}


def _attribute(node: Node, language: Spoken) -> Attribute:
    type_ = node["type"].text()
    dictionary, most, group = (
        _count(node, key) for key in ("dictionary_id", "max_value_count", "attribute_complex_id")
    )
    limits: dict[str, Any] = {}
    if most:
        limits["most"] = most
    elif not yes(node.get("is_collection")):
        limits["most"] = 1
    if dictionary:
        limits["dictionary"] = str(dictionary)
    if group:
        limits["group"] = str(group)
    kind: Kind = "choice" if dictionary else "yes" if type_ == "Boolean" else "number" if type_ in _NUMBERS else "text"
    if kind == "number" and _NUMBERS[type_] is not None:
        limits["decimals"] = _NUMBERS[type_]
    return Attribute(
        node["id"].key(), kind, yes(node.get("is_required")), limits=limits, **named(language, node["name"].text())
    )


def values(answer: Node, asked: Asked) -> Told:
    """A page of a dictionary; the last one says that there is no next."""
    found = tuple(said(asked.language, node["id"].key(), node["value"].text()) for node in _result(answer).each())
    place = (asked.category or "", asked.attribute or "")
    return Told(values={place: found}, whole=not yes(answer.get("has_next")))


def _count(node: Node, key: str) -> int:
    found = node.get(key)
    return found.whole() if found is not None else 0


def _result(answer: Node) -> Node:
    if answer.get("result") is None and (message := answer.get("message")) is not None:
        raise Refused(file=answer.file, reason=message.value)
    return answer["result"]
