"""What a term file has no element for, as one line of JSON in a note or comment (`amurlive {…}`): keys, markets, days, grammar cards.

What is visible in the file decides: hidden facts fill in, and the exact text of a wording counts only while what is shown still matches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from service.translation.terms.concepts import MARKETS, STATUSES, Meaning, Wording

__all__ = ["OWN", "concept_facts", "day", "facts_in", "hidden", "meaning", "wording", "wording_facts"]

OWN = "amurlive "
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def hidden(facts: Mapping[str, Any]) -> str:
    """Facts as a line of ASCII; what is empty is left out. Two braces never stand together, for in DSL they would end a comment."""
    text = json.dumps({key: value for key, value in facts.items() if value not in (None, "", [], {}, False)})
    text = _STRING.sub(lambda found: found[0].replace("{", "\\u007b").replace("}", "\\u007d"), text)
    return OWN + text.replace("{{", "{ {").replace("}}", "} }").replace("}}", "} }")


def facts_in(note: str) -> dict[str, Any] | None:
    """The facts of a note, if it is one of ours."""
    if not note.startswith(f"{OWN}{{"):
        return None
    try:
        facts = json.loads(note.removeprefix(OWN))
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def concept_facts(one: Meaning) -> dict[str, Any]:
    """Of a concept, all that is not its wordings."""
    return {
        "key": one.key, "domain": one.domain, "market": one.market, "definition_zh": one.definition_zh,
        "definition_ru": one.definition_ru, "note": one.note, "source": one.source, "verified": one.verified,
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }  # fmt: skip


def wording_facts(one: Wording) -> dict[str, Any]:
    """Of a wording, all but its lemmas, which are made from its text."""
    return {
        "locale": one.locale, "text": one.text, "status": one.status, "card": dict(one.card), "measures": list(one.measures),
        "pinyin": one.pinyin, "stress": one.stress, "note": one.note,
    }  # fmt: skip


def day(told: Any) -> date | None:
    """A day, or none if it is none."""
    try:
        return date.fromisoformat(str(told)[:10]) if told else None
    except ValueError:
        return None


def wording(facts: Mapping[str, Any], *, locale: str, text: str, status: str) -> Wording:
    """A wording from what is shown (language, text, status) and what is hidden."""
    card, measures = facts.get("card"), facts.get("measures")
    return Wording(
        locale, text, status if status in STATUSES else "candidate",  # type: ignore[arg-type]
        card=card if isinstance(card, dict) else {}, measures=tuple(str(one) for one in measures) if isinstance(measures, list) else (),
        pinyin=_text(facts, "pinyin"), stress=_text(facts, "stress"), note=_text(facts, "note"),
    )  # fmt: skip


def meaning(facts: Mapping[str, Any], wordings: Iterable[Wording], *, key: str = "", domain: str = "") -> Meaning:
    """A concept. What tells no key is called by its first Chinese wording, else by its first."""
    listed = tuple(wordings)
    first = next((one for one in listed if one.locale == "zh"), listed[0] if listed else None)
    market = facts.get("market")
    return Meaning(
        (_text(facts, "key") or key or (first.text if first else ""))[:80], _text(facts, "domain") or domain, listed,
        market=market if market in MARKETS else None, definition_zh=_text(facts, "definition_zh"),
        definition_ru=_text(facts, "definition_ru"), note=_text(facts, "note"), source=_text(facts, "source") or "",
        verified=facts.get("verified") is True, valid_from=day(facts.get("valid_from")), valid_to=day(facts.get("valid_to")),
    )  # fmt: skip


def _text(facts: Mapping[str, Any], key: str) -> str | None:
    value = facts.get(key)
    return value if isinstance(value, str) and value else None
