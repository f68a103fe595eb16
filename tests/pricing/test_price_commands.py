"""`amurlive prices`: floors found and kept, prices offered and compared, what packs are bought for, trade modes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

RATES = "day,base,quote,nominal,value,source\n2026-11-24,CNY,RUB,1,10.0,sample\n2026-11-24,EUR,RUB,1,90,sample\n"
HONEY = ("RU-HONEY-500", "--channel", "douyin", "--on", "2026-11-25")


@pytest.fixture
def prices(stocked_amurlive: Any, tmp_path: Path) -> Any:
    """Runs `amurlive prices …` with the rates of the day."""
    (tmp_path / "rates.csv").write_text(RATES)
    assert stocked_amurlive("prices", "rates", "rates.csv").returncode == 0
    return lambda *arguments, **more: stocked_amurlive("prices", *arguments, **more)


def test_a_floor_is_found_from_the_costs_kept_and_holds(prices: Any, tmp_path: Path) -> None:
    (tmp_path / "bought.csv").write_text(
        "sku,currency,amount,valid_from,source\nRU-HONEY-500,RUB,210.00,2026-11-01,счёт 17\n", encoding="utf-8"
    )
    assert "новых — 1" in prices("purchases", "bought.csv").stdout
    assert json.loads(prices("purchases", "bought.csv", "--json").stdout) == {"new": 0, "known": 1}
    found = json.loads(prices("floor", *HONEY, "--margin", "15", "--json").stdout)
    assert found["goods"]["source"] == "счёт 17, 2026-11-01"
    explained = json.loads(prices("explain", *HONEY, "--margin", "15", "--price", "100", "--json").stdout)
    assert explained["floor"] == found["floor"]
    refused = prices("floor", *HONEY, "--margin", "60", "--set")
    assert refused.returncode == 1  # the sample price lies below it
    assert "douyin" in refused.stderr
    raised = ("offer", "RU-HONEY-500", "--market", "CN", "--kind", "live", "--price", "999.00")
    assert "зачёркнутая цена" in prices(*raised).stderr
    assert prices("offer", "RU-HONEY-500", "--market", "CN", "--kind", "compare_at", "--price", "1099", "--basis", "msrp").returncode == 0  # fmt: skip
    offered = prices(*raised)
    assert offered.returncode == 0, offered.stderr
    kept = prices("floor", *HONEY, "--margin", "15", "--set")
    assert "Нижняя цена задана" in kept.stdout, kept.stderr
    low = f"{(found['floor'] - 1) / 100:.2f}"
    below = prices("offer", "RU-HONEY-500", "--market", "CN", "--kind", "live", "--channel", "douyin", "--price", low)
    assert below.returncode == 1
    assert "меньше нижней цены" in below.stderr
    back = prices("offer", "RU-HONEY-500", "--market", "CN", "--kind", "floor", "--channel", "douyin", "--json")
    assert json.loads(back.stdout)["amount"] is None


def test_several_prices_stand_in_one_table(prices: Any) -> None:
    several = ("--price", "50", "--price", "60.00", "--price", "200")
    done = prices("explain", *HONEY, *several)
    assert done.returncode == 0, done.stderr
    shown = [line for line in done.stdout.splitlines() if "юан" in line or "¥" in line or "元" in line]
    assert len(shown) >= 3
    data = json.loads(prices("explain", *HONEY, *several, "--json").stdout)
    assert [one["price"]["amount"] for one in data] == [5000, 6000, 20000]
    assert data[0]["margin"] < data[1]["margin"] < data[2]["margin"]
    assert len({one["floor"] for one in data}) == 1
    single = json.loads(prices("explain", *HONEY, "--price", "60", "--json").stdout)
    assert single == data[1]


def test_a_price_may_be_planned_by_the_clock_of_its_market(prices: Any) -> None:
    command = ("offer", "RU-HONEY-500", "--market", "ru", "--kind", "base", "--price", "900", "--from", "2098-11-25", "--until", "2098-11-26T12:00")  # fmt: skip
    told = json.loads(prices(*command, "--json").stdout)
    assert (told["valid_from"], told["valid_to"]) == ("2098-11-24T15:00:00+00:00", "2098-11-26T03:00:00+00:00")
    assert "истори" in prices(*command).stdout


def test_trade_modes_are_told_with_reasons_limits_and_papers(stocked_amurlive: Any) -> None:
    asked = ("prices", "modes", "--direction", "export", "--buyer", "person", "--value", "80.00CNY", "--value", "10EUR", "--weight-g", "145")  # fmt: skip
    for lang, words in (
        ("ru_RU.UTF-8", ("подходит", "не подходит", "накладная")),
        ("zh_CN.UTF-8", ("可用", "不可用", "运单")),
    ):
        done = stocked_amurlive(*asked, lang=lang)
        assert done.returncode == 0, done.stderr
        assert all(word in done.stdout for word in words)
    data = json.loads(stocked_amurlive(*asked, "--json").stdout)
    assert data["modes"][0]["state"] == "open"
    wrong = stocked_amurlive("prices", "modes", "--direction", "moon", "--buyer", "person")
    assert wrong.returncode == 1
    assert "export" in wrong.stderr


@pytest.mark.parametrize("option", [("--price", "12,345"), ("--margin", "x"), ("--goods", "CNY")])
def test_what_is_no_amount_is_refused_as_a_wrong_use(stocked_amurlive: Any, option: tuple[str, str]) -> None:
    assert stocked_amurlive("prices", "explain", *HONEY, *option).returncode == 2
