"""Wildberries: /content/v2/object/parent/all and /object/all (pages), /object/charcs/{subjectId}, the directories.

Parents and subjects are numbered apart, so a parent is known by "p<number>". Values have no number: their text is it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from service.i18n import N_, Message
from service.listings.categories.reading.node import Asked, Node, Refused, yes
from service.listings.categories.snapshot import Attribute, Category, Told, Value, named, said

__all__ = ["attributes", "rules", "text_key", "tree", "values"]


def tree(answer: Node, asked: Asked) -> Told:
    """Parents, or a page of subjects with their parents."""
    found: dict[str, Category] = {}
    for node in _data(answer).each():
        if node.get("subjectID") is None:
            one = Category(f"p{node['id'].key()}", False, **named(asked.language, node["name"].text()))
            found[one.external] = one
            continue
        parent = None
        if (number := node.get("parentID")) is not None and number.whole():
            parent = f"p{number.key()}"
            above = node.get("parentName")
            if parent not in found and above is not None:
                found[parent] = Category(parent, False, **named(asked.language, above.text()))
        one = Category(
            node["subjectID"].key(), True, parent=parent, **named(asked.language, node["subjectName"].text())
        )
        found[one.external] = one
    return Told(categories=tuple(found.values()), whole=False)


_KINDS = {1, 4}


def attributes(answer: Node, asked: Asked) -> Told:
    """Characteristics of a subject; those Wildberries no longer uses (charcType 0) are passed over."""
    found: dict[str, list[Attribute]] = {}
    names: dict[str, str] = {}
    for node in _data(answer).each():
        number = node.get("subjectID")
        subject = number.key() if number is not None else asked.category or ""
        if (name := node.get("subjectName")) is not None:
            names[subject] = name.text()
        asked_here = found.setdefault(subject, [])
        type_ = node["charcType"].whole()
        if type_ in _KINDS:
            asked_here.append(_characteristic(node, type_, asked))
    if not found:
        raise _data(answer).fault(
            Message(N_("The list is empty: the platform has told no attribute.")),
            Message(
                N_("Check the category's number in the request; a number that does not exist is answered like this.")
            ),
        )
    return Told(attributes={key: tuple(one) for key, one in found.items()}, names=names)


def _characteristic(node: Node, type_: int, asked: Asked) -> Attribute:
    limits: dict[str, Any] = {}
    if type_ == 4:
        limits["most"] = 1
    elif (most := node.get("maxCount")) is not None and most.whole() > 0:
        limits["most"] = most.whole()
    if (unit := node.get("unitName")) is not None and isinstance(unit.value, str) and unit.value.strip():
        limits["unit_name"] = unit.value.strip()
    if yes(node.get("existNamedField")):
        limits["elsewhere"] = "field"
    return Attribute(
        node["charcID"].key(), "number" if type_ == 4 else "text", yes(node.get("required")), limits=limits,
        **named(asked.language, node["name"].text()),
    )  # fmt: skip


def values(answer: Node, asked: Asked) -> Told:
    """A directory (VAT, colours, countries, kinds, seasons): texts, or entries with a name."""
    found: list[Value] = []
    for node in _data(answer).each():
        text = node.text() if isinstance(node.value, str) else _name(node)
        found.append(said(asked.language, text_key(text), text))
    return Told(values={(asked.category or "", asked.attribute or ""): tuple(found)})


def _name(node: Node) -> str:
    return node.either("name", "tnved").text()


def rules(answer: Node, asked: Asked) -> Told:
    """/content/v2/directory/tnved of a subject: which customs codes it may have, and whether goods of the code are marked."""
    codes = {node["tnved"].key(): yes(node.get("isKiz")) for node in _data(answer).each()}
    facts: dict[str, Any] = {"tnved": codes, "marked": "all" if codes and all(codes.values()) else "some" if any(codes.values()) else "none"}  # fmt: skip
    return Told(facts={asked.category or "": facts})


def text_key(text: str) -> str:
    """What stands for the number of a value that has none: its text, shortened where that is too long."""
    return text if len(text) <= 80 else f"{text[:63]}…{sha256(text.encode()).hexdigest()[:16]}"


def _data(answer: Node) -> Node:
    if yes(answer.get("error")) or (answer.get("data") is None and answer.get("detail") is not None):
        told = answer.get("errorText") or answer.get("detail")
        raise Refused(file=answer.file, reason=told.value if told is not None else "—")
    return answer["data"]
