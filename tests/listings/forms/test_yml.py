"""The feed of Yandex: in order by our grammar whatever stands in the cards, streamed, and read back as it was told."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from service.listings.channels import channel
from service.listings.forms.feed import ListingUntold, ShopUntold
from service.listings.forms.form import Account, FileForm, Offered
from service.listings.forms.yml import Yml, faults
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture
from service.listings.validating import validate
from tests.listings.forms.feeding import HONEY, SHOP, TEXTS, TODAY, strange, without_lost, written

FEED = Yml(channel("yml_feed"))
SEARCH = Yml(channel("yml_search"))
SAMPLE = Path(__file__).parent / "data" / "yml_with_everything.xml"


def offers(feed: bytes) -> list[etree._Element]:
    return etree.fromstring(feed).findall("shop/offers/offer")


class TestACardInTheFeed:
    def test_every_fact_stands_in_its_element(self) -> None:
        feed = written(FEED, [HONEY])
        assert faults(feed) == faults(feed, "yml_search") == []
        (offer,) = offers(feed)
        said = [(one.tag, dict(one.attrib), one.text) for one in offer]
        assert (offer.get("id"), said) == ("RU-HONEY-500", [
            ("name", {}, "Мёд липовый башкирский, 500 г"), ("vendor", {}, "Лавка"), ("url", {}, "https://lavka.example/p/RU-HONEY-500"),
            ("price", {}, "590"), ("oldprice", {}, "690.5"), ("currencyId", {}, "RUR"), ("vat", {}, "2"),
            ("categoryId", {}, said[7][2]), *[("picture", {}, f"https://lavka.example/m/{at}.jpg") for at in range(3)],
            ("description", {}, HONEY.description), ("param", {"name": "Сорт"}, "липовый"), ("param", {"name": "Страна"}, "Россия"),
            ("barcode", {}, "4600000000015"), ("weight", {}, "0.78"), ("dimensions", {}, "9.5/9.5/14"), ("count", {}, "12"),
            ("tn-ved-code", {}, "0409000000"), ("country_of_origin", {}, "Россия"), ("period-of-validity-days", {}, "P2Y"),
        ])  # fmt: skip

    def test_the_head_tells_the_shop_the_day_and_the_categories(self) -> None:
        feed = written(FEED, [HONEY, replace(HONEY, code="RU-TEA-100", extras={"category": "Продукты / Чай / Чёрный"})])
        assert feed.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
        root = etree.fromstring(feed)
        assert root.get("date") == "2026-11-25T00:00:00+03:00"
        assert [root.findtext(f"shop/{name}") for name in ("name", "company", "url")] == [
            "Лавка", "ООО «Лавка» & К°", "https://lavka.example",
        ]  # fmt: skip
        assert [dict(one.attrib) for one in root.iterfind("shop/currencies/currency")] == [{"id": "RUR", "rate": "1"}]
        tree = {one.get("id"): one for one in root.iterfind("shop/categories/category")}

        def path(number: str | None) -> list[str | None]:
            return [*path(tree[number].get("parentId")), tree[number].text] if number else []

        assert [path(offer.findtext("categoryId")) for offer in root.iterfind("shop/offers/offer")] == [
            ["Продукты", "Мёд"], ["Продукты", "Чай", "Чёрный"],
        ]  # fmt: skip

    def test_a_category_keeps_its_number_whatever_else_is_in_the_feed(self) -> None:
        alone = offers(written(FEED, [HONEY]))[0].findtext("categoryId")
        tea = replace(HONEY, code="A", extras={"category": "Чай"})
        assert offers(written(FEED, [tea, HONEY]))[1].findtext("categoryId") == alone

    def test_the_shops_own_numbers_of_categories_stay(self) -> None:
        names = {"category.7": "Еда", "category.12": "Мёд", "category.12.parent": "7"}
        feed = written(FEED, [replace(HONEY, extras={"category": "12"})], Account(extras={**SHOP.extras, **names}))
        assert faults(feed) == []
        told = [(one.get("id"), one.get("parentId"), one.text) for one in etree.fromstring(feed).iter("category")]
        assert told == [("7", None, "Еда"), ("12", "7", "Мёд")]

    def test_categories_that_lie_in_each_other_come_to_an_end(self) -> None:
        names = {"category.1": "Еда", "category.1.parent": "2", "category.2": "Мёд", "category.2.parent": "1"}
        feed = written(FEED, [replace(HONEY, extras={"category": "1"})], Account(extras={**SHOP.extras, **names}))
        assert faults(feed) == []

    def test_markup_stands_as_cdata_and_other_text_plain(self) -> None:
        feed = written(FEED, [replace(HONEY, description="<p>Мёд & воск</p>")]).decode()
        assert "<description><![CDATA[<p>Мёд & воск</p>]]></description>" in feed
        assert "<description>3 &lt; 5 &amp; 7</description>" in written(
            FEED, [replace(HONEY, description="3 < 5 & 7")]
        ).decode()  # fmt: skip

    def test_an_old_price_that_is_not_above_the_price_is_left_out(self) -> None:
        for old in (Money(59_000, "RUB"), Money(1, "RUB"), Money(99_000, "CNY")):
            assert offers(written(FEED, [replace(HONEY, old_price=old)]))[0].find("oldprice") is None

    def test_answers_become_parameters_with_their_unit(self) -> None:
        answer = Answer("1", "Масса", "number", ((None, "500"),), unit="г")
        (offer,) = offers(written(FEED, [replace(HONEY, answers=(answer,))]))
        assert [(one.get("unit"), one.text) for one in offer.iterfind("param[@name='Масса']")] == [("г", "500")]

    def test_pictures_without_an_address_are_left_out(self) -> None:
        bare = Picture("jpg", 1, 1, 1)
        (offer,) = offers(written(FEED, [replace(HONEY, pictures=(bare, *HONEY.pictures[:1], replace(bare, url="m/1.jpg")))]))  # fmt: skip
        assert [one.text for one in offer.iterfind("picture")] == ["https://lavka.example/m/0.jpg"]


class TestWhatIsMissingIsNamed:
    def test_of_the_shop(self) -> None:
        with pytest.raises(ShopUntold) as told:
            written(FEED, [HONEY], Account(extras={"name": "Лавка", "url": " "}))
        assert "company" in told.value.say("en")
        assert "url" in told.value.say("en")

    @pytest.mark.parametrize(("change", "name"), [({"title": "\x00"}, "name"), ({"price": None}, "price"), ({"extras": {}}, "categoryId")])  # fmt: skip
    def test_of_a_card_and_then_nothing_is_written(self, change: dict[str, object], name: str) -> None:
        to = io.BytesIO()
        cards = [HONEY, replace(HONEY, code="RU-TEA-100", **change)]  # type: ignore[arg-type]
        with pytest.raises(ListingUntold) as told:
            FEED.write([Offered(one.code, FEED.item(one, TODAY, SHOP)) for one in cards], to, TODAY, SHOP)
        assert told.value.facts == {"code": "RU-TEA-100", "names": [name]}
        assert to.getvalue() == b""

    def test_a_feed_without_offers_is_in_order_too(self) -> None:
        assert faults(written(FEED, [])) == []


def test_one_by_one_or_all_at_once_gives_the_same_feed() -> None:
    cards = [replace(HONEY, code=f"A-{at}", extras={"category": f"Еда / Мёд {at % 3}"}) for at in range(20)]
    items = [Offered(one.code, FEED.item(one, TODAY, SHOP)) for one in cards]
    whole, streamed = io.BytesIO(), io.BytesIO()
    FEED.write(items, whole, TODAY, SHOP)
    FEED.write(iter(items), streamed, TODAY, SHOP)
    assert faults(whole.getvalue()) == []
    assert whole.getvalue() == streamed.getvalue()


def test_offers_are_asked_for_one_by_one_and_never_kept() -> None:
    alive: list[object] = []

    class Seen(dict[str, object]):
        def __del__(self) -> None:
            alive.pop()

    def one_by_one() -> Iterator[Offered]:
        for number in range(50):
            item = Seen(FEED.item(replace(HONEY, code=f"A-{number}"), TODAY, SHOP))
            alive.append(None)
            assert len(alive) <= 3
            yield Offered(f"A-{number}", item)

    to = io.BytesIO()
    FEED.write(one_by_one(), to, TODAY, SHOP)
    assert len(offers(to.getvalue())) == 50


class TestTheGrammar:
    def test_takes_all_shapes_of_yandex_samples(self) -> None:
        assert faults(SAMPLE.read_bytes()) == []
        assert faults(SAMPLE.read_bytes(), "yml_search") == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (r' id="RU-HONEY-500">', ">"), (r"<name>Мёд липовый[^<]*</name>", ""), (r"<name>Мёд липовый[^<]*</name>", "<name> </name>"),
            (r"<name>Мёд липовый[^<]*</name>", f"<name>{'ё' * 257}</name>"), (r"<price>590</price>", ""), (r"<price>590</price>", "<price>590 руб.</price>"),
            (r"<price>590</price>", "<price>590,50</price>"), (r"<price>590</price>", "<price>0</price>"),
            (r"<price>590</price>", "<price>590</price><price>600</price>"), (r"<oldprice>1190<", "<oldprice>дорого<"), (r"<oldprice>1190<", "<oldprice>990.50<"),
            (r"<currencyId>RUR</currencyId>", ""), (r"<categoryId>10101</categoryId>", ""), (r"<categoryId>10101<", "<categoryId>777<"),
            (r"<categoryId>10101<", "<categoryId>мёд<"), (r'parentId="101"', 'parentId="77"'), (r'<category id="10101"', '<category id="101"'),
            (r"RU-HONEY-1000\" available", 'RU-HONEY-500" available'), (r'available="true"', 'available="да"'), (r' type="vendor.model"', ""),
            (r"<model>липовый, 1 кг</model>", ""), (r"https://lavka.example/honey-1.jpg", "honey-1.jpg"), (r"https://lavka.example/honey<", "lavka.example<"),
            (r' name="Вес"', ""), (r"<weight>1.45<", "<weight>1,45 кг<"), (r"9.5/9.5/14", "9.5x9.5x14"), (r"<count>12<", "<count>-1<"),
            (r"<count>12<", "<count>1.5<"), (r"P2Y", "2 года"), (r"0409000000", "0409 00 000 0"), (r"<store>true<", "<store>yes<"),
            (r'date="[^"]*"', 'date="2026-11-25 09:30"'), (r"<company>[^<]*</company>", ""), (r"<currencies>[\s\S]*</currencies>", ""),
            (r'rate="1"', 'rate="один"'), (r"<categories>[\s\S]*</categories>", ""), (r"<barcode>4600000000015</barcode>", "<barkode>1</barkode>"),
            (r'unit="percent"', 'unit="roubles"'), (r"LAVKA2027", "L" * 21), (r'days="2-4"', 'days="2—4"'), (r"</offers>", ""),
        ],
    )  # fmt: skip
    def test_refuses_what_is_spoilt(self, old: str, new: str) -> None:
        whole = SAMPLE.read_text(encoding="utf-8")
        spoilt = re.sub(old, new, whole, count=1)
        assert spoilt != whole
        assert faults(spoilt.encode())

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (r"<url>https://lavka.example/honey</url>", ""), (r"<vendor>Лавка</vendor>", ""), (r"<picture>https://lavka.example/honey-3.jpg</picture>", ""),
            (r"<description>Густой[^<]*</description>", ""), (r"<description>Густой[^<]*<", "<description>Мёд<"), (r"<description>Густой[^<]*<", f"<description>{'ё' * 3001}<"),
            (r"<name>Мёд липовый[^<]*</name>", f"<name>{'ё' * 151}</name>"), (r"<currencyId>RUR<", "<currencyId>CNY<"),
        ],
    )  # fmt: skip
    def test_the_search_wants_more_than_the_market(self, old: str, new: str) -> None:
        changed = re.sub(old, new, SAMPLE.read_text(encoding="utf-8"), count=1).encode()
        assert faults(changed, "yml_search")
        assert faults(changed) == [] or "vendor" in old  # of a vendor.model both demand the vendor

    def test_elements_may_stand_in_any_order(self) -> None:
        tree = etree.fromstring(written(FEED, [HONEY]))
        (offer,) = tree.findall("shop/offers/offer")
        offer[:] = list(reversed(offer))
        assert faults(etree.tostring(tree)) == []

    def test_opens_no_file_an_entity_names(self) -> None:
        told = faults(b'<!DOCTYPE yml_catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]><yml_catalog date="&x;"/>')
        assert told
        assert "root:" not in str(told)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, TEXTS)
def test_no_text_spoils_the_feed_and_each_comes_back(text: str, more: str) -> None:
    card = strange(HONEY, text, more)
    feed = written(FEED, [card])
    assert faults(feed) == []
    (offer,) = offers(feed)
    assert offer.findtext("name") == without_lost(card.title).strip()
    assert (offer.findtext("description") or "") == without_lost(card.description).strip()
    assert (offer.findtext("vendor") or "") == without_lost(card.brand).strip()
    params = {one.get("name"): one.text for one in offer.iterfind("param")}
    assert (params.get(f"Сорт{without_lost(more)}") or "").strip() == without_lost(text).strip()


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_no_extra_field_and_no_shop_spoils_the_feed(text: str, more: str) -> None:
    extras = {"category": f"{text} / {more}", "country": text, "certificate": more, "group": text, "url": text}
    shop = Account(extras={"name": f"Лавка {text}", "company": f"{more} К°", "url": "https://lavka.example", "product_url": f"https://lavka.example/{more}"})  # fmt: skip
    card = replace(HONEY, code=f"A{text}"[:200], extras=extras, barcodes=(text,) if text else ())
    if FEED.item(card, TODAY, shop).get("categoryId"):
        assert faults(written(FEED, [card, HONEY], shop)) == []


class TestRulesAndGrammarAgree:
    """What a channel's rules let through stands in a feed that its grammar takes."""

    @pytest.mark.parametrize(("form", "grammar"), [(FEED, "yml"), (SEARCH, "yml_search")])
    @pytest.mark.parametrize("change", [{}, {"title": "ё" * 150}, {"description": "ё" * 3000}, {"old_price": None}, {"stock": None}, {"dimensions": None}, {"attributes": {}}])  # fmt: skip
    def test_a_card_without_a_fault(self, form: Yml, grammar: str, change: dict[str, object]) -> None:
        card = replace(HONEY, **change)  # type: ignore[arg-type]
        blocked = [one.rule for one in validate(card, form.channel, as_of=TODAY) if one.level == "error"]
        assert blocked == []
        assert faults(written(form, [card]), grammar) == []

    @pytest.mark.parametrize("change", [{"title": "ё" * 151}, {"description": "ё" * 3001}, {"description": "ё" * 69}, {"brand": ""}, {"pictures": ()}, {"description": ""}])  # fmt: skip
    def test_a_card_the_search_refuses(self, change: dict[str, object]) -> None:
        card = replace(HONEY, **change)  # type: ignore[arg-type]
        assert [one for one in validate(card, SEARCH.channel, as_of=TODAY) if one.level == "error"]
        assert faults(written(SEARCH, [card]), "yml_search")


