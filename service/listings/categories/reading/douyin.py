"""Douyin: shop.getShopCategory (one level a call), product.getCatePropertyV2, product.getProductUpdateRule.

Key names as the SDK of 2023 has them (zsmhub/doudian-sdk); nobody has compared them with an answer of today.
"""

from __future__ import annotations

from typing import Any

from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Kind, Told, named, said

__all__ = ["attributes", "rules", "tree"]


def tree(answer: Node, asked: Asked) -> Told:
    """The children of one category; those that are switched off are passed over."""
    found = []
    for node in _data(answer).each():
        parent = node.get("parent_id")
        enabled = node.get("enable")
        if enabled is None or enabled.flag():
            above = parent.key() if parent is not None and parent.whole() else None
            found.append(
                Category(
                    node["id"].key(), node["is_leaf"].flag(), parent=above, **named(asked.language, node["name"].text())
                )
            )
    return Told(categories=tuple(found), whole=False)


_KINDS: dict[str, Kind] = {"text": "text", "select": "choice", "multi_select": "choice", "timestamp": "text", "timerange": "text"}  # fmt: skip


def attributes(answer: Node, asked: Asked) -> Told:
    """Properties of a category. Those of variants (property_type 2) are answered by the variants."""
    data = _data(answer)
    rows = data["data"] if isinstance(data.value, dict) else data
    found: dict[str, list[tuple[int, Attribute]]] = {}
    for node in rows.each():
        status = node.get("status")
        if status is not None and status.whole():
            continue  # 1: no longer valid
        number = node.get("category_id")
        category = number.key() if number is not None and number.whole() else asked.category or ""
        order = node.get("sequence")
        found.setdefault(category, []).append((order.whole() if order is not None else 0, _property(node, asked)))
    return Told(
        attributes={
            key: tuple(one for _, one in sorted(rows, key=lambda row: row[0])) for key, rows in found.items()
        }
    )  # fmt: skip


def _property(node: Node, asked: Asked) -> Attribute:
    type_ = node["type"].text()
    limits: dict[str, Any] = {}
    if type_ != "multi_select":
        limits["most"] = 1
    elif (most := node.get("multi_select_max")) is not None and most.whole() > 0:
        limits["most"] = most.whole()
    if yes(node.get("diy_type")):
        limits["own"] = True
    if type_ in ("timestamp", "timerange"):
        limits["form"] = type_
    if (role := node.get("property_type")) is not None and role.whole() == 2:
        limits["elsewhere"] = "variant"
    options = node.get("options")
    values = tuple(
        said(asked.language, one.either("value_id", "value").key(), one.either("name", "value").text())
        for one in (options.each() if options is not None else ())
    )
    kind = _KINDS.get(type_, "text")
    return Attribute(
        node["property_id"].key(), kind if values or kind != "choice" else "text", node["required"].flag(), limits=limits,
        values=values, **named(asked.language, node["property_name"].text()),
    )  # fmt: skip


_RULES = (
    ("product_spec_rule", ("max_spec_num_limit", "spec_combination_limit", "spec_single_limit", "spec_rule_code")),
    ("reference_price_rule", ("is_support", "is_required", "lower_sku_price_times")),
    ("main_image_three_to_four_rule", ("is_show", "must_input")),
)


def rules(answer: Node, asked: Asked) -> Told:
    """What variants and prices of a category may be."""
    data = _data(answer)
    facts: dict[str, Any] = {}
    for name, keys in _RULES:
        if (part := data.get(name)) is not None:
            facts[name] = {key: found.value for key in keys if (found := part.get(key)) is not None}
    return Told(facts={asked.category or "": facts})


def _data(answer: Node) -> Node:
    code = answer.get("code")
    if code is not None and code.value not in (10000, "10000", 0):
        told = answer.get("sub_msg") or answer.get("msg")
        raise Refused(file=answer.file, reason=told.value if told is not None else code.value)
    return answer["data"]
