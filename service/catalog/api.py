"""HTTP: cards of the catalogue."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from service.catalog.listing import product_card, product_page
from service.http import Reader

router = APIRouter(prefix="/products", tags=["catalogue"])


@router.get("")
def list_products(
    session: Reader,
    line: Literal["russian_goods", "jijing_hanyang"] | None = None,
    family: str | None = None,
    after: Annotated[str | None, Query(description="Key of the last card of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """A page of cards; `next` is the key to go on after, or null."""
    found = product_page(session, line=line, family=family, after=after, limit=limit)
    return {"items": found, "next": found[-1]["key"] if len(found) == limit else None}


@router.get("/{key}")
def read_product(session: Reader, key: str) -> dict[str, Any]:
    """One card with all texts and their provenance."""
    return product_card(session, key)
