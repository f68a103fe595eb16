from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from service.database import Database
from service.people.caller import MACHINE
from service.resources import root
from service.translation.memory.following import close_followers, follower_of, rebuild
from service.translation.memory.keeping import import_units
from service.translation.models import MemoryUnit
from tests.translation.memory.remembering import BREAD, HONEY, found, kept, pair

NEAR = "黑列巴适合配汤，切片后密封保存。"


def index_file(folder: Path) -> Path:
    (path,) = folder.glob("*.db")
    return path


def test_a_new_unit_is_found_at_the_next_look(blank: Database) -> None:
    assert found(blank, NEAR) == []
    kept(blank, pair(*BREAD))
    assert found(blank, NEAR)[0].text == BREAD[1]
    kept(blank, pair("黑列巴适合配汤，切片后马上密封保存。", "Хлеб к супу, сразу закройте."))
    assert len(found(blank, NEAR)) == 2


@pytest.mark.parametrize("harm", ["gone", "rubbish", "empty", "half"])
def test_a_missing_or_broken_file_is_made_anew(blank: Database, memory_dir: Path, harm: str) -> None:
    kept(blank, pair(*BREAD), *(pair(f"第{number}款列巴", f"Хлеб {number}") for number in range(200)))
    assert found(blank, NEAR)
    close_followers()
    path = index_file(memory_dir)
    content = path.read_bytes()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    match harm:
        case "gone":
            path.unlink()
        case "rubbish":
            path.write_bytes(b"no database at all" * 1000)
        case "empty":
            path.write_bytes(b"")
        case "half":
            path.write_bytes(content[:4096] + os.urandom(max(0, len(content) - 4096)))
    assert found(blank, NEAR)[0].text == BREAD[1]


def test_a_file_of_another_state_of_the_database_is_made_anew(blank: Database) -> None:
    """As after a backup was restored: the same numbers are other units."""
    kept(blank, pair(*BREAD), pair(*HONEY))
    assert found(blank, NEAR)
    with blank.acting(MACHINE).writing() as session:
        session.execute(delete(MemoryUnit))
    with blank.writing() as session:
        import_units(session, [pair("荞麦蜜很香", "Гречишный мёд ароматный")])
    assert found(blank, NEAR) == []
    assert found(blank, "荞麦蜜非常香")[0].text == "Гречишный мёд ароматный"


def test_rebuilding_tells_how_many_units_there_are(blank: Database) -> None:
    kept(blank, *(pair(f"第{number}款列巴很好吃", f"Хлеб номер {number}") for number in range(300)))
    told: list[tuple[int, int]] = []
    with blank.reading() as session:
        assert rebuild(session, progress=lambda done, total: told.append((done, total))) == 300
        assert follower_of(session).catch_up() == 0
    assert told[-1] == (300, 300)
    assert found(blank, "第299款列巴非常好吃")


def test_what_is_rolled_back_never_gets_into_the_file(blank: Database) -> None:
    with blank.writing() as session:
        import_units(session, [pair(*BREAD)])
        follower_of(session).catch_up()
        session.rollback()
    assert found(blank, NEAR) == []
    kept(blank, pair(*HONEY))
    assert found(blank, "椴树蜜的净含量500克左右")[0].source_text == HONEY[0]


def test_a_unit_that_becomes_visible_late_is_found_all_the_same(blank: Database) -> None:
    """On PostgreSQL a long transaction may commit after a younger one; on SQLite there is one writer at a time."""
    if blank.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    kept(blank, pair("第一款", "Первый"))
    assert found(blank, "第一款列") is not None
    with blank.writing() as slow:
        import_units(slow, [pair(*BREAD), pair("另一款", "Другой")])
        kept(blank, pair(*HONEY))
        assert found(blank, NEAR) == []
    time.sleep(1.1)
    assert found(blank, NEAR)[0].text == BREAD[1]


def test_without_a_place_for_the_file_word_for_word_still_works(
    blank: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(blank, pair(*BREAD))
    (tmp_path / "taken").write_text("a file, no folder")
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "taken"))
    assert found(blank, NEAR) == []
    assert found(blank, BREAD[0])[0].score == 100


SCRIPT = """
import sys
from service.database import Database
from service.people.operating import acting
from service.translation.memory.keeping import UnitGiven, import_units
from service.translation.memory.looking import look
database, name = acting(Database(sys.argv[1])), sys.argv[2]
for number in range(40):
    text = f"{name}店第{number}款列巴配汤很好吃，请密封保存"
    with database.writing() as session:
        import_units(session, [UnitGiven(text, f"Хлеб {name} {number}", "zh", reviewed=True)])
    with database.reading() as session:
        best = look(session, text.replace("很好吃", "真好吃"), source="zh", target="ru", limit=3)
    assert any(match.source_text == text for match in best), (text, best)
"""


def test_two_processes_feed_and_read_one_file(blank: Database, memory_dir: Path) -> None:
    address = blank.url.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": str(root("service").parent), "AMURLIVE_MEMORY_DIR": str(memory_dir)}
    running = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, address, name], env=environment, stderr=subprocess.PIPE)
        for name in ("甲", "乙")
    ]
    for process in running:
        _, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors.decode()
    with blank.reading() as session:
        follower = follower_of(session)
        follower.catch_up()
        assert follower.index.facts()["units"] == 80
        counts = follower.index.counts()["zh"]
        assert counts["列巴"] == 80
    assert len(found(blank, "甲店第7款列巴配汤真好吃，请密封保存", limit=50)) > 20
