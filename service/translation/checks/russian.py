"""Russian: numbers and nouns, adjectives and nouns, ё, letters of another script, quotation marks, dashes, no-break spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise

from service.i18n import N_, Message
from service.language.russian.agreement import form_after
from service.language.russian.forms import _analyser
from service.language.russian.grammar import CASES, Case, Gender
from service.language.russian.nouns import Noun, nouns
from service.translation.checks.pair import Finding, Fix, Pair
from service.translation.checks.reading.lists import lists
from service.translation.checks.reading.prose import Prose, Word

__all__ = ["adjectives", "dashes", "mixed_script", "nbsp", "number_forms", "quotes", "yo"]

_COUNTED = re.compile(
    r"(?<![\d.,:/№°#-])(?<!№ )(?P<number>\d{1,3}(?:[\u0020\u00a0\u202f]\d{3})+|\d+(?:,\d+)?)[\u0020\u00a0\u202f](?P<noun>[а-яё]+)(?![а-яё-])"
)
_BEFORE = re.compile(r"([а-яё]+)\s+$", re.IGNORECASE)
_HEAD = re.compile(r"(?:^|[.!?:;•—]\s+|\n)$")
_AT_THE_HEAD = tuple(case for case in CASES if case is not Case.GEN)
"""A phrase that begins a sentence is no genitive: nothing stands there that could ask for one."""
_ORDINAL = re.compile(r"(?:^|\s)(?:на|в|по|за|с|лот|блок|№|под)\s+$|[–—-]\s*$", re.IGNORECASE)
_TIMES = frozenset({"день", "год", "час", "месяц", "неделя", "минута", "секунда"})


@cache
def _prepositions() -> Mapping[str, Case]:
    """Prepositions that ask for one case only."""
    return {word: Case(case) for case, words in lists().grammar.governing.items() for word in words}


@cache
def _forms() -> Mapping[str, tuple[Noun, ...]]:
    """Nouns with a card by each of their forms."""
    found: dict[str, tuple[Noun, ...]] = {}
    for card in nouns().values():
        for form in {*card.singular.values(), *card.plural.values(), card.counted}:
            found[form] = (*found.get(form, ()), card)
    return found


def number_forms(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.agree_num: a noun that cannot stand after its number in any case, or not after its preposition."""
    for match in _COUNTED.finditer(ru.plain):
        cards = _forms().get(match["noun"])
        if not cards:
            continue
        number = _number(match["number"])
        before = _BEFORE.search(ru.plain, max(0, match.start() - 12), match.start())
        asked = _prepositions().get(before[1].lower()) if before else None
        cases = (asked,) if asked else _AT_THE_HEAD if _HEAD.search(ru.plain[: match.start()]) else CASES
        if any(match["noun"] in _after(number, card, cases) for card in cards):
            continue
        card = cards[0]
        if _ordinal(number, card, match, ru.plain):
            continue
        certain = len(cards) == 1 and (asked is not None or not before or not _is_open(before[1]))
        right = form_after(number, card, asked or Case.NOM)
        what = Message(N_("“{here}”: the noun does not agree with the number."), {"here": match[0]})
        remedy = Message(N_("Write “{right}”."), {"right": f"{match['number']} {right}"})
        span = match.span("noun")
        yield Finding(
            "ru.agree_num", "error", "ru", *match.span(), what, remedy, Fix(*span, right) if certain else None
        )


def _number(written: str) -> int | Decimal:
    plain = re.sub(r"\s", "", written).replace(",", ".")
    return Decimal(plain) if "." in plain else int(plain)


@lru_cache(maxsize=8192)
def _after(number: int | Decimal, card: Noun, cases: tuple[Case, ...]) -> frozenset[str]:
    return frozenset(form_after(number, card, case) for case in cases)


def _is_open(word: str) -> bool:
    """Whether the case after a word is not known: по, в, с …, или."""
    return word.lower() in lists().grammar.open


def _ordinal(number: int | Decimal, card: Noun, match: re.Match[str], text: str) -> bool:
    """2026 год, на 3 день, с 1 по 5 час, лот 5 …: a number that names, not counts."""
    if card.lemma == "год" and isinstance(number, int) and 1900 <= number < 2100:
        return True
    singular = match["noun"] in card.singular.values()
    named = _ORDINAL.search(text, max(0, match.start() - 8), match.start())
    return bool(singular and named and (card.lemma in _TIMES or named[0].strip().lower() in ("лот", "блок", "№")))


_CASE_OF = {"nomn": Case.NOM, "gent": Case.GEN, "datv": Case.DAT, "accs": Case.ACC, "ablt": Case.INS, "loct": Case.LOC,
            "gen2": Case.GEN, "loc2": Case.LOC}  # fmt: skip
_GENDER_OF = {"masc": Gender.M, "femn": Gender.F, "neut": Gender.N}
_ENDINGS = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ую", "юю", "ых", "их", "ыми",
            "ими", "ом", "ем", "ей", "ою", "ею")  # fmt: skip


