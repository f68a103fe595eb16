"""Programs and servers are killed while they sell: what was answered holds, and what was not answered can be asked again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.crashing import Ground, ground, round_of
from bench.databases import KINDS, administrator
from bench.journals import Entry, Stood, faults
from service.database import Database

# Keys tell what is asked (bench/journals.py): these want a pack of each of two SKUs, and two packs that are paid for.
PAIR, PAID = "show/0/0", "show/0/1"
HELD = [Stood("RU-ALENKA-90", 1, "active"), Stood("RU-HONEY-500", 1, "active")]
SOLD = [Stood("RU-HONEY-500", 2, "confirmed")]


@pytest.fixture(scope="module", params=KINDS)
def disk(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A database on a real disk that waits for it, on PostgreSQL with a server of its own."""
    with ground(request.param) as made:
        yield made


def test_what_was_answered_stands_once_after_a_kill(disk: Ground) -> None:
    """One round here; `python -m bench.crashing --rounds 50` is the soak."""
    happened, found = round_of(disk, 0)
    assert found == []
    assert happened.answers
    assert happened.replays >= happened.keys


@pytest.mark.parametrize("disk", ["PostgreSQL"], indirect=True)
def test_a_server_that_did_not_wait_for_its_disk_is_found_out(disk: Ground) -> None:
    with administrator(Database(disk.url)) as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET synchronous_commit = off")
        connection.exec_driver_sql("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    assert round_of(disk, 3)[1]


# ---- what counts as a fault


def said(key: str, *answers: str) -> dict[str, list[Entry]]:
    """A journal of one caller: each step asked and answered in turn; "?" was not answered."""
    entries: list[Entry] = []
    for step, answer in enumerate(answers):
        entries += [Entry(key, step, "?", 20 * step, 20 * step), Entry(key, step, answer, 20 * step, 20 * step + 10)]
    return {key: entries}


def test_all_is_well_when_rows_are_what_was_answered() -> None:
    assert faults(said(PAIR, "active"), {PAIR: HELD}) == []
    assert faults(said(PAID, "active", "confirmed"), {PAID: SOLD}) == []


def test_a_reservation_that_was_answered_and_is_not_there_is_lost() -> None:
    assert faults(said(PAIR, "active"), {}) == [f"{PAIR} is lost; it was active"]


def test_what_was_paid_for_stays_paid_for() -> None:
    held = [Stood("RU-HONEY-500", 2, "active")]
    assert faults(said(PAID, "active", "confirmed"), {PAID: held}) == [f"{PAID} was answered confirmed and is active"]


def test_what_was_not_answered_may_have_taken_effect_or_not() -> None:
    assert faults(said(PAIR, "?"), {PAIR: HELD}) == []
    assert faults(said(PAIR, "?"), {}) == []


def test_whoever_was_refused_may_be_served_later_but_not_refused_after_he_was_served() -> None:
    refused, served = Entry(PAIR, 0, "SoldOut", 0, 1), Entry(PAIR, 0, "active", 2, 3)
    assert faults({PAIR: [refused, served]}, {PAIR: HELD}) == []
    late = Entry(PAIR, 0, "SoldOut", 4, 5)
    assert faults({PAIR: [served, late]}, {PAIR: HELD}) == [f"{PAIR} went back to SoldOut"]


@pytest.mark.parametrize(
    "rows", [HELD[:1], [*HELD, HELD[0]], [HELD[0], HELD[1]._replace(packs=2)], [HELD[0], HELD[1]._replace(state="released")]]
)  # fmt: skip
def test_lines_stand_together_and_once(rows: list[Stood]) -> None:
    assert "is not what was asked for" in faults(said(PAIR, "active"), {PAIR: rows})[0]


def test_rows_nobody_asked_for_are_faults() -> None:
    assert faults({}, {PAIR: HELD}) == [f"{PAIR} was never asked for"]
    assert faults(said(PAID, "active"), {PAID: SOLD}) == [f"{PAID} is confirmed, which nobody asked for"]


def test_an_answer_that_should_not_be_is_a_fault() -> None:
    assert faults(said(PAIR, "IntegrityError"), {}) == [f"{PAIR} was answered IntegrityError in step 0"]
