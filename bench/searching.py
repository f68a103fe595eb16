"""Finding among many cards: how long each way of typing takes, whether everything is found, and what the index costs.

Each query is asked once, as a person would who asks for the first time, after the pages of the index have been read. Recall is
taken over all cards the filter lets through (`chosen`), for what stands first is a question of rank.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from bench.databases import KINDS, fresh, settle
from bench.goods import Good, edit_of, goods
from service.catalog import batches
from service.catalog.document import unpack
from service.catalog.editing import edit_card
from service.catalog.models import Product, ProductText
from service.catalog.rebuilding import rebuild_some
from service.catalog.search.finding import Filter, chosen, search
from service.catalog.search.indexing import index
from service.catalog.search.tokens import pinyin_tokens
from service.database import Database
from service.language.russian.forms import forms_of

__all__ = ["fill", "measure", "queries", "rows"]

EACH = 40  # queries of a kind
PAIRS = Path(__file__).parent.parent / "tests" / "catalog" / "russian_pairs.txt"
_KEYS = str.maketrans("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.")


def fill(database: Database, count: int, *, there: int = 0) -> None:
    """Put the goods of numbers `there` to `count` in, and a card for each of the hand-written pairs."""
    edits = ((good.key, edit_of(good)) for good in goods(count, start=there))
    batches.apply(database.writing, edits, max(count - there, 1000), kind="import", source="bench")
    one = next(goods(1))
    words = ((f"pair-{n}", edit_of(one) | {"name[ru]": word.capitalize(), "name[zh]": "测"}) for n, (_, word) in enumerate(pairs()))  # fmt: skip
    cards = [
        (key, {name: value for name, value in edit.items() if not name.startswith("sku.")} | _pack(key)) for key, edit in words
    ]  # fmt: skip
    batches.apply(database.writing, cards, len(cards), kind="import", source="bench")
    settle(database)


def _pack(key: str) -> dict[str, object]:
    return {f"sku.{key.upper()}.net_value": 1, f"sku.{key.upper()}.net_unit": "pcs"}


def pairs() -> list[tuple[str, str]]:
    """Typed form and form on the card."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines if not line.startswith("#")]