@pytest.mark.parametrize("times", [1, 3])
def test_cards_of_one_build_do_not_lend_each_other_texts(times: int) -> None:
    cards = [
        replace(HONEY, code=f"A-{at}", title=f"Мёд {at}", brand=f"Марка {at % 2}", weight=100 + at, price=Money(10_000 + at, "RUB"))
        for at in range(10)
    ] * times  # fmt: skip
    told = [
        (one.get("id"), one.findtext("name"), one.findtext("vendor"), Decimal(one.findtext("weight") or ""), Decimal(one.findtext("price") or ""))
        for one in offers(written(FEED, cards))
    ]  # fmt: skip
    assert told == [
        (one.code, one.title, one.brand, Decimal(one.weight or 0) / 1000, Decimal(one.price.amount if one.price else 0) / 100)
        for one in cards
    ]  # fmt: skip


def test_sides_are_never_written_smaller_than_they_are() -> None:
    (offer,) = offers(written(FEED, [replace(HONEY, dimensions=Dimensions(101, 99, 1), weight=1)]))
    assert (offer.findtext("dimensions"), offer.findtext("weight")) == ("10.1/9.9/0.1", "0.001")


def test_is_a_form_of_files() -> None:
    form: FileForm = SEARCH
    assert form.suffix == "xml"
    listing: Listing = HONEY
    assert form.item(listing, TODAY, SHOP)["price"] == 590
