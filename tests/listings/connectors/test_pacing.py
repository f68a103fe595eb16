"""Rates are kept: never more in any stretch of time than the rule says, and no longer waited than it must be."""

from __future__ import annotations

from datetime import date
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from service.listings.connectors.pacing import Pacer, Still, matches, rates_for
from service.listings.rules import Rate

DAY = date(2026, 11, 25)


def rate(
    times: int,
    seconds: int,
    *,
    call: str = "/x",
    unit: Literal["request", "item", "each"] = "request",
    burst: int | None = None,
    token: str = "",
) -> Rate:
    return Rate(
        id="r", kind="rate", call=call, times=times, seconds=seconds, unit=unit, burst=burst, token=token, source="S", checked=DAY, status="official"
    )  # fmt: skip


@given(
    times=st.integers(1, 6), seconds=st.integers(1, 60), burst=st.none() | st.integers(1, 6),
    gaps=st.lists(st.floats(0, 30), min_size=1, max_size=40),
)  # fmt: skip
def test_no_stretch_of_time_holds_more_calls_than_the_rule(
    times: int, seconds: int, burst: int | None, gaps: list[float]
) -> None:
    clock = Still()
    pacer = Pacer([rate(times, seconds, burst=burst)], clock)
    made = []
    for gap in gaps:
        clock.sleep(gap)
        pacer.wait("/x", ())
        made.append(clock.now())
    for first, after in zip(made, made[times:], strict=False):
        assert after - first >= seconds - 1e-3


@given(sizes=st.lists(st.integers(1, 10), min_size=1, max_size=30))
def test_items_are_counted_together(sizes: list[int]) -> None:
    clock = Still()
    pacer = Pacer([rate(10, 60, unit="item")], clock)
    made = []
    for size in sizes:
        pacer.wait("/x", [str(at) for at in range(size)])
        made.append((clock.now(), size))
    for at, _ in made:
        assert sum(size for when, size in made if at <= when < at + 60 - 1e-3) <= 10


@given(pairs=st.lists(st.lists(st.sampled_from("abc"), min_size=1, unique=True), min_size=1, max_size=20))
def test_or_each_by_itself(pairs: list[list[str]]) -> None:
    clock = Still()
    pacer = Pacer([rate(1, 30, unit="each")], clock)
    last: dict[str, float] = {}
    for things in pairs:
        before = clock.now()
        pacer.wait("/x", things)
        assert all(clock.now() - last[one] >= 30 - 1e-3 for one in things if one in last)
        if not set(things) & set(last):
            assert clock.now() == before
        last.update(dict.fromkeys(things, clock.now()))


def test_a_call_of_more_items_than_the_rule_takes_is_not_waited_for_for_ever() -> None:
    clock = Still()
    pacer = Pacer([rate(10, 60, unit="item")], clock)
    pacer.wait("/x", [str(at) for at in range(25)])
    pacer.wait("/x", ["a"])
    assert clock.now() == 60


def test_rules_know_their_calls() -> None:
    assert matches("/api/v3/stocks/{warehouseId}", "/api/v3/stocks/77")
    assert matches("offers/stocks", "/v2/campaigns/34/offers/stocks")
    assert matches("product.addV2", "product.addV2")
    assert not matches("/v1/product/import", "/v1/product/import/prices")
    assert not matches("offers/update", "/v2/businesses/1/some-offers/update")


def test_a_basic_token_is_never_faster_than_a_personal_one() -> None:
    rules = [rate(10, 60, call="/cards", token="personal"), rate(4, 3600, call="/prices", token="basic")]
    assert [one.call for one in rates_for(rules, "personal")] == ["/cards"]
    assert {one.call for one in rates_for(rules, "basic")} == {"/cards", "/prices"}
