"""Landed cost and margin: reckoned by hand, each step with its source; the floor price is one; a stored SKU explained."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from service.authored import read
from service.catalog.listing import skus_by_code
from service.database import Base, Database
from service.errors import DomainError, NotFound
from service.pricing.costs import CostsFile, NoWay, costs, vat_rate
from service.pricing.explaining import FactMissing, PriceMissing, WrongMarket, explain
from service.pricing.floors import NoFloor, floor_price
from service.pricing.landing import (
    Amount,
    Costing,
    Figure,
    HushiLimit,
    Money,
    OutOfRange,
    Pack,
    ParcelDuty,
    Regime,
    RetailLimits,
    cost,
    shown,
    shown_share,
    what_if,
)
from service.pricing.models import Price
from service.pricing.offering import Offer, offer
from service.pricing.rates import Rate, RateMissing, import_rates
from service.resources import root
from tests.pricing.test_rates import daily, valute

DAY = date(2026, 11, 25)


def share(percent: str, *, verified: bool = True) -> Figure:
    return Figure(Fraction(percent) / 100, "test", verified)


def money(amount: int, currency: str = "RUB") -> Amount:
    return Amount(Money(amount, currency), "test", True)


def rate(base: str, quote: str, value: str) -> Rate:
    return Rate(base, quote, Fraction(value), DAY, 0, "bank")


OLD = ParcelDuty(20000, share("15"), 200, True, 31000)
NEW = ParcelDuty(20000, share("5", verified=False), 100, False)
LIMITS = RetailLimits(500000, 2600000, share("70"))
EXEMPT = HushiLimit(800000, "test", True)


def pack(**change: Any) -> Pack:
    """Half a kilogram of honey from China, sold in Russia for 500.00 RUB after general trade."""
    told: dict[str, Any] = {
        "price": Money(50000, "RUB"), "goods": money(1000, "CNY"), "gross_g": 500, "freight": money(2000, "CNY"),
        "insurance": share("0.3"), "duty": share("10"), "vat": share("22"), "consumption": share("0"), "packaging": money(2000),
        "delivery": money(1000), "commission": share("15"), "acquiring": share("1.5"), "returns": share("2"), "regime": Regime.GENERAL,
        "rates": {"CNY": rate("CNY", "RUB", "11.2345"), "EUR": rate("EUR", "RUB", "92.88")},
    }  # fmt: skip
    return Pack(**(told | change))


def in_china(**change: Any) -> Pack:
    """A pack sold in China for 1,000.00 CNY, everything but its taxes free."""
    free = {name: share("0") for name in ("insurance", "duty", "consumption", "commission", "acquiring", "returns")}
    nothing = {name: money(0, "CNY") for name in ("freight", "packaging", "delivery")}
    told = (
        {"price": Money(100000, "CNY"), "goods": money(60000, "CNY"), "vat": share("13"), "rates": {}} | free | nothing
    )
    return pack(**(told | change))


def amounts(costing: Costing) -> dict[str, int]:
    return {line.what.id: line.amount for line in costing.lines}


def by_buyer(costing: Costing) -> dict[str, int]:
    return {line.what.id: line.amount for line in costing.buyer_lines}


# ---- by hand


def test_general_trade_step_by_step() -> None:
    done = cost(pack())
    assert amounts(done) == {
        "goods": 11235,  # 10.00 CNY × 11.2345 = 112.345 → 112.35, the half up
        "freight": 11235,  # 0.5 kg × 20.00 CNY × 11.2345 = 112.345 → 112.35
        "insurance": 67,  # (112.35 + 112.35) × 0.3 % = 0.6741
        "duty": 2254,  # (224.70 + 0.67) × 10 % = 22.537
        "VAT at import": 5454,  # (225.37 + 22.54) × 22 % = 54.5402
        "packaging": 2000,
        "delivery to the buyer": 1000,
        "returns": 665,  # (225.37 + 22.54 + 54.54 + 20.00 + 10.00) × 2 % = 332.45 × 2 % = 6.649
        "commission": 7500,  # 500.00 × 15 %
        "acquiring": 750,  # 500.00 × 1.5 %
        "VAT within the price": 9016,  # 500.00 × 22/122 = 90.1639
        "import VAT set off": -5454,
    }
    assert done.landed == 30245
    assert done.total == 45722
    assert done.margin == 4278
    assert shown_share(done.margin_share).say("en") == "8.556 %"


def test_a_seller_who_owes_no_vat_keeps_the_vat_of_the_border_as_a_cost() -> None:
    done = cost(pack(vat_payer=False))
    assert "VAT within the price" not in amounts(done)
    assert done.total == 45722 - 9016 + 5454


def test_listed_food_bears_ten_per_cent() -> None:
    done = amounts(cost(pack(vat=share("10"))))
    assert done["VAT at import"] == 2479  # (225.37 + 22.54) × 10 % = 24.791
    assert done["VAT within the price"] == 4545  # 500.00 × 10/110 = 45.4545


def test_consumption_tax_lies_within_its_own_base() -> None:
    done = amounts(cost(in_china(duty=share("10"), consumption=share("20"))))
    assert done["duty"] == 6000  # 600.00 × 10 %
    assert done["consumption tax"] == 16500  # (600.00 + 60.00) ÷ 0.8 × 20 %
    assert done["VAT at import"] == 10725  # (600.00 + 60.00 + 165.00) × 13 %


@pytest.mark.parametrize(
    ("rule", "price", "gross", "duty"),
    [
        (OLD, 1857600, 31000, None),  # 200.00 EUR × 92.88 and 31 kg: free
        (OLD, 2322000, 4000, 69660),  # 250.00 EUR: 50.00 × 15 % = 7.50 EUR × 92.88
        (OLD, 100000, 33000, 37152),  # 2 kg too heavy × 2.00 EUR = 4.00 EUR
        (OLD, 1950480, 41000, 185760),  # 210.00 EUR: 10.00 × 15 % = 1.50; 10 kg × 2.00 = 20.00 EUR is more
        (NEW, 1857600, 40000, None),  # 200.00 EUR: free; no page tells of a weight limit
        (NEW, 1857601, 4000, 92880),  # just above: 5 % of the whole = 10.00 EUR × 92.88, and 4.00 EUR for 4 kg is less
        (NEW, 2322000, 4000, 116100),  # 250.00 EUR × 5 % = 12.50 EUR
        (NEW, 2322000, 20000, 185760),  # 20 kg × 1.00 EUR = 20.00 EUR is more
    ],
)
def test_a_parcels_duty_before_and_after_july_2026(rule: ParcelDuty, price: int, gross: int, duty: int | None) -> None:
    done = cost(pack(regime=Regime.PARCEL, parcel=rule, price=Money(price, "RUB"), gross_g=gross))
    assert by_buyer(done).get("duty on the parcel") == duty
    assert done.buyer_pays == price + (duty or 0)
    borne = cost(
        pack(regime=Regime.PARCEL, parcel=rule, price=Money(price, "RUB"), gross_g=gross, taxes_on_buyer=False)
    )
    assert borne.total == done.total + (duty or 0)
    assert not borne.buyer_lines


@pytest.mark.parametrize(
    ("price", "before", "change", "taxes"),
    [
        (100000, 0, {}, {"VAT of the retail purchase": 9100}),  # 1,000.00 × 13 % × 70 %
        (500000, 2100000, {}, {"VAT of the retail purchase": 45500}),  # both limits touched, neither passed
        # 5,000.01: full; duty 500.00, VAT (5,000.01 + 500.00) × 13 % = 715.0013
        (500001, 0, {}, {"duty": 50000, "VAT of the retail purchase": 71500}),
        # the year is used up: full; duty 100.00, VAT 1,100.00 × 13 %
        (100000, 2500001, {}, {"duty": 10000, "VAT of the retail purchase": 14300}),
        # 1,000.00 ÷ 0.8 = 1,250.00: tax 250.00 × 70 %, VAT 1,250.00 × 13 % × 70 %
        (100000, 0, {"consumption": share("20")}, {"consumption tax": 17500, "VAT of the retail purchase": 11375}),
    ],
)
def test_the_composite_tax_of_retail_import(price: int, before: int, change: Any, taxes: dict[str, int]) -> None:
    given = {"duty": share("10"), "retail": LIMITS, "bought_this_year": before, "price": Money(price, "CNY")}
    done = cost(in_china(regime=Regime.RETAIL, **(given | change)))
    assert by_buyer(done) == taxes
    assert amounts(done).keys().isdisjoint(taxes)
    assert bool(done.notes) == ("duty" in taxes)


@pytest.mark.parametrize(
    ("traded", "limit", "duty", "vat", "noted"),
    [
        (0, EXEMPT, 0, 0, False),
        (740000, EXEMPT, 0, 0, False),  # 7,400.00 + 600.00 = 8,000.00
        (790000, EXEMPT, 5000, 7150, True),  # 500.00 above: duty 50.00, VAT 550.00 × 13 %
        (900000, EXEMPT, 6000, 8580, True),  # all above: 60.00 and 660.00 × 13 %
        (0, replace(EXEMPT, excluded=True), 6000, 8580, True),
    ],
)
def test_a_border_residents_day(traded: int, limit: HushiLimit, duty: int, vat: int, noted: bool) -> None:
    done = cost(in_china(regime=Regime.HUSHI, hushi=limit, duty=share("10"), traded_today=traded, vat_payer=False))
    assert (amounts(done)["duty"], amounts(done)["VAT at import"]) == (duty, vat)
    assert bool(done.notes) == noted


def test_the_floor_by_hand() -> None:
    # 600.00 and 10 % commission, no VAT: 0.9 p ≥ 600.00 from 666.66 on, for 66.666 is rounded to 66.67 and 599.99 is left;
    # 666.67 leaves 600.00.
    plain = in_china(regime=Regime.DOMESTIC, commission=share("10"), vat_payer=False)
    assert floor_price(plain) == (Money(66667, "CNY"), None)
    assert cost(replace(plain, price=Money(66666, "CNY"))).margin == -1
    # and 10 % for oneself: 0.8 p ≥ 600.00
    assert floor_price(plain, Fraction(1, 10)).price.amount == 75000


def test_a_floor_holds_up_to_where_taxes_leap() -> None:
    # Duty of the new order on the seller: free up to 200.00 EUR = 18,576.00 RUB, above that at least 928.80 RUB at once.
    tight = pack(
        regime=Regime.PARCEL, parcel=NEW, taxes_on_buyer=False, goods=money(1850000), freight=money(0), insurance=share("0"),
        packaging=money(0), delivery=money(0), commission=share("0"), acquiring=share("0"), returns=share("0"),
    )  # fmt: skip
    assert floor_price(tight) == (Money(1850000, "RUB"), Money(1857600, "RUB"))
    assert cost(replace(tight, price=Money(1857601, "RUB"))).margin < 0
    # 18,600.00 is never left below the limit; above it 0.95 p ≥ 18,600.00
    dearer = replace(tight, goods=money(1860000))
    assert floor_price(dearer) == (Money(1957895, "RUB"), None)


def test_no_price_is_a_floor_where_shares_take_all() -> None:
    with pytest.raises(NoFloor) as caught:
        floor_price(pack(commission=share("60"), vat=share("22")), Fraction(1, 4))
    assert "25" in caught.value.say("ru")


def test_what_if_tells_the_steps_that_differ() -> None:
    changed = what_if(pack(), commission=share("10"), packaging=money(3000))
    assert {name.id: (old, new) for name, old, new in changed.steps} == {
        "packaging": (2000, 3000),
        "returns": (665, 685),
        "commission": (7500, 5000),
    }
    assert changed.after.margin - changed.before.margin == 2500 - 1000 - 20


@pytest.mark.parametrize(
    "change",
    [
        {"price": Money(0, "RUB")}, {"price": Money(2**31, "RUB")}, {"gross_g": 0}, {"gross_g": -1}, {"duty": share("100")},
        {"commission": share("-1")}, {"packaging": money(-1)}, {"bought_this_year": -1},
    ],
)  # fmt: skip
def test_what_no_pack_can_have_is_refused(change: Any) -> None:
    with pytest.raises(OutOfRange) as caught:
        pack(**change)
    assert next(iter(change)) in caught.value.say("zh")


def test_money_of_a_currency_without_words_is_shown_by_its_code() -> None:
    assert {shown(Money(123450, "KZT")).say(locale) for locale in ("zh", "ru", "en")} == {"1234.50 KZT"}
    assert [shown(Money(1290, "CNY")).say(locale) for locale in ("zh", "ru")] == ["12.9元", "12,90 юаня"]


# ---- always

SHARES = st.integers(0, 2500).map(lambda n: Figure(Fraction(n, 10000), "test", True))
COINS = st.integers(0, 10**6)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Any pack, under any regime, in yuan or roubles."""
    shares = {
        name: draw(SHARES) for name in ("insurance", "duty", "vat", "consumption", "commission", "acquiring", "returns")
    }
    coins = {
        name: money(draw(COINS), draw(st.sampled_from(["CNY", "RUB"])))
        for name in ("goods", "freight", "packaging", "delivery")
    }
    currency = draw(st.sampled_from(["CNY", "RUB"]))
    yuan = Fraction(draw(st.integers(1, 10**6)), 10**4)
    euro = yuan * Fraction(draw(st.integers(1, 200)), 10)
    worth = {"RUB": Fraction(1), "CNY": yuan, "EUR": euro}
    rates = {code: Rate(code, currency, value / worth[currency], DAY, 0, "bank") for code, value in worth.items()}
    return Pack(
        price=Money(draw(st.integers(1, 10**8)), currency), gross_g=draw(st.integers(1, 60000)), regime=draw(st.sampled_from(Regime)),
        rates=rates, vat_payer=draw(st.booleans()), taxes_on_buyer=draw(st.booleans()), parcel=draw(st.sampled_from([OLD, NEW])),
        retail=LIMITS, hushi=replace(EXEMPT, excluded=draw(st.booleans())), bought_this_year=draw(st.integers(0, 3 * 10**6)),
        traded_today=draw(st.integers(0, 10**6)), **shares, **coins,
    )  # fmt: skip


