"""Kinds of values in addresses and queries. Narrow on purpose: what does not fit is refused before it reaches a database."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

__all__ = ["Id", "KeyPath", "KeyQuery", "NamePath", "NameQuery", "WordQuery"]

_KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_WORDS = r"^[^\x00-\x1f\x7f]+$"

KeyPath = Annotated[str, Path(pattern=_KEY, max_length=60, examples=["sample-evening"])]
KeyQuery = Annotated[str | None, Query(pattern=_KEY, max_length=60)]
Id = Annotated[int, Path(ge=1, lt=2**31)]
NameQuery = Annotated[str | None, Query(pattern=r"^[a-z0-9_]+$", max_length=40)]
NamePath = Annotated[str, Path(pattern=_WORDS, min_length=1, max_length=120)]
WordQuery = Annotated[str | None, Query(pattern=_WORDS, max_length=120)]
