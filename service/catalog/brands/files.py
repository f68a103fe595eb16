"""The form of `catalogs/brands.yaml` and `certificate-kinds.yaml`: brand lines, kinds of papers, and when their end is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import Field

from service.authored import Strict, content_of
from service.catalog.files import Key, Line, Name, Pair, Text
from service.resources import root

__all__ = ["BrandEntry", "BrandTexts", "PaperKind", "brand_lines", "paper_kinds", "told_ahead"]


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
