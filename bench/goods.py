"""Made-up cards of real words (goods.txt): any number of them, the same ones in every run, no two of one name.

Words come as often as in a shop: a few in thousands of names, most in some hundred. Some cards lack a GTIN or a weight.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import pymorphy3
from stdnum import ean

__all__ = ["HEADERS", "Good", "edit_of", "goods", "row_of"]

SIZES = {"g": (50, 90, 100, 150, 200, 250, 300, 400, 500, 750, 1000), "ml": (100, 200, 250, 330, 500, 750, 1000, 1500), "pcs": (1, 2, 3, 6, 10, 12)}  # fmt: skip
UNITS = {"g": ("克", "г"), "ml": ("毫升", "мл"), "pcs": ("件", "шт.")}
PACKS = {"g": ("袋", "пачка"), "ml": ("瓶", "бутылка"), "pcs": ("盒", "коробка")}
KEEPING = {"ice_cream": (-25, -18), "meat": (0, 4), "seafood": (-22, -18), "dairy": (2, 6)}
SENTENCES = [
    ("选用当年新货，小批量加工，口味和包装上写的一样。", "Делают небольшими партиями из сырья нового урожая."),
    ("{noun}质地细腻，{adjective}味道明显，回味长。", "Вкус ровный и долгий, сразу узнаётся: {adjective}."),
    ("开袋即食，也可以配茶、配咖啡。", "Можно есть сразу, хорошо и к чаю, и к кофе."),
    ("不添加人工色素，配料表短。", "Без искусственных красителей, состав короткий."),
    ("俄方工厂直供，整箱发货，破损包赔。", "Прямая поставка с завода, отгружаем целыми коробками."),
    ("老顾客回购多，逢年过节常作伴手礼。", "Часто берут повторно, а к праздникам — в подарок."),
    ("“{brand}”在布拉戈维申斯克的商店里很常见。", "Марку «{brand}» хорошо знают в магазинах Благовещенска."),
    ("请在阴凉处保存，开封后尽快用完。", "Берегите от солнца, после вскрытия не откладывайте надолго."),
    ("每件都有俄文标签和中文标签。", "На каждой упаковке русская и китайская этикетки."),
    ("冬天发货加保温层，路上不受冻。", "Зимой везём с утеплением, чтобы товар не промёрз в пути."),
    ("适合家庭分享，也适合办公室下午茶。", "Хватит и на семью, и на коллег за чаем."),
    ("产地在黑龙江对岸，过江只要几分钟。", "Производство за Амуром, дорога через реку занимает минуты."),
]


@dataclass(frozen=True)
class Good:
    """One card with one SKU."""

    number: int
    noun: tuple[str, str]  # Russian, Chinese
    adjective: tuple[str, str]
    brand: tuple[str, str]
    brand_key: str
    family: str
    unit: str
    size: int
    gtin: str | None
    gross: int | None
    sentences: tuple[int, ...]

    @property
    def code(self) -> str:
        """Its SKU."""
        return f"BN-{self.number:06d}"

    @property
    def key(self) -> str:
        """The key an import makes of it."""
        return self.code.lower()

    @property
    def name(self) -> dict[str, str]:
        """Both names."""
        zh, ru = UNITS[self.unit]
        return {
            "zh": f"{self.brand[1]}{self.adjective[1]}{self.noun[1]}{self.size}{zh}",
            "ru": f"{self.noun[0].capitalize()} {self.adjective[0]} «{self.brand[0]}», {self.size} {ru}",
        }

    def description(self, locale: str) -> str:
        """Three sentences."""
        at = 0 if locale == "zh" else 1
        facts = {name: getattr(self, name)[1 - at] for name in ("noun", "adjective", "brand")}
        return ("" if locale == "zh" else " ").join(SENTENCES[n][at].format(**facts) for n in self.sentences)


@cache
def _words() -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    text = (Path(__file__).parent / "goods.txt").read_text(encoding="utf-8")
    nouns, adjectives, brands = (
        [line.split("|") for line in part.strip().splitlines()[1:]] for part in text.split("\n# ")[1:]
    )
    return nouns, adjectives, brands


@cache
def _analyser() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def _agreeing(adjective: str, noun: str) -> str:
    """The adjective in the noun's gender and number; the measurement needs inflected names, not perfect ones."""
    analyser = _analyser()
    tag = next((p.tag for p in analyser.parse(noun) if "NOUN" in p.tag and "nomn" in p.tag), None)
    wanted = {"plur"} if tag and tag.number == "plur" else {"sing", (tag and tag.gender) or "neut"}
    parsed = next((p for p in analyser.parse(adjective) if {"ADJF", "PRTF"} & p.tag.grammemes), None)
    found = parsed.inflect(wanted | {"nomn"}) if parsed else None
    return str(found.word) if found else adjective


def goods(count: int, *, start: int = 0) -> Iterator[Good]:
    """The goods of numbers `start` to `count`."""
    yield from islice(_all(), start, count)


