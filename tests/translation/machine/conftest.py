"""The tiny models of tests/translation/models, installed by the real installer; one worker for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.translation.machine import Worker, install

MODELS = Path(__file__).parents[1] / "models"


@pytest.fixture(scope="session")
def all_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all four packages."""
    folder = tmp_path_factory.mktemp("mt")
    for file in sorted(MODELS.glob("*.argosmodel")):
        install(file, folder=folder, allow_synthetic=True)
    return folder


@pytest.fixture
def having(all_installed: Path, tmp_path: Path) -> Callable[..., Path]:
    """A folder of one's own in which only the named directions are installed."""

    def copied(*directions: str) -> Path:
        folder = tmp_path / "mt"
        (folder / "packages").mkdir(parents=True)
        for direction in directions:
            for package in (all_installed / "packages").glob(f"{direction}-*"):
                shutil.copytree(package, folder / "packages" / package.name)
        return folder

    return copied


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A process that decodes, kept for all tests."""
    made = Worker(folder=tmp_path_factory.mktemp("worker"))
    yield made
    made.close()
