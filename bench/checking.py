"""How long the checks of a translated pair take: processor time per pair, all checks and each alone, on our own texts of usual length."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import yaml

from service.resources import root
from service.translation.checks import Fact, Limit, Name, Pair, check
from service.translation.checks.checking import RUN
from service.translation.checks.reading.prose import Prose

__all__ = ["pairs", "rows"]

_AIM = 1.0
_ROUNDS = 5


def _walk(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for one in node:
            yield from _walk(one)
    elif isinstance(node, dict):
        if {"zh", "ru"} <= set(node):
            yield from _both(node["zh"], node["ru"])
        else:
            for one in node.values():
                yield from _walk(one)


def _both(zh: Any, ru: Any) -> Iterator[tuple[str, str]]:
    if isinstance(zh, str) and isinstance(ru, str):
        yield zh, ru
    elif isinstance(zh, list) and isinstance(ru, list):
        for one, other in zip(zh, ru, strict=False):
            yield from _both(one, other)
    elif isinstance(zh, dict) and isinstance(ru, dict):  # a question and its answer
        yield "".join(map(str, zh.values())), " ".join(map(str, ru.values()))


@cache
def pairs() -> tuple[Pair, ...]:
    """Pairs of the sample cards of 30 to 50 Chinese and 90 to 150 Russian signs, with facts, names and a limit as in the queue."""
    found = []
    facts = {"price": Fact("price", 12800, "CNY"), "stock": Fact("stock", 35), "net": Fact("weight", 500, "g")}
    names = (Name("阿廖卡", "Алёнка"), Name("极境寒养", "Цзицзин ханьян"))
    for path in sorted((root("catalogs") / "products").glob("*.yaml")):
        for card in yaml.safe_load(path.read_text(encoding="utf-8"))["products"]:
            for zh, ru in _walk(card["texts"]):
                # Texts of cards are authored; here they are measured as a machine's, so that no check is left out.
                one, other = " ".join(zh.split()), " ".join(ru.split())
                if 30 <= len(one) <= 50 and 90 <= len(other) <= 150:
                    found.append(
                        Pair("zh", one, other, field="selling_points", market="CN", limits={"selling_points": Limit(200)},
                             facts=facts, names=names, origin="machine", reviewed=False)
                    )  # fmt: skip
    return tuple(found)


def _spent(run: Callable[[Pair], object]) -> list[float]:
    """Milliseconds of processor time of each pair, the best of some rounds."""
    best = [float("inf")] * len(pairs())
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            for place, pair in enumerate(pairs()):
                start = time.process_time_ns()
                run(pair)
                best[place] = min(best[place], (time.process_time_ns() - start) / 1e6)
    finally:
        gc.enable()
    return sorted(best)


def _first() -> list[float]:
    """Milliseconds of each pair of the second half, seen for the first time by a process that has worked on the first half."""
    half = len(pairs()) // 2
    for pair in pairs()[:half]:
        check(pair)
    spent = []
    for pair in pairs()[half:]:
        start = time.process_time_ns()
        check(pair)
        spent.append((time.process_time_ns() - start) / 1e6)
    return sorted(spent)


def _figures(spent: list[float]) -> str:
    return f"{spent[len(spent) // 2]:.3f} / {spent[int(len(spent) * 0.99)]:.3f} ms"


def rows() -> tuple[list[str], list[str]]:
    """A row for everything, one for words met the first time, one for each check."""
    first, warm = _first(), _spent(check)
    missed = [
        f"checks of a pair, p99 {spent[int(len(spent) * 0.99)]:.2f} ms"
        for spent in (first, warm)
        if spent[int(len(spent) * 0.99)] > _AIM
    ]
    lines = [
        f"| all checks, pairs met for the first time | {_figures(first)} | p99 < {_AIM} ms |",
        f"| all checks, words met before | {_figures(warm)} | p99 < {_AIM} ms |",
    ]
    alone: list[tuple[float, str]] = []
    for run, names in RUN:
        # What is read once for all checks (words, quantities, sentences) is counted with each that needs it.
        spent = _spent(lambda pair, run=run: list(run(pair, Prose("zh", pair.text_zh), Prose("ru", pair.text_ru))))  # type: ignore[misc]
        alone.append((spent[len(spent) // 2], f"| {', '.join(names)} | {_figures(spent)} | |"))
    return lines + [line for _, line in sorted(alone, reverse=True)], missed


if __name__ == "__main__":
    print(f"{len(pairs())} pairs")
    print("\n".join(rows()[0]))
