"""Ten thousand SKUs composed, checked and exported to six channels: one core, SQLite; and whether twice as many take twice as long.

Cards of two SKUs each with texts of their own, five pictures, prices in both markets; papers and declared facts are those of the samples,
so that the law is asked everything it asks and clears some of it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from stdnum import ean

from bench.databases import fresh
from bench.goods import Good, edit_of, goods
from service.catalog import batches
from service.catalog.brands.models import Certificate, CertificateProduct
from service.catalog.media.models import Media, ProductMedia
from service.catalog.models import Product, Sku
from service.compliance.declaring import SELF
from service.compliance.models import DeclaredFact
from service.database import Database
from service.listings.channels import channel
from service.listings.exporting import export_cards, record_export, write_export
from service.listings.gathering import cards
from service.listings.models import Shop
from service.people.reach import organisation_of
from service.pricing.models import CURRENCIES, Price

__all__ = ["rows"]

CHANNELS = ("yandex_market", "ozon", "wildberries", "douyin", "wechat_shop", "generic")
SKUS = 10_000
AIM = 30
ON = date(2026, 11, 25)
_OWN = dict.fromkeys(
    ("category", "type", "subject", "freight", "business_id", "description_attribute", "brand_id"), "1"
) | {
    "mobile": "4000000000", "delivery": "0", "name": "Лавка", "url": "https://shop.example.ru", "brand": "Нет бренда",
    "product_url": "https://shop.example.ru/{code}",
}  # fmt: skip


def fill(database: Database, cards_: int) -> None:
    """Cards of two SKUs with everything a seller adds."""
    edits = ((one.key, _edit(one)) for one in goods(cards_))
    batches.apply(database.writing, edits, cards_, kind="import", source="bench", reviewed=True)
    with database.writing() as session:
        me = organisation_of(session)
        skus = list(session.execute(select(Sku.id, Sku.code)))
        session.execute(insert(Price), [
            {"organisation_id": me, "sku_id": sku, "market": market, "currency": currency, "live": 12_900, "sample": False}
            for sku, _ in skus for market, currency in CURRENCIES.items()
        ])  # fmt: skip
        products = list(session.scalars(select(Product.id)))
        digests = [sha256(f"{product} {at}".encode()).hexdigest() for product in products for at in range(5)]
        session.execute(insert(Media), [
            {"organisation_id": me, "digest": one, "name": "x.jpg", "type": "image/jpeg", "size": 300_000, "width": 1200, "height": 1200,
             "content": b"", "medium": b"", "small": b"", "person": "bench"} for one in digests
        ])  # fmt: skip
        media: dict[str, int] = {one.digest: one.id for one in session.execute(select(Media.digest, Media.id))}
        session.execute(insert(ProductMedia), [
            {"organisation_id": me, "product_id": product, "media_id": media[digests[number * 5 + at]],
             "role": ("main", "gallery", "gallery", "gallery", "label")[at], "position": at}
            for number, product in enumerate(products) for at in range(5)
        ])  # fmt: skip
        _clear(session, products, [code for _, code in skus])
        for key in CHANNELS:
            host = (
                "https://mmecimage.cn/p/{digest}" if key == "wechat_shop" else "https://img.example.com/{digest}.{type}"
            )
            currency = CURRENCIES["CN" if channel(key).content.market == "CN" else "RU"]
            session.add(
                Shop(
                    key=key.replace("_", "-"),
                    channel=key,
                    currency=currency,
                    vat="22",
                    settings={"extras": _OWN, "pictures_at": host, "warehouses": {"heihe-park": "1001"}},
                )
            )


_PAPERS = {
    "eac_declaration": "ЕАЭС N RU Д-CN.РА01.В.12345/26",
    "gacc_registration": "CRUS00000000000001",
    "customs_declaration": "образец-1",
}
_TOLD: dict[str, str | bool] = {
    "import_record": "образец", "importer": "образец", "extra_charges": "无", "marking_codes": True, "food_use": "образец", "gmo_status": "образец",
    "made_on_shown": True, "nutrition_shown": True, "eac_mark": True, "chinese_label_checked": True,
}  # fmt: skip
_SELLER: dict[str, str | bool] = {
    "name": "образец", "inn": "2801000000", "ogrn": "1022800000000", "contact": "образец", "uscc": "91231100MA00000000", "address": "образец",
}  # fmt: skip


def _clear(session: Session, products: list[int], codes: list[str]) -> None:
    """What the law asks of such goods: papers, and facts somebody has told."""
    me = organisation_of(session)
    for kind, number in _PAPERS.items():
        paper = Certificate(
            kind=kind,
            number=number,
            issuer="образец",
            country="RU",
            holder="образец",
            state="valid",
            note="",
            verified=False,
        )
        session.add(paper)
        session.flush()
        session.execute(
            insert(CertificateProduct),
            [{"organisation_id": me, "certificate_id": paper.id, "product_id": one} for one in products],
        )
    told = [("item", code, field, value) for code in codes for field, value in _TOLD.items()]
    told += [("seller", SELF, field, value) for field, value in _SELLER.items()]
    session.execute(insert(DeclaredFact), [
        {"organisation_id": me, "of": of, "key": key, "field": field, "value": {"is": value}, "person": "bench"} for of, key, field, value in told
    ])  # fmt: skip


def _edit(good: Good) -> dict[str, Any]:
    """The bench's card with a second pack, sizes and labels."""
    edit = edit_of(good)
    second = f"{good.code}-2"
    parts = {name.rpartition(".")[2]: value for name, value in edit.items() if name.startswith(f"sku.{good.code}.")}
    parts |= {
        "net_value": good.size * 2,
        "gross_g": (good.gross or good.size) * 2,
    }
    sizes = {"length_mm": 120, "width_mm": 80, "height_mm": 60}
    more = {f"sku.{second}.{name}": value for name, value in parts.items()}
    for code, size in ((good.code, good.size), (second, good.size * 2)):
        more |= {f"sku.{code}.{name}": value for name, value in sizes.items()}
        more |= {f"sku.{code}.label[zh]": f"{size}克", f"sku.{code}.label[ru]": f"{size} г"}
    numbers = {f"sku.{code}.gtin": _gtin(good.number * 2 + at) for at, code in enumerate((good.code, second))}
    return (
        edit
        | more
        | numbers
        | {
            "maker[zh]": "示例食品厂",
            "maker[ru]": "ООО «Образец»",
            "brand[zh]": good.brand[1],
            "brand[ru]": good.brand[0],
        }
    )


