"""Shops: accounts at channels, by which numbers the platform knows our goods and warehouses, and where it fetches pictures.

Keys of the platform's interface are `sealing`'s; sending is `connectors`'. Nothing here leaves the house.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from pydantic import Field, ValidationError, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from service.authored import Strict, words_for
from service.catalog.listing import find_product, skus_by_code
from service.catalog.media.models import Media, ProductMedia
from service.catalog.models import Product
from service.database import now
from service.errors import DomainError, FilesRejected, NotFound, Problem
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Message
from service.inventory.places import places_by_key
from service.listings.channels import channel as find_channel
from service.listings.forms.form import Account
from service.listings.models import ListingRef, PictureAddress, Shop
from service.listings.rules import Currency
from service.people.audit import record

__all__ = [
    "VATS", "Ref", "ShopExists", "ShopRefused", "ShopSettings", "account_of", "add_shop", "change_shop", "find_shop", "import_pictures",
    "import_refs", "keep_refs", "picture_urls", "remove_shop", "settings_of", "shop_list",
]  # fmt: skip

VATS = ("auto", "none", "0", "5", "7", "10", "22")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_Said = Annotated[str, Field(min_length=1, max_length=500)]


class ShopSettings(Strict):
    """What a shop has besides currency and VAT.

    `warehouses`: the platform's number by the key of our warehouse. `extras`: the channel's own fields that hold for all goods (a freight
    template, the number of the business). `pictures_at`: where pictures lie, with {digest} and, if wanted, {type} (jpg, png, webp).
    """

    warehouses: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]] = {}
    extras: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], _Said] = {}
    pictures_at: Annotated[str, Field(max_length=500)] = ""

    @field_validator("pictures_at")
    @classmethod
    def _template(cls, text: str) -> str:
        filled = text.replace("{digest}", "0" * 64).replace("{type}", "jpg")
        if text and ("{digest}" not in text or "{" in filled or "}" in filled or not is_url(filled)):
            raise ValueError("https://…/{digest}.{type}")
        return text


class ShopExists(DomainError):
    """The key is taken."""

    status = 409
    title = N_("There is already a shop “{shop}”.")
    remedy = N_("Choose another key, or change the shop that is there.")


class ShopRefused(DomainError):
    """A part of a shop cannot be so."""

    title = N_("Shop “{shop}”, {place}: {what}")
    remedy = ""

    def advice(self) -> Message:
        """What to do about it."""
        advice: Message = self.facts["advice"]
        return advice


class Ref(NamedTuple):
    """By which number the platform knows an SKU or a card; `kind` is nm_id, chrt_id, product_id, sku_id …"""

    code: str
    kind: str
    value: str


def shop_list(session: Session) -> list[Shop]:
    """All shops of the organisation by key."""
    return list(session.scalars(select(Shop).order_by(Shop.key)))


def find_shop(session: Session, key: str) -> Shop:
    """One shop. Raises `NotFound`."""
    shop = session.scalar(select(Shop).where(Shop.key == key))
    if shop is None:
        raise NotFound(kind=Message(N_("The shop")), name=key, known=session.scalars(select(Shop.key)))
    return shop


def settings_of(shop: Shop) -> ShopSettings:
    """A shop's settings as they were checked."""
    return ShopSettings.model_validate(shop.settings)


def add_shop(
    session: Session, *, key: str, channel: str, currency: str, vat: str = "auto", settings: Mapping[str, Any] | None = None
) -> Shop:  # fmt: skip
    """Set up a shop. Raises `NotFound` (channel, warehouse), `ShopExists`, `ShopRefused`."""
    if not KEY.fullmatch(key) or len(key) > 40:
        _refuse(key, "key", Message(N_("A key has small letters, digits and single hyphens, at most 40.")), Message(N_("Correct the value.")))  # fmt: skip
    if session.scalar(select(Shop.id).where(Shop.key == key)) is not None:
        raise ShopExists(shop=key)
    shop = Shop(key=key, channel=find_channel(channel).key, sealed=None)
    _fill(session, shop, currency, vat, settings or {})
    session.add(shop)
    session.flush()
    record(session, "shop.added", key, channel=channel)
    return shop


