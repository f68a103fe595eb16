"""What the compliance checker finds of what was marked in the labelled sets, and how long it takes.

`python -m bench.complying house` prints what is found in our own cards and scripts. `python -m bench.complying score zh work` prints precision and recall of one half of a labelled set and every disagreement (not
of the unseen half: nobody looks at it).
"""

from __future__ import annotations

import csv
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.composing import brief_of_twenty
from service.catalog.importing import import_catalogue
from service.catalog.models import Product, Sku
from service.compliance import check
from service.compliance.cards import check_card
from service.compliance.declaring import declare
from service.compliance.document import Document, Finding, Language, Line
from service.compliance.entries import Market
from service.compliance.matching import forget
from service.compliance.rulebook import Book, read_rules, rulebook
from service.database import Database
from service.livestream.blocks import library
from service.livestream.complying import check_script
from service.livestream.composing import compose
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.patterns import patterns
from service.people.operating import acting
from service.pricing.importing import import_prices
from service.resources import root

__all__ = ["LABELLED", "ON", "Score", "house_texts", "labelled", "rows", "score"]

LABELLED = Path(__file__).parents[1] / "tests" / "compliance" / "labelled"
_MARKETS: dict[Language, Market] = {"zh": "CN", "ru": "RU"}
ON = date(2027, 3, 16)
"""A day on which every rule the set speaks of is in force."""


class Score(NamedTuple):
    """How the checker's marks agree with those of the set; a mark is a sentence with a rule."""

    hit: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of what was marked, what should have been."""
        return self.hit / (self.hit + self.wrong or 1)

    @property
    def recall(self) -> float:
        """Of what should have been marked, what was."""
        return self.hit / (self.hit + self.missed or 1)


def labelled(language: Language, half: str) -> Iterator[tuple[str, set[str]]]:
    """Sentences of one half with the rules marked."""
    with (LABELLED / f"{language}-{half}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["text"], set((row["rules"] or "").split())


def found_in(text: str, language: Language) -> set[str]:
    """Rules the checker strikes with, seeing the text alone."""
    book = _book(_MARKETS[language])
    return {one.rule for one in check(text, market=_MARKETS[language], language=language, on_date=ON, book=book)}


@cache
def _book(market: Market) -> Book:
    """The rules of one market: a fault in the other's files is not in the way of tuning these."""
    return read_rules(root("catalogs") / "rules", files=f"{market.lower()}-*.yaml")


def score(language: Language, half: str) -> tuple[Score, dict[str, Score], list[tuple[str, set[str], set[str]]]]:
    """The whole score, each rule's, and the sentences that differ (text, marked in vain, not marked)."""
    counts: dict[str, Counter[str]] = {}
    differing = []
    for text, wanted in labelled(language, half):
        found = found_in(text, language)
        for kind, rules in (("hit", found & wanted), ("wrong", found - wanted), ("missed", wanted - found)):
            for rule in rules:
                counts.setdefault(rule, Counter())[kind] += 1
        if found != wanted:
            differing.append((text, found - wanted, wanted - found))
    whole = sum(counts.values(), Counter())
    each = {rule: Score(c["hit"], c["wrong"], c["missed"]) for rule, c in sorted(counts.items())}
    return Score(whole["hit"], whole["wrong"], whole["missed"]), each, differing


def main(language: Language, half: str) -> None:
    """Print it."""
    whole, each, differing = score(language, half)
    if half != "unseen":
        for text, wrong, missed in differing:
            print(" ".join([*(f"+{one}" for one in sorted(wrong)), *(f"-{one}" for one in sorted(missed))]), "\t", text)
        for rule, one in each.items():
            print(f"{rule:<18} hit {one.hit:>3}  in vain {one.wrong:>2}  missed {one.missed:>2}")
    print(f"{language} {half}: precision {whole.precision:.3f}, recall {whole.recall:.3f}  {whole}")


