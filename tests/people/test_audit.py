"""The record: each act with who, what and whence; nothing can be changed or removed unseen."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from service.people.audit import AuditEntry, AuditHead, Broken, record, verify
from service.people.caller import MACHINE
from service.people.operating import acting


def _acts(database: Any, count: int = 6) -> None:
    for number in range(count):
        with database.writing() as session:
            record(session, "test.act", f"第{number}件 / дело {number}", value=number)


def _broken(database: Any) -> list[int]:
    with database.reading() as session:
        return [found.number for found in verify(session) if isinstance(found, Broken)]


def test_acts_of_people_are_noted_with_name_and_whence(town: Any, amur: Any) -> None:
    amur("streamer").put(
        "/shows/amur-show",
        json={"key": "x", "name": {"zh": "晚", "ru": "Вечер"}, "pattern": "single-20", "items": [{"sku": "AMUR-ONE"}]},
    )
    entry = amur("merchant").get("/audit", params={"action": "show.saved"}).json()["items"][0]
    assert (entry["person"], entry["thing"]) == ("streamer amur", "amur-show")
    assert entry["address"]
    assert entry["request"]


def test_what_failed_is_not_noted(blank: Any) -> None:
    def act_and_fail() -> None:
        with blank.writing() as session:
            record(session, "test.act", "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    _acts(blank, 1)
    with blank.reading() as session:
        assert [entry.thing for entry in session.scalars(select(AuditEntry))] == ["第0件 / дело 0"]
    assert _broken(blank) == []


@pytest.mark.parametrize(
    ("harm", "at"),
    [
        (delete(AuditEntry).where(AuditEntry.number == 3), 3),
        (delete(AuditEntry).where(AuditEntry.number == 1), 1),
        (delete(AuditEntry).where(AuditEntry.number == 6), 6),
        (update(AuditEntry).where(AuditEntry.number == 4).values(person="кто-то другой"), 4),
        (update(AuditEntry).where(AuditEntry.number == 2).values(detail={"value": 99}), 2),
        (update(AuditHead).values(number=5), 7),
    ],
)
def test_a_removed_or_changed_entry_shows_where(blank: Any, harm: Any, at: int) -> None:
    _acts(blank)
    assert _broken(blank) == []
    with blank.acting(MACHINE).writing() as session:
        session.execute(harm)
    assert _broken(blank) == [at]


def test_many_at_once_make_one_unbroken_chain(blank: Any) -> None:
    threads = [threading.Thread(target=_acts, args=(blank, 5)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _broken(blank) == []
    with blank.reading() as session:
        assert sorted(session.scalars(select(AuditEntry.number))) == list(range(1, 31))


def test_an_export_can_be_checked_by_anybody(town: Any, amur: Any) -> None:
    amur("merchant").post("/invitations", json={"roles": ["streamer"], "note": "=cmd|' /C calc'!A0"})
    lines = amur("merchant").get("/audit/export").text.splitlines()
    previous = ""
    for line in lines:
        entry = json.loads(line)
        digest = entry.pop("digest")
        assert entry["previous"] == previous
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        previous = digest
    verified = amur("merchant").get("/audit/verify").json()
    assert verified["holds"]
    assert verified["digest"] == previous
    rows = list(csv.reader(io.StringIO(amur("merchant").get("/audit/export", params={"format": "csv"}).text)))
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_the_record_is_for_those_who_may_read_it(town: Any, amur: Any) -> None:
    assert amur("streamer").get("/audit").status_code == 403
    for entry in amur("merchant").get("/audit").json()["items"]:
        assert "heihe" not in json.dumps(entry, ensure_ascii=False).replace("heihe-park", "")  # the park's warehouse


def test_the_command_verifies_every_chain(stocked: Any) -> None:
    with acting(stocked).reading() as session:
        heads = [found for found in verify(session) if isinstance(found, AuditHead)]
    assert len(heads) == 1
    assert heads[0].number >= 2  # catalogue and prices were taken over
