"""Pinduoduo: pdd.goods.cats.get or pdd.goods.authorization.cats (one level a call), pdd.goods.cat.rule.get.

Key names as the SDK of 2024 has them (niltor/open-pdd-net-sdk); nobody has compared them with an answer of today.
"""

from __future__ import annotations

from typing import Any

from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Kind, Told, Value, named, said

__all__ = ["attributes", "tree"]


def tree(answer: Node, asked: Asked) -> Told:
    """The children of one category; whether they have children of their own is not told."""
    found = []
    for node in (
        _told(answer).either("goods_cats_get_response", "goods_auth_cats_get_response")["goods_cats_list"].each()
    ):
        above = node.get("parent_cat_id")
        parent = above.key() if above is not None and above.whole() else None
        found.append(
            Category(node["cat_id"].key(), True, parent=parent, **named(asked.language, node["cat_name"].text()))
        )
    return Told(categories=tuple(found), whole=False)


_FORMS = {2: "range", 3: "product", 4: "product", 5: "day", 6: "days", 7: "month", 8: "months"}


def attributes(answer: Node, asked: Asked) -> Told:
    """Properties of a category. Those of the sale and of the SKU are answered by the variants."""
    told = _told(answer)["cat_rule_get_response"]
    rows = told["goods_properties_rule"]["properties"]
    facts: dict[str, Any] = {}
    if (rule := told.get("goods_sku_rule")) is not None:
        facts = {
            key: str(one.value) for key in ("spec_num_limit", "price_range_ratio") if (one := rule.get(key)) is not None
        }
    category = asked.category or ""
    return Told(
        attributes={category: tuple(_property(one, asked) for one in rows.each())},
        facts={category: facts} if facts else {},
    )


def _property(node: Node, asked: Asked) -> Attribute:
    listed = node.get("values")
    values = tuple(_value(one, asked) for one in listed.each()) if listed is not None else ()
    form = _count(node, "property_value_type")
    kind: Kind = "choice" if values else "number" if form == 1 else "text"
    limits: dict[str, Any] = {"most": most} if (most := _count(node, "choose_max_num")) else {}
    if _count(node, "input_max_num"):
        limits["own"] = True
    if form in _FORMS:
        limits["form"] = _FORMS[form]
    if kind == "number":
        limits["decimals"] = _count(node, "value_precision")
    lowest, highest = ("min", "max") if kind == "number" else ("min_length", "max_length")
    for theirs, ours in (("min_value", lowest), ("max_value", highest)):
        bound = node.get(theirs)
        if bound is not None and form in (0, 1) and str(bound.value).strip():
            limits[ours] = str(bound.value).strip() if kind == "number" else bound.whole()
    if (units := node.get("value_unit")) is not None and units.value:
        limits["units"] = [{"id": one.text(), "name": one.text()} for one in units.each()]
    if yes(node.get("is_sale")) or yes(node.get("is_sku")):
        limits["elsewhere"] = "variant"
    required = yes(node.get("required"))
    if required and _count(node, "required_rule_type") == 1:
        required, limits["when"] = False, True
    return Attribute(
        node["ref_pid"].key(), kind, required, limits=limits, values=values, **named(asked.language, node["name"].text())
    )  # fmt: skip


def _value(node: Node, asked: Asked) -> Value:
    return said(asked.language, node["vid"].key(), node["value"].text())


def _count(node: Node, key: str) -> int:
    found = node.get(key)
    return found.whole() if found is not None else 0


def _told(answer: Node) -> Node:
    if (error := answer.get("error_response")) is not None:
        told = error.get("sub_msg") or error.get("error_msg")
        raise Refused(file=answer.file, reason=told.value if told is not None else "—")
    return answer
