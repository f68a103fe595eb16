"""Our terms as a DSL dictionary, UTF-16 with its mark, as Lingvo and GoldenDict take it.

Headwords are the wordings of the first language, in the body stand pinyin, each counterpart on a line of its own with its status, the
definition and the note. What a dictionary does not show stands in a comment, so that reading gives the same concepts back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO

from service.translation.interchange.dsl.reading import shown
from service.translation.interchange.hidden import concept_facts, hidden, wording_facts
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["write"]

_NAMES = {"zh": "Chinese", "ru": "Russian"}
_SPECIAL = re.compile(r"[\\\[\](){}~@^#<>]")
_LABELS = {
    "ru": {"admitted": "допуст.", "deprecated": "не рек.", "forbidden": "запрещ.", "candidate": "не провер."},
    "zh": {"admitted": "许用", "deprecated": "不推荐", "forbidden": "禁用", "candidate": "未核实"},
}


def write(meanings: Iterable[Meaning], to: BinaryIO, *, source: str = "zh", name: str = "AmurLive") -> int:
    """How many were written; `source` is the language of the headwords, concepts without a wording in it have none but a dash."""
    other = "ru" if source == "zh" else "zh"
    title = shown(name).replace('"', "'")
    head = f'#NAME "{title}"\r\n#INDEX_LANGUAGE "{_NAMES[source]}"\r\n#CONTENTS_LANGUAGE "{_NAMES[other]}"\r\n'
    to.write(b"\xff\xfe" + head.encode("utf-16-le"))
    count = 0
    for one in meanings:
        count += 1
        to.write(_card(one, source, other).encode("utf-16-le"))
    return count


def _card(one: Meaning, source: str, other: str) -> str:
    facts = {**concept_facts(one), "first": source, "wordings": [wording_facts(word) for word in one.wordings]}
    heads = [_escaped(shown(word.text)) for word in one.of(source)] or ["—"]
    lines = ["", *heads, f" {{{{{hidden(facts)} }}}}[m1][/m]"]
    if pinyin := next((word.pinyin for word in one.wordings if word.pinyin), None):
        lines.append(f" {_escaped(shown(pinyin))}")
    for word in one.of(other):
        lines.append(f" [m1]{_label(word, other)}[trn]{_escaped(shown(word.text))}[/trn][/m]")
    for text in (one.definition_ru if other == "ru" else one.definition_zh, one.note):
        if text:
            lines.append(f" [m2][com]{_escaped(shown(text))}[/com][/m]")
    return "".join(f"{line}\r\n" for line in lines)


def _label(word: Wording, locale: str) -> str:
    label = _LABELS[locale].get(word.status)
    return f"[p]{label}[/p] " if label else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
