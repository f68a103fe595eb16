"""Finds the data folders (catalogs, scripts, locales) from a wheel, an editable install or a bare checkout."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path

__all__ = ["root"]


@cache
def _base() -> Path:
    if chosen := os.environ.get("AMURLIVE_DATA_DIR"):
        return Path(chosen)
    package = Path(str(files("service")))
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent


def root(name: str) -> Path:
    """The folder `name` (catalogs, scripts or locales); AMURLIVE_DATA_DIR, if set, names the folder that holds them."""
    return _base() / name
