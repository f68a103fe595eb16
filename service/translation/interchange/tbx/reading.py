"""TBX to concepts: version 3 in both styles (DCT: `min:administrativeStatus`, DCA: `termNote type="administrativeStatus"`) and the older

MARTIF form (termEntry, langSet, tig, ntig). Elements count by their own names, whatever their namespace: three addresses are in use.
Wordings in languages other than zh, ru, en are passed over. Where no status stands, the first wording of a language is preferred and the
others are admitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from service.translation.interchange.feeding import Fed
from service.translation.interchange.hidden import facts_in, meaning, wording
from service.translation.interchange.languages import locale_of, script_of
from service.translation.interchange.markup import LANG, Hidden, elements, local, text_of, written
from service.translation.interchange.refusing import WRITE_THE_SIGN, unknown_entity
from service.translation.interchange.report import Report
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["read"]

_STATUSES = {
    "preferredterm-admn-sts": "preferred", "preferred": "preferred", "approved": "preferred", "standardizedterm": "preferred",
    "admittedterm-admn-sts": "admitted", "admitted": "admitted", "legalterm-admn-sts": "preferred", "regulatedterm-admn-sts": "preferred",
    "deprecatedterm-admn-sts": "deprecated", "deprecated": "deprecated", "supersededterm-admn-sts": "deprecated",
    "superseded": "deprecated", "obsolete": "deprecated", "forbidden": "forbidden", "not recommended": "deprecated",
    "proposed": "candidate", "candidate": "candidate",
}  # fmt: skip


def read(fed: Fed, report: Report) -> Iterator[Meaning]:
    """All concepts that have a wording in one of our languages."""
    for number, entry in enumerate(elements(fed, report, "conceptEntry", "termEntry"), 1):
        try:
            if found := _concept(entry, report):
                yield found
        except Hidden as error:
            what = unknown_entity(error.args[0])
            report.fault(
                entry.sourceline or 0,
                entry.get("id") or f"#{number}",
                "",
                what,
                WRITE_THE_SIGN,
            )


def _concept(entry: etree._Element, report: Report) -> Meaning | None:
    facts, notes = _facts(entry, report)
    found: list[tuple[int, Wording]] = []
    for section in entry:
        if local(section.tag) not in ("langSec", "langSet"):
            continue
        locale = locale_of(section.get(LANG) or section.get("lang"))
        if locale not in ("zh", "ru", "en"):
            report.passed_over["traditional" if locale == "traditional" else "other_language"] += 1
            continue
        about, remarks = _facts(section, report)
        if definition := about.get("definition"):
            if locale == "en":
                notes.append(definition)
            else:
                facts.setdefault(f"definition_{locale}", definition)
        notes += remarks
        terms = [one for one in section if local(one.tag) in ("termSec", "tig", "ntig")]
        for at, term in enumerate(terms):
            if made := _term(term, locale, "preferred" if at == 0 else "admitted", report):
                if locale == "en" and not made[0] and (really := script_of(made[1].text)) in ("zh", "ru"):
                    report.mended += 1
                    made = made[0], replace(made[1], locale=really)
                found.append((made[0] or 10_000 + len(found), made[1]))
    if not found:
        report.passed_over["empty"] += 1
        return None
    if definition := facts.pop("definition", None):
        facts.setdefault(
            "definition_zh" if any("\u4e00" <= sign <= "\u9fff" for sign in definition) else "definition_ru", definition
        )
    if notes:
        facts["note"] = "\n".join(notes)
    wordings = [word for _, word in sorted(found, key=lambda one: one[0])]
    return meaning(facts, wordings, domain=facts.get("subjectField") or "")


def _term(term: etree._Element, locale: str, usual: str, report: Report) -> tuple[int, Wording] | None:
    element = next(term.iter("{*}term"), None)
    text = text_of(element, report) if element is not None else ""
    facts, notes = _facts(term, report)
    exact = facts.get("text")
    if isinstance(exact, str) and written(exact).strip() == written(text).strip():
        text = exact
    elif "at" not in facts:  # not ours: line breaks and tabs are layout
        text = " ".join(text.split())
    if not text.strip():
        report.passed_over["empty"] += 1
        return None
    shown = _STATUSES.get(str(facts.get("administrativeStatus", "")).strip().lower())
    own = facts.get("status")
    if (own == "candidate" and shown is None) or (own == "forbidden" and shown == "deprecated"):
        shown = own
    if notes:
        facts["note"] = "\n".join(notes)
    at = facts.get("at")
    return at if isinstance(at, int) else 0, wording(facts, locale=locale, text=text, status=shown or usual)


def _facts(element: etree._Element, report: Report) -> tuple[dict[str, Any], list[str]]:
    """What is said of an element itself: categories by name, notes in their order. Groups around them are looked into."""
    facts: dict[str, Any] = {}
    notes: list[str] = []
    for child in _said(element):
        name = local(child.tag)
        kind = child.get("type") or name
        if name in (
            "langSec",
            "langSet",
            "termSec",
            "tig",
            "ntig",
            "term",
            "transac",
            "date",
            "transacNote",
            "ref",
            "xref",
        ):
            continue
        value = text_of(child, report)
        if name == "note":
            own = facts_in(value.strip())
            if own is None:
                notes.append(value.strip())
            else:
                facts.update({key: one for key, one in own.items() if key not in facts})
        elif kind == "descrip":  # translate-toolkit's definitions have no type
            facts.setdefault("definition", value.strip())
        elif kind not in ("transactionType", "responsibility"):
            facts[kind] = value.strip()
    return facts, [note for note in notes if note]


def _said(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if local(child.tag).endswith("Grp"):
            yield from child
        else:
            yield child
