"""Makes the sample catalogue listable as its people would: shops, pictures, papers, prices, and the facts and evidence the law asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import ean

from service.catalog.brands.files import paper_kinds
from service.catalog.brands.licensing import LicenceGiven, grant
from service.catalog.brands.papers import CertificateGiven, keep_paper
from service.catalog.editing import edit_card
from service.catalog.listing import skus_by_code
from service.catalog.media.models import Media, ProductMedia
from service.catalog.models import Product, Sku
from service.compliance.declaring import SELF, declare, fields_about
from service.compliance.entries import DeclaredField
from service.compliance.evidence import EvidenceGiven, keep_evidence
from service.compliance.rulebook import rulebook
from service.compliance.samples import declare_samples
from service.inventory.opening import import_opening
from service.listings.channels import Channel, channels
from service.listings.checking import matrix
from service.listings.gathering import cards
from service.listings.models import Shop
from service.listings.reasons import Reason
from service.listings.shops import add_shop
from service.people.models import Organisation
from service.people.reach import organisation_of
from service.pricing.files import MarketPrice, PriceEntry
from service.pricing.models import CURRENCIES, Price
from service.pricing.paid import Deal, record_paid
from service.pricing.setting import set_prices

__all__ = ["TODAY", "set_up", "shop_for"]

TODAY = date(2026, 11, 25)
_FEED = {
    "category": "Продукты", "product_url": "https://shop.example.ru/{code}", "name": "Лавка", "company": "ООО «Образец»",
    "url": "https://shop.example.ru",
}  # fmt: skip
OWN: Mapping[str, Mapping[str, str]] = {
    "alibaba_1688": {"min_order": "1", "days": "90", "kind": "wholesale"},
    "avito": {"address": "Благовещенск", "begin": "2026-11-25", "end": "2026-12-25"},
    "douyin": {"mobile": "4000000000", "commit": "no"},
    "pinduoduo": {"goods_type": "1", "country": "181", "ship_seconds": "172800"},
    "generic": {"name": "Лавка", "url": "https://shop.example.ru", "product_url": "https://shop.example.ru/{code}"},
    "wechat_shop": {"delivery": "0"},
        **dict.fromkeys(("yml_feed", "yml_search", "megamarket"), _FEED),
}  # fmt: skip
_CARDS_OWN = {"hs6", "tnved", "marked", "country", "shelf_life", "vendor_code", "url", "group", "certificate"}
_TOLD = {
    "ai_avatar": False, "ai_content": False, "channel": "ozon", "food_licence": "JY12345678901234", "special_food": None,
}  # fmt: skip


def set_up(session: Session, keys: Sequence[str] | None = None) -> list[Shop]:
    """Shops at these channels (all), and everything the sample cards lack to stand there."""
    import_opening(session)
    some = [channels()[key] for key in keys] if keys else list(channels().values())
    both = [next(one for one in channels().values() if one.content.market == market) for market in CURRENCIES]
    declare_samples(session)
    products = cards(session)
    _prices(session, products)
    _pictures(session, products)
    _papers(session, products)
    _barcodes(session)
    shops = [shop_for(session, one) for one in some]
    before: set[tuple[str, str, str]] = set()
    asked = both  # most of what the law asks is the same for all channels of a market
    while True:
        law = [
            (verdict.product, verdict.market, one)
            for verdict in matrix(session, products, asked, TODAY) for one in verdict.reasons if one.kind == "law" and one.blocks
        ]  # fmt: skip
        now_open = {(product, one.code, one.place) for product, _, one in law}
        if not law or now_open == before:
            if asked is some:
                return shops
            asked = some
        before = now_open
        once = {(one.code, one.place, str(one.message)): (product, market, one) for product, market, one in law}
        for product, market, reason in once.values():
            _mend(session, product, market, reason)
        session.flush()


def shop_for(session: Session, channel: Channel) -> Shop:
    """A shop with everything only a seller can tell."""
    market = channel.content.market
    names = {name.removeprefix("extra.") for name in channel.fields if name.startswith("extra.")} - _CARDS_OWN
    host = (
        "https://mmecimage.cn/p/{digest}" if channel.key == "wechat_shop" else "https://img.example.com/{digest}.{type}"
    )
    warehouses = {"heihe-park": "1001"} if market == "CN" else {"blagoveshchensk": "2002", "moscow": "2003"}
    return add_shop(
        session, key=channel.key.replace("_", "-"), channel=channel.key, currency=CURRENCIES["CN" if market == "CN" else "RU"],
        settings={"extras": {**{name: _any(channel, name) for name in sorted(names)}, "brand": "Нет бренда" if market != "CN" else "无品牌", **OWN.get(channel.key, {})}, "pictures_at": host, "warehouses": warehouses},
    )  # fmt: skip


def _any(channel: Channel, name: str) -> str:
    choices = channel.own[f"extra.{name}"].choices
    return choices[0] if choices else "1"


def _prices(session: Session, products: Sequence[Product]) -> None:
    there = {(one.sku_id, one.market) for one in session.scalars(select(Price))}
    told = {}
    for product in products:
        for sku in product.skus:
            lacking = {market: MarketPrice(live=99_900) for market in CURRENCIES if (sku.id, market) not in there}
            if lacking:
                told[sku.code] = PriceEntry(**lacking)
    set_prices(session, told)


def _pictures(session: Session, products: Sequence[Product]) -> None:
    """Rows of pictures large enough for every channel; their contents are not asked for here."""
    for product in products:
        for at, role in enumerate(("main", "gallery", "gallery", "gallery", "label")):
            digest = sha256(f"{product.key} {at}".encode()).hexdigest()
            media = Media(
                digest=digest, name=f"{at}.jpg", type="image/jpeg", size=300_000, width=1200, height=1200, content=b"", medium=b"", small=b"",
                person="test", organisation_id=product.organisation_id,
            )  # fmt: skip
            session.add(media)
            session.flush()
            session.add(ProductMedia(product_id=product.id, media_id=media.id, role=role, position=at))
    session.flush()


def _barcodes(session: Session) -> None:
    for at, sku in enumerate(list(session.scalars(select(Sku).where(Sku.gtin.is_(None)).order_by(Sku.code)))):
        digits = f"4699{at:08}"
        edit_card(
            session, sku.product.key, {f"sku.{sku.code}.gtin": digits + ean.calc_check_digit(digits)}, reviewed=True
        )


def _papers(session: Session, products: Sequence[Product]) -> None:
    for product in products:
        for kinds in product.certificates.values():
            for kind in kinds:
                if paper_kinds()[kind].kept == "goods":
                    _paper(session, product.key, kind)


def _paper(session: Session, key: str, kind: str) -> None:
    digits = f"{crc32(key.encode()):014}"
    number = {"gacc_registration": f"CRUS{digits}", "eac_declaration": f"ЕАЭС N RU Д-CN.РА01.В.{digits[-5:]}/26"}.get(
        kind, f"образец-{key}"
    )
    given = CertificateGiven(
        issuer="样例", country="CN", holder="样例", state="valid", valid_to=date(2099, 1, 1), products=[key]
    )
    keep_paper(session, kind=kind, number=number, given=given)


def _mend(session: Session, product: str, market: str, reason: Reason) -> None:
    missing: list[str] = list(reason.message.facts.get("facts", ()))
    words = str(reason.message.facts.get("words", ""))
    sku = reason.place
    for name in missing:
        subject, _, fact = name.partition(".")
        if name == "item.brand_covered":
            _license(session, sku)
        elif name == "item.lowest_paid":
            _sell_before(session, sku, market)
        elif fact.startswith("papers."):
            _paper(session, product, fact.removeprefix("papers."))
        elif fact in (known := fields_about(subject)):  # type: ignore[arg-type]
            key = {"item": sku, "seller": SELF}.get(subject, "")
            declare(session, of=subject, key=key, facts={fact: _value(known[fact])}, sample=True)  # type: ignore[arg-type]
    accepted = rulebook().rules[reason.code].entry.clear.evidence
    if not missing and accepted:
        given = {"type": accepted[0], "title": "样例", "source": "样例", "locator": "1", "rules": [reason.code]}
        scope = {"words": [words]} if words else {"skus": [sku]}
        keep_evidence(session, EvidenceGiven.model_validate(given | scope))


def _license(session: Session, sku: str) -> None:
    brand = skus_by_code(session, [sku])[sku].product.brand_key
    me = session.get_one(Organisation, organisation_of(session)).key
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2099, 1, 1)}
    grant(
        session,
        brand=brand or "",
        number=f"образец-{brand}",
        given=LicenceGiven(licensee="样例", organisation=me, source="样例", **days),
    )


def _sell_before(session: Session, code: str, market: str) -> None:
    """Somebody bought it yesterday at the reference price."""
    sku = skus_by_code(session, [code])[code]
    price = session.scalars(select(Price).where(Price.sku_id == sku.id, Price.market == market)).one()
    assert price.reference is not None
    record_paid(
        session,
        [Deal(code, market, price.reference, 1, datetime(2026, 11, 24, 12, tzinfo=UTC), "shop", f"образец-{code}")],
    )


def _value(field: DeclaredField) -> object:
    if field.key in _TOLD:
        return _TOLD[field.key]
    return {"text": "样例 / образец", "number": 1, "boolean": True, "date": "2026-11-25"}[field.type]
