"""`amurlive translate` with real packages of the real engine: what lacks a counterpart is drafted, read, taken or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.catalog.editing import edit_card, judge_texts
from service.cli import app
from service.database import Database
from service.people.operating import acting
from service.translation.memory.following import close_followers
from tests.conftest import Server

MODELS = Path(__file__).parent / "models"
TEXT = "Этот мёд стоит 249 рублей за банку."


@pytest.fixture
def run(sqlite_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Runs the command over a database in which one Chinese text is missing."""
    url = sqlite_server.create("stocked")
    database = acting(Database(url))
    with database.writing() as session:
        edit_card(session, "linden-honey", {"usage[zh]": None, "usage[ru]": TEXT})
        judge_texts(session, "linden-honey")
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.setenv("AMURLIVE_MT_DIR", str(tmp_path / "mt"))
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    close_followers()

    def called(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["translate", *arguments])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    yield called
    close_followers()


def test_without_a_model_the_command_to_run_is_named(run: Callable[..., Any]) -> None:
    said = run("fill", code=1)
    assert "linden-honey: usage[zh]" in said
    assert "amurlive translate install" in said
    assert run("queue") == ""


def test_a_text_is_drafted_through_english_read_and_taken(run: Callable[..., Any]) -> None:
    for name in ("zh_en", "en_ru", "zh_ru", "ru_zh"):
        run("install", str(MODELS / f"{name}.argosmodel"), "--allow-synthetic")
    assert len(json.loads(run("models", "list", "--json"))) == 4
    told = json.loads(run("fill", "--to", "zh", "--json"))
    assert (told["made"], told["untold"]) == (1, {})
    (draft,) = json.loads(run("queue", "--to", "zh", "--json"))
    assert (draft["product"], draft["origin"], draft["score"]) == ("linden-honey", "machine", None)
    assert "ru_zh" in draft["engine"]
    assert "249" in draft["text"]
    run("accept", str(draft["id"]), "--text", "这款蜂蜜每罐249卢布。")
    assert run("queue") == ""
    found = json.loads(run("memory", "find", TEXT, "--in", "ru", "--json"))
    assert found[0]["text"] == "这款蜂蜜每罐249卢布。"
    (row,) = json.loads(run("status", "--json"))["drafts"]
    assert (row["origin"], row["edited"], row["distance"] > 0) == ("machine", 1, True)
    run("models", "remove", "ru", "zh")
    assert len(json.loads(run("models", "list", "--json"))) == 3


def test_a_refusal_keeps_the_card_as_it_is(run: Callable[..., Any]) -> None:
    run("install", str(MODELS / "ru_zh.argosmodel"), "--allow-synthetic")
    run("fill")
    (draft,) = json.loads(run("queue", "--json"))
    run("refuse", str(draft["id"]), "--reason", "другой товар")
    assert run("queue") == ""
    assert "другой" not in run("status")


def test_a_test_model_is_not_installed_unasked(run: Callable[..., Any]) -> None:
    run("install", str(MODELS / "ru_zh.argosmodel"), code=1)
    assert run("models", "list", "--json").strip() == "[]"


def test_memory_and_terms_go_out_and_come_back(run: Callable[..., Any], tmp_path: Path) -> None:
    run("memory", "harvest")
    run("memory", "export", "memory.tmx")
    assert b"<tmx" in (tmp_path / "memory.tmx").read_bytes()[:400]
    again = json.loads(run("memory", "import", "memory.tmx", "--json"))
    assert (again["added"], again["met"] > 100) == (0, True)
    run("terms", "import")
    run("terms", "export", "terms.tbx")
    run("terms", "import", "terms.tbx")
    assert any("мёд" in each["ru"] for each in json.loads(run("terms", "find", "мёд", "--json")))


def test_a_broken_file_names_its_line_and_changes_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bad.tmx").write_text(
        "<tmx version='1.4'><header/><body><tu><tuv xml:lang='zh'><seg>好", encoding="utf-8"
    )
    run("memory", "import", "bad.tmx", code=1)
    assert json.loads(run("status", "--json"))["memory"] == 0
