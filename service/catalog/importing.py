"""Takes `catalogs/` over into the database: all or nothing, and a second time nothing at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.catalog.checking import read_catalogue
from service.catalog.files import FamilyEntry, Pair, ProductEntry, SkuEntry
from service.catalog.models import Family, FamilyAttribute, Product, ProductText, Sku
from service.database import now
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = ["CatalogueImport", "SkuInUse", "digest_of", "import_catalogue", "take_card", "take_family", "write_cards"]


@dataclass
class CatalogueImport:
    """What an import did: keys of cards created, updated, left alone; texts kept because someone locked them."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept_locked: list[str] = field(default_factory=list)
    removed_skus: list[str] = field(default_factory=list)


class SkuInUse(DomainError):
    """A card no longer has a SKU that shows still use."""

    status = 409
    title = N_("These SKUs were taken out of their cards, but shows still use one of them: {skus}.")
    remedy = N_("Put it back into its card, or take it out of the shows first. Nothing was changed.")


def import_catalogue(session: Session, *, folder: Path | None = None) -> CatalogueImport:
    """Import families and cards from `folder` (default `catalogs/`).

    Cards absent from the files stay as they are. Raises `FilesRejected` before anything is written.
    """
    files = read_catalogue(folder)
    for key, family in files.families.items():
        take_family(session, key, family)
    session.flush()
    known = {product.key: product for product in session.scalars(_own_products(session))}
    report = CatalogueImport()
    for line, entry in files.cards:
        take_card(session, line, entry, known.get(entry.key), report)
    write_cards(session, report)
    if report.created or report.updated:
        record(session, "catalogue.imported", "catalogs/", created=len(report.created), updated=len(report.updated))
    return report


def write_cards(session: Session, report: CatalogueImport) -> None:
    """Write what `take_card` prepared. Raises `SkuInUse`."""
    try:
        session.flush()
    except IntegrityError:
        if not report.removed_skus:
            raise
        raise SkuInUse(skus=report.removed_skus) from None


def _own_products(session: Session) -> Select[Product]:
    query = select(Product).where(Product.organisation_id == organisation_of(session))
    return query.options(selectinload(Product.texts), selectinload(Product.skus))