def no_float(value: Any) -> bool:
    if isinstance(value, dict):
        return all(no_float(one) for one in value.values())
    if isinstance(value, (list, tuple)):
        return all(no_float(one) for one in value)
    return not isinstance(value, float)


@given(packs())
def test_the_steps_add_up_and_no_figure_is_a_binary_fraction(one: Pack) -> None:
    done = cost(one)
    assert done.total + done.margin == done.price.amount
    assert done.total == sum(line.amount for line in done.lines)
    assert done.landed <= done.total + amounts(done).get("VAT at import", 0)
    for line in done.lines + done.buyer_lines:
        assert line.currency == one.price.currency
        assert line.source
        for locale in ("zh", "ru", "en"):
            data = line.as_data(locale)  # type: ignore[arg-type]
            assert no_float(data)
            assert type(data["amount"]) is int
            assert data["formula"]
            assert "{" not in data["formula"]


@given(packs(), st.integers(0, 10**6))
def test_a_higher_price_never_leaves_less_but_for_the_rounding_of_its_steps(one: Pack, more: int) -> None:
    one = replace(one, taxes_on_buyer=True)  # on the seller, taxes leap at the limits: told by the floor
    dearer = replace(one, price=Money(one.price.amount + more, one.price.currency))
    before, after = cost(one), cost(dearer)
    depending = sum(1 for line in before.lines if line.what.id in ("commission", "acquiring", "VAT within the price"))
    assert after.margin >= before.margin - (depending - 1 if more else 0)


