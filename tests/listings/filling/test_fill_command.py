"""`amurlive listing fill` from the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.listings.filling_commands import app
from tests.conftest import Server
from tests.listings.filling.templates import a_template, cells

Run = Callable[..., Result]
HEADERS = ["Артикул*", "Название товара", "Цена, руб.*", "Вес в упаковке, г"]


@pytest.fixture
def fill(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command on a template of these headers over a database with the catalogue and prices, in Russian."""
    monkeypatch.setenv("DATABASE_URL", server.create("stocked"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")

    def run(headers: list[str], *arguments: str) -> Result:
        path = tmp_path / "template.xlsx"
        path.write_bytes(a_template([headers]))
        return CliRunner().invoke(app, [str(path), "--channel", "ozon", *arguments])

    return run


def test_a_template_is_filled_beside_itself(fill: Run, tmp_path: Path) -> None:
    done = fill(HEADERS, "--json")
    report = json.loads(done.stdout)
    rows = cells((tmp_path / "template.filled.xlsx").read_bytes())
    assert rows[0] == HEADERS
    assert len(rows) == report["rows"] + 1
    assert report["file"] == str(tmp_path / "template.filled.xlsx")
    written, held = {row[0] for row in rows[1:]}, {one["code"] for one in report["not_filled"]}
    assert written | held >= {"RU-HONEY-500", "RU-HONEY-1000"}
    assert not written & held
    assert done.exit_code == (1 if held or report["refused_count"] else 0)


def test_one_sku_and_a_mapping(fill: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = fill([*HEADERS, "Тип*"], "--product", "RU-HONEY-500", "--map", "Тип*=answer.Тип", "--out", str(out))
    assert done.exit_code == 1
    assert "RU-HONEY-500" in done.stdout
    assert "RU-HONEY-1000" not in done.stdout
    assert f"Записано в {out}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--map", "Цвет=extra.colour"), "Цвет"),
        (("--map", "Артикул*=kode"), "kode"),
        (("--shop", "nowhere"), "nowhere"),
    ],
)
def test_what_does_not_exist_is_told(fill: Run, arguments: tuple[str, ...], told: str) -> None:
    done = fill(HEADERS, "--product", "RU-HONEY-500", *arguments)
    assert done.exit_code == 1
    assert told in done.stderr


def test_a_mapping_without_an_equals_sign_is_a_wrong_use(fill: Run) -> None:
    assert fill(HEADERS, "--map", "Тип").exit_code == 2
