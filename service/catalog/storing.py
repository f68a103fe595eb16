"""The one place that writes cards: rows, revision, readiness and search document in one go, for one card or for hundreds.

Statements run on the tables themselves, many rows at a time; that passes by the listeners of `people.reach`, so everything
written here carries the organisation of the session's caller, and every change of a row demands it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from service.catalog import readiness
from service.catalog.document import PACK_FIELDS, Document, backwards, differences, digest_of, pack, text_digest, unpack
from service.catalog.families import ensure_family
from service.catalog.models import Product, ProductText, Revision, Sku
from service.catalog.search.indexing import index, words_differ
from service.catalog.storage import storage_of
from service.database import now
from service.errors import DomainError
from service.i18n import N_
from service.inserting import insert_rows, next_ids
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["Change", "Known", "SkuInUse", "SkuTaken", "known", "save"]

CHUNK = 500  # cards fetched or looked up in one statement


class SkuInUse(DomainError):
    """A card no longer has a SKU that shows, stock or the record of prices still know."""

    status = 409
    title = N_(
        "These SKUs were taken out of their cards, but shows, stock or the record of prices still know one of them: {skus}."
    )
    remedy = N_(
        "Put it back into its card: what was planned, moved or priced under it is never forgotten. Nothing was changed."
    )


class SkuTaken(DomainError):
    """A code names one SKU."""

    status = 409
    title = N_("Another card of yours has the SKU already: {skus}.")
    remedy = N_("Choose another code, or change the other card.")


@dataclass(frozen=True)
class Known:
    """A card as it stands in the database."""

    id: int
    version: int
    document: Document
    packed: bytes


@dataclass(frozen=True)
class Change:
    """One card to write: `before` None for a new one. `moved` are SKUs whose rows came to this card, or left it, already."""

    key: str
    before: Known | None
    after: Document
    moved: frozenset[str] = frozenset()


def known(session: Session, keys: Iterable[str]) -> dict[str, Known]:
    """The organisation's own cards of these keys."""
    found: dict[str, Known] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), CHUNK):
        query = select(Product.key, Product.id, Product.version, Product.document).where(
            Product.organisation_id == organisation_of(session), Product.key.in_(wanted[start : start + CHUNK])
        )
        for key, number, version, document in session.execute(query):
            packed = document.encode()
            found[key] = Known(number, version, unpack(packed), packed)
    return found


def save(session: Session, changes: Sequence[Change], *, kind: str, batch: int | None = None) -> list[int]:
    """Write these cards, each as a new revision, and return their ids. Cards that would not change are passed over.

    Raises `SkuTaken`, `SkuInUse`, and SQLAlchemy's StaleDataError if a card was changed since it was read.
    """
    session.flush()
    packed = [pack(change.after) for change in changes]
    differing = [i for i, change in enumerate(changes) if change.before is None or change.before.packed != packed[i]]
    if not differing:
        return []
    chosen, texts = [changes[i] for i in differing], [packed[i] for i in differing]
    writer = _Writer(session, kind, batch)
    ids = writer.write(chosen, texts)
    session.expire_all()
    return ids


