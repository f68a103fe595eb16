"""The whole way but for the training itself: sentences from the memory, a package, and its figures beside what is installed."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from service.database import Database
from service.people.models import Organisation
from service.translation.learning.data import Example, split
from service.translation.learning.refusing import TooFewPairs
from service.translation.learning.training import Lesson, compared, prepare
from service.translation.learning_commands import train
from service.translation.machine import install, packages
from service.translation.memory.keeping import UnitGiven, import_units
from service.translation.terms.matching import TermSet
from tests.translation.learning.conftest import MODELS

NO_TERMS = TermSet([])
DAY = date(2026, 11, 25)


def filled(database: Database, sentences: list[tuple[str, str]]) -> None:
    with database.writing() as session:
        import_units(session, [UnitGiven(zh, ru, "zh", reviewed=True, origin="authored") for zh, ru in sentences])


def lesson_of(database: Database) -> Lesson:
    with database.reading() as session:
        return prepare(session, source="ru", target="zh", names=[], terms=NO_TERMS)


def test_a_lesson_is_read_from_the_memory(blank: Database, sentences: list[tuple[str, str]]) -> None:
    filled(blank, sentences)
    lesson = lesson_of(blank)
    parts = lesson.parts
    assert len(parts.learn) + len(parts.watch) + len(parts.held) == len(sentences)
    assert len(lesson.more) > 100
    assert len(lesson.learnt) == len(parts.learn) + len(lesson.more)
    assert ("Спасибо всем.", "谢谢大家。") in {
        *lesson.learnt,
        *lesson.watched,
        *((one.source, one.target) for one in parts.held),
    }
    assert not lesson.shared


def test_a_small_memory_is_refused(blank: Database, sentences: list[tuple[str, str]]) -> None:
    filled(blank, sentences[:50])
    with pytest.raises(TooFewPairs):
        lesson_of(blank)


def test_other_organisations_of_the_installation_are_told_of(blank: Database, sentences: list[tuple[str, str]]) -> None:
    filled(blank, sentences)
    with blank.writing() as session:
        session.add(Organisation(key="neighbour", kind="merchant", name_zh="邻居", name_ru="Сосед"))
    assert lesson_of(blank).shared


@pytest.fixture
def lesson(examples: tuple[Example, ...]) -> Lesson:
    """Of the nine hundred sentences the tiny models know."""
    parts = split(examples, source="zh", target="ru")
    return Lesson("zh", "ru", replace(parts, held=parts.held[:30]), (), {}, {}, NO_TERMS, "Амур")


def left(tiny: Path, folder: Path) -> Path:
    """The folder of a training, with its pieces of words."""
    folder.mkdir()
    shutil.copy(tiny / "sentencepiece.model", folder)
    return folder


def test_where_nothing_is_installed_a_good_model_wins(lesson: Lesson, tiny: Path, tmp_path: Path) -> None:
    folder = left(tiny, tmp_path / "train")
    file, found = compared(lesson, tiny / "model", folder=folder, day=DAY, mt_dir=tmp_path / "mt")
    assert (found.sentences, found.old, found.way) == (30, None, "")
    assert found.new.chrf > 90
    assert found.verdict.wins
    assert file == folder / "own-zh_ru.argosmodel"
    assert packages(tmp_path / "mt") == []  # only told, not installed
    assert install(file, folder=tmp_path / "mt").code == "own-memory"


def test_against_the_way_through_english_the_same_figures_are_taken(lesson: Lesson, tiny: Path, tmp_path: Path) -> None:
    for direction in ("zh_en", "en_ru"):
        install(MODELS / f"{direction}.argosmodel", folder=tmp_path / "mt", allow_synthetic=True)
    _, found = compared(lesson, tiny / "model", folder=left(tiny, tmp_path / "train"), day=DAY, mt_dir=tmp_path / "mt")
    assert found.way == "zh>en>ru"
    assert found.old
    assert found.old.numbers.of == found.new.numbers.of == 30


def test_the_same_model_does_not_win_against_itself(lesson: Lesson, tiny: Path, tmp_path: Path) -> None:
    install(MODELS / "zh_ru.argosmodel", folder=tmp_path / "mt", allow_synthetic=True)
    _, found = compared(lesson, tiny / "model", folder=left(tiny, tmp_path / "train"), day=DAY, mt_dir=tmp_path / "mt")
    assert found.old == found.new
    assert not found.verdict.wins


def run(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(train)
    return CliRunner().invoke(app, list(arguments))


def test_a_direction_has_two_languages() -> None:
    assert run("--from", "zh", "--to", "zh").exit_code == 2
    assert run("--from", "zh", "--to", "en").exit_code == 2


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_without_torch_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    result = run("--from", "zh", "--to", "ru")
    assert result.exit_code == 1
    assert "pip install 'amurlive[train,mt]'" in result.stderr
    assert "Обучение не установлено" in result.stderr
