"""Checks of what is written: that it is there, how long it is, which signs, words and marks stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import re2

from service.i18n import N_, Message, Named
from service.listings import rules
from service.listings.listing import Listing, reader
from service.listings.measuring import HAN, WAYS
from service.listings.violations import Check, Teller, Violation

__all__ = ["characters", "length", "pattern", "required", "style", "words"]

_MISSING = {
    "schema": (N_("{field}: not filled in."), N_("Fill it in: the channel refuses the listing without it.")),
    "prose": (N_("{field}: not filled in."), N_("Fill it in: the channel's rules demand it though its schema does not.")),
}  # fmt: skip


def required(rule: rules.Required, tell: Teller) -> Check:
    read, name, words = reader(rule.field), rule.field, _MISSING[rule.by]

    def check(listing: Listing, found: list[Violation]) -> None:
        places = read(listing)
        if not places:
            tell(found, name, words, "", rule.by)
        for place, value in places:
            if value is None or value == () or (isinstance(value, str) and not value.strip()):
                tell(found, place, words, "", rule.by)

    return check


_WAYS = {
    "code_points": N_("each sign counts one"),
    "han_double": N_("a Chinese character counts two"),
    "effective": N_("only Chinese characters, Latin letters and digits count"),
    "utf8_bytes": N_("bytes in UTF-8"),
}
_TOO_LONG = (N_("{field}: length {actual}, at most {limit} ({way})."), N_("Shorten it by {by}."))
_TOO_SHORT = (N_("{field}: length {actual}, at least {limit} ({way})."), N_("Lengthen it by {by}."))
_MAYBE_LONG = (
    N_("{field}: length {least} or {most}, as the channel counts Cyrillic and signs; at most {limit}."),
    N_("Shorten it by {by} to be safe."),
)
_MAYBE_SHORT = (
    N_("{field}: length {least} or {most}, as the channel counts Cyrillic and signs; at least {limit}."),
    N_("Lengthen it by {by} to be safe."),
)


def length(rule: rules.Length, tell: Teller) -> Check:
    """The stricter way of counting decides; in the band where only it breaks the limit, the finding is a warning."""
    read, count, low = reader(rule.field), WAYS[rule.count], rule.min or 0
    high = float("inf") if rule.max is None else rule.max
    way = Message(_WAYS[rule.count])

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, text in read(listing):
            if not text:
                continue
            least, most = count(text)
            if most > high:
                surely = least > high
                words, actual = (_TOO_LONG, least) if surely else (_MAYBE_LONG, most)
                tell(found, place, words, actual, high, soft=not surely, by=actual - high, way=way, least=least, most=most)  # fmt: skip
            if least < low:
                surely = most < low
                words, actual = (_TOO_SHORT, most) if surely else (_MAYBE_SHORT, least)
                tell(found, place, words, actual, low, soft=not surely, by=low - actual, way=way, least=least, most=most)  # fmt: skip

    return check


_FORM = (N_("{field}: “{actual}” has not the form the channel expects."), N_("Expected: {limit}."))


def pattern(rule: rules.Pattern, tell: Teller) -> Check:
    read, matches = reader(rule.field), re.compile(rule.pattern).fullmatch
    expected = Named(rule.pattern, rule.expected.zh, rule.expected.ru)

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, text in read(listing):
            if text and not matches(text):
                tell(found, place, _FORM, text, expected)

    return check


_SIGNS = (N_("{field}: signs that may not stand there: {actual}."), N_("Remove these signs or write them in words."))
_NEEDED = (N_("{field}: no {limit} in “{actual}”."), N_("Add some: other signs alone are refused."))
_SCRIPTS = {"han": HAN, "latin": "A-Za-z", "cyrillic": "А-Яа-яЁё", "digits": "0-9"}
_NAMES = {
    "han": N_("Chinese characters"), "latin": N_("Latin letters"), "cyrillic": N_("Cyrillic letters"), "digits": N_("digits"),
}  # fmt: skip


def characters(rule: rules.Characters, tell: Teller) -> Check:
    read = reader(rule.field)
    limit = rule.forbidden or [*(Message(_NAMES[one]) for one in rule.scripts), rule.signs]
    needs = [Message(_NAMES[one]) for one in rule.needs]
    allowed = "".join(_SCRIPTS[one] for one in rule.scripts) + re.escape(rule.signs)
    wrong = re.compile(
        f"[{re.escape(rule.forbidden)}]" if rule.forbidden else f"[^{allowed}]" if allowed else r"[^\s\S]"
    )
    needed = re.compile(f"[{''.join(_SCRIPTS[one] for one in rule.needs)}]" if needs else "")

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, text in read(listing):
            if text and (signs := wrong.findall(text)):
                tell(found, place, _SIGNS, list(dict.fromkeys(signs)), limit)
            if text and not needed.search(text):
                tell(found, place, _NEEDED, text, needs)

    return check


_FORBIDDEN = (N_("{field}: words that may not stand there: {actual}."), N_("Say it without these words."))


def words(rule: rules.Words, tell: Teller) -> Check:
    """Linear expressions; where a word ends is looked up afterwards, for RE2 has no look-ahead."""
    read, limit = reader(rule.field), rule.words
    ways: list[Callable[[str], list[str]]] = []
    if anywhere := [word for word in rule.words if re.search(f"[{HAN}]", word)]:
        ways.append(re2.compile("|".join(map(re2.escape, anywhere))).findall)
    if alone := sorted(set(rule.words) - set(anywhere), key=len, reverse=True):
        forms = "|".join(_form(word) for word in alone)
        ways.append(_whole_words(re2.compile(rf"(?i)(?:^|[^\pL\pN_])({forms})")))

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, text in read(listing):
            if text and (words := [word for way in ways for word in way(_encodable(text))]):
                tell(found, place, _FORBIDDEN, list(dict.fromkeys(words)), limit)

    return check


def _form(word: str) -> str:
    return re2.escape(word.rstrip("*")).replace("е", "[её]") + (r"[\pL\pN_]*" if word.endswith("*") else "")


def _whole_words(pattern: Any) -> Callable[[str], list[str]]:
    def within(text: str) -> list[str]:
        if not pattern.search(text):
            return []
        return [str(one[1]) for one in pattern.finditer(text) if not re.match(r"\w", text[one.end() : one.end() + 1])]

    return within


def _encodable(text: str) -> str:
    """RE2 reads UTF-8; half a surrogate pair, as broken JSON may bring it, has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


