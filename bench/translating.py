"""How fast drafts are made: ours beside bare CTranslate2 and beside argostranslate as it comes. Processor time, for others may be at work.

The models are the tiny ones of the tests, so everything that is not decoding weighs as much as it ever can: a sentence takes a
millisecond here and forty with a published model.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from service.translation.machine import Worker, install, route, translate
from service.translation.machine.packages import argos_environment
from tests.translation.models.corpus import triples

__all__ = ["rows"]

MODELS = Path(__file__).parents[1] / "tests" / "translation" / "models"
COUNT, FEW, ROUNDS = 1000, 60, 5

_BARE = """
import json, resource, sys, time
import ctranslate2, sentencepiece
folder, texts = sys.argv[1], json.load(sys.stdin)
pieces = sentencepiece.SentencePieceProcessor(model_file=folder + "/sentencepiece.model")
translator = ctranslate2.Translator(folder + "/model", intra_threads=1, inter_threads=1)
def run(texts):
    found = translator.translate_batch(pieces.encode(texts, out_type=str), beam_size=4, num_hypotheses=4, max_batch_size=64, replace_unknowns=True)
    return [pieces.decode([one for one in each.hypotheses]) for each in found]
"""
_ARGOS = """
import json, resource, sys, time
from argostranslate import translate
translation = translate.get_translation_from_codes("zh", "ru")
texts = json.load(sys.stdin)
class Whole:
    def split_sentences(self, text):
        return [text]
translation.underlying.sentencizer = Whole()
def run(texts):
    return [translation.translate(text) for text in texts]
"""
_TIMED = """
run(texts[:2])
def used():
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime
cpu, wall = used(), time.perf_counter()
answers = run(texts)
print(json.dumps([used() - cpu, time.perf_counter() - wall, answers if isinstance(answers[0], str) else [one[0] for one in answers]]))
"""


def _apart(code: str, texts: list[str], *arguments: str, environment: dict[str, str]) -> tuple[float, float, list[str]]:
    """Processor and wall seconds a program of its own takes for these texts, and its answers."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", code + _TIMED, *arguments], input=json.dumps(texts), env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    cpu, wall, answers = json.loads(done.stdout.splitlines()[-1])
    return cpu, wall, answers


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ours(texts: list[str], folder: Path, worker: Worker, best: int = 4) -> tuple[float, float, list[str]]:
    """The caller's processor time and the worker's together."""
    assert worker.pid
    spent, cpu, wall = resource.getrusage(resource.RUSAGE_SELF), _cpu_of(worker.pid), time.perf_counter()
    drafts = translate(texts, source="zh", target="ru", folder=folder, worker=worker, best=best)
    after = resource.getrusage(resource.RUSAGE_SELF)
    own = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    return own + _cpu_of(worker.pid) - cpu, time.perf_counter() - wall, [draft.text for draft in drafts]


def rows() -> tuple[list[str], list[str]]:
    """Lines of the table, and what was missed."""
    texts = list(dict.fromkeys(row.zh for row in triples(seed=41, each=12)))[:COUNT]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mt"
        install(MODELS / "zh_ru.argosmodel", folder=folder, allow_synthetic=True)
        package = route("zh", "ru", folder=folder).hops[0].folder
        worker = Worker(folder=folder)
        try:
            return _measured(texts, folder, package, worker, Path(place))
        finally:
            worker.close()


def _measured(
    texts: list[str], folder: Path, package: Path, worker: Worker, place: Path
) -> tuple[list[str], list[str]]:
    translate(texts[:2], source="zh", target="ru", folder=folder, worker=worker)
    shelf = place / "shelf"
    shelf.mkdir()
    (shelf / "zh_ru").symlink_to(package)
    plain = argos_environment(place / "argos") | {"ARGOS_PACKAGES_DIR": str(shelf)}
    as_it_comes = {
        name: value for name, value in plain.items() if name not in ("ARGOS_INTRA_THREADS", "OMP_NUM_THREADS")
    }

    def each(count: int, *measures: Callable[[], tuple[float, float, list[str]]], of: int = 0) -> list[float]:
        """Milliseconds of processor (`of` 0) or clock (1) for a sentence: the least disturbed of some rounds, taken in turn."""
        taken = [[measure()[of] for measure in measures] for _ in range(ROUNDS)]
        return [1000 * min(column) / count for column in zip(*taken, strict=True)]

    ours, bare = each(
        COUNT, lambda: _ours(texts, folder, worker), lambda: _apart(_BARE, texts, str(package), environment=plain)
    )
    pair = lambda: _ours(texts[:300], folder, worker, 1), lambda: _apart(_ARGOS, texts[:300], environment=plain)
    single, one_thread = each(300, *pair, of=1)
    single_cpu, one_thread_cpu = each(300, *pair)
    wall, usual = each(
        FEW, lambda: _ours(texts[:FEW], folder, worker, 1), lambda: _apart(_ARGOS, texts[:FEW], environment=as_it_comes), of=1
    )  # fmt: skip
    repeated = (texts[:400] * 3)[:COUNT]
    some, mixed = each(400, lambda: _ours(texts[:400], folder, worker), lambda: _ours(repeated, folder, worker))
    lines = [
        f"| ours, {COUNT} different sentences, beam 4, 4 candidates, checked | {ours:.2f} ms | |",
        f"| bare `translate_batch`, the same, unchecked | {bare:.2f} ms | ours has {bare / ours:.2f} of its throughput (aim 0.9) |",
        f"| argostranslate, one thread, one candidate, clock time | {one_thread:.2f} ms | ours {one_thread / single:.1f} times as fast ({single:.2f} ms; aim 2; by processor time {one_thread_cpu / single_cpu:.1f}) |",
        f"| argostranslate as it comes, one candidate, clock time | {usual:.1f} ms | ours {usual / wall:.0f} times as fast ({wall:.2f} ms; aim 10) |",
        f"| {COUNT} sentences of which 60 % repeat, for each different one | {mixed:.2f} ms | {mixed / some:.2f} times those alone (aim 1.1) |",
    ]
    missed = [
        what
        for what, ok in [
            ("0.9 of bare CTranslate2", bare / ours >= 0.9),
            ("twice argostranslate with one thread", one_thread / single >= 2),
            ("ten times argostranslate as it comes", usual / wall >= 10),
            ("repeated sentences for nothing", mixed / some <= 1.1),
        ]
        if not ok
    ]
    return lines, missed


if __name__ == "__main__":
    print("\n".join(["\n".join(part) for part in rows()]))
