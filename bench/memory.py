"""The translation memory with a million units: taking in, the index, looking up word for word and by likeness, recall, sizes.

The sentences are made of ten moulds with real words, so that every one has tens of thousands of near ones: harder than real texts.
Recall is against rapidfuzz over all of them: how often the best pair found is as near as the nearest there is. Queries are sentences with
2 … 20 % of their letters changed. Processor time decides (others may run beside); the clock's is told too.
"""

from __future__ import annotations

import gc
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bench.databases import fresh, settle
from bench.goods import UNITS, goods
from service.database import Database
from service.translation.memory.following import follower_of
from service.translation.memory.keeping import UnitGiven, import_units
from service.translation.memory.looking import exact, look, reachable
from service.translation.memory.normal import normal

__all__ = ["measure", "pairs", "rows"]

COUNT = int(os.environ.get("AMURLIVE_BENCH_UNITS", "1000000"))
QUERIES, COMPARED, EXACT = 300, 100, 5000
_LETTERS = {"zh": "的一是不了在人有我他这中大来上国", "ru": "абвгдежзиклмнопрстуфя "}
_PLACES = [
    ("Благовещенск", "布拉戈维申斯克"), ("Хэйхэ", "黑河"), ("Хабаровск", "哈巴罗夫斯克"), ("Владивосток", "符拉迪沃斯托克"),
    ("Удаляньчи", "五大连池"), ("Харбин", "哈尔滨"), ("Иркутск", "伊尔库茨克"), ("Чита", "赤塔"), ("Барнаул", "巴尔瑙尔"), ("Суньу", "孙吴"),
]  # fmt: skip
_MOULDS = [
    ("{a}{n}净含量{s}{u}，产自{p}，到手价{m}元，今晚直播间下单包邮到家。", "{N}, {A}, масса нетто {s} {U}, место производства {P}, цена в эфире {m} юаней, сегодня вечером доставка до дома за наш счёт."),
    ("“{b}”{n}用{a}原料，{p}工厂当年生产，保质期{d}个月，整箱{k}件更划算。", "{N} «{B}» из отборного сырья: {A}, завод в городе {P}, выпуск этого года, срок годности {d} мес., коробкой по {k} шт. выходит дешевле."),
    ("家人们看一下，这款{a}{n}每份{s}{u}，平时卖{m}元，{p}发货，三天到。", "Друзья, посмотрите: {N}, {A}, в упаковке {s} {U}, обычная цена {m} юаней, отправка из города {P}, в пути примерно трое суток."),
    ("{n}口感{a}，配茶配咖啡都合适，开袋后请在{d}天内吃完，阴凉处保存。", "{N} — вкус, который легко узнать: {A}; хорошо и к чаю, и к кофе, после вскрытия съешьте за {d} дн. и храните в прохладном месте."),
    ("{p}边境仓现货，{b}牌{a}{n}{s}{u}装，编号{c}，破损包赔，支持七天退换。", "В наличии на складе у границы ({P}): {N} марки «{B}», {A}, по {s} {U}, артикул {c}, возмещаем бой и принимаем возврат семь дней."),
    ("送礼选{b}{n}，{a}礼盒装，内含{k}小包，每包{s}{u}，原价{m}元现在八折。", "В подарок — {N} «{B}»: {A}, в праздничной коробке {k} пакетиков по {s} {U}, было {m} юаней, теперь скидка двадцать процентов."),
    ("配料表很短，{a}{n}不加人工色素，{p}检验合格，适合{d}岁以上儿童食用。", "Состав короткий: {N}, {A}, без искусственных красителей, проверено в лаборатории города {P}, подходит детям старше {d} лет."),
    ("老顾客回购最多的{n}，{a}味明显，{b}出品，{k}件起批，单价低至{m}元。", "{N}, за которыми возвращаются чаще всего: {A}, производитель «{B}», опт от {k} штук, цена за единицу от {m} юаней, вкус ровный и долгий."),
    ("冬天发货加保温层，{b}{a}{n}从{p}出发，路上不受冻，签收时请先检查{k}箱封条。", "Зимой везём с утеплением: {N} «{B}», {A}, выезжает из города {P} и в дороге не промёрзнет, при получении проверьте пломбы на {k} коробках."),
    ("{d}月新到{a}{n}，库存{k}箱，规格{s}{u}，{p}口岸清关，先到先得，价格{m}元。", "Новое поступление: {N}, {A}, в наличии {k} коробок, фасовка {s} {U}, оформлено на таможне ({P}), кто первый, того и товар, цена {m} юаней."),
]  # fmt: skip


class Times(NamedTuple):
    """Milliseconds of many looks: of the processor and by the clock."""

    spent: list[float]
    passed: list[float]

    def told(self) -> str:
        """Median and p99 of the processor; p99 by the clock in brackets."""
        return f"{_at(self.spent, 0.5):.2f} / {_at(self.spent, 0.99):.2f} ms (clock {_at(self.passed, 0.99):.2f})"


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def pairs(count: int) -> Iterator[tuple[str, str]]:
    """Chinese and Russian, the same in every run; a few repeat."""
    chance = random.Random(5)
    for good in goods(count):
        zh, ru = chance.choice(_MOULDS)
        place = chance.choice(_PLACES)
        unit = UNITS[good.unit]
        words = {
            "a": good.adjective[1], "A": good.adjective[0], "n": good.noun[1], "N": good.noun[0], "b": good.brand[1], "B": good.brand[0],
            "s": good.size, "u": unit[0], "U": unit[1], "p": place[1], "P": place[0], "m": chance.randrange(9, 2000),
            "d": chance.randrange(2, 37), "k": chance.randrange(2, 61), "c": good.code,
        }  # fmt: skip
        yield zh.format(**words), ru.format(**words)