@given(packs(), st.integers(0, 30))
def test_the_floor_reaches_the_wanted_margin_and_a_minor_unit_less_does_not(one: Pack, percent: int) -> None:
    wanted = Fraction(percent, 100)
    try:
        floor = floor_price(one, wanted)
    except NoFloor:
        return

    def reaches(price: int) -> bool:
        return cost(replace(one, price=Money(price, one.price.currency))).margin >= wanted * price

    price = floor.price.amount
    assert reaches(price)
    assert price == 1 or not reaches(price - 1)
    end = floor.until.amount if floor.until else 2**31 - 1
    assert all(reaches(min(price + more, end)) for more in (1, 2, 3, 5, 10, 100, 10**4, 10**8))
    assert floor.until is None or not all(reaches(end + more) for more in range(1, 200))


# ---- the file


def test_the_file_of_costs_holds_no_fault_and_no_sample_is_called_verified() -> None:
    file = read(root("catalogs") / "costs.yaml", CostsFile)
    assert [problem.say("en") for problem in file.problems] == []
    assert file.content
    rows = [one for name in CostsFile.model_fields for one in _rows(getattr(file.content, name))]
    assert len(rows) > 40
    for row in rows:
        assert row.source
        assert not (row.sample and row.verified), row
        if "memory" in row.source or "sample" in row.source:
            assert not row.verified, row


