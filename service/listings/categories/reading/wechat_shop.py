"""WeChat shop: /shop/ec/category/all (cats_v2) and /shop/ec/category/getcategoryproductrule, or /detail.

Keys of the rules are those of the platform's page; how `cats_v2` nests, where `required_rule` says it and what parts the options are not
told there and stand here as commonly seen. Attributes have no number: their name is it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.reading.wildberries import text_key
from service.listings.categories.snapshot import Attribute, Category, Kind, Told, named, said

__all__ = ["attributes", "tree"]


def tree(answer: Node, asked: Asked) -> Told:
    """The newer tree, of any depth."""
    found = {}
    for node in _told(answer).either("cats_v2", "cats").each():
        for one in _categories(node):
            leaf, above = one.get("leaf"), one.get("f_cat_id")
            parent = above.key() if above is not None and str(above.value) not in ("0", "") else None
            key = one["cat_id"].key()
            found[key] = Category(
                key,
                leaf.flag() if leaf is not None else True,
                parent=parent,
                **named(asked.language, one["name"].text()),
            )
    return Told(categories=tuple(found.values()))


def _categories(node: Node) -> Iterator[Node]:
    inner = node.get("cat_and_qua")
    for one in inner.each() if inner is not None else (node,):
        yield one.get("cat") or one


_KINDS: dict[str, Kind] = {
    "string": "text", "select_one": "choice", "select_many": "choice", "integer": "number", "decimal4": "number",
    "integer_unit": "number", "decimal4_unit": "number",
}  # fmt: skip


def attributes(answer: Node, asked: Asked) -> Told:
    """Product attributes of a category and what else it asks."""
    told = _told(answer)
    info, source = told.get("info"), told.get("attr") or told
    category = info["cat_id"].key() if info is not None else asked.category or ""
    name = info.get("name") if info is not None else None
    facts = {key: one.value for key in ("floor_price", "is_need_bar_code") if (one := told.get(key)) is not None}
    return Told(
        attributes={category: tuple(_attribute(one, asked) for one in source["product_attr_list"].each())},
        facts={category: facts} if facts else {}, names={category: name.text()} if name is not None else {},
    )  # fmt: skip


def _attribute(node: Node, asked: Asked) -> Attribute:
    type_ = node.either("type_v2", "type").text()
    kind = _KINDS.get(type_, "text")
    name = node["name"].text()
    listed = node.get("value")
    options = (
        [one.strip() for one in re.split("[;；\n]", str(listed.value)) if one.strip()] if listed is not None else []
    )
    limits: dict[str, Any] = {} if type_ == "select_many" else {"most": 1}
    if kind == "number":
        limits["decimals"] = 0 if type_.startswith("integer") else 4
        if options:
            limits["units"] = [{"id": one, "name": one} for one in options]
    if yes(node.get("append_allowed")):
        limits["own"] = True
    values = tuple(said(asked.language, text_key(one), one) for one in options) if kind == "choice" else ()
    return Attribute(text_key(name), kind, _required(node), limits=limits, values=values, **named(asked.language, name))


def _required(node: Node) -> bool:
    rule = node.get("required_rule")
    if (told := node.get("is_required")) is not None:
        return told.flag()
    return rule is not None and isinstance(rule.value, dict) and yes(rule.get("is_required"))


def _told(answer: Node) -> Node:
    code = answer.get("errcode")
    if code is not None and str(code.value) != "0":
        message = answer.get("errmsg")
        raise Refused(file=answer.file, reason=message.value if message is not None else code.value)
    return answer
