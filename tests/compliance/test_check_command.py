"""`amurlive check` as people and programs call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli import app

Run = Callable[..., CompletedProcess[str]]


def ask(*arguments: str, text: str = "", **environment: str) -> Any:
    return CliRunner().invoke(app, ["check", *arguments], input=text, env={"LANG": "zh_CN.UTF-8", **environment})


def test_one_object_for_each_finding_and_exit_code_one() -> None:
    done = ask(
        "--market", "cn", "--lang", "zh", "--on", "2026-11-23", "--json", "-", text="大家好\n全网最低价，蕞好吃\n"
    )
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert {one["rule"] for one in found} >= {"CN-PRICE-LOW", "CN-AD-ABS-2"}
    for one in found:
        assert one["place"] == "2", "the line of the file"
        assert one["excerpt"] == "全网最低价，蕞好吃"[one["start"] : one["end"]]
        for key in ("article", "why", "remedy", "safer"):
            assert one[key]["zh"]
            assert one[key]["ru"]
        assert one["cleared_by"]


def test_innocent_words_end_with_zero() -> None:
    text = "最后五分钟跟大家聊聊，最佳食用期看标签，第一步先解冻。\n"
    done = ask("--market", "cn", "-", text=text)
    assert done.exit_code == 0, done.stdout
    russian = ask(
        "--market", "ru", "-", text="Лучше подавать охлаждённым, номер партии на крышке.\n", LANG="ru_RU.UTF-8"
    )
    assert russian.exit_code == 0, russian.stdout


def test_people_read_it_in_their_language() -> None:
    done = ask("--market", "ru", "-", text="Самая низкая цена в городе!\n", LANG="ru_RU.UTF-8")
    assert "RU-AD-PRICE" in done.stdout
    assert "38-ФЗ" in done.stdout
    assert "не юридическая консультация" in done.stdout


def test_the_day_decides() -> None:
    def severity(day: str) -> set[str]:
        done = ask("--market", "cn", "--on", day, "--json", "-", text="零添加蓝莓汁")
        return {one["severity"] for one in json.loads(done.stdout) if one["rule"] == "CN-FOOD-ADDFREE"}

    assert severity("2027-03-16") == {"error"}
    assert severity("2027-03-15") <= {"warn"}


def test_facts_of_an_order_and_of_border_trade(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(
        json.dumps(
            {
                "order": {"value": 510000, "year_total": 900000, "single": False},
                "trade": {"mode": "hushi", "value_day": 900000},
            }
        )
    )
    done = ask("--market", "cn", "--facts", str(file), "--json")
    assert {one["rule"] for one in json.loads(done.stdout)} >= {"CN-CBEC-LIMIT", "CN-HUSHI-LIMIT"}
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        ((), "", "没有给出要检查的内容"),
        (("--market", "us", "-"), "好", "US"),
        (("--lang", "en", "-"), "好", "en"),
        (("--scope", "mail", "-"), "好", "script"),
        (("--show", "nowhere"), "", "nowhere"),
        (("--sku", "RU-NONE-1"), "", "RU-NONE-1"),
    ],
)
def test_mistakes_are_explained(
    arguments: tuple[str, ...], text: str, said: str, tmp_path: Path, sqlite_server: Any
) -> None:
    done = ask(*arguments, text=text, DATABASE_URL=sqlite_server.create("blank"))
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe", "JSON"), (b"[1]", "JSON"), (b'{"order": {"valeu": 1}}', "value"), (b'{"order": {"value": "1"}}', "整数"), (b'{"tax": {}}', "trade")],
)  # fmt: skip
def test_a_file_that_is_no_facts_is_explained(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_bytes(content)
    done = ask("--facts", str(file))
    assert done.exit_code == 1
    assert said in done.stderr


def test_a_text_in_another_encoding_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_bytes("最好".encode("gb18030"))
    done = ask(str(file))
    assert done.exit_code == 1
    assert "UTF-8" in done.stderr


def test_a_show_from_the_first_run_is_checked_with_its_facts(after_first_run: Run, tmp_path: Path) -> None:
    done = after_first_run("check", "--show", "sample-evening", "--json", lang="zh_CN.UTF-8")
    assert done.returncode == 1
    assert "CN-LIVE-SELLER" in {one["rule"] for one in json.loads(done.stdout)}
    assert after_first_run("compliance", "samples").returncode == 0
    again = after_first_run("check", "--show", "sample-evening", "--json", lang="zh_CN.UTF-8")
    assert "CN-LIVE-SELLER" not in {one["rule"] for one in json.loads(again.stdout)}
    written = after_first_run("compliance", "report", "1", "--formats", "html,docx,json")
    assert written.returncode == 0, written.stderr
    assert {path.name for path in (tmp_path / "out").glob("check-1.*")} == {
        "check-1.html",
        "check-1.docx",
        "check-1.json",
    }