def _rows(value: Any) -> list[Any]:
    several = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return [one for one in several if hasattr(one, "verified")]


def test_limits_are_those_of_the_rules() -> None:
    rules = {
        name: (root("catalogs") / "rules" / f"{name}-trade.yaml").read_text(encoding="utf-8") for name in ("cn", "ru")
    }
    old, new = costs().parcel
    assert (
        f"parcel.value_eur <= {old.free}) and (not parcel.weight_g or parcel.weight_g <= {old.free_g})" in rules["ru"]
    )
    assert f"{old.percent} * (parcel.value_eur - {old.free})" in rules["ru"]
    assert f"{new.percent} * parcel.value_eur" in rules["ru"]
    assert f"order.value <= {costs().retail[0].single}" in rules["cn"]
    assert f"order.year_total <= {costs().retail[0].year}" in rules["cn"]
    assert f"trade.value_day <= {costs().hushi[0].day}" in rules["cn"]
    assert all(f"'{kind}'" in rules["cn"] for kind in costs().hushi[0].excluded)


# ---- a stored SKU


@pytest.fixture
def shop(stocked: Database) -> Database:
    """The catalogue, sample prices and the rates of the day."""
    Base.metadata.create_all(stocked.engine, tables=[Base.metadata.tables["exchange_rate"]], checkfirst=True)
    with stocked.writing() as session:
        content = daily(valute("CNY", "11,2345"), valute("EUR", "92,8806"))
        import_rates(session, name="daily.xml", content=content)
    return stocked


