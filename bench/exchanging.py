"""How fast memories and terms go out and come in, in how little memory, and whether ten times as many take ten times as long.

A pair has some 80 signs of Chinese and 120 of Russian with six facts (about 790 bytes of TMX), as our own exports have; `bare` is TMX as other
programs write it, two texts and no facts. Texts differ, so that nothing can be remembered.
"""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from service.translation.interchange import read_concepts, read_units, write_concepts, write_units
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["rows"]

FEW, MANY = 10_000, 100_000
ROUNDS = 3
READ, WRITE, MEMORY = 40_000, 25_000, 200


def units(many: int) -> Iterator[UnitGiven]:
    """Pairs as the memory gives them out: one after the other."""
    for number in range(many):
        at = datetime(2026, 11, 25, number % 24, number % 60, tzinfo=UTC)
        yield UnitGiven(
            f"俄罗斯进口椴树蜜，净含量{number}克，{number % 90}元一瓶，支持七天无理由退货，全程冷链配送，产地布拉戈维申斯克，开盖后请冷藏保存",
            f"Липовый мёд из России, {number} г, {number % 90} юаней за банку, возврат в течение семи дней, доставка с холодом до двери",
            "zh", "honey", "description", "ozon", True, "Ван Ли", "edited", "cards/honey.yaml", at,
        )  # fmt: skip


def bare(many: int) -> bytes:
    """A memory as other programs write it."""
    body = "".join(
        f'<tu><tuv xml:lang="zh-CN"><seg>{one.zh}</seg></tuv><tuv xml:lang="ru-RU"><seg>{one.ru}</seg></tuv></tu>\n'
        for one in units(many)
    )
    return f'<tmx version="1.4"><header srclang="zh-CN"/><body>{body}</body></tmx>'.encode()


def meanings(many: int) -> Iterator[Meaning]:
    """Concepts with two wordings each."""
    for number in range(many):
        yield Meaning(
            f"c{number}",
            "product",
            (Wording("zh", f"椴树蜜{number}"), Wording("ru", f"липовый мёд {number}")),
            source="ГОСТ",
        )


def written(form: str, many: int) -> tuple[float, bytes]:
    """Processor time of writing (the median of the rounds), and the file."""
    listed = list(units(many))
    taken, content = [], b""
    for _ in range(ROUNDS):
        gc.collect()
        gc.freeze()
        to = io.BytesIO()
        began = time.process_time()
        write_units(listed, to, form)
        taken.append(time.process_time() - began)
        content = to.getvalue()
    return median(taken), content


def read(content: bytes, form: str) -> float:
    """Processor time of reading all pairs."""
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        gc.freeze()
        began = time.process_time()
        for _unit in read_units(content, "memory", format=form):
            pass
        taken.append(time.process_time() - began)
    return median(taken)


def peak(many: int) -> tuple[float, float]:
    """Megabytes a process that writes so many pairs into a file, and one that reads them, has at most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.tmx"
        told = []
        for work in (
            "write_units(exchanging.units(int(sys.argv[2])), Path(sys.argv[1]), 'tmx')",
            "all(one.zh for one in read_units(Path(sys.argv[1]), 'memory.tmx'))",
        ):
            # VmHWM begins anew with the program; ru_maxrss would remember what this process had when it forked
            code = (
                "import sys; from pathlib import Path; from bench import exchanging\n"
                "from service.translation.interchange import read_units, write_units\n"
                f"{work}\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, str(path), str(many)], capture_output=True, text=True, check=True
            )
            told.append(int(done.stdout) / 1024)
    return told[0], told[1]


def _terms() -> float:
    to = io.BytesIO()
    began = time.process_time()
    write_concepts(meanings(FEW), to, "tbx")
    for _one in read_concepts(to.getvalue(), "terms.tbx"):
        pass
    return FEW / (time.process_time() - began)


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (what, figure, aim), and what missed its aim."""
    found, missed = [], []
    few, _ = written("tmx", FEW)
    taken, content = written("tmx", MANY)
    reading, foreign = read(content, "tmx"), read(bare(MANY), "tmx")
    writes, reads, reads_bare = MANY / taken, MANY / reading, MANY / foreign
    found.append(
        f"| TMX, {MANY:,} pairs with six facts, {len(content) / 1e6:,.0f} MB: written | {writes:,.0f} pairs/s | ≥ {WRITE:,} |"
    )
    found.append(f"| the same read | {reads:,.0f} pairs/s | ≥ {READ:,} |")
    found.append(f"| TMX without facts read | {reads_bare:,.0f} pairs/s | ≥ {READ:,} |")
    found.append(
        f"| {MANY // FEW} times as many are written in | {taken / few:.1f} times as long | ≤ {MANY // FEW * 1.3:.0f} |"
    )
    most = peak(MANY)
    found.append(
        f"| memory of a process that writes, and of one that reads | {most[0]:.0f} MB, {most[1]:.0f} MB | < {MEMORY} |"
    )
    for form in ("xliff2", "xliff1", "po", "csv", "xlsx"):
        taken, content = written(form, FEW)
        found.append(
            f"| {form}, {FEW:,} pairs: written, read | {FEW / taken:,.0f}, {FEW / read(content, form):,.0f} pairs/s | |"
        )
    found.append(f"| TBX, {FEW:,} concepts written and read | {_terms():,.0f} concepts/s | |")
    if writes < WRITE:
        missed.append(f"TMX is written with {writes:,.0f} pairs a second, not {WRITE:,}")
    if min(reads, reads_bare) < READ:
        missed.append(f"TMX is read with {min(reads, reads_bare):,.0f} pairs a second, not {READ:,}")
    if max(most) >= MEMORY:
        missed.append(f"exchange takes {max(most):.0f} MB, not {MEMORY}")
    return found, missed


if __name__ == "__main__":
    for part in rows():
        print("\n".join(part))