def digest_of(data: object) -> str:
    """A short name for a content, the same for the same content."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def take_family(session: Session, key: str, entry: FamilyEntry) -> None:
    """Make a family and its attributes what the entry says."""
    family = session.get(Family, key) or Family(key=key, name_zh="", name_ru="")
    family.name_zh, family.name_ru = entry.name.zh, entry.name.ru
    present = {attribute.key: attribute for attribute in family.attributes}
    for position, (name, attribute) in enumerate(entry.attributes.items()):
        row = present.pop(name, None)
        if row is None:
            row = FamilyAttribute(key=name)
            family.attributes.append(row)
        row.position, row.type, row.unit = position, attribute.type, attribute.unit
        row.name_zh, row.name_ru = attribute.name.zh, attribute.name.ru
        row.options = {option: pair.model_dump() for option, pair in attribute.options.items()}
    for gone in present.values():
        family.attributes.remove(gone)
    session.add(family)


def take_card(
    session: Session, line: str, entry: ProductEntry, product: Product | None, report: CatalogueImport
) -> None:
    """Bring one card (None: a new one) up to its entry and note in `report` what was done."""
    digest = digest_of([line, entry.model_dump(mode="json")])
    if product is None:
        product = Product(key=entry.key)
        session.add(product)
        report.created.append(entry.key)
    elif product.digest == digest:
        report.unchanged.append(entry.key)
        return
    else:
        product.version += 1
        product.updated_at = now()
        report.updated.append(entry.key)
    product.digest = digest
    for name, value in _facts(line, entry).items():
        setattr(product, name, value)
    _take_texts(product, entry, report)
    _take_skus(product, entry.skus, report)


def _facts(line: str, entry: ProductEntry) -> dict[str, Any]:
    shelf, temperature = entry.shelf_life, entry.temperature
    return {
        "line": line,
        "family_key": entry.family,
        "source_locale": entry.source_locale,
        "origin_country": entry.origin.country,
        "origin_place": entry.origin.place,
        "county": entry.county,
        "maker_is_sample": entry.maker.sample,
        "hs_code": entry.hs.code,
        "hs_edition": entry.hs.edition,
        "shelf_life_value": shelf.value if shelf else None,
        "shelf_life_unit": shelf.unit if shelf else None,
        "temperature_min": temperature.min if temperature else None,
        "temperature_max": temperature.max if temperature else None,
        "marking_group": entry.marking_group,
        "markets": list(entry.markets),
        "certificates": entry.certificates.model_dump(),
        "allergens": list(entry.allergens),
        "unverified": list(entry.unverified),
        "attributes": {k: v.model_dump() if isinstance(v, Pair) else v for k, v in entry.attributes.items()},
        "lexeme": entry.lexeme.model_dump(),
        "pinyin": entry.pinyin,
    }


def _take_texts(product: Product, entry: ProductEntry, report: CatalogueImport) -> None:
    present = {(text.locale, text.field): text for text in product.texts}
    words = {locale: dict(_texts(entry, locale)) for locale in ("zh", "ru")}
    for locale, fields in words.items():
        for name, value in fields.items():
            source = digest_of(words[entry.source_locale].get(name, value))
            text = present.pop((locale, name), None)
            if text is None:
                text = ProductText(locale=locale, field=name, value="")
                product.texts.append(text)
            elif text.locked and text.value != value:
                report.kept_locked.append(f"{entry.key} · {locale} · {name}")
                continue
            if text.value != value:
                text.value, text.origin, text.reviewer, text.reviewed_at = value, "authored", None, None
            text.source_locale, text.source_digest = entry.source_locale, source
    for gone in present.values():
        if gone.locked:
            report.kept_locked.append(f"{entry.key} · {gone.locale} · {gone.field}")
        else:
            product.texts.remove(gone)


def _texts(entry: ProductEntry, locale: str) -> Iterator[tuple[str, str]]:
    """Field and words; lists are numbered from 1: selling_point.2, faq.1.storage.question."""
    texts = entry.texts
    for name in ("name", "short_name", "spoken_name", "description", "ingredients", "storage", "usage"):
        if pair := getattr(texts, name):
            yield name, getattr(pair, locale)
    for name, field_name in (("selling_points", "selling_point"), ("serving", "serving")):
        if lists := getattr(texts, name):
            for number, value in enumerate(getattr(lists, locale), 1):
                yield f"{field_name}.{number}", value
    for number, faq in enumerate(texts.faq, 1):
        said = getattr(faq, locale)
        yield f"faq.{number}.{faq.intent}.question", said.q
        yield f"faq.{number}.{faq.intent}.answer", said.a
    if entry.brand:
        yield "brand", getattr(entry.brand, locale)
    yield "maker", getattr(entry.maker, locale)
    for sku in entry.skus:
        yield f"sku.{sku.sku}.label", getattr(sku.label, locale)


def _take_skus(product: Product, entries: list[SkuEntry], report: CatalogueImport) -> None:
    present: Mapping[str, Sku] = {sku.code: sku for sku in product.skus}
    for position, entry in enumerate(entries):
        sku = present.get(entry.sku)
        if sku is None:
            sku = Sku(code=entry.sku)
            product.skus.append(sku)
        sku.position = position
        sku.net_value, sku.net_unit = entry.net.value, entry.net.unit
        sku.pack_measure, sku.pack_noun = entry.pack.zh, entry.pack.ru
        sku.gross_g, sku.units_per_case = entry.gross, entry.case
    kept = {entry.sku for entry in entries}
    for gone in [sku for sku in product.skus if sku.code not in kept]:
        product.skus.remove(gone)
        report.removed_skus.append(gone.code)
