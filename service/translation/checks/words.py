"""Words: the wrong language in a text, words said twice, loops, names of both sides, agreed terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

import yaml
from rapidfuzz import fuzz

from service.i18n import N_, Message
from service.language.names import UnknownSyllable, palladius
from service.resources import root
from service.translation.checks.pair import Finding, Fix, Pair, Side, TermCheck
from service.translation.checks.reading.lists import lists
from service.translation.checks.reading.prose import HAN, Prose, Word

__all__ = ["doubled", "foreign", "loops", "palladius_names", "registered", "terms"]

_FOREIGN: Mapping[str, re.Pattern[str]] = {
    "ru": re.compile(rf"[{HAN}]+(?:[，。、：；！？“”（）·\s]*[{HAN}]+)*"),
    "zh": re.compile(r"[А-Яа-яЁё]+(?:[\s,.!?«»—–-]+[А-Яа-яЁё]+)*"),
}
_ENGLISH = re.compile(r"(?<![A-Za-z-])[a-z]+(?: [a-z]+){2,}(?![A-Za-z-])")


def foreign(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """mixed.lang: the source's language left in the target, or a target that is the source; names of the pair may stay."""
    own = {"ru": [name.zh for name in pair.names], "zh": [name.ru for name in pair.names]}
    remedy = Message(N_("Translate it; if it is a name that stays, add it to the names of the product."))
    for prose in (zh, ru):
        for match in _FOREIGN[prose.side].finditer(prose.plain):
            if (
                _is_unit(match, prose)
                or _is_cited(match, prose, ru if prose is zh else zh)
                or any(match[0] in name or name in match[0] for name in own[prose.side])
            ):
                continue
            what = Message(N_("“{here}” is left in the other language."), {"here": match[0][:40]})
            yield Finding("mixed.lang", "error", prose.side, *match.span(), what, remedy)
    target, source = (ru, zh) if pair.target == "ru" else (zh, ru)
    for match in _ENGLISH.finditer(target.plain):
        if match[0] not in source.plain:
            what = Message(N_("“{here}” is in English."), {"here": match[0][:40]})
            yield Finding("mixed.lang", "error", target.side, *match.span(), what, Message(N_("Translate it.")))


def _is_unit(match: re.Match[str], prose: Prose) -> bool:
    """°С with a Cyrillic С is another matter (ru.mixed_script reads Russian only)."""
    return len(match[0]) == 1 and prose.plain[match.start() - 1 : match.start()] in ("°", "º")


def _is_cited(match: re.Match[str], prose: Prose, other: Prose) -> bool:
    """What both texts have: a word in quotation marks («пачка» in a Chinese explanation), an abbreviation (38-ФЗ, ИНН)."""
    if match[0].isupper() and len(match[0]) <= 5 and match[0] in other.text:
        return True
    quoted = prose.plain[match.start() - 1 : match.start()] in ("«", "“", "„", "「")
    return quoted and match[0].lower() in other.text.lower()