@pytest.mark.parametrize("channel", sorted(costs().channels))
def test_every_sample_sku_is_explained_on_every_channel_of_a_market_it_is_priced_in(
    shop: Database, channel: str
) -> None:
    market = costs().channels[channel].market
    explained = 0
    with shop.reading() as session:
        for code, sku in skus_by_code(session).items():
            regimes = [
                way.regime for way in costs().ways if (way.origin, way.market) == (sku.product.origin_country, market)
            ]
            for regime in regimes if channel in ("ozon", "douyin") else regimes[:1]:
                try:
                    found = explain(session, code, channel=channel, on=DAY, regime=regime)
                except PriceMissing:
                    continue
                explained += 1
                assert found.costing.total + found.costing.margin == found.costing.price.amount
                assert no_float(found.as_data("ru"))
                assert found.floor is None or found.break_even is None or found.floor.price >= found.break_even.price
    assert explained > 50


def test_the_dates_decide_about_vat_and_parcels(shop: Database) -> None:
    with shop.writing() as session:
        content = daily(valute("CNY", "11,0"), valute("EUR", "90,0"), day="20.12.2025")
        import_rates(session, name="daily.xml", content=content)
        content = daily(valute("CNY", "11,0"), valute("EUR", "90,0"), day="30.06.2026")
        import_rates(session, name="daily.xml", content=content)

    def vat(sku: str, on: date) -> Fraction:
        with shop.reading() as session:
            return explain(session, sku, channel="ozon", on=on).pack.vat.share

    assert vat("HH-AGATE-8", date(2025, 12, 31)) == Fraction(20, 100)
    assert vat("HH-AGATE-8", date(2026, 1, 1)) == Fraction(22, 100)
    assert vat("HH-SOYBEAN-1000", date(2026, 1, 1)) == Fraction(10, 100)
    with shop.reading() as session:
        parcels = [
            explain(session, "HH-AGATE-8", channel="ozon", on=day, regime="parcel", price=2250000)
            for day in (date(2026, 6, 30), date(2026, 7, 1))
        ]
    # 22,500.00 RUB ÷ 90 = 250.00 EUR: 15 % of 50.00 = 7.50 EUR; 5 % of 250.00 = 12.50 EUR
    assert [by_buyer(one.costing)["duty on the parcel"] for one in parcels] == [67500, 112500]
    assert [one.costing.buyer_lines[0].verified for one in parcels] == [True, False]


