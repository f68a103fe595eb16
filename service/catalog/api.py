"""HTTP: cards of the catalogue, one's own and those that are shared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.answers import ProductCard, ProductSummary
from service.catalog.checking import read_catalogue
from service.catalog.document import flat
from service.catalog.files import Line, ProductEntry
from service.catalog.importing import document_of
from service.catalog.listing import find_product, product_card, product_page
from service.catalog.writing import demand_unchanged, save_cards
from service.http.kinds import KeyPath, NameQuery
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, known_already, tag
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1/products", tags=["catalogue"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]


def _with_example(schema: dict[str, Any]) -> None:
    """The first card of the shipped catalogue, so that the example is always one that is accepted."""
    schema["example"] = read_catalogue().cards[0][1].model_dump(mode="json", exclude_none=True)


class Card(ProductEntry):
    """A card as docs/writing-products.md describes it."""

    model_config = ConfigDict(json_schema_extra=_with_example)


class CardsWritten(BaseModel):
    """Many cards of one line, all or none."""

    model_config = ConfigDict(extra="forbid")
    line: Line
    products: list[Card] = Field(min_length=1, max_length=200)


class CardsTaken(BaseModel):
    """The cards as they are now."""

    items: list[ProductSummary]


@router.get("")
def list_products(
    session: Reading, line: Line | None = None, family: NameQuery = None, after: After = None, limit: Limit = 50
) -> Page[ProductSummary]:
    """A page of cards by key."""
    items, following = product_page(session, line=line, family=family, after=after, limit=limit)
    return Page(items=[ProductSummary.model_validate(item) for item in items], next=following)


@router.get("/{key}", response_model=ProductCard)
def read_product(session: Reading, request: Request, response: Response, key: KeyPath) -> ProductCard | Response:
    """One card with all texts and where they came from."""
    product = find_product(session, key)
    version = (product.id, product.version)
    if known_already(request, *version):
        return Response(status_code=304)
    tag(response, *version)
    return ProductCard.model_validate(product_card(session, key))


@router.put("/{key}")
def put_product(
    session: Writing, response: Response, key: KeyPath, line: Line, card: Card, if_match: IfMatch = None,
    reviewed: Annotated[bool, Query(description="You have read the texts and answer for them.")] = False,
) -> ProductCard:  # fmt: skip
    """Create a card of one's own under this key, or change it. A shared card of the same key stays as it is, behind it."""
    entry = card.model_copy(update={"key": key})
    demand_unchanged(session, key, if_match, dict(flat(document_of(line, entry))) if if_match else {})
    save_cards(session, line=line, entries=[entry], reviewed=reviewed)
    product = find_product(session, key)
    tag(response, product.id, product.version)
    return ProductCard.model_validate(product_card(session, key))


@router.post("/bulk")
def post_products(session: Writing, cards: CardsWritten) -> CardsTaken:
    """Create or change up to 200 cards at once, all or none."""
    save_cards(session, line=cards.line, entries=cards.products)
    items = [ProductSummary.model_validate(product_card(session, entry.key)) for entry in cards.products]
    return CardsTaken(items=items)
