"""`amurlive listing` from the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.listings.channels import channels
from service.listings.commands import app
from tests.conftest import Server

Run = Callable[..., Result]


@pytest.fixture
def listing(server: Server, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command over a database with the catalogue and prices, in Russian."""
    monkeypatch.setenv("DATABASE_URL", server.create("stocked"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


def test_channels_are_listed_with_their_market() -> None:
    shown = CliRunner().invoke(app, ["channels", "--json"])
    assert [one["key"] for one in json.loads(shown.stdout)] == list(channels())
    assert "ozon            RU" in CliRunner().invoke(app, ["channels"]).stdout


def test_a_sku_is_composed_for_a_channel(listing: Run) -> None:
    done = listing("compose", "RU-HONEY-500", "--channel", "ozon")
    assert done.exit_code == 0
    assert "== RU-HONEY-500\n" in done.stdout
    assert "RU-HONEY-1000" not in done.stdout
    assert "Мёд липовый башкирский, 500 г" in done.stdout


def test_what_is_left_out_is_named(listing: Run) -> None:
    done = listing("compose", "RU-KROKANT-500", "--channel", "ozon")
    assert "Пропущено (Название), в карточке нет: attr.cocoa\n" in done.stdout


def test_a_card_is_composed_for_programs(listing: Run) -> None:
    done = listing("compose", "linden-honey", "--channel", "generic", "--market", "cn", "--json")
    first, second = json.loads(done.stdout)
    assert first["listing"]["code"] == "RU-HONEY-500"
    assert first["listing"]["title"].startswith("巴什基尔椴树蜜")
    assert second["listing"]["price"]["currency"] == "CNY"


def test_what_is_blocked_ends_with_code_1_and_says_why(listing: Run) -> None:
    done = listing("check", "--channel", "ozon", "--product", "RU-HONEY-500")
    assert done.exit_code == 1
    assert "выставлять нельзя" in done.stdout
    assert "× " in done.stdout
    shown = json.loads(listing("check", "--channel", "ozon", "--product", "linden-honey", "--json").stdout)
    assert [(one["product"], one["channel"], one["state"]) for one in shown] == [("linden-honey", "ozon", "blocked")]
    assert all(one["message"] and one["remedy"] for one in shown[0]["reasons"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compose", "RU-HONY-500", "--channel", "ozon"), "RU-HONEY-500"),
        (("compose", "RU-HONEY-500", "--channel", "ozone"), "ozon"),
        (("compose", "RU-BEER-500", "--channel", "ozon"), "CN"),
        (("check", "--channel", "nowhere"), "wildberries"),
    ],
)
def test_what_does_not_exist_is_told_with_a_way_out(listing: Run, arguments: tuple[str, ...], told: str) -> None:
    done = listing(*arguments)
    assert done.exit_code == 1
    assert told in done.stderr


def test_the_commands_of_the_page_run_as_they_stand(listing: Run) -> None:
    page = (Path(__file__).parents[2] / "docs" / "listings.md").read_text(encoding="utf-8")
    block, _ = re.findall(
        r"```sh\n(.*?)```", page, re.DOTALL
    )  # the other one needs what a seller has: test_docs runs it
    commands = [line.removeprefix("amurlive listing ").split() for line in block.splitlines()]
    assert len(commands) == 5
    for arguments in commands:
        assert listing(*arguments).exit_code == (1 if arguments[0] == "check" else 0), arguments
