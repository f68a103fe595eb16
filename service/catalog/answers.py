"""What the API answers about the catalogue, described for programs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from service.catalog.files import Line

__all__ = ["Both", "ProductCard", "ProductSummary", "SkuShown", "TextShown"]

Locale = Literal["zh", "ru"]


class Both(BaseModel):
    """The same in Chinese and Russian; null where it has not been written yet."""

    zh: str | None
    ru: str | None


class Quantity(BaseModel):
    """A whole number of a unit."""

    value: int
    unit: str


class Sides(BaseModel):
    """Sides of the packed goods, mm."""

    length: int | None
    width: int | None
    height: int | None


class SkuShown(BaseModel):
    """One pack size. `gross` in g with all packing."""

    sku: str
    net: Quantity
    gross: int | None
    size: Sides
    label: Both


class ProductSummary(BaseModel):
    """A card in a list. `organisation` is whose card it is: one's own, or one that shares its catalogue."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "alenka-milk-chocolate", "organisation": "park", "line": "russian_goods", "family": "chocolate",
                "markets": ["CN", "RU"], "name": {"zh": "阿廖卡牛奶巧克力", "ru": "Шоколад молочный «Алёнка»"},
                "skus": [
                    {
                        "sku": "RU-ALENKA-90", "net": {"value": 90, "unit": "g"}, "gross": 100,
                        "size": {"length": 160, "width": 80, "height": 10},
                        "label": {"zh": "90克", "ru": "90 г"},
                    }
                ],
            }
        }
    )  # fmt: skip
    key: str
    organisation: str
    line: Line
    family: str
    markets: list[str]
    name: Both
    skus: list[SkuShown]


class TextShown(BaseModel):
    """One localised field with where it came from."""

    locale: Locale
    field: str
    value: str
    origin: str
    source_locale: Locale
    reviewer: str | None
    stale: bool
    locked: bool


class Origin(BaseModel):
    """Country (ISO 3166) and place."""

    country: str | None
    place: str | None


class Hs(BaseModel):
    """Harmonized System code and edition."""

    code: str | None
    edition: int | None


class ShelfLife(BaseModel):
    """How long it keeps."""

    value: int | None
    unit: str | None


class Temperature(BaseModel):
    """°C."""

    min: int | None
    max: int | None


class ProductCard(ProductSummary):
    """A card whole. `unverified` names facts nobody has checked against a label."""

    model_config = ConfigDict(json_schema_extra={})
    source_locale: Locale
    origin: Origin
    county: str | None
    maker_is_sample: bool
    hs: Hs
    shelf_life: ShelfLife
    temperature: Temperature
    marking_group: str | None
    certificates: dict[str, list[str]]
    allergens: list[str]
    unverified: list[str]
    attributes: dict[str, Any]
    version: int
    texts: list[TextShown]