def doubled(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """dup.word: the same word twice in a row; 看看, 高兴高兴, «чуть-чуть», «очень-очень» are right."""
    data = lists().doubled
    once, right = frozenset(data.ru_once), frozenset(data.ru_right)
    words = ru.words
    for place in range(1, len(words)):
        before, word = words[place - 1], words[place]
        if word.lower != before.lower or word.lower in right or not ru.text[before.end : word.start].isspace():
            continue
        # «от компании компании»: two cases of one form
        if word.lower in once or place < 2 or words[place - 2].lower not in _governing():
            certain = word.lower in once
            fix = Fix(before.end, word.end, "") if certain else None
            yield _twice("ru", word.text, before.start, word.end, fix)
    for match in _zh_doubled().finditer(zh.plain):
        half = len(match[0]) // 2
        yield _twice("zh", match[0][:half], *match.span(), Fix(match.start() + half, match.end(), ""))


@cache
def _governing() -> frozenset[str]:
    """Prepositions."""
    grammar = lists().grammar
    return frozenset(grammar.open).union(*grammar.governing.values())


def _twice(side: Side, word: str, start: int, end: int, fix: Fix | None) -> Finding:
    what = Message(N_("“{word}” stands here twice."), {"word": word})
    return Finding("dup.word", "info", side, start, end, what, Message(N_("Take one of them out.")), fix)


@cache
def _zh_doubled() -> re.Pattern[str]:
    data = lists().doubled
    right = "|".join(map(re.escape, data.zh_right))
    words = "|".join(sorted(map(re.escape, data.zh_once), key=len, reverse=True))
    return re.compile(rf"(?!{right})(?:{words}|{'|'.join(sign * 2 for sign in data.zh_single)})")


_ZH_LOOP = re.compile(rf"([{HAN}]{{2,12}}?)(?:[，、\s]?\1){{2,}}")
_IN_WORD = re.compile(r"([а-яё]{2,6})(?:-?\1){2,}", re.IGNORECASE)


def loops(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """repeat.loop: the same words three times and more, as a machine that cannot end writes them."""
    spans = [("zh", match.span()) for match in _ZH_LOOP.finditer(zh.plain) if len(set(match[1])) > 1]
    spans += [("ru", match.span()) for match in _IN_WORD.finditer(ru.plain) if len(set(match[1])) > 1]
    spans += [("ru", span) for span in _word_loops(ru.words)]
    if len({side for side, _ in spans}) == 2:  # said so in both languages
        return
    for side, (start, end) in spans:
        what = Message(N_("The same words are repeated over and over."))
        remedy = Message(N_("Translate the sentence anew."))
        yield Finding("repeat.loop", "error", "zh" if side == "zh" else "ru", start, end, what, remedy)


def _word_loops(words: list[Word]) -> Iterator[tuple[int, int]]:
    lower = [word.lower for word in words]
    for period in (1, 2, 3, 4):
        run = 0
        for place in range(period, len(lower)):
            run = run + 1 if lower[place] == lower[place - period] else 0
            if run == 2 * period and (period > 1 or len(lower[place]) > 2):
                yield words[place - run - period + 1].start, words[place].end
                return


@cache
def _known_names() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Chinese names of catalogs/names with their Russian form, and what finds them."""
    folder = root("catalogs") / "names"
    places = yaml.safe_load((folder / "places.yaml").read_text(encoding="utf-8"))["places"].values()
    fixed = yaml.safe_load((folder / "fixed.yaml").read_text(encoding="utf-8"))["fixed"]
    known = {zh: palladius(zh) for zh in fixed}
    for place in places:
        zh = place["zh"].removeprefix("黑河") or place["zh"]
        if _is_chinese(zh, place["ru"]["nom"]):
            known.setdefault(zh, place["ru"]["nom"])
    return known, re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)))


def _is_chinese(zh: str, ru: str) -> bool:
    """Whether a place is called in Russian as Palladius has it: the others (Алтайский край) are no Chinese names."""
    try:
        return palladius(zh) == ru
    except UnknownSyllable:
        return False


@cache
def _misspelt() -> re.Pattern[str]:
    return re.compile(rf"(?<![А-Яа-яЁё-])(?:{'|'.join(map(re.escape, lists().misspelt))})(?![А-Яа-яЁё])")


_INDECLINABLE = re.compile("[эеиоуыюё]$")
_LIKE = 72
"""How alike a capitalised word must be to a name to be meant for it (percent of rapidfuzz's ratio): Хэйхе and Хэйхэ have 80."""


def palladius_names(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """name.palladius: Chinese names written otherwise than Palladius or custom has it."""
    seen: set[int] = set()
    for match in _misspelt().finditer(ru.plain):
        seen.add(match.start())
        right = lists().misspelt[match[0]]
        fix = Fix(*match.span(), right) if _declined_alike(match[0], right) else None
        yield _misnamed(match[0], right, *match.span(), fix)
    known, pattern = _known_names()
    wanted = {match[0]: known[match[0]] for match in pattern.finditer(zh.plain)}
    if not wanted:
        return
    capital = [word for word in ru.words if word.text[:1].isupper()]
    taken = {word.start for word in capital for right in known.values() if _is_form(word.text, right)}
    for right in wanted.values():
        if any(_is_form(word.text, right) for word in capital):
            continue
        for word in capital:
            if (
                word.start not in seen
                and word.start not in taken
                and fuzz.ratio(word.text, right) >= _LIKE
                and word.text[0] == right[0]
            ):
                fix = Fix(word.start, word.end, right) if _INDECLINABLE.search(right) else None
                yield _misnamed(word.text, right, word.start, word.end, fix)


def _misnamed(wrong: str, right: str, start: int, end: int, fix: Fix | None) -> Finding:
    what = Message(N_("“{wrong}” is not how this Chinese name is written in Russian."), {"wrong": wrong})
    return Finding(
        "name.palladius", "warn", "ru", start, end, what, Message(N_("Write “{right}”."), {"right": right}), fix
    )


def _declined_alike(wrong: str, right: str) -> bool:
    """Бейцзин may stand in the nominative or accusative, both are «Пекин»: a name in the list is what it says."""
    return wrong[-1] == right[-1] or bool(_INDECLINABLE.search(right)) or wrong[-1] not in "аеуыи"


@lru_cache(maxsize=4096)
def _is_form(word: str, name: str) -> bool:
    """Whether a word is a form of a name or made from it: Харбина, харбинский."""
    stem = name[:-1] if name[-1] in "аяьйо" and len(name) > 3 else name
    return word.lower().startswith(stem.lower())


def registered(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """name.zh_ru: a brand that stands in the source must stand in the target under its registered name."""
    for name in pair.names:
        in_zh, in_ru = name.zh in zh.text, _ru_name(name.ru).search(ru.text) is not None
        if in_zh == in_ru or not (in_zh if pair.source == "zh" else in_ru):
            continue
        right = name.ru if pair.target == "ru" else name.zh
        what = Message(N_("The name “{name}” is missing or written otherwise."), {"name": right})
        remedy = Message(N_("Write it as it is registered: “{right}”."), {"right": right})
        yield Finding("name.zh_ru", "error", pair.target, 0, len(pair.text(pair.target)), what, remedy)


_ENDING = re.compile(r"(?:[ыио]й|[аяое][яе]|[аяоеыиьй])$")


@lru_cache(maxsize=4096)
def _ru_name(name: str) -> re.Pattern[str]:
    """A Russian name in any case: each longer word without its last vowel and with any ending."""
    stems = [re.escape(_ENDING.sub("", word) if len(word) > 3 else word) for word in name.split()]
    return re.compile(r"[\s\u00a0]+".join(rf"{stem}[а-яё]{{0,3}}" for stem in stems), re.IGNORECASE)


def terms(pair: Pair, term_check: TermCheck) -> Iterator[Finding]:
    """term.*: what the term base finds, as findings of the pair."""
    for found in term_check(pair):
        fix = Fix(found.start, found.end, found.fix) if found.fix is not None else None
        yield Finding(found.check, found.level, found.side, found.start, found.end, found.message, found.remedy, fix)
