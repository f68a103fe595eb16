"""Sentences of the trade to learn from, and the files of a real tiny model."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from service.translation.learning.data import Example, examples_of
from tests.translation.models.corpus import triples

MODELS = Path(__file__).parents[1] / "models"


@pytest.fixture(scope="session")
def sentences() -> list[tuple[str, str]]:
    """Nine hundred pairs."""
    return [(one.zh, one.ru) for one in triples()]


@pytest.fixture(scope="session")
def examples(sentences: list[tuple[str, str]]) -> tuple[Example, ...]:
    """The same as they are learnt."""
    return examples_of(sentences, source="zh", target="ru", names={}).examples


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `model/` and `sentencepiece.model`, as a training leaves it."""
    place = tmp_path_factory.mktemp("tiny")
    with zipfile.ZipFile(MODELS / "zh_ru.argosmodel") as archive:
        archive.extractall(place)
    return next(place.iterdir())
