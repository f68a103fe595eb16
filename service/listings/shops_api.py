"""HTTP: shops, their keys (which are never told), the platform's numbers and where pictures lie. Part of `api`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from sqlalchemy import select

from service.http.paging import After, Limit, Page, page_of
from service.http.versions import IfMatch, demand_version, known_already, tag
from service.listings.answers import ShopShown
from service.listings.api import FileBody, FileName, Reading, Writing
from service.listings.jobs import ChannelKey, ShopKey
from service.listings.models import ListingRef
from service.listings.sealing import forget_keys, keep_keys
from service.listings.shops import (
    ShopSettings,
    add_shop,
    change_shop,
    find_shop,
    import_pictures,
    import_refs,
    remove_shop,
    shop_list,
)
from service.listings.showing import shop_shown
from service.people.guard import Guarded

router = APIRouter(route_class=Guarded, prefix="/api/v1/shops", tags=["listings"])

ShopPath = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, examples=["ozon-main"])]
_EXAMPLE: dict[str, Any] = {
    "currency": "RUB", "vat": "auto",
    "settings": {"extras": {"brand": "Нет бренда"}, "pictures_at": "https://img.example.com/{digest}.{type}"},
}  # fmt: skip


class ShopGiven(BaseModel):
    """What a shop is told. `vat`: in per cent, "none", or "auto": as the goods have it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="Of the account.")
    vat: Annotated[str, StringConstraints(max_length=4)] = "auto"
    settings: ShopSettings = ShopSettings()


class ShopMade(ShopGiven):
    """A shop to be set up."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"key": "ozon-main", "channel": "ozon", **_EXAMPLE}}
    )
    key: ShopKey
    channel: ChannelKey


class KeysGiven(BaseModel):
    """The keys of the platform's interface, by the names `key_names` of the shop tells."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"keys": {"client_id": "714", "api_key": "5d3c-as-the-cabinet-shows-it"}}},
    )
    keys: dict[Annotated[str, StringConstraints(max_length=40)], SecretStr] = Field(min_length=1, max_length=10)


class Shops(BaseModel):
    """All shops of the organisation."""

    items: list[ShopShown]


class RefShown(BaseModel):
    """By which number the platform knows an SKU or a card."""

    model_config = ConfigDict(from_attributes=True)
    code: str
    kind: str
    value: str


class Written(BaseModel):
    """How many rows were new or other than before."""

    written: int


@router.get("")
def read_shops(session: Reading) -> Shops:
    """The organisation's shops by key."""
    return Shops(items=[shop_shown(one) for one in shop_list(session)])


@router.post("", status_code=201)
def post_shop(session: Writing, response: Response, given: ShopMade) -> ShopShown:
    """Set up a shop: an account of yours at a channel."""
    shop = add_shop(
        session, key=given.key, channel=given.channel, currency=given.currency, vat=given.vat, settings=given.settings.model_dump()
    )  # fmt: skip
    tag(response, shop.id, shop.version)
    response.headers["Location"] = f"/api/v1/shops/{shop.key}"
    return shop_shown(shop)


@router.get("/{shop}", response_model=ShopShown)
def read_shop(session: Reading, request: Request, response: Response, shop: ShopPath) -> ShopShown | Response:
    """One shop, without its keys."""
    found = find_shop(session, shop)
    if known_already(request, found.id, found.version):
        return Response(status_code=304)
    tag(response, found.id, found.version)
    return shop_shown(found)


@router.get("/{shop}/refs")
def read_refs(session: Reading, shop: ShopPath, after: After = None, limit: Limit = 50) -> Page[RefShown]:
    """A page of the numbers by which the platform knows your goods, by code and kind."""
    query = select(ListingRef).where(ListingRef.shop_id == find_shop(session, shop).id)
    rows, following = page_of(session, query, by=[ListingRef.code, ListingRef.kind], after=after, limit=limit)
    return Page(items=[RefShown.model_validate(row) for row in rows], next=following)


@router.put("/{shop}")
def put_shop(
    session: Writing, response: Response, shop: ShopPath, given: ShopGiven, if_match: IfMatch = None
) -> ShopShown:  # fmt: skip
    """Change a shop: currency, VAT and settings become what you send. Its channel stays, and so do its keys."""
    found = find_shop(session, shop)
    demand_version(if_match, found.id, found.version)
    change_shop(session, found, currency=given.currency, vat=given.vat, settings=given.settings.model_dump())
    tag(response, found.id, found.version)
    return shop_shown(found)


@router.put("/{shop}/keys")
def put_keys(session: Writing, request: Request, response: Response, shop: ShopPath, given: KeysGiven) -> ShopShown:
    """Keep the keys of the platform's interface, encrypted, instead of those before. No answer ever holds them."""
    found = find_shop(session, shop)
    values = {name: value.get_secret_value() for name, value in given.keys.items()}
    keep_keys(session, found, values, request.app.state.key)
    tag(response, found.id, found.version)
    return shop_shown(found)


@router.delete("/{shop}/keys")
def delete_keys(session: Writing, response: Response, shop: ShopPath) -> ShopShown:
    """Remove the keys: from now on nothing can be sent."""
    found = find_shop(session, shop)
    forget_keys(session, found)
    tag(response, found.id, found.version)
    return shop_shown(found)


@router.post("/{shop}/refs/uploads")
def post_refs(session: Writing, shop: ShopPath, content: FileBody, name: FileName) -> Written:
    """Import the platform's numbers, a CSV file as the body: code, kind, value. All of it or nothing."""
    return Written(written=import_refs(session, find_shop(session, shop), content, name))


@router.post("/{shop}/pictures/uploads")
def post_pictures(session: Writing, shop: ShopPath, content: FileBody, name: FileName) -> Written:
    """Import where pictures lie, a CSV file as the body: digest, url, or code, number, url. All of it or nothing."""
    return Written(written=import_pictures(session, find_shop(session, shop), content, name))


@router.delete("/{shop}", status_code=204)
def delete_shop(session: Writing, shop: ShopPath, if_match: IfMatch = None) -> None:
    """Remove a shop with its keys, numbers and addresses; what was exported for it stays."""
    found = find_shop(session, shop)
    demand_version(if_match, found.id, found.version)
    remove_shop(session, found)
