"""One reader a platform: from the bytes of an answer, saved as a file, to what it told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from service.errors import DomainError
from service.i18n import N_, Message
from service.listings.categories.reading import (
    douyin,
    kuaishou,
    ozon,
    pinduoduo,
    wechat_shop,
    wildberries,
    yandex_market,
)
from service.listings.categories.reading.node import Asked, BadAnswer, Node, Refused, opened
from service.listings.categories.reading.sheet import sheet
from service.listings.categories.snapshot import Told

__all__ = ["READERS", "Asked", "BadAnswer", "NotTold", "Refused", "Subject", "UnknownAnswer", "read_answer"]

Subject = Literal["tree", "attributes", "values", "rules"]
Reader = Callable[[Node, Asked], Told]

READERS: Mapping[str, Mapping[Subject, Reader]] = {
    "ozon": {"tree": ozon.tree, "attributes": ozon.attributes, "values": ozon.values},
    "wildberries": {
        "tree": wildberries.tree, "attributes": wildberries.attributes, "values": wildberries.values, "rules": wildberries.rules,
    },
    "yandex_market": {"tree": yandex_market.tree, "attributes": yandex_market.attributes},
    "douyin": {"tree": douyin.tree, "attributes": douyin.attributes, "rules": douyin.rules},
    "wechat_shop": {"tree": wechat_shop.tree, "attributes": wechat_shop.attributes},
    "pinduoduo": {"tree": pinduoduo.tree, "attributes": pinduoduo.attributes},
    "kuaishou": {"tree": kuaishou.tree, "attributes": kuaishou.attributes, "values": kuaishou.values},
}  # fmt: skip


class UnknownAnswer(DomainError):
    """There is no reader for such an answer of this channel."""

    title = N_("Nobody reads answers of the kind “{subject}” from {channel}.")
    remedy = N_(
        "Known kinds: {known}. A sheet (XLSX, CSV) as docs/listing-categories.md describes it serves every channel."
    )


class NotTold(DomainError):
    """An answer does not say by itself whose it is."""

    title = N_("“{file}” does not say which {missing} it belongs to.")
    remedy = N_("Name it with --{option}, or save request and answer together as {form}.")


_REQUEST = {
    "attribute": ("attribute_id", "propId", "prop_id"),
    "language": ("language", "locale"),
}


def read_answer(channel: str, subject: Subject, name: str, content: bytes, asked: Asked) -> Told:
    """What one file tells: a platform's JSON answer, or a sheet. Raises `BadAnswer`, `Refused`, `NotTold`, `UnknownAnswer`."""
    if name.rpartition(".")[2].lower() in ("xlsx", "xlsm", "csv", "tsv"):
        return sheet(name, content)
    known = READERS.get(channel, {})
    if subject not in known:
        raise UnknownAnswer(
            subject=subject, channel=channel, known=[one for one in get_args(Subject) if one in known] or "—"
        )
    answer, request = opened(name, content)
    try:
        told = known[subject](answer, _asked(request, asked) if request is not None else asked)
    except RecursionError:
        raise BadAnswer(name, "$", Message(N_("The answer is nested too deeply."))) from None
    _whose(told, name)
    return told


def _asked(request: Node, asked: Asked) -> Asked:
    """What the request says, completed by what the command was told."""
    if not isinstance(request.value, dict):
        raise request.fault(Message(N_("A mapping is expected here.")))
    values = {
        name: next((one.key() for key in keys if (one := request.get(key)) is not None), None)
        for name, keys in _REQUEST.items()
    }
    spoken = (values["language"] or "").casefold()[:2]
    language = "zh" if spoken == "zh" else "ru" if spoken == "ru" else asked.language
    return Asked(language, _category(request) or asked.category, values["attribute"] or asked.attribute)


def _category(request: Node) -> str | None:
    """Ozon's leaf is two numbers, elsewhere it is one."""
    if (head := request.get("description_category_id")) is not None and (kind := request.get("type_id")) is not None:
        return f"{head.key()}:{kind.key()}"
    for key in ("category_leaf_id", "category_id", "categoryId", "cat_id", "subjectId", "subjectID"):
        if (found := request.get(key)) is not None:
            return found.key()
    return None


def _whose(told: Told, name: str) -> None:
    form = '{"request": {…}, "answer": {…}}'
    if "" in told.attributes or "" in told.facts or any(not category for category, _ in told.values):
        raise NotTold(file=name, missing=Message(N_("category")), option="category", form=form)
    if any(not attribute for _, attribute in told.values):
        raise NotTold(file=name, missing=Message(N_("attribute")), option="attribute", form=form)