@pytest.mark.parametrize(
    ("sku", "channel", "duty", "vat"),
    [
        ("RU-HONEY-500", "douyin", "15", "9"),  # 0409 has a row of its own; farm goods
        ("RU-USHANKA-58", "douyin", "10", "13"),  # 6506 has none
        ("HH-KIDNEYBEAN-1000", "ozon", "8", "10"),  # 07
        ("HH-WOODEAR-150", "ozon", "8", "22"),  # 0712 is taken out of the list of food
    ],
)
def test_the_longest_heading_decides_about_duty_and_the_list_about_vat(
    shop: Database, sku: str, channel: str, duty: str, vat: str
) -> None:
    with shop.reading() as session:
        found = explain(session, sku, channel=channel, on=DAY).pack
    assert not found.vat.verified  # 10 and 22 % are sure, which goods bear them is not
    assert (found.duty.share, found.vat.share) == (Fraction(duty) / 100, Fraction(vat) / 100)


def test_what_was_told_stands_in_for_what_is_stored_and_notes_say_what_to_mind(shop: Database) -> None:
    with shop.reading() as session:
        stored = explain(session, "RU-HONEY-500", channel="douyin", on=DAY)
        told = explain(
            session, "RU-HONEY-500", channel="douyin", market="CN", on=date(2026, 12, 3), price=100, goods=Money(20000, "RUB"),
            wanted=Fraction(1, 5),
        )  # fmt: skip
    said = " ".join(note.say("ru") for note in stored.notes)
    assert "образц" in said
    assert "Закупочная цена не указана" in said
    assert "непроверенные" in said
    assert told.costing.price == Money(100, "CNY")
    # 200.00 RUB ÷ 11.2345 = 17.80231 CNY
    assert amounts(told.costing)["goods"] == 1780
    said = " ".join(note.say("zh") for note in told.notes)
    assert "已过8天" in said
    assert "每件亏" in said
    assert "没给进货价" not in said
    assert told.wanted == Fraction(1, 5)


