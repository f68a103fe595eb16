"""Goods for the Chinese platforms: honey in two sizes and two packs, a bar of chocolate alone, and what hypothesis makes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product as cross
from typing import Any

from hypothesis import strategies as st

from service.listings.forms.form import Held, StockLine
from service.listings.listing import Answer, Listing, Money, Picture, Variant
from tests.listings.forms.gates import key_paths, known_paths, sent

__all__ = [
    "ANSWERS", "CHOCOLATE", "HONEY", "LISTINGS", "NOON", "VALUES", "line", "matrix", "paths_without_a_field", "pictures", "said", "stock_lines",
]  # fmt: skip

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
ANSWERS = (
    Answer("405", "产地", "choice", (("27664", "俄罗斯"),)), Answer("449", "品名", "text", ((None, "椴树蜜"),)),
    Answer("501", "包装", "choice", ((None, "木桶"),)), Answer("855", "口味", "choice", (("1", "原味"), ("2", "蓝莓"))),
    Answer("900", "净含量", "number", ((None, "500"),), unit="15"),
)  # fmt: skip


def pictures(count: int, name: str = "p", host: str = "https://img.example") -> tuple[Picture, ...]:
    return tuple(Picture("jpg", 800, 800, 90_000, f"{name}{at}", f"{host}/{name}{at}.jpg") for at in range(count))


HONEY = Listing(
    code="linden-honey", title="巴什基尔椴树蜜 俄罗斯原装进口", languages=("zh",), short_title="椴树蜜", description="七月采收。\n可直接食用，也可冲水饮用，口感清甜。",
    pictures=pictures(4), tall_pictures=pictures(1, "t"), detail_pictures=pictures(3, "d"), answers=ANSWERS, product="linden-honey",
    attributes={"保质期": "24个月"},
    variants=tuple(
        Variant(
            f"RU-HONEY-{size}-{pack}", {"规格": f"{size}克", "包装": pack}, ("4600051000057",), Money(price, "CNY"),
            Money(price * 2, "CNY"), stock, None, size + 155,
        )
        for (size, price, stock), pack in cross(((500, 49_90, 12), (1000, 89_00, 0)), ("罐", "盒"))
    ),
)  # fmt: skip
CHOCOLATE = Listing(
    code="RU-ALENKA-90", title="阿廖卡牛奶巧克力 俄罗斯莫斯科", languages=("zh",), description="含牛奶和可可，口感细腻，开袋即食，适合分享。",
    pictures=pictures(3), detail_pictures=pictures(1, "d"), price=Money(12_90, "CNY"), stock=30, weight=95, barcodes=("4600051000057",),
    answers=ANSWERS[:2], product="alyonka",
    variants=(Variant("RU-ALENKA-90", {"规格": "90克"}),),
)  # fmt: skip

VALUES = st.text("克罐盒装大小原味蓝莓Ab12 ,|^Ж", min_size=1, max_size=4)
"""Values of options: all that sellers write, and the signs that part them in Douyin's own writing."""


def matrix(axes: dict[str, list[str]], price: int = 100) -> tuple[Variant, ...]:
    """Every combination of options, each a SKU with its own price and stock."""
    return tuple(
        Variant(f"S{at}", dict(zip(axes, values, strict=True)), (), Money(price + at, "CNY"), None, at, None, 100)
        for at, values in enumerate(cross(*axes.values()))
    )  # fmt: skip


_AXES = st.dictionaries(st.sampled_from(["规格", "包装", "口味"]), st.lists(VALUES, min_size=1, max_size=3, unique=True), min_size=1, max_size=3)  # fmt: skip
LISTINGS = st.builds(
    lambda axes, price, title, goods: Listing(
        code="card", title=title, languages=("zh",), pictures=pictures(3), detail_pictures=pictures(goods, "d"), variants=matrix(axes, price), answers=ANSWERS,
    ),
    _AXES, st.integers(1, 10**9), st.text("椴树蜜俄罗斯500g", min_size=5, max_size=30), st.integers(1, 5),
)  # fmt: skip


def line(code: str, quantity: int, last: int | None = None, place: str = "", product: str = "linden-honey") -> StockLine:  # fmt: skip
    return StockLine(code, product, place, quantity, NOON, last)


def stock_lines() -> st.SearchStrategy[list[StockLine]]:
    """Stock of three SKUs in two places, each once, some of it never told before."""
    one = st.builds(line, st.sampled_from("ABC"), st.integers(0, 999), st.none() | st.integers(0, 999), st.sampled_from(["heihe", "suifenhe"]))  # fmt: skip
    return st.lists(one, max_size=6, unique_by=lambda it: (it.code, it.place))


def said(held: tuple[Held, ...]) -> list[tuple[str, str]]:
    """What is held back and why, in English."""
    return [(one.code, f"{one.message} {one.remedy}") for one in held]


def paths_without_a_field(key: str, item: Any) -> set[str]:
    """Keys of an item that the channel's file knows nothing of; attributes are named by the platform."""
    known = known_paths(key)
    free = tuple(f"{path}[]" for path, kind in known.items() if kind == "attributes")
    return {path for path in key_paths(sent(item)) if path not in known and not path.startswith(free)}
