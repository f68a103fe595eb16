"""The command line, run as people run it: in a folder of their own, in their own language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from service.resources import root

Run = Callable[..., CompletedProcess[str]]


def test_the_main_job_from_an_empty_folder_and_a_second_time(tmp_path: Path, amurlive: Run) -> None:
    first = amurlive("run", "--no-serve")
    assert first.returncode == 0, first.stderr
    assert "создано — 64" in first.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"sample-evening.{e}" for e in ("html", "docx", "xlsx", "csv", "srt", "vtt", "json")}
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    second = amurlive("run", "--no-serve")
    assert "без изменений — 64" in second.stdout
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize(
    ("name", "lang"), [("README.md", "en_US"), ("README.zh.md", "zh_CN"), ("README.ru.md", "ru_RU")]
)
def test_the_readme_shows_real_output(tmp_path: Path, name: str, lang: str, amurlive: Run) -> None:
    """What the README prints is what the main job prints, and its lines stand in the script at their times."""
    done = amurlive("run", "--no-serve", lang=f"{lang}.UTF-8")
    readme = (root("service").parent / name).read_text(encoding="utf-8")
    shown = readme.split("```\n")[2].splitlines()
    for line in shown:
        assert line in done.stdout or line.strip() in ("…", "……"), line
    script = json.loads((tmp_path / "out" / "sample-evening.json").read_text(encoding="utf-8"))
    lines = {
        (
            f"0:{int(line['start']) // 60:02}:{int(line['start']) % 60:02}",
            *(line["said"][x]["text"] for x in ("zh", "ru")),
        )
        for block in script["blocks"]
        for line in block["lines"]
    }
    rows = [
        tuple(cell.strip() for cell in row.strip("|").split("|"))
        for row in readme.splitlines()
        if row.startswith("| 0:")
    ]
    assert len(rows) == 3
    assert set(rows) <= lines


def test_a_line_edited_after_the_first_run_is_in_the_documents_of_the_second(
    tmp_path: Path, after_first_run: Run
) -> None:
    amurlive = after_first_run
    done = amurlive(
        "script",
        "edit",
        "sample-evening",
        "opening:opening.greet.1",
        "--ru",
        "Добрый вечер, это проверка.",
        "--lock",
    )
    assert done.returncode == 0, done.stderr
    amurlive("run", "--no-serve")
    assert "это проверка" in (tmp_path / "out" / "sample-evening.srt").read_text(encoding="utf-8")


def test_composing_listing_and_exporting(tmp_path: Path, amurlive: Run) -> None:
    assert amurlive("catalog", "import").returncode == 0
    listed = json.loads(amurlive("catalog", "list", "--json").stdout)
    assert len(listed) >= 80
    made = amurlive("script", "compose", "--pattern", "single-20", "--sku", "RU-HONEY-500", "--seed", "3",
                "--save", "honey", "--formats", "json,srt", "--out", "docs")  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert {p.name for p in (tmp_path / "docs").iterdir()} == {"honey.json", "honey.srt"}
    assert amurlive("script", "redo", "honey", "opening:opening.greet.1").returncode == 0
    assert amurlive("script", "state", "honey", "checked", "--person", "Лена").returncode == 0
    exported = amurlive("script", "export", "honey", "--formats", "vtt", "--out", "docs")
    assert exported.returncode == 0
    assert (tmp_path / "docs" / "honey-v1.vtt").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "zh", "ru"),
    [
        (["script", "compose", "--sku", "RU-HONNEY-500"], 1, "目录里没有", "В каталоге нет"),
        (["script", "compose", "--sku", "RU-HONEY-500", "--minutes", "-5"], 2, "必须大于", "больше"),
        (["script", "compose", "--sku", "RU-HONEY-500", "--languages", "zh,de"], 2, "可选", "Допустимы"),
        (["script", "compose", "--sku", "RU-HONEY-500", "--pattern", "night"], 1, "流程模板“night”不存在", "план «night»"),
        (["script", "compose", "--sku", "RU-HONEY-500", "--formats", "pdf"], 1, "格式“pdf”不存在", "формат «pdf»"),
        (["script", "export", "nothing"], 1, "直播场次“nothing”不存在", "эфир «nothing»"),
    ],
)  # fmt: skip
def test_mistakes_are_explained_in_the_terminals_language(
    arguments: list[str], code: int, zh: str, ru: str, stocked_amurlive: Run
) -> None:
    for lang, said in (("zh_CN.UTF-8", zh), ("ru_RU.UTF-8", ru)):
        done = stocked_amurlive(*arguments, lang=lang)
        assert done.returncode == code, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_show_saved_again_gets_documents_with_its_locked_lines(tmp_path: Path, stocked_amurlive: Run) -> None:
    compose = ("script", "compose", "--pattern", "single-20", "--sku", "RU-HONEY-500", "--save", "honey", "--formats", "srt", "--out", "docs")  # fmt: skip
    stocked_amurlive(*compose)
    stocked_amurlive(
        "script", "edit", "honey", "opening:opening.greet.1", "--ru", "Добрый вечер, это проверка.", "--lock"
    )
    assert stocked_amurlive(*compose).returncode == 0
    assert "это проверка" in (tmp_path / "docs" / "honey.srt").read_text(encoding="utf-8")


def test_examples_in_help_name_goods_that_exist(stocked_amurlive: Run) -> None:
    """Whoever copies an example from the help gets a script, not a fault."""
    help_text = stocked_amurlive("script", "compose", "--help", COLUMNS="400").stdout
    example = next(line for line in help_text.splitlines() if "Example:" in line).split("amurlive ", 1)[1].strip(" │")
    done = stocked_amurlive(*example.split())
    assert done.returncode == 0, done.stderr


def test_a_faulty_catalogue_ends_with_code_one_and_every_fault(tmp_path: Path, amurlive: Run) -> None:
    (tmp_path / "cards" / "products").mkdir(parents=True)
    (tmp_path / "cards" / "families.yaml").write_text(
        "families: {honey: {name: {zh: 蜂蜜, ru: мёд}}}\n", encoding="utf-8"
    )
    (tmp_path / "cards" / "products" / "a.yaml").write_text(
        "line: russian_goods\nproducts:\n  - key: a\n", encoding="utf-8"
    )
    done = amurlive("catalog", "check", "--folder", "cards", lang="zh_CN.UTF-8")
    assert done.returncode == 1
    assert "cards/products/a.yaml:3" in done.stderr
    assert done.stderr.count("缺少") > 5
    assert "什么都没有改动" in done.stderr


def test_a_database_out_of_reach_is_told_plainly(amurlive: Run) -> None:
    done = amurlive("catalog", "list", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "База данных недоступна" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["script", "compose", "--help"], ["catalog", "import", "--help"]]
)
def test_help_shows_an_example(arguments: list[str], amurlive: Run) -> None:
    done = amurlive(*arguments)
    assert done.returncode == 0
    assert len(arguments) == 1 or "Example" in done.stdout


def test_people_tokens_and_jobs_from_the_command_line(after_first_run: Run) -> None:
    """An operator makes an organisation, invites, makes a token; a worker does a job; the record holds it all."""
    amurlive = after_first_run
    made = amurlive("organisation", "add", "amur-goods", "--zh", "阿穆尔俄货", "--ru", "Амурские товары")
    assert made.returncode == 0, made.stderr
    again = amurlive("organisation", "add", "amur-goods", "--zh", "阿穆尔俄货", "--ru", "Амурские товары")
    assert again.returncode == 1
    assert "amur-goods" in again.stderr
    assert amurlive("organisation", "add", "Bad Key", "--zh", "x", "--ru", "x").returncode == 2
    link = amurlive("people", "invite", "--role", "merchant", AMURLIVE_ORGANISATION="amur-goods").stdout
    assert link.startswith("http://127.0.0.1:8000/join/")
    assert amurlive("people", "invite", "--role", "king").returncode == 1
    assert amurlive("people", "list", AMURLIVE_ORGANISATION="nowhere").returncode == 1
    listed = json.loads(amurlive("organisation", "list", "--json").stdout)
    assert {entry["key"] for entry in listed} == {"park", "amur-goods"}
    acts = amurlive("audit", "list").stdout
    assert "organisation.made" in acts
    assert "catalogue.imported" in acts
    verified = amurlive("audit", "verify")
    assert verified.returncode == 0
    queued = amurlive(
        "jobs", "start", "documents", "--set", "shows=sample-evening", "--set", "formats=srt", "--no-watch"
    )
    assert queued.returncode == 0, queued.stderr
    assert json.loads(amurlive("jobs", "list", "--json").stdout)[0]["state"] == "queued"
    assert amurlive("jobs", "start", "documents", "--set", "formats=pdf", "--no-watch").returncode == 2
    assert amurlive("jobs", "cancel", "1").returncode == 0
    assert amurlive("jobs", "watch", "1").stdout.strip().endswith("cancelled:")