def queries(texts: list[str], language: str, count: int) -> list[str]:
    """Some of these texts, written with mistakes."""
    chance = random.Random(3)
    return [
        _changed(chance.choice(texts), language, chance.choice((0.02, 0.05, 0.1, 0.15, 0.2)), chance)
        for _ in range(count)
    ]


def _changed(text: str, language: str, share: float, chance: random.Random) -> str:
    signs = list(text)
    for _ in range(max(1, int(len(signs) * share))):
        at, kind = chance.randrange(len(signs)), chance.random()
        if kind < 0.4:
            signs[at] = chance.choice(_LETTERS[language])
        elif kind < 0.7:
            signs.insert(at, chance.choice(_LETTERS[language]))
        elif len(signs) > 3:
            del signs[at]
    return "".join(signs)


def _timed(ask: Callable[[str], object], texts: list[str]) -> Times:
    gc.collect()
    gc.freeze()  # a million sentences of ours are no part of the service
    times = Times([], [])
    for text in texts:
        start, clock = time.process_time(), time.perf_counter()
        ask(text)
        times.spent.append((time.process_time() - start) * 1000)
        times.passed.append((time.perf_counter() - clock) * 1000)
    gc.unfreeze()
    return times


def measure(database: Database, count: int) -> tuple[dict[str, str], list[tuple[bool, str]]]:
    """Figures by name, and which aims were met."""
    told: dict[str, str] = {}
    aims: list[tuple[bool, str]] = []
    given = list(pairs(count))
    start, clock = time.process_time(), time.perf_counter()
    with database.writing() as session:
        import_units(session, (UnitGiven(zh, ru, "zh", field="bench", reviewed=True) for zh, ru in given))
    rate = count / (time.process_time() - start)
    told["units taken in a second"] = f"{rate:,.0f} (clock {count / (time.perf_counter() - clock):,.0f})"
    if database.engine.dialect.name == "sqlite":
        aims.append((rate >= 10_000, f"units taken in {rate:,.0f}/s, aim 10,000"))
    settle(database)
    start = time.process_time()
    with database.reading() as session:
        follower = follower_of(session)
        follower.rebuild()
    told["index made"] = f"{time.process_time() - start:.0f} s, {follower.index.path.stat().st_size / 1e6:.0f} MB"
    if database.engine.dialect.name == "sqlite":
        told["database"] = f"{Path(database.url.database or '').stat().st_size / 1e6:.0f} MB"
    for language, target in (("zh", "ru"), ("ru", "zh")):
        texts = [pair[0 if language == "zh" else 1] for pair in given]
        _one_language(database, texts, language, target, told, aims)
    return told, aims


def _one_language(
    database: Database, texts: list[str], language: str, target: str, told: dict[str, str], aims: list[tuple[bool, str]]
) -> None:
    asked = queries(texts, language, QUERIES)
    with database.reading() as session:
        for text in asked[-5:]:  # dictionaries, pages
            look(session, text, source=language, target=target)
        same = random.Random(4).choices(texts, k=EXACT)
        times = _timed(lambda text: exact(session, text, source=language, target=target), same)
        told[f"word for word, {language}"] = times.told()
        worst = _at(times.spent, 0.99)
        aims.append((worst <= 1, f"word for word {language} p99 {worst:.2f} ms, aim 1"))
        times = _timed(lambda text: look(session, text, source=language, target=target, limit=5), asked)
        told[f"by likeness, {language}"] = times.told()
        worst = _at(times.spent, 0.99)
        aims.append((worst <= 50, f"by likeness {language} p99 {worst:.0f} ms, aim 50"))
        best = [_nearest_found(session, text, language) for text in asked[:COMPARED]]
    forms = [normal(text, language) for text in texts]
    there = [process.extractOne(normal(text, language), forms, scorer=fuzz.ratio)[1] for text in asked[:COMPARED]]
    recall = sum(found >= truth - 1e-6 for found, truth in zip(best, there, strict=True)) / COMPARED
    near = [(found, truth) for found, truth in zip(best, there, strict=True) if truth >= 75]
    kept = sum(found >= 75 for found, _ in near) / max(1, len(near))
    told[f"recall of the nearest, {language}"] = f"{recall:.3f}"
    told[f"recall of any of 75 and more, {language}"] = f"{kept:.3f}"
    aims.append((recall >= 0.98, f"recall {language} {recall:.3f}, aim 0.98"))


def _nearest_found(session: Session, text: str, language: str) -> float:
    """How near the nearest of the candidates is: what the order of points makes of it is another question."""
    forms = reachable(session, text, language, ())
    found = process.extractOne(normal(text, language), forms, scorer=fuzz.ratio)
    return float(found[1]) if found else 0.0


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md, and what missed its aim."""
    kinds = [kind for kind in ("SQLite", "PostgreSQL") if re.search(os.environ.get("AMURLIVE_BENCH_ON", "."), kind)]
    told: dict[str, dict[str, str]] = {}
    missed: list[str] = []
    for kind in kinds:
        with fresh(kind) as database:
            told[kind], aims = measure(database, COUNT)
            if kind == "SQLite":
                missed = [said for met, said in aims if not met]
    names = list(dict.fromkeys(name for of in told.values() for name in of))
    aim = {
        "word for word": "≤ 1 ms p99",
        "by likeness": "≤ 50 ms p99",
        "recall of the": "≥ 0.98",
        "units taken i": "≥ 10,000",
    }
    return [
        f"| {name} | {' | '.join(told[kind].get(name, '') for kind in kinds)} | {aim.get(name[:13], '') or aim.get(name[:11], '')} |"
        for name in names
    ], missed
