"""The shipped terms, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.resources import root
from service.translation.terms.concepts import Meaning, Status, TermLocale, Wording
from service.translation.terms.domains import domain_file
from service.translation.terms.files import read_terms
from service.translation.terms.matching import TermSet, key_of


@pytest.fixture(scope="session")
def shipped() -> list[Meaning]:
    return read_terms(root("catalogs") / "terms.tsv")


@pytest.fixture(scope="session")
def terms(shipped: list[Meaning]) -> TermSet:
    return TermSet(shipped, not_terms={str(locale): some for locale, some in domain_file().not_terms.items()})


@pytest.fixture(scope="session")
def make() -> Callable[..., Meaning]:
    """A meaning in a few words: make("event", ru="мероприятие", ru_forbidden="ивент", zh="活动")."""

    def made(key: str, *, domain: str = "product", **wordings: str) -> Meaning:
        found = []
        for name, texts in wordings.items():
            locale, _, status = name.partition("_")
            for text in texts.split("|"):
                found.append(_wording(locale, text, status or "preferred"))  # type: ignore[arg-type]
        return Meaning(key, domain, tuple(found), source="a test")

    return made


def _wording(locale: TermLocale, text: str, status: Status) -> Wording:
    return Wording(locale, text, status, key_of(locale, text))


@pytest.fixture(scope="session")
def sentences() -> Callable[[str], Iterator[tuple[list[str], str]]]:
    """Concepts and sentences of one of the hand-written files beside this one."""

    def read(name: str) -> Iterator[tuple[list[str], str]]:
        for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                keys, text = line.split("\t")
                yield ([] if keys == "-" else keys.split()), text

    return read
