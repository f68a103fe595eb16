"""Settings come from the environment, then from amurlive.toml, then from defaults; mistakes are told plainly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from service.settings import Settings


def test_the_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().port == 8000
    (tmp_path / "amurlive.toml").write_text('port = 8100\nlocale = "ru"\n', encoding="utf-8")
    assert (Settings().port, Settings().locale) == (8100, "ru")
    monkeypatch.setenv("AMURLIVE_PORT", "8200")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    assert (Settings().port, Settings().database_url) == (8200, "sqlite:///x.db")


@pytest.mark.parametrize(
    ("toml", "environment", "said"),
    [
        ("prot = 1\n", {}, "prot"),
        ("port = \n", {}, "amurlive.toml"),
        ("", {"AMURLIVE_PORT": "many"}, "port"),
        ("", {"AMURLIVE_LOCALE": "de"}, "locale"),
    ],
)
def test_a_wrong_setting_is_named_in_the_readers_language(
    tmp_path: Path,
    toml: str,
    environment: dict[str, str],
    said: str,
    amurlive: Callable[..., CompletedProcess[str]],
) -> None:
    (tmp_path / "amurlive.toml").write_text(toml, encoding="utf-8")
    done = amurlive("catalog", "list", **environment)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert any("а" <= sign <= "я" for sign in done.stderr)
