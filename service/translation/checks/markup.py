"""What is no prose: placeholders, tags, addresses, emoji; signs nobody sees; spaces, lines, brackets, quotation marks, the end of the text."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from service.i18n import N_, Message
from service.translation.checks.pair import Finding, Fix, Level, Pair, Side
from service.translation.checks.reading.prose import Part, Prose, placeholders

__all__ = ["balance", "ends", "hidden", "holders", "same_parts", "spaces", "syntax"]


def holders(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ph.missing, ph.extra: placeholders of the source the target has not, and the other way round, each as often.

    Texts written by hand in both languages (authored) say the same in their own ways and are not compared.
    """
    if not (zh.parts or ru.parts) or pair.origin == "authored":
        return
    source, target = (zh, ru) if pair.source == "zh" else (ru, zh)
    asked, given = placeholders(source), placeholders(target)
    wanted, found = Counter(name for name, _ in asked), Counter(name for name, _ in given)
    for name in wanted - found:
        part = next(part for one, part in asked if one == name)
        what = Message(N_("The placeholder “{name}” is missing in the translation."), {"name": part.text})
        remedy = Message(N_("Put it where its value is said."))
        yield Finding("ph.missing", "block", source.side, part.start, part.end, what, remedy)
    for name in found - wanted:
        part = [part for one, part in given if one == name][-1]
        what = Message(N_("The source has no placeholder “{name}” here."), {"name": part.text})
        remedy = Message(N_("Take it out, or put it into the source as well."))
        yield Finding("ph.extra", "block", target.side, part.start, part.end, what, remedy)


@cache
def _sandbox() -> SandboxedEnvironment:
    return SandboxedEnvironment()


