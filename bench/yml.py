"""How fast a YML feed is written into a file from prepared offers, in how little memory, and whether ten times as many take ten times as long.

An offer has some 1.4 kB: a description of 450 signs, three pictures, four parameters. Texts differ, so that nothing can be remembered.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from service.listings.channels import channel
from service.listings.forms.form import Account, Offered
from service.listings.forms.yml import Yml, faults
from service.listings.listing import Dimensions, Listing, Money, Picture

__all__ = ["rows"]

FEW, MANY = 10_000, 100_000
ROUNDS = 3
AIM = 50_000
MEMORY = 40
ON = date(2026, 11, 25)
ACCOUNT = Account(
    extras={"name": "Амур", "company": "ООО «Амур»", "url": "https://amur.example", "product_url": "https://amur.example/p/{code}"}
)  # fmt: skip
_TEXT = (
    "Продукт из Благовещенска, собран и расфасован в Амурской области. Хранить в сухом месте, после вскрытия в холоде. "
)


def listing(number: int) -> Listing:
    """One card as composing makes it."""
    return Listing(
        code=f"RU-HONEY-{number}", title=f"Мёд липовый «Амурский» {number} г, в стекле", languages=("ru",), brand="Амур",
        description=_TEXT * 4 + str(number),
        pictures=tuple(Picture("jpg", 1200, 1200, 1, f"{number}-{at}", f"https://amur.example/m/{number}-{at}.jpg") for at in range(3)),
        price=Money(100_000 + number, "RUB"), old_price=Money(200_000 + number, "RUB"), vat="10", barcodes=("4600000000015",),
        dimensions=Dimensions(90, 90, 120), weight=700 + number % 50, stock=number % 90,
        attributes={"Страна": "Россия", "Вес": f"{number} г", "Вкус": "липа", "Тара": "стекло"},
        extras={"category": f"Продукты / Мёд {number % 100}"},
    )  # fmt: skip


def prepared(form: Yml, many: int) -> Iterator[Offered]:
    """Offers as they come from the choice of listings: one after the other."""
    for number in range(many):
        one = listing(number)
        yield Offered(one.code, form.item(one, ON, ACCOUNT))


def seconds(form: Yml, items: list[Offered], to: Path) -> float:
    """Processor time of writing, the median of the rounds."""
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        gc.freeze()  # the offers lie there before: looking through them is no part of writing
        began = time.process_time()
        with to.open("wb") as file:
            form.write(items, file, ON, ACCOUNT)
        taken.append(time.process_time() - began)
    return median(taken)


def grown(many: int) -> float:
    """By how many megabytes a process that makes and writes so many offers grows at its peak."""
    code = (
        "import resource, sys; from bench import yml; from service.listings.channels import channel\n"
        "form = yml.Yml(channel('yml_feed')); peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "def write(many):\n"
        "    with open(sys.argv[1], 'wb') as to: form.write(yml.prepared(form, many), to, yml.ON, yml.ACCOUNT)\n"
        "write(2000); before = peak(); write(int(sys.argv[2])); print(peak() - before)"
    )
    with tempfile.NamedTemporaryFile() as to:
        done = subprocess.run([sys.executable, "-c", code, to.name, str(many)], capture_output=True, text=True, check=True)  # fmt: skip
    return int(done.stdout) / 1024


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (what, figure, aim), and what missed its aim."""
    form = Yml(channel("yml_feed"))
    found, missed = [], []
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "feed.xml"
        items: list[Any] = list(prepared(form, FEW))
        few = seconds(form, items, to)
        if told := faults(to.read_bytes()):
            missed.append(f"the feed is not in order: {told[0]}")
        began = time.process_time()
        for number in range(FEW):
            form.item(listing(number), ON, ACCOUNT)
        making = (time.process_time() - began) / FEW
        items = list(prepared(form, MANY))
        many = seconds(form, items, to)
        size = to.stat().st_size
    speed, times = MANY / many, many / few
    memory = grown(MANY)
    found.append(f"| {MANY:,} offers, {size / 1e6:,.0f} MB: written | {speed:,.0f} offers/s | ≥ {AIM:,} |")
    found.append(f"| {FEW:,} offers written | {FEW / few:,.0f} offers/s | |")
    found.append(f"| {MANY // FEW} times as many take | {times:.1f} times as long | ≤ {MANY // FEW * 1.3:.0f} |")
    found.append(f"| memory while {MANY:,} are made and written | {memory:.0f} MB more | ≤ {MEMORY} |")
    found.append(f"| a card made and laid out as an offer | {making * 1e6:.0f} µs | |")
    if speed < AIM:
        missed.append(f"a feed is written with {speed:,.0f} offers a second, not {AIM:,}")
    if times > MANY // FEW * 1.3:
        missed.append(f"{MANY // FEW} times as many offers take {times:.1f} times as long")
    if memory > MEMORY:
        missed.append(f"writing takes {memory:.0f} MB more, not {MEMORY}")
    return found, missed


if __name__ == "__main__":
    for part in rows():
        print("\n".join(part))
