"""Price lists: whole minor units, a reference price only with what it is, all faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from service.database import Database
from service.errors import FilesRejected
from service.pricing.importing import import_prices
from service.pricing.models import Price


def _write(folder: Path, prices: str, name: str = "a.yaml") -> Path:
    (folder / name).write_text(f"source: test\nsample: true\nprices:\n{prices}", encoding="utf-8")
    return folder


def test_the_sample_prices_are_marked_and_a_second_import_changes_nothing(stocked: Database) -> None:
    with stocked.writing() as session:
        assert all(price.sample for price in session.scalars(select(Price)))
        report = import_prices(session)
        assert report.changed == 0
        assert report.unchanged > 150


def test_a_changed_price_is_written_over_the_old_one(stocked: Database, tmp_path: Path) -> None:
    _write(tmp_path, "  RU-HONEY-500: {CN: {live: 3333}}\n")
    with stocked.writing() as session:
        assert import_prices(session, folder=tmp_path).changed == 1
    with stocked.reading() as session:
        assert session.scalars(select(Price.live).where(Price.live == 3333)).all() == [3333]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("RU-NOTHING-1: {CN: {live: 100}}", "RU-NOTHING-1"),
        ("RU-HONEY-500: {CN: {live: 100, reference: 200}}", "msrp"),
        ("RU-HONEY-500: {CN: {live: 100, reference: 200, basis: market}}", "market"),
        ("RU-HONEY-500: {CN: {live: 200, reference: 200, basis: msrp}}", "не выше"),
        ("RU-HONEY-500: {CN: {live: 0}}", "больше 0"),
        ("RU-HONEY-500: {CN: {live: 9.9}}", "целое число"),
        ("RU-HONEY-500: {CN: {live: '990'}}", "целое число"),
        ("RU-HONEY-500: {US: {live: 100}}", "US"),
    ],
)
def test_a_faulty_price_is_named_and_nothing_is_written(
    stocked: Database, tmp_path: Path, entry: str, said: str
) -> None:
    _write(tmp_path, f"  {entry}\n  RU-KVAS-1500: {{CN: {{live: 4444}}}}\n")
    with pytest.raises(FilesRejected) as caught, stocked.writing() as session:
        import_prices(session, folder=tmp_path)
    problem = caught.value.problems[0]
    assert problem.line == 4
    assert said in problem.say("ru")
    with stocked.reading() as session:
        assert session.scalars(select(Price).where(Price.live == 4444)).all() == []


def test_one_sku_in_two_lists_is_a_fault(stocked: Database, tmp_path: Path) -> None:
    _write(tmp_path, "  RU-HONEY-500: {CN: {live: 100}}\n")
    _write(tmp_path, "  RU-HONEY-500: {CN: {live: 200}}\n", "b.yaml")
    with pytest.raises(FilesRejected) as caught, stocked.writing() as session:
        import_prices(session, folder=tmp_path)
    assert "a.yaml:4" in caught.value.problems[0].say("zh")