def house_texts(session: Session, *, on: date = ON) -> Iterator[Finding]:
    """What the checker finds in our own words: every card in both languages, and a script of every pattern over all goods."""
    for product in session.scalars(select(Product).order_by(Product.key)):
        for market in product.markets:
            yield from (one for one in check_card(session, product.key, market=market, on=on) if one.language)
    skus = list(session.scalars(select(Sku).join(Product).order_by(Sku.code)))
    for number, chosen in enumerate(patterns().values()):
        for market, languages in (("CN", ["zh", "ru"]), ("RU", ["zh", "ru"]), ("CN", ["zh"])):
            codes = [
                sku.code for sku in skus
                if market in sku.product.markets and (not chosen.lines or sku.product.line in chosen.lines)
                and (sku.product.family_key == "alcohol") == (languages == ["zh"])  # never told in Russian
            ]  # fmt: skip
            for start in range(0, len(codes), 20):
                plan = plan_of_skus(
                    codes[start : start + 20], pattern_key=chosen.key, languages=languages, minutes=120, seed=number + start,  # type: ignore[arg-type]
                    market=market,
                )  # fmt: skip
                brief = gather(session, plan)
                script = compose(brief, chosen, library())
                yield from (one for one in check_script(session, script, brief, on=on) if one.language)


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md: a 60-minute script in both languages, one after another; and what missed its aim."""
    brief = brief_of_twenty()
    shows = [compose(replace(brief, seed=seed), patterns()[brief.pattern], library()) for seed in range(100)]
    documents = [
        Document(
            lines=tuple(Line(line.key, {own: said.text + _signed(own, number) for own, said in line.said.items()}) for _, line in script.lines()),
            scope="script",
        )
        for number, script in enumerate(shows)
    ]  # fmt: skip

    def took(some: list[Document]) -> float:
        forget()
        began = time.perf_counter()
        for document in some:
            check(document, market="CN", on_date=ON)
        return (time.perf_counter() - began) * 1000

    took(documents)  # dictionaries are loaded, the words of the language are known
    gc.collect()
    gc.freeze()  # what set-up left behind is not part of the measurement
    one = median(took([document]) for document in documents[:21])
    ten, hundred = median(took(documents[start : start + 10]) for start in (0, 20, 40)), took(documents)
    again = median(_again(documents[0]) for _ in range(21))
    lines = len(documents[0].lines)
    found = [
        f"| a 60-minute script of {lines} lines in two languages, {len(rulebook().rules)} rules, nothing remembered | {one:.0f} ms | ≤ 50 ms |",
        f"| the same again, lines remembered | {again:.1f} ms | |",
        f"| 10 shows, each line new | {ten:.0f} ms | {ten / one:.1f} × one |",
        f"| 100 shows, each line new | {hundred:.0f} ms | {hundred / one:.0f} × one; ≤ 110 × |",
    ]
    missed = [f"a script is checked in {one:.0f} ms, not 50"] if one > 50 else []
    missed += [f"100 shows cost {hundred / one:.0f} times one"] if hundred > 110 * one else []
    return found, missed


def _signed(language: Language, number: int) -> str:
    """A name of a hundred that makes a line new and claims nothing."""
    one, two = divmod(number, 10)
    if language == "zh":
        return "甲乙丙丁戊己庚辛壬癸"[one] + "甲乙丙丁戊己庚辛壬癸"[two]
    return (
        " "
        + ("Ма", "Ли", "Ве", "Да", "Ка", "Ни", "Со", "Та", "Фе", "Зо")[one]
        + ("ля", "на", "ра", "ша", "тя", "ня", "ся", "ва", "да", "ля")[two]
    )


def _again(document: Document) -> float:
    began = time.perf_counter()
    check(document, market="CN", on_date=ON)
    return (time.perf_counter() - began) * 1000


def house() -> None:
    """Print what is found in our own words, each once."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/house.db")
        database.upgrade()
        database = acting(database)
        with database.writing() as session:
            import_catalogue(session)
            import_prices(session)
            for code in session.scalars(select(Sku.code)):
                declare(session, of="item", key=code, facts={"import_record": "样例"}, sample=True)
        with database.reading() as session:
            seen = Counter(
                (one.rule, one.severity, f"{one.before[-25:]}[{one.excerpt}]{one.after[:25]}")
                for one in house_texts(session)
            )
        database.close()
    for (rule, severity, words), count in sorted(seen.items()):
        print(f"{rule:<18} {severity:<6} {count:>3}  {words}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["house"]:
        house()
    elif sys.argv[1:2] == ["score"]:
        main(sys.argv[2], sys.argv[3])  # type: ignore[arg-type]
    else:
        raise SystemExit(__doc__)
