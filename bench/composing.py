"""How much composing costs: a 60-minute show of 20 products in two languages, against bare Jinja2 rendering.

The baseline puts the same facts into words and renders the very templates the composer chose, through Jinja2's own
`Template.render`; choosing, timing, spoken readings, sandbox and checks are what we add. Measured as a ratio within one run.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from service.catalog.importing import import_catalogue
from service.database import Database
from service.livestream.blocks import library
from service.livestream.brief import Brief, Item, Language
from service.livestream.composing import Stage, compose
from service.livestream.exports import FORMATS, render
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.patterns import pattern
from service.livestream.script import Script
from service.livestream.templates import FILTERS
from service.people.operating import acting
from service.pricing.importing import import_prices

SKUS = [
    "RU-ALENKA-90",
    "RU-KVAS-1500",
    "RU-RED-CAVIAR-95",
    "RU-HONEY-500",
    "RU-PINENUT-250",
    "RU-LIEBA-900",
    "RU-ZEFIR-250",
    "RU-CHEESE-250",
    "RU-CONDMILK-380",
    "RU-BLACKTEA-100",
    "RU-VARENYE-320",
    "RU-PLOMBIR-80",
    "HH-WOODEAR-150",
    "HH-BLUEBERRY-JAM-320",
    "HH-YUBA-250",
    "HH-HONEYMUSH-200",
    "HH-SBTJUICE-300",
    "HH-SOYMILK-300",
    "HH-CORN-1",
    "HH-HAZELNUT-250",
]
ROUNDS = 40


def brief_of_twenty() -> Brief:
    """The brief, gathered from the shipped catalogue in a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        database.upgrade()
        database = acting(database)
        with database.writing() as session:
            import_catalogue(session)
            import_prices(session)
        with database.reading() as session:
            plan = plan_of_skus(SKUS, pattern_key="evening-60", languages=["zh", "ru"], minutes=60, seed=7)
            brief = gather(session, plan)
        database.close()
    return brief


def bare(brief: Brief, script: Script, *, ready: bool) -> Callable[[], list[str]]:
    """Renders the chosen templates as plain Jinja2 would: compiled before, values from the same facts.

    With `ready` even the values are made before; without, the facts are put into words in the run, as composing does.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters.update(FILTERS)
    jobs: list[tuple[jinja2.Template, int | None, Item | None, dict[str, int], Language]] = []
    for block, line in script.lines():
        following = next((brief.items[b.item] for b in script.blocks if b.item not in (None, block.item)), None)
        picks = {"point": 0, "serving": 0, "question": 0, **line.picks} if block.item is not None else {}
        for locale in brief.languages:
            source = library().by_id[line.variant].templates[locale].source
            jobs.append((environment.from_string(source), block.item, following, picks, locale))

    def values(stage: Stage, item: int | None, following: Item | None, picks: dict[str, int], locale: Language) -> Any:
        return {**stage._values_for(item, locale), **stage._running(item, following, picks, locale)}

    if ready:
        stage = Stage(brief, library(), None)
        made = [(job[0], values(stage, *job[1:])) for job in jobs]
        return lambda: [template.render(own) for template, own in made]

    def run() -> list[str]:
        stage = Stage(brief, library(), None)
        return [template.render(values(stage, *job)) for template, *job in jobs]  # type: ignore[arg-type]

    return run


def median(job: Callable[[], object]) -> float:
    """Milliseconds, the median of many rounds after a warm-up."""
    job()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        job()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def start_up() -> float:
    """Milliseconds of `amurlive --help`, the median of nine runs."""
    command = [str(Path(sys.executable).parent / "amurlive"), "--help"]
    times = []
    for _ in range(9):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def rows() -> tuple[str, list[str], list[str]]:
    """What was measured with, lines for RESULTS.md, and what missed its limit."""
    brief = brief_of_twenty()
    chosen, words = pattern(brief.pattern), library()
    script = compose(brief, chosen, words)
    lines = sum(1 for _ in script.lines())
    gc.collect()
    gc.freeze()  # what set-up left behind is not part of the measurement
    plain = median(bare(brief, script, ready=False))
    ready = median(bare(brief, script, ready=True))
    ours = median(lambda: compose(brief, chosen, words))
    documents = {name: median(lambda name=name: render(script, brief, name)) for name in FORMATS}  # type: ignore[misc]
    help_time = start_up()
    found = [
        f"| composing and rendering the lines | {ours:.1f} ms | **{ours / plain:.2f} ×** bare Jinja2 (limit 3 ×) |",
        f"| the same {2 * lines} templates from the same facts, bare Jinja2 | {plain:.1f} ms | 1 |",
        f"| … with all facts already in words | {ready:.1f} ms | composing is {ours / ready:.2f} × |",
        *[f"| writing {name.upper()} | {spent:.0f} ms | |" for name, spent in documents.items()],
        f"| `amurlive --help` | {help_time:.0f} ms | limit 400 ms |",
    ]
    missed = ["composing costs more than three times the bare rendering"] if ours > 3 * plain else []
    about = f"60 minutes, zh + ru, {len(SKUS)} products, {lines} lines, seed 7; medians of {ROUNDS} rounds."
    return about, found, missed