def syntax(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ph.syntax: a template that does not compile, or uses a filter that is not allowed; braces that do not match."""
    for prose in (zh, ru):
        if "{" not in prose.text and "}" not in prose.text:
            continue
        if ("{{" in prose.text and "{{{{" not in prose.text) or "{%" in prose.text:
            fault = _template_fault(pair, prose)
        else:
            fault = _braces_fault(prose)
        if fault is not None:
            remedy = Message(N_("Compare the placeholder with the source."))
            yield Finding("ph.syntax", "block", prose.side, 0, len(prose.text), fault, remedy)


def _template_fault(pair: Pair, prose: Prose) -> Message | None:
    allowed = _sandbox().filters if pair.filters is None else pair.filters
    try:
        tree = _sandbox().parse(prose.text)
    except TemplateSyntaxError:
        return Message(N_("The template cannot be read: a brace, a bar or a name is out of place."))
    unknown = {node.name for node in tree.find_all(nodes.Filter)} - set(allowed)
    if unknown and pair.filters is not None:
        return Message(N_("The filter “{name}” is not known."), {"name": min(unknown)})
    return None


def _braces_fault(prose: Prose) -> Message | None:
    try:
        list(string.Formatter().parse(prose.text))
    except ValueError:
        return Message(N_("A brace has no partner."))
    return None


_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff☀-➿⬀-⯿]\ufe0f?(?:\u200d[\U0001f300-\U0001faff☀-➿]\ufe0f?)*[\U0001f3fb-\U0001f3ff]?"
)
_NO_EMOJI = frozenset("✓✔✗✘★☆☎❀❖➡➜")
_ABOUT = {
    "html": ("tag", N_("The tag {part} stands in one text only.")),
    "url": ("url", N_("The address {part} stands in one text only.")),
    "email": ("email", N_("The mail address {part} stands in one text only.")),
}


def same_parts(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """html, url, email, emoji: equal in both texts, each as often."""
    remedy = Message(N_("Copy it from the source, or take it out of both."))
    if zh.parts or ru.parts:
        for check, (kind, what) in _ABOUT.items():
            yield from _unequal(check, what, zh, zh.of(kind), ru.of(kind), remedy)
            yield from _unequal(check, what, ru, ru.of(kind), zh.of(kind), remedy)
    left, right = (_emoji(prose) for prose in (zh, ru))
    if left or right:
        what = N_("The emoji {part} stands in one text only.")
        yield from _unequal("emoji", what, zh, left, right, remedy, "warn")
        yield from _unequal("emoji", what, ru, right, left, remedy, "warn")


def _emoji(prose: Prose) -> list[Part]:
    if prose.text.isascii():
        return []
    return [Part("emoji", m[0], *m.span()) for m in _EMOJI.finditer(prose.plain) if m[0][0] not in _NO_EMOJI]


def _unequal(check: str, what: str, prose: Prose, mine: list[Part], theirs: list[Part], remedy: Message, level: Level = "error") -> Iterator[Finding]:  # fmt: skip
    free = Counter(_plain(part) for part in theirs)
    for part in mine:
        name = _plain(part)
        if free[name] > 0:
            free[name] -= 1
        else:
            yield Finding(
                check, level, prose.side, part.start, part.end, Message(what, {"part": part.text[:60]}), remedy
            )


def _plain(part: Part) -> str:
    """Attributes may be translated, so tags are compared by name; addresses without the full stop after them."""
    if part.kind == "tag":
        return (re.match(r"</?\w+|&.*", part.text) or [""])[0].lower()
    return part.text.rstrip(".,;:!?") if part.kind == "url" else part.text.replace("\ufe0f", "")


_HIDDEN = re.compile(
    "[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+|(?<![\U0001f300-\U0001faff☀-➿\ufe0f])\u200d+"
)
_LOST = re.compile("\ufffd+")


def hidden(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """zero-width, control: signs nobody sees, and � where a letter was lost."""
    for prose in (zh, ru):
        if prose.text.isprintable() and "\ufffd" not in prose.text:  # holds for nearly all texts of one line
            continue
        for match in _HIDDEN.finditer(prose.text):
            check = "control" if ord(match[0][0]) < 0xA0 else "zero-width"
            what = Message(N_("A sign nobody sees stands here (U+{code})."), {"code": f"{ord(match[0][0]):04X}"})
            remedy = Message(N_("Take it out."))
            yield Finding(check, "warn", prose.side, *match.span(), what, remedy, Fix(*match.span(), ""))
        for match in _LOST.finditer(prose.text):
            what = Message(N_("A letter was lost here when the text was converted."))
            yield Finding("control", "warn", prose.side, *match.span(), what, Message(N_("Type it anew.")))


_DOUBLE = re.compile(r"(?<=[^\s]) {2,}(?=\S)|(?<=\w) +(?=[,;!?](?:\s|$))|(?<=\w) (?=\.(?:\s|$))")


def spaces(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """space.begin, space.end, space.double, nl.count."""
    for prose in (zh, ru):
        text = prose.text
        if text[:1].isspace() and (count := len(text) - len(text.lstrip())) < len(text):
            yield _space("space.begin", prose.side, 0, count, "")
        if text[-1:].isspace() and text.strip():
            yield _space("space.end", prose.side, len(text.rstrip()), len(text), "")
        if "  " in text or " ." in text or " ," in text or " !" in text or " ?" in text or " ;" in text:
            for match in _DOUBLE.finditer(text):
                yield _space(
                    "space.double",
                    prose.side,
                    *match.span(),
                    " " if len(match[0]) > 1 and text[match.end()] not in ",;!?." else "",
                )
    lines_zh, lines_ru = zh.text.strip().count("\n"), ru.text.strip().count("\n")
    if lines_zh != lines_ru:
        prose = ru if pair.target == "ru" else zh
        what = Message(
            N_("The texts have different numbers of lines: {zh} and {ru}."), {"zh": lines_zh + 1, "ru": lines_ru + 1}
        )
        yield Finding(
            "nl.count", "warn", prose.side, 0, len(prose.text), what, Message(N_("Break the lines at the same places."))
        )


def _space(check: str, side: Side, start: int, end: int, text: str) -> Finding:
    what = Message(N_("There is a space too many."))
    return Finding(check, "warn", side, start, end, what, Message(N_("Take it out.")), Fix(start, end, text))


_PAIRS = {
    "zh": (
        {"（": "）", "《": "》", "【": "】", "(": ")", "[": "]"},
        {"“": "”", "‘": "’", "「": "」", "『": "』", "«": "»"},
    ),
    "ru": ({"(": ")", "[": "]", "（": "）"}, {"«": "»", "„": "“"}),
}
_ITEM = re.compile(r"(?:^|[\s;.(])(?:\d{1,2}|[а-яa-zА-ЯA-Z])$|[:;=]-?$")


def balance(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """brackets.balance, quotes.balance: opened and never closed, closed and never opened."""
    for prose in (zh, ru):
        for check, table in zip(("brackets.balance", "quotes.balance"), _PAIRS[prose.side], strict=True):
            yield from _unbalanced(check, prose, table)
        if prose.plain.count('"') % 2 and not re.search(r'\d"', prose.plain):
            yield _open("quotes.balance", prose, prose.plain.rindex('"'))


def _unbalanced(check: str, prose: Prose, table: dict[str, str]) -> Iterator[Finding]:
    if not any(sign in prose.plain for two in table.items() for sign in two):
        return
    closing = {close: open_ for open_, close in table.items()}
    waiting: list[int] = []
    for place, sign in enumerate(prose.plain):
        if sign in table:
            waiting.append(place)
        elif sign in closing:
            if waiting and table[prose.plain[waiting[-1]]] == sign:
                waiting.pop()
            elif not (sign == ")" and _ITEM.search(prose.plain[:place])) and sign != "’":
                yield _open(check, prose, place)
    for place in waiting:
        yield _open(check, prose, place)


def _open(check: str, prose: Prose, place: int) -> Finding:
    what = Message(N_("“{sign}” has no partner."), {"sign": prose.plain[place]})
    return Finding(check, "warn", prose.side, place, place + 1, what, Message(N_("Open or close it.")))


_CLASSES = {"。": "stop", ".": "stop", "！": "exclamation", "!": "exclamation", "？": "question", "?": "question", "…": "ellipsis",
            "：": "colon", ":": "colon", "；": "semicolon", ";": "semicolon", "，": "comma", ",": "comma"}  # fmt: skip
_CLOSING = re.compile(r"[)）»”“\"』」\]\s]+$")
_ABBREVIATED = re.compile(r"\b(?:[а-яё]{1,4})\.$")


def ends(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """punct.end: a question, exclamation, colon … in one text, another end in the other; authored texts end as they like."""
    one, other = _end(zh), _end(ru)
    if (
        one == other
        or ({one, other} == {"", "stop"} and other == "stop" and _ABBREVIATED.search(ru.text))
        or pair.origin == "authored"
        or not zh.text.strip()
        or not ru.text.strip()
    ):
        return
    prose = ru if pair.target == "ru" else zh
    end = len(prose.text.rstrip())
    what = Message(
        N_("The texts end differently: “{zh}” and “{ru}”."), {"zh": zh.text.rstrip()[-1:], "ru": ru.text.rstrip()[-1:]}
    )
    remedy = Message(N_("End both with the same kind of mark, if the meaning is the same."))
    yield Finding("punct.end", "info", prose.side, max(0, end - 1), end, what, remedy)


def _end(prose: Prose) -> str:
    text = _CLOSING.sub("", prose.text)
    if text.endswith("...") or text.endswith("…"):
        return "ellipsis"
    if text[-2:] in ("?!", "？！", "!?", "！？"):
        return "question"
    return _CLASSES.get(text[-1:], "")
