"""Listings and texts for feeds: one whole card, and texts as nobody would write them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from service.listings.forms.form import Account, Form, Offered
from service.listings.listing import Dimensions, Listing, Money, Picture

TODAY = date(2026, 11, 25)
SHOP = Account(
    key="lavka", currency="RUB",
    extras={"name": "Лавка", "company": "ООО «Лавка» & К°", "url": "https://lavka.example", "product_url": "https://lavka.example/p/{code}"},
)  # fmt: skip
HONEY = Listing(
    code="RU-HONEY-500", title="Мёд липовый башкирский, 500 г", languages=("ru",), brand="Лавка", product="linden-honey",
    description="Густой светлый мёд, собранный в горах Южного Урала. Через два месяца садится мелким зерном, это его свойство.",
    attributes={"Сорт": "липовый", "Страна": "Россия"},
    pictures=tuple(Picture("jpg", 1200, 1200, 400_000, str(at), f"https://lavka.example/m/{at}.jpg") for at in range(3)),
    price=Money(59_000, "RUB"), old_price=Money(69_050, "RUB"), vat="10", barcodes=("4600000000015",),
    dimensions=Dimensions(95, 95, 140), weight=780, stock=12,
    extras={"category": "Продукты / Мёд", "tnved": "0409000000", "hs6": "040900", "country": "Россия", "shelf_life": "P2Y"},
)  # fmt: skip

_PIECES = ["]]>", "<![CDATA[", "<p>мёд</p>", "&amp;", "&", "<", ">", '"', "'", "\x00", "\x0b", "\x1f", "\x85", "\ufffe", "\ud83d", "\udc2f", "😀", "Мёд липовый", "椴树蜜", "\r\n", "\t", "\u2028", "\u202e", "e\u0301", "a"]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=12).map("".join)


def written(form: Form, listings: Iterable[Listing], account: Account = SHOP) -> bytes:
    """The file of these listings."""
    to = io.BytesIO()
    form.write([Offered(one.code, form.item(one, TODAY, account)) for one in listings], to, TODAY, account)
    return to.getvalue()


def without_lost(text: str) -> str:
    """What is left of a text in XML: no signs it cannot hold, one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one for one in text
        if one in "\t\n" or (" " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff")
    )  # fmt: skip


def strange(listing: Listing, text: str, more: str) -> Listing:
    """The card with these texts wherever words stand."""
    changes: dict[str, Any] = {"title": f"Мёд {text}"[:140], "brand": more[:100], "description": text * 3, "attributes": {f"Сорт{more}": text, text: more}}  # fmt: skip
    return replace(listing, **changes)