def adjectives(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.agree_adj: an adjective before a noun with a card that agrees with it in no case."""
    words = ru.words
    for adjective, word in pairwise(words):
        cards = _forms().get(word.lower)
        if (
            not cards
            or ru.text[adjective.end : word.start] not in (" ", "\N{NO-BREAK SPACE}")
            or len(adjective.lower) < 4
        ):
            continue
        said = _adjective(adjective.lower)
        if (
            said
            and all(gender is Gender.N and case in (Case.NOM, Case.ACC) for case, _, gender in said)
            and not _direct(cards, word.lower)
        ):
            continue  # «прежнее днём раньше»: a thing of its own
        if not said or _after_number(ru.plain, adjective) or any(_agree(said, card, word.lower) for card in cards):
            continue
        what = Message(N_("“{here}”: the adjective does not agree with the noun."),
                       {"here": ru.text[adjective.start : word.end]})  # fmt: skip
        remedy = Message(N_("Put both into the same gender, number and case."))
        yield Finding("ru.agree_adj", "warn", "ru", adjective.start, word.end, what, remedy)


def _direct(cards: tuple[Noun, ...], form: str) -> bool:
    """Whether a form may be a nominative or accusative."""
    return any(
        table and form in (table[Case.NOM], table[Case.ACC]) for card in cards for table in (card.singular, card.plural)
    )


def _after_number(text: str, adjective: Word) -> bool:
    """After 2, 3, 4 the adjective goes its own way: две большие коробки, два больших ящика."""
    return text[: adjective.start].rstrip()[-1:].isdigit() or bool(
        re.search(r"(?:дв|тр|четыр|пол|об)[а-яё]*\s$", text[: adjective.start])
    )


@lru_cache(maxsize=8192)
def _adjective(word: str) -> tuple[tuple[Case, bool, Gender | None], ...]:
    """What a word may be as an adjective; nothing if it may be anything else."""
    if word.startswith(tuple(lists().grammar.own_noun)) or not word.endswith(_ENDINGS):
        return ()
    morph, found = _analyser(), []
    if not morph.dictionary.words.similar_keys(word, morph.char_substitutes):
        return ()
    for tag in morph.tag(word):  # four times as fast as whole parses
        if tag.POS != "ADJF" or "Apro" in tag or "Subx" in tag or "Anum" in tag:
            return ()
        if tag.case in _CASE_OF:
            found.append((_CASE_OF[tag.case], tag.number == "plur", _GENDER_OF.get(tag.gender)))
    return tuple(found)


@lru_cache(maxsize=8192)
def _agree(said: tuple[tuple[Case, bool, Gender | None], ...], card: Noun, form: str) -> bool:
    for case, plural, gender in said:
        table = card.plural if plural else card.singular
        if table and table[case] == form and (plural or gender in (None, card.gender)):
            return True
        if plural and case is Case.GEN and card.counted == form:
            return True
    return False


_E_WORD = re.compile("[еЕ]")


def yo(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.yo: ё left out where the dictionary has no word without it, or where «все» can only be «всё»."""
    data = lists().yo
    following = frozenset(data.vsyo_before)
    words = ru.words
    for place, word in enumerate(words):
        if "е" not in word.lower or "ё" in word.lower:
            continue
        if word.lower == "все":
            after = words[place + 1] if place + 1 < len(words) else None
            right = "всё" if after and after.lower in following and ru.text[word.end : after.start].isspace() else None
        else:
            right = _with_yo(word.lower)
        if right is None:
            continue
        made = (
            "".join(sign.upper() if old.isupper() else sign for sign, old in zip(right, word.text, strict=True))
            if len(right) == len(word.text)
            else None
        )
        if made is None:
            continue
        what = Message(N_("“{word}” is written with ё here."), {"word": word.text})
        remedy = Message(N_("Write “{right}”."), {"right": made})
        yield Finding("ru.yo", "info", "ru", word.start, word.end, what, remedy, Fix(word.start, word.end, made))


@lru_cache(maxsize=65536)
def _with_yo(word: str) -> str | None:
    """The only spelling the dictionary knows, if it has ё where the word has е."""
    if "-" in word or word in lists().yo.left:
        return None
    morph = _analyser()
    keys = morph.dictionary.words.similar_keys(word, morph.char_substitutes)
    return str(keys[0]) if len(keys) == 1 and keys[0] != word and len(keys[0]) == len(word) else None


_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxyukmtnb", "АВСЕНКМОРТХасеорхуикмтпь")
_TO_CYRILLIC_SAFE = frozenset("ABCEHKMOPTXaceopxyё")
_TO_LATIN = str.maketrans("АВСЕНКМОРТХасеорху", "ABCEHKMOPTXaceopxy")
_BOTH = re.compile(r"(?=[A-Za-z]*[А-Яа-яЁё])(?=[А-Яа-яЁё]*[A-Za-z])[A-Za-zА-Яа-яЁё]+")
_LONE = re.compile(r"(?<=[а-яё] )([acoyk])(?= [а-яё«])|(?:^|(?<=[.!?] ))([ACOYK])(?= [а-яё«])")
_LONE_RIGHT = str.maketrans("acoykACOYK", "асоукАСОУК")


def mixed_script(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.mixed_script: Latin letters that look Cyrillic inside Russian words, and the other way round."""
    for match in _BOTH.finditer(ru.plain):
        latin = [sign for sign in match[0] if sign.isascii()]
        cyrillic = [sign for sign in match[0] if not sign.isascii()]
        fix = None
        if set(latin) <= _TO_CYRILLIC_SAFE and len(latin) <= len(cyrillic):
            fix = Fix(*match.span(), match[0].translate(_TO_CYRILLIC))
        elif set(cyrillic) <= {chr(code) for code in _TO_LATIN}:
            fix = Fix(*match.span(), match[0].translate(_TO_LATIN))
        yield _script(match[0], *match.span(), fix)
    for match in _LONE.finditer(ru.plain):
        yield _script(match[0], *match.span(), Fix(*match.span(), match[0].translate(_LONE_RIGHT)))


def _script(word: str, start: int, end: int, fix: Fix | None) -> Finding:
    what = Message(N_("“{word}” mixes Latin and Cyrillic letters."), {"word": word})
    remedy = Message(N_("Type the word anew in one alphabet: search and speech do not find it otherwise."))
    return Finding("ru.mixed_script", "error", "ru", start, end, what, remedy, fix)


_STRAIGHT = re.compile(r'(?<![\d"])"([^"\n]{1,200})"|“([^“”"\n]{1,200})”|(?<!«)„([^„“”\n]{1,200})[“”]')


def quotes(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.quotes: quotation marks other than «ёлочки» (inside them „лапки“)."""
    for match in _STRAIGHT.finditer(ru.plain):
        depth = ru.plain.count("«", 0, match.start()) - ru.plain.count("»", 0, match.start())
        if depth > 0 and match[0][0] == "„" and match[0][-1] == "“":
            continue
        inside = ru.text[match.start() + 1 : match.end() - 1]
        text = f"„{inside}“" if depth > 0 else f"«{inside}»"
        what = Message(N_("These quotation marks are not Russian."))
        remedy = Message(N_("Write «…», inside them „…“."))
        yield Finding("ru.quotes", "warn", "ru", *match.span(), what, remedy, Fix(*match.span(), text))


_DASH = re.compile(r"(?<=[\wА-яё»).!?…%”\"]) (?:--?|–) (?=\S)|^(?:-|–) (?=[А-ЯЁ])|(?<=\d)--?(?=\d)|(?<=\S)—(?=[а-яё])|(?<=[а-яё])--(?=[а-яё])", re.MULTILINE)  # fmt: skip
_NO_RANGE = re.compile(r"[\d-]*$")


def dashes(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.dash: a hyphen for a dash between words, a hyphen in a range of numbers."""
    for match in _DASH.finditer(ru.plain):
        if match[0][0] == "-" and ru.plain[match.start() - 1 : match.start()].isdigit():
            if not _is_range(ru.plain, match):
                continue
            text = "–"
        elif match[0].startswith(" "):
            text = " — "
        elif match.end() < len(ru.plain) and match[0].endswith(" "):
            text = "— "
        else:
            text = " — "
        what = Message(N_("A hyphen or short dash stands where Russian has a dash."))
        remedy = Message(N_("Write “ — ” between words and “–” between numbers."))
        yield Finding("ru.dash", "warn", "ru", *match.span(), what, remedy, Fix(*match.span(), text))


def _is_range(text: str, match: re.Match[str]) -> bool:
    """8-10 минут, not a telephone number, a date or an article number."""
    left = re.search(r"[\w.,№/:-]*$", text[: match.start()])
    right = re.match(r"[\w.,/:-]*", text[match.end() :])
    one, other = (left[0] if left else "").strip(), (right[0] if right else "").rstrip(".,")
    plain = re.compile(r"\d{1,4}(?:,\d+)?")
    if not (plain.fullmatch(one) and plain.fullmatch(other)):
        return False
    return Decimal(one.replace(",", ".")) < Decimal(other.replace(",", "."))


_NBSP = re.compile(
    r"(?<=\d) (?=(?:г|кг|мг|т|мл|л|мм|см|м|км|шт|руб|коп|тыс|млн|мин|ч|сек|р)\b|[%°₽])|(?<=[№§]) (?=\d)|(?<=\b[А-ЯЁ]\.) (?=[А-ЯЁ](?:\.|[а-яё]))"
)


def nbsp(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ru.nbsp: a space that may break between a number and its unit, № and its number, initials and the name."""
    for match in _NBSP.finditer(ru.plain):
        what = Message(N_("The line may break here."))
        remedy = Message(N_("Put a no-break space."))
        yield Finding("ru.nbsp", "info", "ru", *match.span(), what, remedy, Fix(*match.span(), "\N{NO-BREAK SPACE}"))
