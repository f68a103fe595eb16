"""Made-up facts of `catalogs/rules/samples.yaml`, marked as samples: the sample show can be taken through every state with them."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy.orm import Session

from service.authored import Strict, content_of
from service.compliance.declaring import declare
from service.compliance.entries import Subject
from service.resources import root

__all__ = ["declare_samples"]


class SampleFacts(Strict):
    """Facts of one subject."""

    of: Subject
    keys: list[str] = Field(min_length=1)
    facts: dict[str, str | int | bool]


class _Samples(Strict):
    verified: bool
    samples: list[SampleFacts]


def declare_samples(session: Session) -> int:
    """Tell them; returns how many facts are told now. Raises `FilesRejected` and what `declare` raises."""
    count = 0
    for sample in content_of(root("catalogs") / "rules" / "samples.yaml", _Samples).samples:
        for key in sample.keys:
            declare(session, of=sample.of, key=key, facts=sample.facts, sample=True)
            count += len(sample.facts)
    return count
