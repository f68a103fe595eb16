"""Whole cards as people author them: from the files of `catalogs/`, or one by one over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from service.catalog.brands.keeping import import_brands
from service.catalog.checking import read_catalogue
from service.catalog.document import Document, Pack, Text, pack
from service.catalog.families import take_family
from service.catalog.files import Pair, ProductEntry, SkuEntry
from service.catalog.redirects import redirects
from service.catalog.revising import Vouched, settled
from service.catalog.storing import CHUNK, Change, known, save
from service.database import now
from service.people.audit import record
from service.people.caller import caller_of

__all__ = ["CardsTaken", "document_of", "import_catalogue", "take_cards"]


@dataclass
class CardsTaken:
    """What became of the cards: keys created, updated, left alone; texts kept because someone locked them."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept_locked: list[str] = field(default_factory=list)


def import_catalogue(session: Session, *, folder: Path | None = None) -> CardsTaken:
    """Import families, brand lines and cards from `folder` (default `catalogs/`): all or nothing, and a second time nothing at all.

    Authored files have been read by whoever keeps them: the importing person answers for their texts as reviewer. Cards absent
    from the files stay as they are. Raises `FilesRejected` before anything is written.
    """
    files = read_catalogue(folder)
    for key, family in files.families.items():
        take_family(session, key, family)
    session.flush()
    import_brands(session)
    report = take_cards(session, files.cards, kind="import", vouched=True)
    if report.created or report.updated:
        record(session, "catalogue.imported", "catalogs/", created=len(report.created), updated=len(report.updated))
    return report


def take_cards(
    session: Session, cards: Sequence[tuple[str, ProductEntry]], *, kind: str, vouched: bool = False
) -> CardsTaken:
    """Create or change whole cards (line, entry) of the caller's organisation. `vouched`: the caller has reviewed the texts.

    Raises `SkuTaken`, `SkuInUse`.
    """
    report = CardsTaken()
    reviewer = caller_of(session).name[:80] if vouched else None
    at = now().isoformat(timespec="seconds")
    merged = redirects(session)
    for start in range(0, len(cards), CHUNK):
        some = cards[start : start + CHUNK]
        there = known(session, [entry.key for _, entry in some])
        changes = []
        for line, entry in some:
            if entry.key in merged:  # a person has made it part of another card, which says what that person wants
                report.unchanged.append(entry.key)
                continue
            before = there.get(entry.key)
            how = Vouched(reviewer, at, [])
            after = document_of(line, entry, before.document if before else None)
            if before and entry.key in merged.values():
                _keep_merged(before.document, after)
            after = settled(before.document if before else None, after, how)
            report.kept_locked += [f"{entry.key} · {text}" for text in how.kept_locked]
            if before is None:
                report.created.append(entry.key)
            elif before.packed == pack(after):
                report.unchanged.append(entry.key)
                continue
            else:
                report.updated.append(entry.key)
            changes.append(Change(entry.key, before, after))
        save(session, changes, kind=kind)
    return report


def _keep_merged(before: Document, after: Document) -> None:
    """SKUs that came from another card by a merge stay: the file this card is authored in does not know them."""
    named = {sku["code"] for sku in after["skus"]}
    for sku in before["skus"]:
        if sku["code"] not in named:
            after["skus"].append(sku)
            for locale, texts in before["texts"].items():
                if label := texts.get(f"sku.{sku['code']}.label"):
                    after["texts"][locale][f"sku.{sku['code']}.label"] = label


def document_of(line: str, entry: ProductEntry, before: Document | None = None) -> Document:
    """The content of a card as it was authored. What it may leave out without meaning that

    there is none (`brand_key`, a SKU's size and GTIN) is kept from `before`.
    """
    facts = _facts(entry)
    packs = {sku["code"]: sku for sku in before["skus"]} if before else {}
    if before and "brand_key" in before["facts"]:
        facts.setdefault("brand_key", before["facts"]["brand_key"])
    return Document(
        line=line, family=entry.family, source_locale=entry.source_locale, facts=facts,
        texts={locale: {name: Text(value=value) for name, value in _texts(entry, locale)} for locale in ("zh", "ru")},
        skus=[_pack(sku, packs.get(sku.sku)) for sku in entry.skus],
    )  # fmt: skip


def _facts(entry: ProductEntry) -> dict[str, Any]:
    shelf, temperature = entry.shelf_life, entry.temperature
    facts: dict[str, Any] = {
        "brand_key": entry.brand_key,
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
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


def _pack(entry: SkuEntry, before: Pack | None) -> Pack:
    sku = Pack(
        code=entry.sku, net_value=entry.net.value, net_unit=entry.net.unit, pack_measure=entry.pack.zh,
        pack_noun=entry.pack.ru, gross_g=entry.gross, units_per_case=entry.case,
    )  # fmt: skip
    if size := entry.size:
        sku |= {"length_mm": size.length, "width_mm": size.width, "height_mm": size.height}
    elif before:
        for side in ("length_mm", "width_mm", "height_mm"):
            if side in before:
                sku[side] = before[side]
    gtin = entry.gtin or (before.get("gtin") if before else None)
    if gtin:
        sku["gtin"] = gtin
    return sku


def _texts(entry: ProductEntry, locale: str) -> Iterator[tuple[str, str]]:
    """Field and words; lists are numbered from 1: selling_point.2, faq.1.storage.question."""
    texts = entry.texts
    for name in ("name", "short_name", "spoken_name", "description", "ingredients", "storage", "usage", "warning"):
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