_EMOJI = re2.compile(
    r"[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B50}\x{2B55}\x{231A}\x{231B}\x{23E9}-\x{23FA}\x{FE0F}\x{20E3}]"
)
_LINK = re2.compile(
    r"(?i)https?://[^\s<>\"]*|\bwww\.[^\s<>\"]+|\b[a-z0-9][a-z0-9-]+\.(?:ru|su|com|cn|net|org|info|shop|me)\b"
)
_CONTACT = re2.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:\+7|\+86|\b8)[ (-]*\d{3}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2}\b|\b1[3-9]\d{9}\b"
)
_CAPITALS = re2.compile(r"(?:^|[^\pL])(\p{Lu}{5,})")
_TAG = re2.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_REMOVE = N_("Remove it.")
_STYLES = {
    "emoji": (N_("{field}: emoji are not accepted: {actual}."), _REMOVE),
    "links": (N_("{field}: links are not accepted: {actual}."), _REMOVE),
    "contacts": (N_("{field}: telephone numbers and addresses are not accepted: {actual}."), _REMOVE),
    "capitals": (N_("{field}: words in capital letters: {actual}."), N_("Write them in small letters; brands may stay.")),
    "markup": (N_("{field}: tags that may not stand there: {actual}."), N_("Remove the tags. Accepted: {limit}.")),
}  # fmt: skip


def style(rule: rules.Style, tell: Teller) -> Check:
    read, tags = reader(rule.field), frozenset(rule.tags)
    finds: Mapping[str, Callable[[str, Listing], list[str]]] = {
        "emoji": lambda text, _: _EMOJI.findall(text),
        "links": lambda text, _: _LINK.findall(text),
        "contacts": lambda text, _: _CONTACT.findall(text),
        "capitals": _capitals,
        "markup": lambda text, _: [tag for tag in _TAG.findall(text) if tag.lower() not in tags] if "<" in text else [],
    }
    ways = [(finds[no], _STYLES[no], sorted(tags) or "—" if no == "markup" else no) for no in rule.no]

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, text in read(listing):
            if text:
                clean = _encodable(text)
                for find, words, limit in ways:
                    if wrong := find(clean, listing):
                        tell(found, place, words, list(dict.fromkeys(wrong)), limit)

    return check


def _capitals(text: str, listing: Listing) -> list[str]:
    """Words all in capitals, except those of the brand."""
    if not _CAPITALS.search(text):
        return []
    brand = listing.brand.upper()
    return [
        word for one in _CAPITALS.finditer(text)
        if (word := str(one[1])) not in brand and not text[one.end() : one.end() + 1].isalpha()
    ]  # fmt: skip