def queries(some: list[Good], chance: random.Random) -> dict[str, list[str]]:
    """What people type, by kind; every query means one of these goods at least."""
    return {
        "one Chinese character": [good.noun[1][0] for good in some],
        "two Chinese characters": [good.noun[1][:2] for good in some],
        "three and more": [good.adjective[1] + good.noun[1] for good in some],
        "Russian, inflected": [chance.choice(sorted(forms_of(good.noun[0].lower()))) for good in some],
        "two Russian words, inflected": [" ".join(chance.choice(sorted(forms_of(word))) for word in (good.adjective[0], good.noun[0])) for good in some],
        "both languages": [f"{good.noun[0]} {good.brand[1]}" for good in some],
        "SKU": [good.code for good in some],
        "GTIN": [good.gtin or good.code for good in some],
        "pinyin": [pinyin_tokens(good.noun[1])[0] for good in some],
        "initials": [next(reversed(_initials(good))) for good in some],
        "wrong keyboard layout": [good.noun[0].lower().translate(_KEYS) for good in some],
        "beginning of a word": [good.noun[0][: max(3, len(good.noun[0]) // 2)] for good in some],
        "a word of descriptions": [chance.choice(("оптом", "утеплением", "保温", "伴手礼", "коллег", "этикетки", "упаковке")) for _ in some],
    }  # fmt: skip


def _initials(good: Good) -> list[str]:
    tokens = pinyin_tokens(good.adjective[1] + good.noun[1])
    return [token for token in tokens if len(token) == len(good.adjective[1] + good.noun[1])] or [tokens[0]]


def measure(database: Database, count: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Milliseconds of every query by kind; and the other figures, by name."""
    chance = random.Random(7)
    numbers = set(chance.sample(range(count), EACH))
    some = [good for good in goods(count) if good.number in numbers]
    chance.shuffle(some)
    asked = queries(some, chance)
    forms_of("прогрев")
    with database.reading() as session:
        for query in ("новинка", "新", "xin"):
            search(session, Filter(query))
        times = {kind: [_ask(database, query) for query in typed] for kind, typed in asked.items()}
        found = {
            "recall of the pairs": _recall_of_pairs(database),
            "recall of Chinese": _recall_of_chinese(database, some),
        }
    found["ms of the index an edit"], found["ms an edit"] = _edits(database, some)
    found["rebuilt a second"] = _rebuild(database, min(count, 10_000))
    return times, found


def _ask(database: Database, query: str) -> float:
    with database.reading() as session:
        start = time.perf_counter()
        search(session, Filter(query), limit=20)
        return (time.perf_counter() - start) * 1000


def _recall_of_pairs(database: Database) -> float:
    with database.reading() as session:
        rows = session.execute(select(Product.key, Product.id).where(Product.key.startswith("pair-")))
        ids = {key: number for key, number in rows}  # noqa: C416  (a result is no mapping, though it has keys)
        hits = [
            session.scalar(chosen(session, Filter(typed)).where(Product.id == ids[f"pair-{number}"])) is not None
            for number, (typed, _) in enumerate(pairs())
        ]
    return statistics.fmean(hits)


def _recall_of_chinese(database: Database, some: list[Good]) -> float:
    """Of every card whose name holds the one or two characters, as `LIKE` finds them."""
    parts = {good.name["zh"][at : at + length] for good in some for length in (1, 2) for at in range(6)}
    wanted = hit = 0
    with database.reading() as session:
        for part in sorted(part for part in parts if all("\u3400" <= sign <= "\u9fff" for sign in part))[:EACH]:
            named = select(ProductText.product_id).where(
                ProductText.locale == "zh", ProductText.field == "name", ProductText.value.contains(part)
            )
            truth = set(session.scalars(named))
            wanted, hit = wanted + len(truth), hit + len(truth & set(session.scalars(chosen(session, Filter(part)))))
    return hit / wanted


def _edits(database: Database, some: list[Good]) -> tuple[float, float]:
    """Medians of writing one search document in a transaction of its own, and of a whole edit of a name."""
    of_index, whole = [], []
    for good in some:
        start = time.perf_counter()
        with database.writing() as session:
            edit_card(session, good.key, {"name[ru]": f"{good.name['ru']}, новинка"})
        whole.append(time.perf_counter() - start)
        with database.writing() as session:
            row = session.execute(select(Product.id, Product.document).where(Product.key == good.key)).one()
            start = time.perf_counter()
            index(session, [(row[0], good.key, unpack(row[1]), False)])
            of_index.append(time.perf_counter() - start)
    return statistics.median(of_index) * 1000, statistics.median(whole) * 1000


def _rebuild(database: Database, count: int) -> float:
    done = last = 0
    start = time.perf_counter()
    while done < count:
        with database.writing() as session:
            made, last = rebuild_some(session, after=last)
        done += made
        if not made:
            break
    return done / (time.perf_counter() - start)


def rows(count: int) -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (SQLite beside PostgreSQL), and what missed its aim on SQLite."""
    times: dict[str, dict[str, list[float]]] = {}
    other: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        with fresh(kind) as database:
            fill(database, count)
            times[kind], other[kind] = measure(database, count)
    names = {
        kind: [spent for what, some in of.items() if what != "a word of descriptions" for spent in some]
        for kind, of in times.items()
    }
    middle = {kind: statistics.median(some) for kind, some in names.items()}
    slow = {kind: quantile(some, 0.99) for kind, some in names.items()}
    found = [
        f"| **names and codes, all kinds below but the last** | **{middle['SQLite']:.1f}** / {slow['SQLite']:.0f} ms | "
        f"{middle['PostgreSQL']:.1f} / {slow['PostgreSQL']:.0f} ms | ≤ 5 / ≤ 50 ms |",
        *(
            f"| {kind} | {mid:.1f} / {quantile(times['SQLite'][kind], 0.99):.0f} ms | "
            f"{statistics.median(times['PostgreSQL'][kind]):.1f} / {quantile(times['PostgreSQL'][kind], 0.99):.0f} ms | |"
            for kind, mid, _ in words_of(times["SQLite"])
        ),
        *(
            f"| {what} | {other['SQLite'][what]:.{digits}f} | {other['PostgreSQL'][what]:.{digits}f} | {aim} |"
            for what, digits, aim in (
                ("recall of the pairs", 3, "≥ 0.98"), ("recall of Chinese", 3, "1"), ("ms of the index an edit", 2, ""),
                ("ms an edit", 1, ""), ("rebuilt a second", 0, ""),
            )
        ),
    ]  # fmt: skip
    one = other["SQLite"]
    aims = [
        (middle["SQLite"] <= 5, f"search median {middle['SQLite']:.1f} ms, aim 5"),
        (slow["SQLite"] <= 50, f"search p99 {slow['SQLite']:.0f} ms, aim 50"),
        (one["recall of the pairs"] >= 0.98, f"recall of inflected Russian {one['recall of the pairs']:.3f}, aim 0.98"),
        (one["recall of Chinese"] == 1, f"recall of Chinese {one['recall of Chinese']:.3f}, aim 1"),
    ]
    return found, [said for met, said in aims if not met]


def quantile(times: list[float], share: float) -> float:
    """The value that `share` of all stay at or below."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def words_of(times: dict[str, list[float]]) -> Iterator[tuple[str, float, float]]:
    """Per kind: name, median, the slowest."""
    for kind, some in times.items():
        yield kind, statistics.median(some), max(some)
