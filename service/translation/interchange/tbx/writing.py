"""Concepts to TBX v3 (ISO 30042:2019), dialect TBX-Basic, style DCT.

TBX-Basic knows no forbidden wordings (written as deprecated) and no candidates (written without status); those, and everything else it
has no element for, stand in a note (`hidden`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from service.translation.interchange.hidden import concept_facts, hidden, wording_facts
from service.translation.interchange.languages import TAGS
from service.translation.interchange.markup import plain, written
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["SHOWN_STATUS", "write"]

SHOWN_STATUS = {
    "preferred": "preferredTerm-admn-sts", "admitted": "admittedTerm-admn-sts", "deprecated": "deprecatedTerm-admn-sts",
    "forbidden": "deprecatedTerm-admn-sts",
}  # fmt: skip
_GENDERS = {"m": "masculine", "f": "feminine", "n": "neuter"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><titleStmt><title>AmurLive</title></titleStmt><sourceDesc><p>Terms of livestream and cross-border trade in Chinese and Russian.</p></sourceDesc></fileDesc></tbxHeader>
<text><body>
"""


def write(meanings: Iterable[Meaning], to: BinaryIO) -> int:
    """How many were written; concepts without a wording are left out."""
    to.write(_HEAD.encode())
    count = 0
    for one in meanings:
        if one.wordings:
            count += 1
            to.write(_concept(one, count).encode())
    if not count:  # a body must hold a concept
        to.write(b'<conceptEntry id="c0"><note>empty</note><langSec xml:lang="en"><termSec><term>empty</term></termSec></langSec></conceptEntry>\n')  # fmt: skip
    to.write(b"</body></text>\n</tbx>\n")
    return count


def _concept(one: Meaning, number: int) -> str:
    facts = concept_facts(one)
    locales = list(dict.fromkeys(word.locale for word in one.wordings))
    shown = _shown(facts, "domain", "<min:subjectField>{}</min:subjectField>")
    shown += _shown(facts, "source", "<basic:source>{}</basic:source>") + _shown(facts, "note", "<note>{}</note>")
    parts = []
    for locale in locales:
        about = _shown(
            facts, f"definition_{locale}", "<descripGrp><basic:definition>{}</basic:definition></descripGrp>"
        )
        terms = "".join(_term(word, at) for at, word in enumerate(one.wordings) if word.locale == locale)
        parts.append(f'<langSec xml:lang="{TAGS[locale]}">{about}{terms}</langSec>\n')
    return (
        f'<conceptEntry id="c{number}">{shown}<note>{written(hidden(facts))}</note>\n{"".join(parts)}</conceptEntry>\n'
    )


def _shown(facts: dict[str, Any], key: str, element: str) -> str:
    """An element for a fact, which then need not be hidden; unless XML would change it."""
    value = facts.get(key)
    if not value or not plain(value) or value != value.strip() or value.startswith("amurlive "):
        return ""
    del facts[key]
    return element.format(written(value))


def _term(word: Wording, at: int) -> str:
    facts = wording_facts(word)
    del facts["locale"]
    if plain(word.text) and word.text == word.text.strip():
        del facts["text"]
    status = SHOWN_STATUS.get(word.status)
    if word.status in ("preferred", "admitted", "deprecated"):
        del facts["status"]
    shown = f"<min:administrativeStatus>{status}</min:administrativeStatus>" if status else ""
    shown += _gender(word.card) + _shown(facts, "note", "<note>{}</note>")
    return f"<termSec><term>{written(word.text)}</term>{shown}<note>{written(hidden({**facts, 'at': at + 1}))}</note></termSec>"


def _gender(card: Mapping[str, Any]) -> str:
    gender = _GENDERS.get(str(card.get("gender", "")))
    return f"<basic:grammaticalGender>{gender}</basic:grammaticalGender>" if gender else ""
