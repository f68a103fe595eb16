"""Prices that end as people are used to: by market and channel, from a file; never below the floor; only ever suggested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.authored import read
from service.listings.channels import channels
from service.pricing.models import CURRENCIES
from service.pricing.rounding import RoundingFile, rounding, suggest
from service.resources import root

MARKETS = st.sampled_from(sorted(CURRENCIES))
CHANNELS = st.sampled_from(["", "ozon", "wildberries", "douyin"])
PRICES = st.integers(1, 2**31 - 1)


@pytest.mark.parametrize(
    ("price", "market", "channel", "floor", "expected"),
    [
        (12849, "RU", "ozon", None, 12800),  # 128.49 → 128 roubles
        (12850, "RU", "ozon", None, 12800),  # as near to both: the lower
        (12851, "RU", "ozon", None, 12900),
        (12849, "RU", "ozon", 12801, 12900),  # the floor lifts it
        (248370, "RU", "ozon", None, 248000),  # above a thousand: tens, or a nine before them
        (248670, "RU", "ozon", None, 248900),
        (248670, "RU", "wildberries", None, 248700),  # whole roubles are all it takes
        (1284, "CN", "douyin", None, 1290),
        (1244, "CN", "douyin", None, 1200),
        (1244, "CN", "douyin", 1244, 1290),
        (12844, "CN", "douyin", None, 12800),
        (5, "CN", "", None, 90),  # nothing costs nothing
        (2**31 - 1, "RU", "", None, 2**31 - 648),  # 21,474,830.00: the last whole ten
        (2**31 - 1, "RU", "", 2**31 - 1, 2**31 - 1),  # no usual ending is left
    ],
)
def test_by_hand(price: int, market: str, channel: str, floor: int | None, expected: int) -> None:
    assert suggest(price, market, channel, floor).amount == expected


@given(PRICES, MARKETS, CHANNELS, st.none() | PRICES)
def test_never_below_the_floor_always_with_an_ending_of_its_rule_and_always_near(
    price: int, market: str, channel: str, floor: int | None
) -> None:
    found = suggest(price, market, channel, floor)
    assert type(found.amount) is int
    assert 1 <= found.amount <= 2**31 - 1
    assert floor is None or found.amount >= floor
    wanted = max(price, floor or 1)
    if found.rule is None:
        assert found.amount == wanted
    else:
        assert found.amount % found.rule.unit in found.rule.endings
        assert abs(found.amount - wanted) <= found.rule.unit
        assert found.rule.channel in (None, channel)


@given(PRICES, MARKETS, CHANNELS, st.none() | PRICES)
def test_what_was_suggested_is_not_changed_again(price: int, market: str, channel: str, floor: int | None) -> None:
    once = suggest(price, market, channel, floor).amount
    assert suggest(once, market, channel, floor).amount == once


@given(PRICES, st.integers(0, 10**4), MARKETS, CHANNELS, st.none() | PRICES)
def test_a_higher_price_is_never_suggested_lower(
    price: int, more: int, market: str, channel: str, floor: int | None
) -> None:
    dearer = min(price + more, 2**31 - 1)
    assert suggest(price, market, channel, floor).amount <= suggest(dearer, market, channel, floor).amount


def test_the_file_holds_no_fault_and_calls_nothing_verified_that_is_from_memory() -> None:
    file = read(root("catalogs") / "price-rounding.yaml", RoundingFile)
    assert [problem.say("en") for problem in file.problems] == []
    assert {rule.market for rule in rounding().rules} == set(CURRENCIES)
    for rule in rounding().rules:
        assert all(ending < rule.unit for ending in rule.endings), rule
        assert not (rule.verified and "memory" in rule.source), rule
        assert rule.channel is None or rule.channel in channels(), rule
