"""Offered prices: which one holds where and when; nothing ever lies below its floor, by whatever path; the record only grows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.database import Database, now
from service.errors import DomainError, FilesRejected
from service.people.audit import AuditEntry
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.pricing.files import PriceEntry
from service.pricing.importing import import_prices
from service.pricing.landing import Money
from service.pricing.models import KINDS, OfferedPrice, Price
from service.pricing.offering import (
    BadChannel,
    BelowFloor,
    CompareTooLow,
    EndsTooEarly,
    NoAmount,
    Offer,
    OfferRefused,
    TooHigh,
    UnknownKind,
    history,
    offer,
)
from service.pricing.refusing import BasisMissing, NoSuchSkus
from service.pricing.setting import set_prices
from service.pricing.standing import Standing, prices_at
from service.webhooks.models import Event

HONEY, KVAS = "RU-HONEY-500", "RU-KVAS-1500"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(seconds=1)


def one(amount: int | None, kind: str = "live", **more: Any) -> Offer:
    """An offer of honey in China."""
    return Offer(**({"sku": HONEY, "market": "CN", "kind": kind, "amount": amount} | more))


def make(database: Database, *offers: Offer) -> list[int]:
    with database.writing() as session:
        return [row.id for row in offer(session, offers)]


def set_to(database: Database, live: int, sku: str = HONEY, **more: Any) -> None:
    with database.writing() as session:
        set_prices(session, {sku: PriceEntry.model_validate({"CN": {"live": live, **more}})})


def standing(database: Database, channel: str = "", *, later: timedelta = SOON, market: str = "CN", sku: str = HONEY) -> Standing:  # fmt: skip
    with database.reading() as session:
        number = skus_by_code(session, [sku])[sku].id
        return prices_at(session, [number], market=market, channel=channel, at=now() + later)[number]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OfferedPrice)) or 0


@pytest.fixture
def honey(stocked: Database) -> Database:
    """Honey for 45.00 yuan in every show, as the shop has set it."""
    set_to(stocked, 4500)
    return stocked


# ---- what holds


def test_a_channels_own_price_stands_before_the_markets_and_that_before_the_price_list(honey: Database) -> None:
    (market,) = make(honey, one(4400))
    (own,) = make(honey, one(4300, channel="douyin"))
    assert standing(honey, "douyin").live == Money(4300, "CNY")
    assert standing(honey, "kuaishou").live == standing(honey).live == Money(4400, "CNY")
    assert (standing(honey, "douyin").origins["live"].id, standing(honey).origins["live"].id) == (own, market)
    make(honey, one(None, channel="douyin"))
    assert standing(honey, "douyin").live == Money(4400, "CNY")
    make(honey, one(None))
    found = standing(honey, "douyin")
    assert found.live == Money(4500, "CNY")
    assert found.of_price("live")


def test_of_those_that_hold_the_one_told_last_counts_and_a_price_ends_when_it_was_said_to(honey: Database) -> None:
    start = now()
    make(honey, one(3900, "base"), one(3700, "base", valid_from=start + DAY, valid_to=start + 2 * DAY))
    seen = [standing(honey, later=after).base for after in (SOON, DAY + HOUR, 2 * DAY + HOUR)]
    assert seen == [Money(3900, "CNY"), Money(3700, "CNY"), Money(3900, "CNY")]
    make(honey, one(3800, "base"))  # told later, for all time: also in the place of what was planned
    assert [standing(honey, later=after).base for after in (SOON, DAY + HOUR)] == [Money(3800, "CNY")] * 2


def test_what_begins_in_the_past_begins_now_for_the_past_was_what_it_was(honey: Database) -> None:
    before = standing(honey, later=-HOUR)
    make(honey, one(3000, valid_from=now() - DAY))
    assert standing(honey).live == Money(3000, "CNY")
    assert standing(honey, later=-HOUR) == before


def test_a_sku_nobody_has_priced_has_no_prices_at_all(honey: Database) -> None:
    with honey.reading() as session:
        assert prices_at(session, [10**6], market="CN", at=now()) == {10**6: Standing()}
        assert prices_at(session, [], market="CN", at=now()) == {}


def test_what_others_offer_for_the_same_goods_does_not_count(honey: Database) -> None:
    with honey.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔商贸", name_ru="«Амур»")
    amur = acting(honey, "amur")
    make(amur, one(2000), one(1900, "floor"))
    assert standing(honey).live == Money(4500, "CNY")
    assert standing(honey).floor is None
    make(honey, one(1000))  # the other's floor is not ours
    assert standing(amur).live == Money(2000, "CNY")


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MOMENTS = st.integers(-3, 3).map(lambda hours: NOON + hours * HOUR)
ROW = st.tuples(
    st.sampled_from([HONEY, KVAS]), st.sampled_from(["CN", "RU"]), st.sampled_from(["", "douyin", "ozon"]), st.sampled_from(KINDS),
    st.none() | st.integers(1, 99), MOMENTS, st.none() | st.integers(1, 3),
)  # fmt: skip


@given(rows=st.lists(ROW, max_size=12), at=MOMENTS, channel=st.sampled_from(["", "douyin", "ozon", "vk_market"]))
def test_the_answer_is_that_of_a_plain_list(stocked: Database, rows: list[Any], at: datetime, channel: str) -> None:
    with stocked.reading() as session:  # nothing is kept
        session.execute(delete(Price).where(Price.market == "RU"))
        skus = skus_by_code(session, [HONEY, KVAS])
        for sku, market, where, kind, amount, start, hours in rows:
            session.add(OfferedPrice(
                sku=skus[sku], market=market, channel=where, kind=kind, currency="RUB" if market == "RU" else "CNY", amount=amount,
                valid_from=start, valid_to=start + hours * HOUR if hours else None, person="-", basis="msrp" if kind == "compare_at" else None,
            ))  # fmt: skip
            session.flush()
        found = prices_at(session, [sku.id for sku in skus.values()], market="RU", channel=channel, at=at)
        for code, sku in skus.items():
            for kind in KINDS:
                expected = None
                for level in dict.fromkeys([channel, ""]):
                    holding = [
                        row[4] for row in rows
                        if row[:4] == (code, "RU", level, kind) and row[5] <= at and (row[6] is None or at < row[5] + row[6] * HOUR)
                    ]  # fmt: skip
                    expected = expected or (holding[-1] if holding else None)
                money = getattr(found[sku.id], kind)
                assert (money and money.amount) == expected, (code, kind)


def test_any_number_of_goods_is_asked_for_in_two_queries(shelf: Database) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with shelf.reading() as session:
        several = [sku.id for sku in skus_by_code(session).values()]
        event.listen(shelf.engine, "before_cursor_execute", note)
        try:
            assert len(prices_at(session, several, market="CN", channel="douyin", at=now())) > 80
        finally:
            event.remove(shelf.engine, "before_cursor_execute", note)
    assert len(asked) == 2


# ---- nothing below the floor


@pytest.mark.parametrize("kind", ["base", "live", "border"])
def test_nothing_is_offered_below_the_floor_and_the_refusal_says_all(honey: Database, kind: str) -> None:
    make(honey, one(4000, "floor"))
    with pytest.raises(BelowFloor) as caught:
        make(honey, one(3999, kind, channel="douyin"))
    for locale, price in (("zh", "39.99元"), ("ru", "39,99"), ("en", "39.99 CNY")):
        said = caught.value.say(locale)  # type: ignore[arg-type]
        assert HONEY in said
        assert "CN douyin" in said
        assert price in said
        assert "40" in said
        assert "floor" in said
    make(honey, one(4000, kind, channel="douyin"))


def test_a_floor_is_not_raised_above_what_is_offered_but_may_be_in_the_same_step(honey: Database) -> None:
    with pytest.raises(BelowFloor, match=r"45\.00 CNY"):
        make(honey, one(4600, "floor"))
    assert standing(honey).floor is None
    make(honey, one(4600, "floor"), one(4600))
    assert (standing(honey).floor, standing(honey).live) == (Money(4600, "CNY"), Money(4600, "CNY"))


def test_a_channels_floor_also_holds_against_prices_told_for_all_channels(honey: Database) -> None:
    make(honey, one(4000, "floor", channel="douyin"))
    with pytest.raises(BelowFloor, match="CN douyin"):
        make(honey, one(3900))
    make(honey, one(4100, channel="douyin"))
    make(honey, one(3900))  # douyin has a price of its own now
    with pytest.raises(BelowFloor, match="CN douyin"):
        make(honey, one(None, channel="douyin"))  # the market's would hold there again


def test_what_is_planned_is_looked_at_too(honey: Database) -> None:
    start = now()
    make(honey, one(4000, "floor", valid_from=start + 2 * DAY, valid_to=start + 3 * DAY))
    with pytest.raises(BelowFloor, match=f"{start + 2 * DAY:%Y-%m-%d}"):
        make(honey, one(3900))
    with pytest.raises(BelowFloor):
        make(honey, one(3900, valid_from=start + DAY, valid_to=start + 2 * DAY + HOUR))
    make(honey, one(3900, valid_from=start + DAY, valid_to=start + 2 * DAY))
    assert standing(honey, later=DAY + HOUR).live == Money(3900, "CNY")


def test_a_price_that_ends_must_not_uncover_one_below_the_floor(honey: Database) -> None:
    make(honey, one(3000, "base"))
    make(honey, one(5000, "base", valid_to=now() + DAY))
    with pytest.raises(BelowFloor, match=r"30\.00 CNY"):
        make(honey, one(4000, "floor"))


def test_the_price_list_does_not_undercut_a_floor_either(honey: Database, tmp_path: Path) -> None:
    make(honey, one(4000, "floor"))
    with pytest.raises(BelowFloor):
        set_to(honey, 3999)
    text = f"source: test\nsample: true\nprices:\n  {KVAS}: {{CN: {{live: 900}}}}\n  {HONEY}: {{CN: {{live: 3999}}}}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FilesRejected) as caught, honey.writing() as session:
        import_prices(session, folder=tmp_path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.key, problem.value) == (5, f"prices.{HONEY}.CN.live", "3999")
    assert "39,99" in problem.say("ru")
    assert standing(honey).live == Money(4500, "CNY")
    assert standing(honey, sku=KVAS).live != Money(900, "CNY")


ACTS = st.one_of(
    st.tuples(
        st.just("offer"), st.sampled_from(["base", "live", "floor", "compare_at", "border"]), st.sampled_from(["", "douyin", "ozon"]),
        st.none() | st.integers(1, 30), st.integers(0, 4), st.none() | st.integers(1, 4),
    ),
    st.tuples(st.just("set"), st.integers(1, 30), st.none() | st.integers(1, 30)),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(ACTS, max_size=14))
def test_whatever_is_told_in_whatever_order_no_price_ever_lies_below_its_floor(stocked: Database, acts: Any) -> None:
    with stocked.reading() as session:  # nothing is kept
        start = now()
        for act in acts:
            try:
                if act[0] == "set":
                    given = {"live": act[1], "reference": act[2], "basis": act[2] and "msrp"}
                    set_prices(session, {HONEY: PriceEntry.model_validate({"CN": given})})
                    continue
                _, kind, channel, amount, begins, lasts = act
                begin = start + begins * HOUR
                told = one(amount, kind, channel=channel, basis="msrp", valid_from=begin, valid_to=begin + lasts * HOUR if lasts else None)  # fmt: skip
                offer(session, [told])
            except DomainError:
                session.flush()  # what was refused has left nothing behind
        number = skus_by_code(session, [HONEY])[HONEY].id
        for channel in ("", "douyin", "ozon", "kuaishou"):
            for hours in range(10):
                found = prices_at(session, [number], market="CN", channel=channel, at=now() + hours * HOUR)[number]
                for money in (found.base, found.live, found.border):
                    assert not (money and found.floor) or money.amount >= found.floor.amount
                beside = found.live or found.base
                assert not (found.compare_at and beside) or found.compare_at.amount > beside.amount


def test_of_two_at_once_the_second_sees_what_the_first_has_told(honey: Database) -> None:
    """Else a floor and a price below it could both be told."""
    start = threading.Barrier(2)

    def tell(told: Offer) -> bool:
        try:
            with honey.writing() as session:
                if honey.engine.dialect.name == "postgresql":  # SQLite's second writer waits before it has begun
                    start.wait()
                offer(session, [told])
        except BelowFloor:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(tell, (one(4000, "floor"), one(3900)))) == [False, True]


# ---- the compare-at price


def test_a_compare_at_price_says_what_it_is_and_lies_above_the_price_beside_it(honey: Database) -> None:
    with pytest.raises(BasisMissing):
        make(honey, one(5000, "compare_at"))
    with pytest.raises(CompareTooLow):
        make(honey, one(4500, "compare_at", basis="regular"))
    make(honey, one(5000, "compare_at", basis="regular"))
    assert (standing(honey, "ozon").compare_at, standing(honey).basis) == (Money(5000, "CNY"), "regular")
    with pytest.raises(CompareTooLow, match=r"50\.00 CNY"):
        make(honey, one(5100, channel="douyin"))
    make(honey, one(5100, channel="douyin"), one(5200, "compare_at", basis="msrp", channel="douyin"))
    assert standing(honey, "douyin").basis == "msrp"
    make(honey, one(None, "compare_at"), one(None, "compare_at", channel="douyin"))
    assert (standing(honey, "douyin").compare_at, standing(honey, "douyin").basis) == (None, None)


# ---- the record


def test_the_price_list_is_in_the_record_from_its_first_import_on(shelf: Database) -> None:
    with shelf.reading() as session:
        told = {(row.sku_id, row.market, row.kind): row for row in session.scalars(select(OfferedPrice))}
        prices = session.scalars(select(Price)).all()
        for price in prices:
            assert told[price.sku_id, price.market, "live"].amount == price.live
            if price.reference:
                row = told[price.sku_id, price.market, "compare_at"]
                assert (row.amount, row.basis) == (price.reference, price.basis)
        assert len(told) == len(prices) + sum(price.reference is not None for price in prices) == count(session)


def test_setting_a_price_adds_what_changed_and_nothing_when_nothing_did(honey: Database) -> None:
    with honey.reading() as session:
        before = count(session)
    set_to(honey, 4500)
    set_to(honey, 4400, reference=5000, basis="msrp")
    set_to(honey, 4400)
    with honey.reading() as session:
        rows, _ = history(session, sku=HONEY, limit=count(session) - before)
        assert [(row.kind, row.amount, row.basis) for row in rows] == [
            ("compare_at", None, None),
            ("compare_at", 5000, "msrp"),
            ("live", 4400, None),
        ]
        assert {row.person for row in rows} == {session.info["caller"].name}


def test_setting_the_same_price_ends_another_that_was_offered_meanwhile(honey: Database) -> None:
    make(honey, one(4000))
    set_to(honey, 4500)
    assert standing(honey).live == Money(4500, "CNY")


@pytest.mark.parametrize("how", [update(OfferedPrice).values(amount=1), delete(OfferedPrice)], ids=["update", "delete"])
def test_no_row_of_the_record_is_ever_changed_or_removed(honey: Database, how: Any) -> None:
    with pytest.raises(DBAPIError, match="never changed"), honey.writing() as session:
        session.execute(how)


def test_all_offers_are_taken_or_none(honey: Database) -> None:
    with honey.reading() as session:
        before = count(session)
    for bad in (one(100, sku="RU-NOTHING-1"), one(0), one(5000, "compare_at")):
        with pytest.raises(DomainError):
            make(honey, one(4400), bad)
    with honey.reading() as session:
        assert count(session) == before


@pytest.mark.parametrize(
    ("change", "error", "column"),
    [
        ({"kind": "wholesale"}, UnknownKind, "kind"),
        ({"market": "US"}, UnknownKind, "market"),
        ({"channel": "Озон"}, BadChannel, "channel"),
        ({"channel": "a" * 41}, BadChannel, "channel"),
        ({"amount": 0}, NoAmount, "amount"),
        ({"amount": -5}, NoAmount, "amount"),
        ({"amount": 2**31}, TooHigh, "amount"),
        ({"valid_to": datetime(2020, 1, 1, tzinfo=UTC)}, EndsTooEarly, "valid_to"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_its_row_named(
    shelf: Database, change: Any, error: type[OfferRefused], column: str
) -> None:
    with pytest.raises(error) as caught, shelf.writing() as session:
        offer(session, [one(9000), one(**({"amount": 9000} | change))])
    assert caught.value.more("en") == {"row": 2, "column": column}
    assert caught.value.say("zh").startswith("第 2 行")


def test_goods_without_a_card_are_refused_by_name(shelf: Database) -> None:
    with pytest.raises(NoSuchSkus, match="RU-NOTHING-1"), shelf.writing() as session:
        offer(session, [one(100, sku="RU-NOTHING-1")])


def test_the_record_is_read_page_by_page_what_was_told_last_first(honey: Database) -> None:
    ids = make(honey, *(one(5000 + number, "base", channel="douyin") for number in range(5)))
    with honey.reading() as session:
        found: list[int] = []
        after = None
        while True:
            rows, after = history(session, sku=HONEY, market="CN", channel="douyin", kind="base", after=after, limit=2)
            found += [row.id for row in rows]
            if after is None:
                break
        assert found == ids[::-1]
        assert all(row.channel == "" for row in history(session, channel="", limit=50)[0])


def test_the_audit_and_those_who_listen_are_told(honey: Database) -> None:
    make(honey, one(4400, channel="douyin"))
    with honey.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "price.offered")).one()
        assert entry.thing == f"{HONEY} CN"
        assert (entry.detail["channel"], entry.detail["amount"]) == ("douyin", 4400)
        told = session.scalars(select(Event).where(Event.kind == "price.set").order_by(Event.id.desc())).first()
        assert told is not None
        assert (told.data["sku"], told.data["kind"], told.data["channel"], told.data["amount"]) == (HONEY, "live", "douyin", 4400)  # fmt: skip
