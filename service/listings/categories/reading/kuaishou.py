"""Kuaishou: open.item.category, open.item.category.config, open.item.category.prop.value.search.

Names of keys come from third-party code; under which key the list of properties stands is not known, so the list whose entries have a
`propId` is taken. Unverified throughout.
"""

from __future__ import annotations

from typing import Any

from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Kind, Told, named, said

__all__ = ["attributes", "tree", "values"]


def tree(answer: Node, asked: Asked) -> Told:
    """All categories the shop may use."""
    found = []
    for node in _data(answer).each():
        above = node.get("categoryPid")
        parent = above.key() if above is not None and above.whole() else None
        found.append(
            Category(
                node["categoryId"].key(), True, parent=parent, **named(asked.language, node["categoryName"].text())
            )
        )
    return Told(categories=tuple(found))


_KINDS: dict[str, Kind] = {"RADIO": "choice", "CHECKBOX": "choice", "NUMBER": "number"}
_FORMS = {"EMAIL", "URL", "DATETIME", "DATETIMERANGE", "IMAGE"}


def attributes(answer: Node, asked: Asked) -> Told:
    """Properties of a category; values of long lists are told by prop.value.search."""
    rows = _listed(_data(answer), "propId")
    found = [(_order(one), _property(one, asked)) for one in rows.each()]
    return Told(attributes={asked.category or "": tuple(one for _, one in sorted(found, key=lambda row: row[0]))})


def _property(node: Node, asked: Asked) -> Attribute:
    type_ = node["propInputType"].text()
    kind = _KINDS.get(type_, "text")
    limits: dict[str, Any] = {"most": 1} if type_ != "CHECKBOX" else {}
    if type_ == "CHECKBOX" and (most := node.get("propValueMaximum")) is not None and most.whole() > 0:
        limits["most"] = most.whole()
    if kind == "choice":
        limits["dictionary"] = True
    if type_ in _FORMS:
        limits["form"] = type_.lower()
    if yes(node.get("customInput")):
        limits["own"] = True
    limits |= _lengths(node) if kind == "text" else {}
    if (units := node.get("unitProp")) is not None and units.value:
        limits["units"] = [
            {"id": one["unitPropValueId"].key(), "name": one["unitPropValueName"].text()} for one in units.each()
        ]
    required = node["required"].flag()
    if yes(node.get("preConstraint")):
        required, limits["when"] = False, True
    return Attribute(
        node["propId"].key(), kind, required, limits=limits, **named(asked.language, node["propName"].text())
    )  # fmt: skip


def _lengths(node: Node) -> dict[str, int]:
    config = node.get("propInputConfig")
    rule = config.get("inputFormatConfig") if config is not None else None
    if rule is None or not yes(rule.get("useLimit")):
        return {}
    bounds = (("min", "min_length"), ("max", "max_length"))
    return {ours: bound.whole() for theirs, ours in bounds if (bound := rule.get(theirs)) is not None}


def values(answer: Node, asked: Asked) -> Told:
    """A page of a property's values."""
    rows = _listed(_data(answer), "propValueId")
    found = tuple(said(asked.language, one["propValueId"].key(), one["propValue"].text()) for one in rows.each())
    return Told(values={(asked.category or "", asked.attribute or ""): found}, whole=False)


def _listed(data: Node, key: str) -> Node:
    """The list whose entries have this key, wherever it stands."""
    if isinstance(data.value, list):
        return data
    for name, value in data.value.items() if isinstance(data.value, dict) else ():
        if isinstance(value, list) and value and isinstance(value[0], dict) and key in value[0]:
            return data[name]
    return data[key]


def _order(node: Node) -> int:
    order = node.get("sortNum")
    return order.whole() if order is not None else 0


def _data(answer: Node) -> Node:
    result = answer.get("result")
    if result is not None and result.value not in (1, "1"):
        told = answer.get("error_msg") or answer.get("errorMsg")
        raise Refused(file=answer.file, reason=told.value if told is not None else result.value)
    return answer["data"]
