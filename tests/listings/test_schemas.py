"""Our limits beside the platforms' own schemas: the same or stricter, never looser. Schemas are read where they stand, see CHANNEL_SCHEMAS."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.listings.channels import channel
from service.resources import root

SCHEMAS = Path(os.environ.get("CHANNEL_SCHEMAS", root("catalogs").parent.parent / "shared" / "schemas"))
TODAY = date(2026, 11, 25)
OFFER = "properties/offerMappings/items/properties/offer/allOf/0/properties"
MORE = "properties/offerMappings/items/properties/offer/allOf/1/properties"
CARD = "items/properties/variants/items/properties"

pytestmark = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason=f"the official schemas are not at {SCHEMAS} (CHANNEL_SCHEMAS)"
)


@pytest.mark.parametrize(
    ("key", "rule", "limit", "schema", "place", "word"),
    [
        ("yandex_market", "code-length", "min", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/offerId", "minLength"),
        ("yandex_market", "code-length", "max", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/offerId", "maxLength"),
        ("yandex_market", "title-length", "max", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/name", "maxLength"),
        ("yandex_market", "pictures-count", "min", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/pictures", "minItems"),
        ("yandex_market", "pictures-count", "max", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/pictures", "maxItems"),
        ("yandex_market", "tags-count", "max", "yandex.UpdateOfferMappingsRequest", f"{OFFER}/tags", "maxItems"),
        ("yandex_market", "attributes-count", "max", "yandex.UpdateOfferMappingsRequest", f"{MORE}/parameterValues", "maxItems"),
        ("yandex_market", "batch-offers", "items", "yandex.UpdateOfferMappingsRequest", "properties/offerMappings", "maxItems"),
        ("yandex_market", "batch-stocks", "items", "yandex.UpdateStocksRequest", "properties/skus", "maxItems"),
        ("wildberries", "title-length", "max", "wb.cards_upload", f"{CARD}/title", "maxLength"),
        ("wildberries", "code-length", "max", "wb.cards_upload", f"{CARD}/vendorCode", "maxLength"),
        ("wildberries", "batch-stocks", "items", "wb.stocks", "properties/stocks", "maxItems"),
        ("wildberries", "stock-most", "max", "wb.stocks", "properties/stocks/items/properties/amount", "maximum"),
        ("ozon", "batch-prices", "items", "ozon.prices", "properties/prices", "maxItems"),
        ("vk_market", "title-length", "min", "vk.market_add", "properties/name", "minLength"),
        ("vk_market", "title-length", "max", "vk.market_add", "properties/name", "maxLength"),
        ("vk_market", "price-most", "max", "vk.market_add", "properties/price", "maximum"),
        ("vk_market", "old-price-most", "max", "vk.market_add", "properties/old_price", "maximum"),
        ("vk_market", "length-limits", "max", "vk.market_add", "properties/dimension_length", "maximum"),
        ("vk_market", "weight-limits", "max", "vk.market_add", "properties/weight", "maximum"),
        ("vk_market", "code-length", "max", "vk.market_add", "properties/sku", "maxLength"),
        ("vk_market", "stock-limits", "max", "vk.market_add", "properties/stock_amount", "maximum"),
    ],
)  # fmt: skip
def test_no_limit_is_looser_than_the_official_one(
    key: str, rule: str, limit: str, schema: str, place: str, word: str
) -> None:
    node: Any = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    for part in place.split("/"):
        node = node[int(part)] if isinstance(node, list) else node[part]
    (ours,) = [getattr(one, limit) for one in channel(key).on(TODAY) if one.id == rule]
    assert ours >= node[word] if limit == "min" else ours <= node[word]
