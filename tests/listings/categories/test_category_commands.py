"""`amurlive listing category` and `amurlive listing choose` from the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from service.listings.category_commands import app as category
from service.listings.category_commands import choose
from tests.conftest import Server
from tests.listings.categories.made_up import ANSWERS, answer

Run = Callable[..., Result]

app = typer.Typer()
app.add_typer(category, name="category")
app.command("choose")(choose)


@pytest.fixture
def listing(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command over a database with the catalogue, in Russian, in a folder with made-up answers."""
    monkeypatch.setenv("DATABASE_URL", server.create("stocked"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.chdir(tmp_path)
    for channel, kind in ANSWERS:
        Path(f"{channel}-{kind}.json").write_bytes(answer(channel, kind))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


@pytest.fixture
def imported(listing: Run) -> Run:
    for kind in ("tree", "attributes", "values"):
        done = listing(
            "category", "import", "--channel", "ozon", "--kind", kind, "--category", "11:97", "--attribute", "85", f"ozon-{kind}.json"
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    return listing


def test_an_import_shows_what_differs(listing: Run) -> None:
    first = listing("category", "import", "--channel", "ozon", "ozon-tree.json")
    assert "+ 11:97  Мёд" in first.stdout
    assert "Новых: 4; изменилось: 0; исчезло: 0; без изменений: 0." in first.stdout
    again = listing("category", "import", "--channel", "ozon", "ozon-tree.json")
    assert again.stdout == "Новых: 0; изменилось: 0; исчезло: 0; без изменений: 4.\n"


def test_an_import_tells_programs_the_same(listing: Run) -> None:
    done = listing(
        "category",
        "import",
        "--channel",
        "yandex_market",
        "--kind",
        "attributes",
        "yandex_market-attributes.json",
        "--json",
    )
    told = json.loads(done.stdout)
    assert [one["place"] for one in told["new"]][:3] == ["2", "2/21", "2/22"]
    assert told["gone"] == []


def test_pages_are_imported_together(listing: Run) -> None:
    Path("page.json").write_bytes(answer("ozon", "values", result=[{"id": 9, "value": "Третий"}], has_next=True))
    done = listing(
        "category", "import", "--channel", "ozon", "--kind", "values", "--category", "11:97", "--attribute", "85", "page.json", "ozon-values.json"
    )  # fmt: skip
    assert "Новых: 5;" in done.stdout  # the category, the attribute, three values


def test_a_bad_file_is_named_with_its_place(listing: Run) -> None:
    Path("bad.json").write_text('{"result": [{"category_name": "x"}]}')
    done = listing("category", "import", "--channel", "ozon", "bad.json")
    assert done.exit_code == 1
    assert "«bad.json», $.result[0]: " in done.stderr
    assert "Ничего не изменено." in done.stderr


def test_a_category_is_found_with_the_way_to_it(imported: Run) -> None:
    assert (
        "• 11:97                Продукты / Сладости / Мёд\n"
        in imported("category", "find", "--channel", "ozon", "мёд").stdout
    )
    found = json.loads(imported("category", "find", "--channel", "ozon", "11:97", "--json").stdout)
    assert found[0]["above"][1]["name_ru"] == "Сладости"
    assert "Ничего не найдено" in imported("category", "find", "--channel", "ozon", "квас").stdout


def test_what_a_category_asks_is_shown(imported: Run) -> None:
    done = imported("category", "show", "11:97", "--channel", "ozon", "--attribute", "85")
    assert "* 85           choice  Бренд  [most=1; dictionary=7; values=2]" in done.stdout
    assert "5002           Амур" in done.stdout
    assert imported("category", "show", "11:79", "--channel", "ozon").exit_code == 1
    shown = json.loads(imported("category", "show", "11:97", "--channel", "ozon", "--json").stdout)
    assert [one["external"] for one in shown["attributes"]] == ["85", "31", "32", "33"]


def test_choosing_with_suggestions_says_what_is_left(imported: Run) -> None:
    done = imported("choose", "--channel", "ozon", "--family", "dairy", "--category", "11:97", "--suggest")
    assert done.exit_code == 0, done.output
    assert "fact:brand" in done.stdout
    assert "fact:attr.fat" in done.stdout
    bare = imported("choose", "--channel", "ozon", "--family", "honey", "--category", "11:97")
    assert "Без ответа, хотя площадка требует: 85, Бренд." in bare.stdout


def test_answers_are_added_and_taken_out_one_by_one(imported: Run) -> None:
    imported(
        "choose",
        "--channel",
        "ozon",
        "--product",
        "RU-HONEY-500",
        "--category",
        "11:97",
        "--answer",
        "85=id:5001",
        "--answer",
        "31=3,2",
    )
    imported("choose", "--channel", "ozon", "--product", "linden-honey", "--answer", "31=")
    shown = imported("choose", "--channel", "ozon", "--product", "linden-honey").stdout
    assert "value_id:5001" in shown
    assert "3,2" not in shown


def test_a_choice_that_cannot_be_used_is_refused_with_a_way_out(imported: Run) -> None:
    done = imported("choose", "--channel", "ozon", "--family", "honey", "--category", "11:97", "--answer", "85=Пасика")
    assert done.exit_code == 1
    assert "Ближайшие: Пасека" in done.stderr


def test_a_file_chooses_for_many(imported: Run) -> None:
    Path("choices.yaml").write_text(
        'choices:\n  - {channel: ozon, family: honey, category: "11:97"}\n', encoding="utf-8"
    )
    assert imported("choose", "--file", "choices.yaml").stdout == "Сохранено выборов: 1.\n"
    Path("choices.yaml").write_text(
        'choices:\n  - {channel: ozon, family: honey, category: "11:79"}\n', encoding="utf-8"
    )
    done = imported("choose", "--file", "choices.yaml")
    assert done.exit_code == 1
    assert "choices.yaml:2 · choices.0.category" in done.stderr


def test_wrong_use_ends_with_code_2(listing: Run) -> None:
    assert listing("choose", "--channel", "ozon").exit_code == 2
    assert listing("category", "import", "--channel", "ozon", "nowhere.json").exit_code == 2