@pytest.mark.parametrize(
    ("sku", "options", "error"),
    [
        ("RU-HONEY-500", {"channel": "amazon"}, NotFound),
        ("RU-NOTHING-1", {"channel": "ozon"}, NotFound),
        ("RU-HONEY-500", {"channel": "ozon", "market": "CN"}, WrongMarket),
        ("RU-SAUSAGE-400", {"channel": "douyin"}, PriceMissing),
        ("RU-HONEY-500", {"channel": "douyin", "regime": "parcel"}, NoWay),
        ("RU-HONEY-500", {"channel": "douyin", "on": date(2026, 11, 24)}, RateMissing),
        ("RU-HONEY-500", {"channel": "douyin", "goods": Money(100, "JPY")}, RateMissing),
        ("RU-HONEY-500", {"channel": "douyin", "price": 0}, OutOfRange),
    ],
)
def test_what_is_missing_is_named_in_both_languages(
    shop: Database, sku: str, options: Any, error: type[DomainError]
) -> None:
    with shop.reading() as session, pytest.raises(error) as caught:
        explain(session, sku, **({"on": DAY} | options))
    for locale in ("zh", "ru"):
        assert caught.value.say(locale) != caught.value.say("en")  # type: ignore[arg-type]


def test_a_card_without_weight_or_code_or_a_price_at_home_is_named(shop: Database) -> None:
    with shop.writing() as session:
        sku = skus_by_code(session, ["RU-HONEY-500"])["RU-HONEY-500"]
        sku.gross_g = None
        session.flush()
        with pytest.raises(FactMissing, match="gross weight"):
            explain(session, "RU-HONEY-500", channel="douyin", on=DAY)
        sku.gross_g, sku.product.hs_code = 700, None
        session.flush()
        with pytest.raises(FactMissing, match="HS code"):
            explain(session, "RU-HONEY-500", channel="douyin", on=DAY)
        session.execute(delete(Price).where(Price.sku_id == sku.id, Price.market == "RU"))
        with pytest.raises(PriceMissing, match="RU"):
            explain(session, "RU-HONEY-500", channel="douyin", on=DAY)


def test_the_command_explains_in_the_readers_language(amurlive: Any, sqlite_server: Any) -> None:
    url = sqlite_server.create("stocked")
    database = Database(url)
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["exchange_rate"]], checkfirst=True)
    database.close()
    ask = ("prices", "explain", "RU-HONEY-500", "--channel", "douyin", "--on", "2026-11-25")
    missing = amurlive(*ask, DATABASE_URL=url)
    assert missing.returncode == 1
    assert "Курса" in missing.stderr
    domestic = ("prices", "explain", "RU-HONEY-500", "--channel", "ozon")
    done = amurlive(*domestic, "--goods", "120.50RUB", "--margin", "10", "--json", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["lines"][0]["amount"] == 12050
    assert found["total"] + found["margin"] == found["price"]["amount"]
    shown = amurlive(*domestic, "--price", "299.90", DATABASE_URL=url, lang="zh_CN.UTF-8").stdout
    assert "平台佣金*：售价 × 17%" in shown
    assert "保本价" in shown
    assert amurlive(*domestic, "--price", "12,805", DATABASE_URL=url).returncode == 2


@pytest.mark.parametrize(
    ("hs", "market", "on", "rate"),
    [
        ("711311", "RU", date(2025, 12, 31), "20"),
        ("711311", "RU", date(2026, 1, 1), "22"),
        ("100640", "RU", DAY, "10"),
        ("040900", "CN", DAY, "9"),
        ("650610", "CN", DAY, "13"),
    ],
)
def test_the_vat_of_goods_by_code_market_and_day(hs: str, market: str, on: date, rate: str) -> None:
    found = vat_rate(hs, market, on)
    assert found.percent == rate
    assert not found.verified  # the rates of Russia are sure, the list of food that decides between them is from memory


def test_a_channels_own_price_is_the_one_explained(shop: Database) -> None:
    with shop.writing() as session:
        offer(session, [Offer(sku="RU-HONEY-500", market="CN", kind="live", channel="douyin", amount=4100)])
    with shop.reading() as session:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        prices = [explain(session, "RU-HONEY-500", channel=channel, on=today).costing.price.amount for channel in ("douyin", "kuaishou")]  # fmt: skip
        assert prices[0] == 4100 != prices[1]
