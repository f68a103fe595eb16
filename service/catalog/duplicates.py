"""Cards that may be the same goods twice: the same GTIN, SKUs that look alike, the same name.

Only one's own cards are compared: a card of one's own beside a shared one is meant. Two cards a person has told apart are not
shown together again.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.editing import own_document
from service.catalog.models import Distinct, Product, ProductText, Sku
from service.catalog.search.tokens import stem, words
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["Reason", "SameCard", "Twins", "like", "named_alike", "tell_apart", "twins"]

Reason = Literal["gtin", "sku", "name"]
MOST = 50  # cards of one group that are shown; a name that hundreds of cards share tells nothing


class SameCard(DomainError):
    """Two different cards are meant."""

    title = N_("“{key}” is named twice.")
    remedy = N_("Name two different cards.")


@dataclass(frozen=True)
class Twins:
    """Cards that share something only one card should have: what it is, and their keys in order."""

    reason: Reason
    value: str
    keys: tuple[str, ...]


def twins(session: Session) -> list[Twins]:
    """All groups of cards of one's own that may be the same goods, the surest reason first."""
    me = organisation_of(session)
    keys = {
        row.id: row.key for row in session.execute(select(Product.id, Product.key).where(Product.organisation_id == me))
    }
    apart = {(row.one_id, row.other_id) for row in session.execute(select(Distinct.one_id, Distinct.other_id))}
    gtins: dict[str, set[int]] = defaultdict(set)
    codes: dict[str, set[int]] = defaultdict(set)
    for code, gtin, product in session.execute(
        select(Sku.code, Sku.gtin, Sku.product_id).where(Sku.organisation_id == me)
    ):
        codes[like(code)].add(product)
        if gtin:
            gtins[gtin.zfill(14)].add(product)
    names: dict[str, set[int]] = defaultdict(set)
    query = select(ProductText.product_id, ProductText.value)
    for product, name in session.execute(query.where(ProductText.organisation_id == me, ProductText.field == "name")):
        names[named_alike(name)].add(product)
    found: list[Twins] = []
    seen: set[tuple[str, ...]] = set()
    reasons: tuple[tuple[Reason, Mapping[str, set[int]]], ...] = (("gtin", gtins), ("sku", codes), ("name", names))
    for reason, groups in reasons:
        for value, members in sorted(groups.items()):
            for together in _not_told_apart(members, apart):
                group = tuple(sorted(keys[number] for number in together if number in keys))
                if len(group) > 1 and group not in seen:
                    seen.add(group)
                    found.append(Twins(reason, value.lstrip("0") if reason == "gtin" else value, group))
    return found


def _not_told_apart(members: Iterable[int], apart: set[tuple[int, int]]) -> Iterator[list[int]]:
    """The group, without cards that have been told apart from all the others."""
    numbers = sorted(members)[:MOST]
    if len(numbers) < 2:
        return
    linked = {number for pair in combinations(numbers, 2) if pair not in apart for number in pair}
    if len(linked) > 1:
        yield sorted(linked)


_ALIKE = str.maketrans("OQILАВЕЗКМНОРСТУХ", "0011ABE3KMH0PCTYX")


def like(code: str) -> str:
    """A SKU as a tired eye reads it: O is 0, I and L are 1, Cyrillic is Latin, separators do not count."""
    plain = unicodedata.normalize("NFKC", code).upper().translate(_ALIKE)
    return "".join(sign for sign in plain if sign.isalnum())


def named_alike(name: str) -> str:
    """A name without what does not tell goods apart: case, signs, traditional characters, the order and endings of Russian words."""
    parts = [(script, run) for script, run in words(name) if script != "break"]
    if any(script == "cyrillic" for script, _ in parts) and not any(script == "han" for script, _ in parts):
        return " ".join(sorted(stem(run) for _, run in parts))
    return "".join(run for _, run in parts)


def tell_apart(session: Session, *, one: str, other: str) -> None:
    """Two cards look alike and are not the same; they are not shown together again. Raises `NotFound`, `SameCard`."""
    numbers = sorted((own_document(session, one).id, own_document(session, other).id))
    if numbers[0] == numbers[1]:
        raise SameCard(key=one)
    if session.get(Distinct, tuple(numbers)) is None:
        session.add(Distinct(one_id=numbers[0], other_id=numbers[1], person=caller_of(session).name[:80]))
        record(session, "product.told-apart", one, other=other)
