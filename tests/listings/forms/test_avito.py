"""Avito's feed: in the shape others use, with texts that come back."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree

from service.listings.channels import channel
from service.listings.forms.avito import Avito
from service.listings.forms.feed import ListingUntold
from service.listings.forms.form import Account, Offered
from service.listings.listing import Money
from tests.listings.forms.feeding import HONEY, TEXTS, TODAY, strange, without_lost, written

FORM = Avito(channel("avito"))
SHOP = Account(extras={"address": "Благовещенск, ул. Ленина, 1", "goods_type": "Мёд", "field.ContactPhone": "+7", "field.no name": "x", "ad_type": " "})  # fmt: skip
CARD = replace(HONEY, extras={"category": "Продукты питания"})


def test_a_card_as_an_advertisement() -> None:
    root = etree.fromstring(written(FORM, [CARD], SHOP))
    assert (root.tag, dict(root.attrib)) == ("Ads", {"formatVersion": "3", "target": "Avito.ru"})
    (ad,) = root
    assert [(one.tag, one.text) for one in ad if one.tag != "Images"] == [
        ("Id", "RU-HONEY-500"), ("Category", "Продукты питания"), ("GoodsType", "Мёд"), ("Address", "Благовещенск, ул. Ленина, 1"),
        ("Title", CARD.title), ("Description", CARD.description), ("Price", "590"), ("ContactPhone", "+7"),
    ]  # fmt: skip
    assert [one.get("url") for one in ad.iterfind("Images/Image")] == [f"https://lavka.example/m/{at}.jpg" for at in range(3)]  # fmt: skip


def test_a_price_in_another_currency_is_not_taken_for_roubles() -> None:
    (ad,) = etree.fromstring(written(FORM, [replace(CARD, price=Money(5000, "CNY"))], SHOP))
    assert ad.find("Price") is None


def test_what_is_missing_is_named_and_nothing_written() -> None:
    to = io.BytesIO()
    with pytest.raises(ListingUntold) as told:
        FORM.write([Offered(one.code, FORM.item(one, TODAY, SHOP)) for one in (CARD, HONEY, replace(CARD, code="B", extras={}))], to, TODAY, SHOP)  # fmt: skip
    assert told.value.facts == {"code": "B", "names": ["Category"]}
    assert to.getvalue() == b""


@given(TEXTS, TEXTS)
def test_every_text_comes_back(text: str, more: str) -> None:
    card = strange(CARD, text, more)
    if without_lost(card.description).strip():
        (ad,) = etree.fromstring(written(FORM, [card], SHOP))
        assert ad.findtext("Title") == without_lost(card.title).strip()
        assert ad.findtext("Description") == without_lost(card.description).strip()
