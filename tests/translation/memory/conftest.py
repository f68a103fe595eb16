from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.translation.memory.following import close_followers


@pytest.fixture(autouse=True)
def memory_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The index of each test lies in a folder of its own."""
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    close_followers()
    yield tmp_path / "memory"
    close_followers()
