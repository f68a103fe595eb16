"""The report as JSON: what other programs need to file or compare it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from service.compliance.answers import (
    DISCLAIMER,
    JUDGED_BY_PEOPLE,
    CheckShown,
    CorrectionShown,
    EvidenceShown,
    ReviewShown,
    rule_shown,
)
from service.compliance.reports import Cited, Hit, Report, both
from service.compliance.rulebook import Rule
from service.i18n import Message

__all__ = ["as_data", "write"]


def write(content: Report) -> bytes:
    """UTF-8, readable, keys in reading order."""
    return json.dumps(as_data(content), ensure_ascii=False, indent=1).encode() + b"\n"


def as_data(content: Report) -> dict[str, Any]:
    """Moments in UTC. `rules` explains each rule cited (null: the files no longer hold it); reviews and corrections only of shows."""
    check, organisation = content.check, content.organisation
    cited = [one for group in content.groups for one in group.rules]
    evidence = {paper.id: paper for one in cited for paper in one.evidence}
    return {
        "check": CheckShown.model_validate(check).model_dump(mode="json") | {"rules": check.rules},
        "organisation": {"key": organisation.key, "zh": organisation.name_zh, "ru": organisation.name_ru},
        "made_at": content.made_at.isoformat(),
        "may_be_ready": content.may_be_ready,
        "summary": [{"severity": one.severity, "open": one.open, "cleared": one.cleared} for one in content.groups],
        "findings": [_finding(hit) for one in cited for hit in one.hits],
        "rules": {one.rule: _rule(one, content) for one in cited},
        "evidence": [EvidenceShown.model_validate(one).model_dump(mode="json") for one in evidence.values()],
        "reviews": [ReviewShown.model_validate(one).model_dump(mode="json") for one in content.reviews],
        "corrections": [CorrectionShown.model_validate(one).model_dump(mode="json") for one in content.corrections],
        "compared": {
            "rules": content.digest, "cited": len(content.rules), "cited_unverified": content.cited_unverified,
            "in_force": content.in_force, "in_force_unverified": content.unverified,
        },
        "note": _pair(DISCLAIMER),
        "judged_by_people": [_pair(text) for text in JUDGED_BY_PEOPLE],
    }  # fmt: skip


def _finding(hit: Hit) -> dict[str, Any]:
    finding = hit.finding
    return {
        **{"evidence" if name == "proof" else name: value for name, value in asdict(finding).items()},
        "missing": list(finding.missing), "missing_names": [one.model_dump() for one in hit.missing],
        "open": finding.open, "quote": asdict(hit.quote) if hit.quote else None,
    }  # fmt: skip


def _rule(cited: Cited, content: Report) -> dict[str, Any] | None:
    if cited.entry is None:
        return None
    return rule_shown(Rule(cited.entry), content.check.on_date).model_dump(mode="json")


def _pair(text: str) -> dict[str, Any]:
    return both(Message(text)).model_dump()