def change_shop(
    session: Session, shop: Shop, *, version: int | None = None, currency: str | None = None, vat: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Shop:  # fmt: skip
    """Change what is given; `settings` replaces all of them. Raises `ChangedMeanwhile` if the shop is no longer of `version`, `ShopRefused`."""
    if version is not None and version != shop.version:
        raise ChangedMeanwhile()
    _fill(session, shop, currency or shop.currency, vat or shop.vat, shop.settings if settings is None else settings)
    shop.updated_at = now()
    try:
        session.flush()
    except StaleDataError:
        raise ChangedMeanwhile() from None
    record(session, "shop.changed", shop.key)
    return shop


def remove_shop(session: Session, shop: Shop) -> None:
    """Remove a shop with its keys, numbers and addresses; what was exported stays."""
    record(session, "shop.removed", shop.key, channel=shop.channel)
    session.delete(shop)
    session.flush()


def account_of(session: Session, shop: Shop) -> Account:
    """A shop as forms see it: one query, whatever the number of goods."""
    refs: dict[str, dict[str, str]] = defaultdict(dict)
    query = select(ListingRef.code, ListingRef.kind, ListingRef.value).where(ListingRef.shop_id == shop.id)
    for code, kind, value in session.execute(query):
        refs[code][kind] = value
    settings = settings_of(shop)
    return Account(shop.key, shop.currency, settings.extras, settings.warehouses, dict(refs))


def keep_refs(session: Session, shop: Shop, refs: Iterable[Ref]) -> int:
    """Write numbers, new ones and others than before; returns how many were written. Codes are not checked: see `import_refs`."""
    wanted = {(one.code, one.kind): one.value for one in refs}
    known = {}
    codes = sorted({code for code, _ in wanted})
    for part in _parts(codes):
        query = select(ListingRef).where(ListingRef.shop_id == shop.id, ListingRef.code.in_(part))
        known.update({(one.code, one.kind): one for one in session.scalars(query)})
    written = 0
    for (code, kind), value in wanted.items():
        there = known.get((code, kind))
        if there is None:
            session.add(ListingRef(shop_id=shop.id, code=code, kind=kind, value=value))
        elif there.value != value:
            there.value = value
        else:
            continue
        written += 1
    session.flush()
    return written


def import_refs(session: Session, shop: Shop, content: bytes, name: str) -> int:
    """Numbers from a CSV file with the columns code, kind, value; returns how many were written. Raises `FilesRejected`, all faults at once."""
    table = _Table(name, content, ("code", "kind", "value"))
    known = _known_codes(session, {row["code"] for row in table.rows.values()})
    for at, row in table.rows.items():
        if row["code"] not in known:
            table.fault(at, "code", row, _UNKNOWN, Message(N_("Write the code of a SKU or the key of a card.")))
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", row["kind"]):
            what = Message(N_("“{value}” names no kind of number."), {"value": row["kind"]})
            table.fault(at, "kind", row, what, Message(N_("Write for example {examples}."), {"examples": ["product_id", "nm_id", "chrt_id"]}))  # fmt: skip
        if not re.fullmatch(r"[!-~]{1,80}", row["value"]):
            what = Message(N_("“{value}” is no number of a platform."), {"value": row["value"]})
            table.fault(
                at, "value", row, what, Message(N_("Copy the number as the platform shows it, without blanks."))
            )
    table.once(("code", "kind"))
    written = keep_refs(session, shop, [Ref(**row) for row in table.checked()])
    record(session, "shop.refs", shop.key, written=written)
    return written


def import_pictures(session: Session, shop: Shop, content: bytes, name: str) -> int:
    """Where pictures lie, from a CSV file: digest and url, or code (a SKU's or a card's key), number (1: the first picture) and url.

    Returns how many were written. Raises `FilesRejected` with all faults at once.
    """
    table = _Table(name, content, ("url",), (("digest",), ("code", "number")))
    wanted: dict[str, str] = {}
    digests = _digests(session, {row["digest"] for row in table.rows.values() if row.get("digest")})
    pictures = _pictures(session, {row["code"] for row in table.rows.values() if not row.get("digest")})
    for at, row in table.rows.items():
        digest = row.get("digest") or _numbered(table, at, row, pictures)
        if digest and digest not in digests and row.get("digest"):
            what = Message(N_("No picture has this digest."))
            table.fault(at, "digest", row, what, Message(N_("Write the SHA-256 of a picture on a card, 64 signs.")))
        if not is_url(row["url"]):
            what = Message(N_("“{value}” is no address."), {"value": row["url"][:60]})
            table.fault(at, "url", row, what, Message(N_("Write it whole, from https:// on, at most 2,000 signs.")))
        if digest in wanted:
            table.fault(at, "url", row, Message(N_("This picture stands here twice.")), Message(N_("Keep one of the two.")))  # fmt: skip
        wanted[digest or ""] = row["url"]
    list(table.checked())
    there = {
        one.digest: one for one in session.scalars(select(PictureAddress).where(PictureAddress.shop_id == shop.id))
    }
    written = 0
    for digest, url in wanted.items():
        if digest not in there:
            session.add(PictureAddress(shop_id=shop.id, digest=digest, url=url))
        elif there[digest].url == url:
            continue
        else:
            there[digest].url = url
        written += 1
    session.flush()
    record(session, "shop.pictures", shop.key, written=written)
    return written


def picture_urls(session: Session, shop: Shop, digests: Collection[str]) -> dict[str, str]:
    """Where the channel fetches these pictures, by digest: the address given for it, else by `pictures_at`. Left out: nowhere."""
    found: dict[str, str] = {}
    template = settings_of(shop).pictures_at
    for part in _parts(sorted(set(digests))):
        if template:
            for digest, type_ in session.execute(select(Media.digest, Media.type).where(Media.digest.in_(part))):
                ending = type_.removeprefix("image/").replace("jpeg", "jpg")
                found[digest] = template.replace("{digest}", digest).replace("{type}", ending)
        own = select(PictureAddress.digest, PictureAddress.url).where(PictureAddress.shop_id == shop.id)
        for digest, url in session.execute(own.where(PictureAddress.digest.in_(part))):
            found[digest] = url
    return found


def is_url(text: str) -> bool:
    """Whether this is a whole address platforms can fetch from: printable, no blanks, at most 2,000 signs."""
    if len(text) > 2000 or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False


_UNKNOWN = Message(N_("No goods have this code."))
_COLUMNS = N_("The first line must name the columns: {columns}.")


def _refuse(shop: str, place: str, what: Message, advice: Message) -> None:
    raise ShopRefused(shop=shop, place=place, what=what, advice=advice)


def _fill(session: Session, shop: Shop, currency: str, vat: str, settings: Mapping[str, Any]) -> None:
    known = [one for one in find_channel(shop.channel).find(Currency, now().date()) if one.strikes == "error"]
    allowed = sorted({code for one in known for code in one.codes}) or list_currencies()
    if currency not in allowed:
        what = Message(N_("“{value}” is not known."), {"value": currency})
        advice = Message(N_("Known: {known}."), {"known": allowed if known else ["CNY", "RUB", "USD", "…"]})
        _refuse(shop.key, "currency", what, advice)
    if vat not in VATS:
        what = Message(N_("“{value}” is not known."), {"value": vat})
        _refuse(shop.key, "vat", what, Message(N_("Known: {known}."), {"known": VATS}))
    try:
        checked = ShopSettings.model_validate(dict(settings))
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        _refuse(shop.key, ".".join(map(str, item["loc"])), *words_for(item, ShopSettings))
        raise
    for name, text in checked.extras.items():
        entry = find_channel(shop.channel).own.get(f"extra.{name}")
        if entry is not None and entry.choices and text not in entry.choices:
            what = Message(N_("“{value}” is not known."), {"value": text})
            _refuse(shop.key, f"extras.{name}", what, Message(N_("Known: {known}."), {"known": entry.choices}))
    if strange := sorted(set(checked.warehouses) - set(places_by_key(session))):
        raise NotFound(kind=Message(N_("The place")), name=strange[0], known=places_by_key(session))
    shop.currency, shop.vat, shop.settings = currency, vat, checked.model_dump()


class _Table:
    """A CSV file by its lines; faults are gathered, `checked` tells them all. `either`: columns of which one group must be there."""

    def __init__(
        self, name: str, content: bytes, columns: Sequence[str], either: Sequence[tuple[str, ...]] = ()
    ) -> None:  # fmt: skip
        self.name = name
        self.problems: list[Problem] = []
        self.rows: dict[int, dict[str, str]] = {}
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            what = Message(N_("The file cannot be read: {reason}."), {"reason": "UTF-8"})
            raise FilesRejected([Problem(name, 1, "", "", what, Message(N_("Save it as UTF-8 text at this place.")))]) from None  # fmt: skip
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
        head = [cell.strip().lower() for cell in next(lines, [])]
        groups = either or ((),)
        if not set(columns) <= set(head) or not any(set(group) <= set(head) for group in groups):
            shown = " / ".join(", ".join((*group, *columns)) for group in groups)
            raise FilesRejected([Problem(name, 1, "", first[:60].strip(), Message(_COLUMNS, {"columns": shown}), Message(N_("Add it here.")))])  # fmt: skip
        for cells in lines:
            row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
            if any(row.values()):
                names = (*columns, *(one for group in either for one in group if one in head))
                self.rows[lines.line_num] = {one: row.get(one, "") for one in names}

    def fault(self, line: int, column: str, row: Mapping[str, str], what: Message, remedy: Message) -> None:
        """Note a fault in a cell."""
        self.problems.append(Problem(self.name, line, column, row.get(column, "")[:60], what, remedy))

    def once(self, names: Sequence[str]) -> None:
        """Rows must differ in these columns."""
        seen: set[tuple[str, ...]] = set()
        for at, row in self.rows.items():
            mark = tuple(row[one] for one in names)
            if mark in seen:
                what = Message(N_("The key “{key}” stands here twice."), {"key": " ".join(mark)})
                self.fault(at, names[0], row, what, Message(N_("Keep one of the two.")))
            seen.add(mark)

    def checked(self) -> Iterator[dict[str, str]]:
        """The rows. Raises `FilesRejected`."""
        if self.problems:
            raise FilesRejected(self.problems)
        return iter(self.rows.values())


def _known_codes(session: Session, codes: Collection[str]) -> set[str]:
    known: set[str] = set()
    for part in _parts(sorted(codes)):
        known.update(skus_by_code(session, part))
        known.update(session.scalars(select(Product.key).where(Product.key.in_(part))))
    return known


def _digests(session: Session, digests: Collection[str]) -> set[str]:
    return {
        one for part in _parts(sorted(digests)) for one in session.scalars(select(Media.digest).where(Media.digest.in_(part)))
    }  # fmt: skip


def _pictures(session: Session, codes: Collection[str]) -> dict[str, list[str]]:
    """Digests of the pictures on the cards of these codes, in the order listings show them."""
    skus = skus_by_code(session, codes)
    cards: dict[str, int] = {code: sku.product_id for code, sku in skus.items()}
    for key in set(codes) - set(skus):
        try:
            cards[key] = find_product(session, key).id
        except NotFound:
            continue
    query = (
        select(ProductMedia.product_id, Media.digest).join(Media, Media.id == ProductMedia.media_id)
        .where(ProductMedia.product_id.in_(set(cards.values())))
        .order_by(ProductMedia.product_id, ProductMedia.role != "main", ProductMedia.position, ProductMedia.id)
    )  # fmt: skip
    shown: dict[int, list[str]] = defaultdict(list)
    for product, digest in session.execute(query):
        shown[product].append(digest)
    return {code: shown[product] for code, product in cards.items()}


def _numbered(table: _Table, at: int, row: Mapping[str, str], pictures: Mapping[str, list[str]]) -> str | None:
    there = pictures.get(row["code"])
    if there is None:
        table.fault(at, "code", row, _UNKNOWN, Message(N_("Write the code of a SKU or the key of a card.")))
        return None
    number = row["number"]
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) <= len(there)):
        what = Message(N_("The card has no picture “{value}”."), {"value": number[:20]})
        table.fault(at, "number", row, what, Message(N_("Count from 1; the card has {count}."), {"count": len(there)}))
        return None
    return there[int(number) - 1]


def _parts(items: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (items[at : at + size] for at in range(0, len(items), size))
