"""Cards of a dictionary to concepts whose wordings are candidates, and their examples to pairs.

A sense of a card (a line, or what follows a number: `1) учиться; изучать`) is a concept. Its counterparts are cut at semicolons and commas
outside brackets; what is longer than a term is kept as a definition, labels (`[p]`), remarks (`[com]`) and what stands in brackets as a note.
The first line of a Chinese card without Cyrillic is its pinyin, as 大БКРС writes it. Cards of ours say in a comment what they are; their
lines are taken as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from service.translation.interchange.dsl.cards import Card, Dictionary, Piece, cards, headword, pieces
from service.translation.interchange.feeding import Fed
from service.translation.interchange.hidden import facts_in, meaning, wording
from service.translation.interchange.languages import script_of
from service.translation.interchange.report import Report
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning, Wording

__all__ = ["examples", "read", "shown"]

_NUMBER = re.compile(r"^\s*(?:\d{1,2}[.)]|[IVX]{1,4}[.)]?\s|[а-яa-z]\))\s*")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_POINTS = re.compile(r"(?:см|ср|тж|вм)\b")  # to another card
_CUT = re.compile(r"\s*[;；,，]\s*")
_TERM_SIGNS, _TERM_WORDS = 80, 6
_ASIDE = frozenset({"p", "com", "s", "t", "ref", "url", "!trs"})
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u036f\s,;'’·.\-()\[\]\d/]+")


def read(fed: Fed, report: Report) -> Iterator[Meaning]:
    """All senses that have a counterpart or an explanation."""
    about = Dictionary()
    for card in cards(fed, report, about):
        own = next((facts for comment in card.comments if (facts := facts_in(comment.strip()))), None)
        if own is not None:
            yield _own(card, own)
            continue
        words = [word for line in card.headwords for word in headword(line)]
        locale = about.headwords if about.headwords in ("zh", "ru") else script_of(words[0] if words else "")
        if not words or locale not in ("zh", "ru"):
            report.passed_over["other_language"] += 1
            continue
        found = list(_senses(card, words, locale, about))
        if not found:
            report.passed_over["no_translation"] += 1
        yield from found


def _senses(card: Card, words: list[str], locale: str, about: Dictionary) -> Iterator[Meaning]:
    other = "ru" if locale == "zh" else "zh"
    pinyin, lines = _reading(card.body) if locale == "zh" else (None, card.body)
    heads = [
        wording({"pinyin": pinyin}, locale=locale, text=word, status="candidate") for word in words if len(word) <= 200
    ]
    if not heads:
        return
    for number, line in enumerate(lines, 1):
        terms, definition, notes = _sense(pieces(line), other)
        if not terms and not definition:
            continue
        facts: dict[str, Any] = {"note": "; ".join(notes), "source": about.name}
        if definition:
            facts[f"definition_{other}"] = definition
        listed = [*heads, *(wording({}, locale=other, text=term, status="candidate") for term in terms)]
        yield meaning(facts, listed, key=f"{words[0][:74]}#{number}")


def _reading(body: list[str]) -> tuple[str | None, list[str]]:
    """Pinyin and the lines below it. A first line of underscores or nothing but Latin is no sense."""
    if not body:
        return None, body
    text = "".join(piece.text for piece in pieces(body[0])).strip()
    if text in ("_", ""):
        return None, body[1:]
    return (text[:300], body[1:]) if _LATIN.fullmatch(text) else (None, body)


def _sense(line: list[Piece], other: str) -> tuple[list[str], str | None, list[str]]:
    """Counterparts, an explanation, remarks."""
    text = "".join(piece.text for piece in line if "ex" not in piece.tags and not piece.tags & _ASIDE)
    notes = [
        word for piece in line if "ex" not in piece.tags and piece.tags & {"p", "com"} and (word := piece.text.strip())
    ]
    text = _NUMBER.sub("", text).strip()
    notes += [found.strip("()（） ") for found in _BRACKETS.findall(text)]
    bare = _BRACKETS.sub(" ", text)
    parts = [
        word for part in _CUT.split(bare) if (word := " ".join(part.split()).strip(" .…")) and not _POINTS.match(word)
    ]
    wanted = [part for part in parts if script_of(part) == other]
    if not wanted and _POINTS.match(bare.strip()):
        return [], None, []
    if not wanted or any(len(part) > _TERM_SIGNS or len(part.split()) > _TERM_WORDS for part in wanted):
        return [], (text if script_of(text) == other else None), notes if script_of(text) == other else []
    return list(dict.fromkeys(wanted)), None, [note for note in notes if note]


def shown(text: str) -> str:
    """A wording as a line of a dictionary shows it: one line, no signs that no printer knows."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()) or "—"


def _own(card: Card, facts: dict[str, Any]) -> Meaning:
    """A card our writer made. Words that were changed, added or taken out since are believed."""
    heads = [_plain(line) for line in card.headwords]
    told = ["".join(piece.text for piece in pieces(line) if "trn" in piece.tags).strip() for line in card.body]
    texts = [text for text in told if text]
    first, other = ("zh", "ru") if facts.get("first") != "ru" else ("ru", "zh")
    left = [(first, text) for text in heads] + [(other, text) for text in texts]
    known = facts.get("wordings")
    words: list[Wording] = []
    for one in known if isinstance(known, list) else []:
        if not isinstance(one, dict):
            continue
        locale, text, status = (str(one.get(key, "")) for key in ("locale", "text", "status"))
        place = (locale, shown(text))
        if place in left:
            left.remove(place)
        elif locale in ("zh", "ru"):
            continue
        if locale in ("zh", "ru", "en") and text:
            words.append(wording(one, locale=locale, text=text, status=status))
    words += [wording({}, locale=locale, text=text, status="candidate") for locale, text in left if text != "—"]
    return meaning(facts, words)


def _plain(line: str) -> str:
    return re.sub(r"\\(.)", r"\1", line)


def examples(fed: Fed, report: Report) -> Iterator[UnitGiven]:
    """Examples (`[ex]我学汉语 я учу китайский[/ex]`) whose two languages stand one after the other, as unreviewed pairs."""
    about = Dictionary()
    for card in cards(fed, report, about):
        for line in card.body:
            text, last = "", ""
            for piece in [*pieces(line), Piece("", frozenset())]:
                if "ex" in piece.tags:
                    text += piece.text
                elif text:
                    last, text = text, ""
                    if (pair := _pair(last)) is not None:
                        yield UnitGiven(*pair, file=about.name[:120] or None)
                    else:
                        report.passed_over["no_translation"] += 1


_SWITCH = re.compile(r"\s*(?:[—–-]\s+)?")


def _pair(text: str) -> tuple[str, str, str] | None:
    """Both halves and which comes first; None if the languages alternate or one is missing."""
    scripts = [(at, script_of(sign)) for at, sign in enumerate(text)]
    runs = [one for one in scripts if one[1] != "other"]
    changes = [at for (_, before), (at, after) in pairwise(runs) if before != after]
    if len(changes) != 1:
        return None
    at = changes[0]
    while at > 0 and text[at - 1] in '«"“(':
        at -= 1
    one, other = text[:at].strip().rstrip("—–- ").strip(), text[at:].strip()
    return (one, other, "zh") if runs[0][1] == "zh" else (other, one, "ru")