def _all() -> Iterator[Good]:
    chance = random.Random(20261124)
    groups = _words()
    weights = [list(accumulate(1 / (rank + 12) for rank in range(len(group)))) for group in groups]
    orders = [chance.sample(group, len(group)) for group in groups]
    keys = {brand[0]: f"brand-{number}" for number, brand in enumerate(groups[2])}
    seen: set[tuple[str, str, str, int]] = set()
    while True:
        noun, adjective, brand = (
            chance.choices(order, cum_weights=cum)[0] for order, cum in zip(orders, weights, strict=True)
        )
        size = chance.choice(SIZES[noun[3]])
        if (noun[0], adjective[0], brand[0], size) in seen:
            continue
        seen.add((noun[0], adjective[0], brand[0], size))
        number = len(seen) - 1
        yield Good(
            number, (noun[0], noun[1]), (_agreeing(adjective[0], noun[0]), adjective[1]), (brand[0], brand[1]),
            keys[brand[0]], noun[2], noun[3], size, _gtin(number) if chance.random() < 0.9 else None,
            size + size // 8 + 10 if chance.random() < 0.85 else None, tuple(chance.sample(range(len(SENTENCES)), 3)),
        )  # fmt: skip


def _gtin(number: int) -> str:
    twelve = f"460{number:09d}"
    return twelve + str(ean.calc_check_digit(twelve))


def edit_of(good: Good) -> dict[str, Any]:
    """The card as an import's edit."""
    low, high = KEEPING.get(good.family, (5, 25))
    measure, pack = PACKS[good.unit]
    sku: dict[str, Any] = {
        "net_value": good.size, "net_unit": good.unit, "pack_measure": measure, "pack_noun": pack, "gross_g": good.gross,
        "units_per_case": 12, "gtin": good.gtin,
    }  # fmt: skip
    return {
        "line": "russian_goods", "family": good.family, "source_locale": "ru", "facts.brand_key": good.brand_key,
        "facts.origin_country": "RU", "facts.hs_code": "180631", "facts.hs_edition": 2022,
        "facts.shelf_life_value": 6 + good.number % 7, "facts.shelf_life_unit": "month",
        "facts.temperature_min": low, "facts.temperature_max": high, "facts.markets": ["CN", "RU"],
        "name[zh]": good.name["zh"], "name[ru]": good.name["ru"],
        "short_name[zh]": good.adjective[1] + good.noun[1], "short_name[ru]": f"{good.adjective[0]} {good.noun[0]}",
        "description[zh]": good.description("zh"), "description[ru]": good.description("ru"),
        "ingredients[zh]": f"{good.noun[1]}原料、白砂糖、食用盐。",
        "ingredients[ru]": f"Сырьё ({good.noun[0]}), сахар, соль.",
        "storage[zh]": f"存放于{low}至{high}℃处，避免阳光直射。", "storage[ru]": f"Хранить при температуре от {low} до {high} °C.",
        **{f"sku.{good.code}.{name}": value for name, value in sku.items() if value is not None},
    }  # fmt: skip


HEADERS = {  # field → what the sheet calls it: a merchant's sheet, headed in Chinese
    "sku": "SKU", "line": "产品线", "family": "品类", "source_locale": "原文语言", "facts.brand_key": "品牌编码",
    "facts.origin_country": "原产国", "facts.hs_code": "HS编码", "facts.hs_edition": "HS版本", "facts.shelf_life_value": "保质期",
    "facts.shelf_life_unit": "保质期单位", "facts.temperature_min": "最低温度", "facts.temperature_max": "最高温度",
    "facts.markets": "销售市场", "net_value": "净含量", "net_unit": "净含量单位", "pack_measure": "量词", "pack_noun": "俄语包装名",
    "gross_g": "毛重（克）", "units_per_case": "箱规", "gtin": "条码", "name[zh]": "名称[zh]", "name[ru]": "名称[ru]",
    "short_name[zh]": "简称[zh]", "short_name[ru]": "简称[ru]", "description[zh]": "描述[zh]", "description[ru]": "描述[ru]",
    "ingredients[zh]": "配料[zh]", "ingredients[ru]": "配料[ru]", "storage[zh]": "贮存条件[zh]", "storage[ru]": "贮存条件[ru]",
}  # fmt: skip
_WORDS = {
    "line": {"russian_goods": "俄货"}, "source_locale": {"ru": "俄文"}, "facts.origin_country": {"RU": "俄罗斯"},
    "facts.shelf_life_unit": {"month": "个月"}, "net_unit": {"g": "克", "ml": "毫升", "pcs": "件"},
}  # fmt: skip


def row_of(good: Good) -> dict[str, str | int | None]:
    """The card as the row of a sheet of 30 columns."""
    row: dict[str, str | int | None] = dict.fromkeys(HEADERS.values())
    row[HEADERS["sku"]] = good.code
    for path, value in edit_of(good).items():
        name = path.rpartition(".")[2] if path.startswith("sku.") else path
        shown = "; ".join({"CN": "中国", "RU": "俄罗斯"}[one] for one in value) if isinstance(value, list) else value
        row[HEADERS[name]] = _WORDS.get(name, {}).get(str(value), shown)
    return row