class _Writer:
    """One call of `save`."""

    def __init__(self, session: Session, kind: str, batch: int | None) -> None:
        self.session, self.kind, self.batch = session, kind, batch
        self.connection = session.connection()
        self.organisation = organisation_of(session)
        self.person = caller_of(session).name[:80]
        self.at = now()

    def write(self, changes: Sequence[Change], packed: Sequence[bytes]) -> list[int]:
        for family in {change.after["family"] for change in changes}:
            ensure_family(self.session, family)
        ready = readiness.rows_for(self.session, (change.after for change in changes))
        rows = [
            self._product(change, document, gaps) for change, document, gaps in zip(changes, packed, ready, strict=True)
        ]
        ids = self._products(changes, rows)
        pairs = list(zip(changes, ids, strict=True))
        self._texts(pairs)
        self._skus(pairs)
        self._revisions(pairs, packed)
        index(
            self.session,
            [
                (number, change.key, change.after, change.before is None)
                for change, number in pairs
                if change.before is None or change.moved or words_differ(change.before.document, change.after)
            ],
        )
        return ids

    def _product(self, change: Change, packed: bytes, gaps: int) -> dict[str, Any]:
        document, facts = change.after, change.after["facts"]
        return {
            "key": change.key, "organisation_id": self.organisation, "line": document["line"],
            "family_key": document["family"], "source_locale": document["source_locale"],
            **{name: facts.get(name) for name in _PLAIN}, **{name: facts.get(name, {}) for name in _MAPPINGS},
            **{name: facts.get(name, []) for name in _LISTS}, "maker_is_sample": facts.get("maker_is_sample", False),
            "storage": storage_of(facts.get("temperature_max")), "readiness_id": gaps, "digest": digest_of(packed),
            "document": packed.decode(), "version": change.before.version + 1 if change.before else 1,
            "updated_at": self.at,
        }  # fmt: skip

    def _products(self, changes: Sequence[Change], rows: list[dict[str, Any]]) -> list[int]:
        new = [row | {"created_at": self.at} for change, row in zip(changes, rows, strict=True) if not change.before]
        made: list[int] = []
        if new:
            made = next_ids(self.connection, _PRODUCT, len(new))
            insert_rows(self.connection, _PRODUCT, [{"id": i, **row} for i, row in zip(made, new, strict=True)])
        changed = [
            row | {"at_id": change.before.id, "at_version": change.before.version, "at_organisation": self.organisation}
            for change, row in zip(changes, rows, strict=True) if change.before
        ]  # fmt: skip
        if changed:
            result = self.connection.execute(_UPDATE_PRODUCT, changed)
            if result.rowcount != len(changed):
                raise StaleDataError
        fresh = iter(made)
        return [change.before.id if change.before else next(fresh) for change in changes]

    def _texts(self, pairs: list[tuple[Change, int]]) -> None:
        written: list[dict[str, Any]] = []
        gone: list[dict[str, Any]] = []
        for change, number in pairs:
            new = _text_rows(change.after)
            old = _text_rows(change.before.document) if change.before else {}
            for place, row in new.items():
                was = old.get(place)
                if was == row:
                    continue
                if was is not None:
                    gone.append({"at_id": number, "at_locale": place[0], "at_field": place[1]})
                written.append(
                    {"organisation_id": self.organisation, "product_id": number, "locale": place[0], "field": place[1], **row}
                )  # fmt: skip
            for place in old.keys() - new.keys():
                gone.append({"at_id": number, "at_locale": place[0], "at_field": place[1]})
        if gone:
            self.connection.execute(_DELETE_TEXT, gone)
        insert_rows(self.connection, _TEXT, written)

    def _skus(self, pairs: list[tuple[Change, int]]) -> None:
        written: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        gone: list[tuple[int, str]] = []
        for change, number in pairs:
            old = {row["code"]: row for row in _sku_rows(change.before.document)} if change.before else {}
            for row in _sku_rows(change.after):
                was = old.pop(row["code"], None)
                if row["code"] in change.moved:
                    changed.append({"at_id": number, "at_code": row["code"], **row})
                elif was is None:
                    written.append({"organisation_id": self.organisation, "product_id": number, **row})
                elif was != row:
                    changed.append({"at_id": number, "at_code": row["code"], **row})
            gone += [(number, code) for code in old]
        if gone:
            try:
                with self.session.begin_nested():
                    self.connection.execute(delete(_SKU).where(tuple_(_SKU.c.product_id, _SKU.c.code).in_(gone)))
            except IntegrityError:
                raise SkuInUse(skus=[code for _, code in gone]) from None
        if changed:
            self.connection.execute(_UPDATE_SKU, changed)
        if written:
            self._refuse_taken({row["code"] for row in written})
            insert_rows(self.connection, _SKU, written)

    def _refuse_taken(self, codes: set[str]) -> None:
        query = select(Sku.code).where(Sku.code.in_(codes), Sku.organisation_id == self.organisation)
        if taken := sorted(self.session.scalars(query)):
            raise SkuTaken(skus=taken)

    def _revisions(self, pairs: list[tuple[Change, int]], packed: Sequence[bytes]) -> None:
        rows = []
        for (change, number), document in zip(pairs, packed, strict=True):
            before = change.before
            fields = [d.field for d in differences(before.document, change.after)] if before else []
            rows.append(
                {
                    "organisation_id": self.organisation, "product_id": number, "batch_id": self.batch, "kind": self.kind,
                    "number": before.version + 1 if before else 1, "person": self.person, "at": self.at,
                    "fields": fields, "before": backwards(before.packed, document) if before else None,
                }
            )  # fmt: skip
        insert_rows(self.connection, _REVISION, rows)


_PLAIN = (
    "origin_country", "origin_place", "county", "hs_code", "hs_edition", "shelf_life_value", "shelf_life_unit",
    "temperature_min", "temperature_max", "marking_group", "pinyin", "brand_key",
)  # fmt: skip
_MAPPINGS = ("certificates", "attributes", "lexeme")
_LISTS = ("markets", "allergens", "unverified")

_TEXT, _PRODUCT, _SKU, _REVISION = (cast("Table", model.__table__) for model in (ProductText, Product, Sku, Revision))
_DELETE_TEXT = delete(_TEXT).where(
    _TEXT.c.product_id == bindparam("at_id"), _TEXT.c.locale == bindparam("at_locale"), _TEXT.c.field == bindparam("at_field")
)  # fmt: skip
_UPDATE_PRODUCT = update(_PRODUCT).where(
    _PRODUCT.c.id == bindparam("at_id"), _PRODUCT.c.version == bindparam("at_version"),
    _PRODUCT.c.organisation_id == bindparam("at_organisation"),
)  # fmt: skip
_UPDATE_SKU = update(_SKU).where(_SKU.c.product_id == bindparam("at_id"), _SKU.c.code == bindparam("at_code"))


def _text_rows(document: Document) -> dict[tuple[str, str], dict[str, Any]]:
    source = document["source_locale"]
    sources = document["texts"].get(source, {})
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for locale, texts in document["texts"].items():
        for field, text in texts.items():
            stale = "made_from" in text
            rows[locale, field] = {
                "value": text["value"], "origin": text.get("origin", "authored"), "source_locale": source,
                "source_digest": text["made_from"] if stale else text_digest(sources.get(field, text)["value"]),
                "stale": stale, "reviewer": text.get("reviewer"),
                "reviewed_at": datetime.fromisoformat(text["reviewed_at"]) if "reviewed_at" in text else None,
                "locked": text.get("locked", False),
            }  # fmt: skip
    return rows


def _sku_rows(document: Document) -> list[dict[str, Any]]:
    return [
        {"position": position, "code": sku["code"], **{name: sku.get(name) for name in PACK_FIELDS}}
        for position, sku in enumerate(document["skus"])
    ]
