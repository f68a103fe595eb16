"""The form of `catalogs/brands.yaml`, `certificate-kinds.yaml` and `papers-sample.yaml`: brand lines, kinds of papers, when their end is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.authored import Strict, content_of
from service.catalog.files import Key, Line, Name, Pair, SkuCode, Text
from service.resources import root

__all__ = [
    "PAPER_NUMBER", "BrandEntry", "BrandTexts", "PaperKind", "PaperNumber", "Samples", "brand_lines", "paper_kinds",
    "sample_papers", "told_ahead",
]  # fmt: skip

# A number as a paper has it, «ЕАЭС N RU Д-CN.РА01.В.12345/24»: it stands in addresses, so it neither begins nor ends with a slash.
PAPER_NUMBER = r"^[^\x00-\x20\x7f/\\]([^\x00-\x1f\x7f\\]*[^\x00-\x20\x7f/\\])?$"
PaperNumber = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PAPER_NUMBER, max_length=60)]


class BrandTexts(Strict):
    """All words of a brand, each written natively."""

    name: Pair
    slogan: Pair | None = None
    story: Pair | None = None


class BrandEntry(Strict):
    """One brand. `licensed`: goods carry it under a licence only; `unverified` names what nobody has checked."""

    key: Key
    parent: Key | None = None
    line: Line
    county: Name | None = None
    licensed: bool
    owner: Pair
    registration: Text | None = Field(None, max_length=40)
    source_locale: Literal["zh", "ru"]
    source: Text = Field(max_length=300)
    unverified: list[Name] = Field(default=[], max_length=20)
    texts: BrandTexts


class _Brands(Strict):
    brands: list[BrandEntry]


class PaperKind(Strict):
    """One kind of paper: its names, whose market asks for it, and whether goods, shipment or label carry it."""

    zh: Text
    ru: Text
    asked_by: Literal["CN", "RU"]
    kept: Literal["goods", "shipment", "label"]


class SampleLicence(Strict):
    """A made-up licence; days are counted from the day it is imported."""

    brand: Key
    number: PaperNumber
    licensee: Text = Field(max_length=120)
    families: list[Name] = []
    skus: list[SkuCode] = []
    began: int
    ends: int
    state: Literal["valid", "suspended", "revoked"]
    source: Text


class SampleCertificate(Strict):
    """A made-up certificate; days are counted from the day it is imported."""

    kind: Name
    number: PaperNumber
    issuer: Text = Field(max_length=160)
    country: Text = Field(pattern="^[A-Z]{2}$")
    holder: Text = Field(max_length=160)
    began: int
    ends: int | None
    state: Literal["valid", "suspended", "revoked", "unknown"]
    note: Text = Field(max_length=500)
    products: list[Key]


class Samples(Strict):
    """`catalogs/papers-sample.yaml`: papers nobody has issued, so that pages and alerts can be seen."""

    verified: Literal[False]
    licences: list[SampleLicence]
    certificates: list[SampleCertificate]


class _Kinds(Strict):
    verified: bool
    told_ahead: list[int]
    kinds: dict[Name, PaperKind]


@cache
def brand_lines() -> Mapping[str, BrandEntry]:
    """The shipped brand lines by key, parents before their children."""
    return {brand.key: brand for brand in content_of(root("catalogs") / "brands.yaml", _Brands).brands}


@cache
def _kinds() -> _Kinds:
    return content_of(root("catalogs") / "certificate-kinds.yaml", _Kinds)


def paper_kinds() -> Mapping[str, PaperKind]:
    """The kinds of papers goods may need, by key."""
    return _kinds().kinds


def told_ahead() -> list[int]:
    """Days before the end of a paper on which it is told, the furthest first."""
    return sorted(_kinds().told_ahead, reverse=True)


def sample_papers() -> Samples:
    """The made-up papers."""
    return content_of(root("catalogs") / "papers-sample.yaml", Samples)
