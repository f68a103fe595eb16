"""Which domains there are, how strictly each is asked for, and phrases that only look like terms (catalogs/term-domains.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from service.authored import Strict, content_of
from service.resources import root

__all__ = ["Asked", "Domain", "DomainFile", "domain_file", "domains"]

Asked = Literal["error", "warn", "info", "off"]


class Domain(Strict):
    """A domain's name, and what it means if a counterpart is missing; `off`: its words are shown, never demanded."""

    zh: str
    ru: str
    required: Asked


class DomainFile(Strict):
    """The file: domains by key; phrases by language that contain a term's letters and are none."""

    domains: dict[str, Domain]
    not_terms: dict[Literal["zh", "ru"], list[str]]


@cache
def domain_file() -> DomainFile:
    """The file, read once. Raises `FilesRejected`."""
    return content_of(root("catalogs") / "term-domains.yaml", DomainFile)


def domains() -> Mapping[str, Domain]:
    """Domains by key."""
    return domain_file().domains
