"""The examples in docs/ are accepted by the program they describe."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from service.authored import read
from service.catalog.files import ProductEntry
from service.livestream.blocks import VariantEntry
from service.livestream.files import ShowPlan
from service.pricing.files import PricesFile

DOCS = Path(__file__).parent.parent / "docs"


def _examples(name: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)


def _accepted(tmp_path: Path, text: str, model: type) -> bool:
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    file = read(path, model)
    assert [problem.say("en") for problem in file.problems] == []
    return file.content is not None


def test_prices_and_shows(tmp_path: Path) -> None:
    prices, show = _examples("planning-shows.md")
    assert _accepted(tmp_path, prices, PricesFile)
    assert _accepted(tmp_path, show, ShowPlan)


def _entry(text: str) -> str:
    """The first list entry of an example, as a mapping of its own."""
    lines = text[text.index("  - ") :].splitlines()
    return "\n".join([lines[0][4:], *(line[4:] for line in lines[1:])])


def test_a_variant(tmp_path: Path) -> None:
    assert _accepted(tmp_path, _entry(_examples("writing-blocks.md")[0]), VariantEntry)


def test_a_card_has_every_key_of_the_form() -> None:
    example = _examples("writing-products.md")[0]
    for key in ProductEntry.model_fields:
        assert f"    {key}:" in example or f"- {key}:" in example, key


def test_the_commands_of_the_catalogue_page_run_as_they_stand(
    sqlite_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from service.cli import app

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "catalogue.md").read_text(encoding="utf-8"), re.DOTALL)
    commands = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines() if line.strip()]
    assert len(commands) > 15
    for program, *arguments in commands:
        assert program == "amurlive"
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)


def test_every_setting_is_documented_with_its_default() -> None:
    from service.settings import Settings

    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        line = next((line for line in page.splitlines() if line.startswith(f"| `AMURLIVE_{name.upper()}`")), "")
        assert str(field.description) in line, name
        assert field.default in (None, "") or f"`{field.default}`" in line, name


def test_compose_starts_only_what_exists() -> None:
    """Two web processes and two workers, by commands that the program has, with settings that it knows."""
    import yaml

    from service.settings import Settings

    services = yaml.safe_load((DOCS.parent / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["web"]["deploy"]["replicas"] == services["worker"]["deploy"]["replicas"] == 2
    assert services["worker"]["command"][:2] == ["amurlive", "worker"]
    for name in services["web"]["environment"]:
        assert name == "DATABASE_URL" or name.removeprefix("AMURLIVE_").lower() in Settings.model_fields, name


def test_the_commands_of_the_stock_page_run_as_they_stand(
    sqlite_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from service.cli import app

    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "stock.md").read_text(encoding="utf-8"), re.DOTALL)
    for line in (line for block in blocks for line in block.splitlines()):
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, f"{line}\n{result.output}{result.exception or ''}"


def test_the_commands_of_the_compliance_page_run_as_they_stand(
    after_first_run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that finds something ends with 1; everything else must end with 0."""
    from typer.testing import CliRunner

    from service.cli import app

    assert after_first_run
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.txt").write_text("大家好，全网最低价！\n", encoding="utf-8")
    page = (DOCS / "compliance.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]
    assert len(lines) > 10
    for line in lines:
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code in ((0, 1) if " check " in line else (0,)), (
            f"{line}\n{result.output}{result.exception or ''}"
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), line


def test_every_key_of_a_rule_is_documented() -> None:
    from service.compliance.entries import RuleEntry

    page = (DOCS / "compliance.md").read_text(encoding="utf-8")
    for name, field in RuleEntry.model_fields.items():
        assert f"`{field.alias or name}`" in page, name


def test_the_commands_of_the_pricing_page_run_as_they_stand(
    sqlite_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from service.cli import app

    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rates.csv").write_text(
        "day,base,quote,nominal,value,source\n2026-11-24,CNY,RUB,1,11.2345,sample\n2026-11-24,EUR,RUB,1,91.5,sample\n"
    )
    page = (DOCS / "pricing.md").read_text(encoding="utf-8")
    for line in "".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL)).splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, f"{line}\n{result.output}{result.exception or ''}"


def test_the_commands_of_the_listings_page_run_as_they_stand(
    sqlite_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that finds something blocked ends with 1."""
    from typer.testing import CliRunner

    from service.cli import app

    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    page = (DOCS / "listings.md").read_text(encoding="utf-8")
    lines = "".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL)).splitlines()
    assert len(lines) >= 5
    for line in lines:
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code in ((0, 1) if " check " in line else (0,)), f"{line}\n{result.output}"
        assert result.exception is None or isinstance(result.exception, SystemExit), line