def _gtin(number: int) -> str:
    digits = f"4699{number:08}"
    return digits + ean.calc_check_digit(digits)


def measure(count: int) -> Iterator[tuple[str, float, int, int]]:
    """For each channel: seconds of processor time, items ready, bytes written."""
    with fresh("SQLite") as database:
        fill(database, count // 2)
        for key in CHANNELS:
            began = time.process_time()
            with database.writing() as session:
                shop = session.scalars(select(Shop).where(Shop.channel == key)).one()
                export = export_cards(session, cards(session), channel(key), as_of=ON, shop=shop, all_cards=True)
                out = io.BytesIO()
                write_export(export, out)
                record_export(session, export)
            yield key, time.process_time() - began, len(export.items), len(out.getvalue())


def rows(count: int = SKUS) -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (what, figure, aim), and what missed its aim."""
    half, whole = list(measure(count // 2)), list(measure(count))
    took, before = sum(one[1] for one in whole), sum(one[1] for one in half)
    found = [
        f"| {key}: {items:,} items sent of {count:,} SKUs, {size / 1e6:.1f} MB | {seconds:.1f} s | |" for key, seconds, items, size in whole
    ]  # fmt: skip
    found.append(f"| together: composed, checked, written, recorded | {took:.1f} s | ≤ {AIM} s |")
    found.append(f"| twice as many take | {took / before:.2f} × | about 2 × |")
    missed = [] if took <= AIM else [f"{count:,} SKUs to six channels take {took:.1f} s, not {AIM}"]
    if took > before * 2.3:
        missed.append(f"twice as many SKUs take {took / before:.2f} times as long")
    return found, missed


if __name__ == "__main__":
    print("\n".join(rows()[0]))
