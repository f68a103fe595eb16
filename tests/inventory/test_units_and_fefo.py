"""Packs from what people count in, without rounding; lots in the order they must leave."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.catalog.models import Product, Sku
from service.inventory.fefo import InLot, allocate, least_days, order, still_good
from service.inventory.files import stock_rules
from service.inventory.lots import least_days_of
from service.inventory.models import Handling
from service.inventory.units import MOST, BadQuantity, NotWhole, UnknownUnit, in_packs, units_of

HONEY = Sku(code="HONEY-500", net_value=500, net_unit="g", units_per_case=12)
DAY = date(2026, 11, 25)

counts = st.integers(1, 10**9)
skus = st.builds(
    lambda value, unit, case: Sku(code="ANY", net_value=value, net_unit=unit, units_per_case=case),
    st.integers(1, 5000), st.sampled_from(["g", "ml", "pcs"]), st.none() | st.integers(1, 200),
)  # fmt: skip
handlings = st.builds(
    lambda pallet, own: Handling(cases_per_pallet=pallet, units={"own": list(own)}),
    st.none() | st.integers(1, 100), st.tuples(st.integers(1, 1000), st.integers(1, 1000)),
)  # fmt: skip


def packs(quantity: int | str, unit: str = "pack", sku: Sku = HONEY, handling: Handling | None = None) -> int:
    return in_packs(quantity, unit, sku=sku.code, units=units_of(sku, handling))


@pytest.mark.parametrize(
    ("quantity", "unit", "expected"),
    [
        (24, "pack", 24), ("24", "pack", 24), (" 24 ", "pack", 24), ("24.000", "pack", 24), (2, "case", 24), ("0.5", "case", 6),
        (3, "pallet", 1440), ("2.5", "kg", 5), ("2,5", "kg", 5), ("0,5", "kg", 1), (1500, "g", 3), (MOST, "pack", MOST),
    ],
)  # fmt: skip
def test_a_quantity_in_any_unit_is_so_many_packs(quantity: int | str, unit: str, expected: int) -> None:
    assert packs(quantity, unit, handling=Handling(cases_per_pallet=40, units={})) == expected


def test_pieces_in_a_set_are_parts_of_a_pack() -> None:
    dolls = Sku(code="DOLLS-5", net_value=5, net_unit="pcs", units_per_case=None)
    assert packs(10, "pcs", dolls) == 2
    with pytest.raises(NotWhole):
        packs(7, "pcs", dolls)


@pytest.mark.parametrize(
    "quantity",
    [
        "", " ", "0", "0.0", 0, -1, "-1", "+1", "1e3", "0x10", "1_000", "1 000", "1.2.3", "1..2", ".5", "5.", "NaN", "inf", "½", "²",
        "２４", "٢٤", "двадцать", "1\x00", "1\n2", "9" * 16, "9" * 400, "1.0000001", MOST + 1, str(MOST + 1), True, None, 1e22,
    ],
)  # fmt: skip
def test_what_is_no_amount_of_goods_is_refused(quantity: object) -> None:
    with pytest.raises(BadQuantity):
        packs(quantity)  # type: ignore[arg-type]


def test_a_large_unit_does_not_get_past_the_limit() -> None:
    with pytest.raises(BadQuantity):
        packs(MOST, "case")


@pytest.mark.parametrize("unit", ["", "Pack", "box", "ml", "l", "pcs", "pallet", "__class__"])
def test_a_unit_the_sku_is_not_counted_in_is_named_with_those_it_has(unit: str) -> None:
    with pytest.raises(UnknownUnit) as caught:
        packs(1, unit)
    assert caught.value.facts["known"] == ["case", "g", "kg", "pack"]


def test_a_sku_without_a_known_case_has_neither_case_nor_pallet() -> None:
    single = Sku(code="BROOCH", net_value=1, net_unit="pcs", units_per_case=None)
    assert set(units_of(single, Handling(cases_per_pallet=40, units={}))) == {"pack", "pcs"}


def test_what_does_not_come_out_even_says_what_one_unit_is() -> None:
    with pytest.raises(NotWhole) as caught:
        packs("0.7", "kg")
    assert caught.value.facts["ratio"] == "2"


@given(skus, handlings, counts, st.data())
def test_nothing_is_rounded(sku: Sku, handling: Handling, quantity: int, data: st.DataObject) -> None:
    units = units_of(sku, handling)
    unit = data.draw(st.sampled_from(sorted(units)))
    exact = quantity * units[unit]
    assume(exact <= MOST)
    if exact.denominator == 1:
        assert packs(quantity, unit, sku, handling) == exact
    else:
        with pytest.raises(NotWhole):
            packs(quantity, unit, sku, handling)


@given(st.decimals(min_value=0, max_value=10**6, places=3).filter(lambda amount: amount > 0))
def test_a_decimal_weight_is_exact_or_refused(amount: object) -> None:
    exact = Fraction(str(amount)) * 2
    if exact.denominator == 1:
        assert packs(str(amount), "kg") == exact
    else:
        with pytest.raises(NotWhole):
            packs(str(amount), "kg")


@given(st.text() | st.from_regex(r"[0-9.,eE+\-]{1,20}"), st.sampled_from(["pack", "case", "g", "kg", "ml", "x"]))
def test_any_text_is_packs_or_a_refusal_people_understand(text: str, unit: str) -> None:
    try:
        assert 1 <= packs(text, unit) <= MOST
    except (BadQuantity, NotWhole, UnknownUnit) as refused:
        said = [refused.say(locale) for locale in ("zh", "ru", "en")]
        if not all(said):
            pytest.fail("a refusal without words")


# ---- first expired, first out

days_left = st.none() | st.integers(-30, 400)
lots = st.lists(
    st.tuples(st.integers(-3, 40), days_left, st.none() | st.integers(0, 400)), max_size=8
).map(lambda rows: [InLot(number, packs, _after(left), _after(made)) for number, (packs, left, made) in enumerate(rows, 1)])  # fmt: skip


def _after(days: int | None) -> date | None:
    return None if days is None else DAY + timedelta(days=days)


@given(lots, st.integers(0, 120), st.integers(0, 60))
def test_an_allocation_adds_up_and_takes_what_ends_first(there: list[InLot], wanted: int, days: int) -> None:
    taken, missing = allocate(there, wanted, on=DAY, days=days)
    by_lot = {one.lot: one for one in there}
    assert sum(packs for _, packs in taken) + missing == wanted
    assert missing >= 0
    assert len({lot for lot, _ in taken}) == len(taken)
    for lot, packs in taken:
        assert 0 < packs <= by_lot[lot].quantity
        assert still_good(by_lot[lot], on=DAY, days=days)
    left = {one.lot: one.quantity - dict(taken).get(one.lot, 0) for one in there}
    good = [one for one in there if still_good(one, on=DAY, days=days)]
    for lot, _ in taken:  # nothing that ends earlier stays behind
        ends = by_lot[lot].expires_on or date.max
        assert all(left[one.lot] <= 0 for one in good if (one.expires_on or date.max) < ends)
    if missing:
        assert all(left[one.lot] <= 0 for one in good)


@given(lots, st.integers(0, 120), st.integers(0, 60), st.randoms())
def test_the_order_in_which_lots_are_listed_does_not_matter(there: list[InLot], wanted: int, days: int, chance: object) -> None:  # fmt: skip
    shuffled = list(there)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order(shuffled) == order(there)
    assert allocate(shuffled, wanted, on=DAY, days=days) == allocate(there, wanted, on=DAY, days=days)


def test_of_two_lots_that_end_alike_the_older_goes_first_then_the_one_that_came_first() -> None:
    same = [
        InLot(3, 5, DAY, None),
        InLot(2, 5, DAY, DAY),
        InLot(1, 5, DAY, DAY),
        InLot(9, 5, DAY, DAY - timedelta(days=1)),
    ]
    assert [one.lot for one in order(same)] == [9, 1, 2, 3]


def test_goods_without_a_date_go_last_and_are_always_good() -> None:
    there = [InLot(1, 5), InLot(2, 5, DAY + timedelta(days=3000))]
    assert allocate(there, 7, on=DAY, days=45) == ([(2, 5), (1, 2)], 0)


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    assert still_good(InLot(1, 1, DAY), on=DAY, days=0)
    assert not still_good(InLot(1, 1, DAY - timedelta(days=1)), on=DAY, days=0)
    assert still_good(InLot(1, 1, DAY + timedelta(days=45)), on=DAY, days=45)
    assert not still_good(InLot(1, 1, DAY + timedelta(days=44)), on=DAY, days=45)


def test_empty_and_overdrawn_lots_give_nothing() -> None:
    assert allocate([InLot(1, 0, DAY), InLot(2, -4, DAY)], 3, on=DAY, days=0) == ([], 3)
    assert allocate([InLot(1, 4, DAY)], 0, on=DAY, days=0) == ([], 0)


@pytest.mark.parametrize(
    ("shelf", "left"),
    [(None, 0), (3650, 45), (365, 45), (364, 20), (180, 20), (179, 15), (90, 15), (89, 10), (30, 10), (29, 5), (16, 5), (15, 2), (0, 2)],
)  # fmt: skip
def test_goods_near_their_end_by_the_shipped_table(shelf: int | None, left: int) -> None:
    assert least_days(shelf, [(one.shelf_days, one.left) for one in stock_rules().near_expiry]) == left


@given(st.permutations([(365, 45), (180, 20), (90, 15), (30, 10)]), st.integers(0, 4000))
def test_the_table_may_stand_in_any_order(table: list[tuple[int, int]], shelf: int) -> None:
    assert least_days(shelf, table) == least_days(shelf, sorted(table))


def test_an_own_rule_stands_before_the_table_even_if_it_is_zero() -> None:
    honey = Product(shelf_life_value=24, shelf_life_unit="month")
    assert least_days_of(honey, None) == 45
    assert least_days_of(honey, Handling(units={})) == 45
    assert least_days_of(honey, Handling(units={}, least_days=0)) == 0
    assert least_days_of(Product(), None) == 0


def test_twelve_months_are_a_year() -> None:
    months = Product(shelf_life_value=12, shelf_life_unit="month")
    year = Product(shelf_life_value=1, shelf_life_unit="year")
    assert least_days_of(months, None) == least_days_of(year, None) == 45
