"""The rules as the checker uses them: read from `catalogs/rules/`, compiled to linear-time expressions, faults named with their place."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import re2

from service.authored import Authored, read
from service.compliance.conditions import Condition, ConditionFault, condition
from service.compliance.entries import Market, RuleEntry, RuleFile
from service.compliance.reading import chinese, russian
from service.errors import FilesRejected
from service.i18n import N_, Message
from service.resources import root

__all__ = ["LANGUAGE_OF", "Book", "Claim", "Pattern", "Rule", "TextRules", "WatchedWord", "read_rules", "rulebook"]

LANGUAGE_OF: dict[Market, str] = {"CN": "zh", "RU": "ru"}
"""The language whose texts a market's text rules read."""

_OPTIONS = re2.Options()
_OPTIONS.never_nl = True
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 64 << 20


@dataclass(frozen=True)
class Pattern:
    """One expression. `lemmas`: it runs over the line of tokens, not over the text; `original`: over the text as it was written."""

    source: str
    compiled: Any
    lemmas: bool = False
    original: bool = False


@dataclass(frozen=True)
class Claim:
    """Patterns that say one thing, and the condition under which the facts prove it."""

    patterns: tuple[Pattern, ...]
    holds: Condition | None


@dataclass(frozen=True)
class WatchedWord:
    """A word whose disguises count, by its syllables."""

    word: str
    rule: str
    sounds: str


@dataclass(frozen=True)
class Rule:
    """A rule ready to be asked."""

    entry: RuleEntry
    claims: tuple[Claim, ...] = ()
    spares: tuple[Pattern, ...] = ()
    when: Condition | None = None
    holds: Condition | None = None
    shape: Any = None

    @property
    def id(self) -> str:
        """The name it is cited by."""
        return self.entry.id


@dataclass
class Book:
    """All rules. `digest` names their content: a check says with which rules it was made."""

    rules: dict[str, Rule]
    digest: str
    texts: dict[Market, TextRules] = field(default_factory=dict)

    def on_facts(self, market: Market, day: date) -> list[Rule]:
        """Rules on facts that are in force in a market."""
        return [
            rule for rule in self.rules.values()
            if rule.entry.each and rule.entry.market == market and rule.entry.in_force(day)
        ]  # fmt: skip


class TextRules:
    """A market's text rules behind two sets: one pass over a line names the patterns that occur in it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.plain, self.original, self.lemmas = _Sets(), _Sets(), _Phrases()
        for rule in rules:
            for claim in rule.claims:
                for pattern in claim.patterns:
                    kind = self.lemmas if pattern.lemmas else self.original if pattern.original else self.plain
                    kind.add(pattern, (rule, claim))
        self.spares, self.original_spares, self.spare_phrases = _Sets(), _Sets(), _Phrases()
        for rule in rules:
            for spare in rule.spares:
                where = self.spare_phrases if spare.lemmas else self.original_spares if spare.original else self.spares
                where.add(spare, rule)
        for one in (self.plain, self.original, self.spares, self.original_spares):
            one.close()
        self.watched = [
            WatchedWord(word, rule.id, "|" + "|".join(chinese.sounds(word)[0].strip("|").split("|")) + "|")
            for rule in rules for word in rule.entry.watch
        ]  # fmt: skip
        self.sounds = _Sets()
        for watched in self.watched:
            source = watched.sounds.replace("|", r"\|")
            self.sounds.add(Pattern(source, re2.compile(source, _OPTIONS)), watched)
        self.sounds.close()


class _Sets:
    """Many expressions asked at once, some dozens to an automaton: one of hundreds outgrows its memory and is fifty times as slow."""

    AT_ONCE = 110

    def __init__(self) -> None:
        self.members: list[tuple[Pattern, Any]] = []
        self._sets: list[Any] = []

    def add(self, pattern: Pattern, what: Any) -> None:
        if len(self.members) % self.AT_ONCE == 0:
            self._sets.append(re2.Set.SearchSet(_OPTIONS))
        self._sets[-1].Add(pattern.compiled.pattern)
        self.members.append((pattern, what))

    def close(self) -> None:
        for one in self._sets:
            one.Compile()

    def within(self, text: str) -> list[tuple[Pattern, Any]]:
        """The members that occur in a text, in their order."""
        if not text:
            return []
        encoded = text.encode()  # once for all sets
        return [
            self.members[first * self.AT_ONCE + index] for first, one in enumerate(self._sets) for index in sorted(one.Match(encoded) or ())
        ]  # fmt: skip


class _Phrases:
    """Phrases of lemmas by a word each of them must contain: hundreds of them in one automaton would be larger than its memory."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_beginning: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._remembered: dict[str, tuple[frozenset[str], frozenset[int]]] = {}
        self._members: list[tuple[Pattern, Any, list[tuple[frozenset[str], tuple[str, ...]]]]] = []

    def add(self, pattern: Pattern, what: Any) -> None:
        number, required = len(self._members), russian.required(pattern.source)
        elements = [
            (frozenset(one for one in words if not one.endswith("~")), tuple(one.removeprefix("=")[:-1] for one in words if one.endswith("~")))
            for words in required
        ]  # fmt: skip
        self._members.append((pattern, what, elements))
        if not required:
            self._always.append(number)
            return
        for word in max(required, key=lambda words: min(map(len, words))):  # long words are rare ones
            if word.endswith("~"):
                self._by_beginning[word.removeprefix("=")[:-1]].append(number)
            else:
                self._by_word[word].append(number)

    def within(self, tokens: str) -> list[tuple[Pattern, Any]]:
        """The phrases all of whose words are among these tokens."""
        found, words = set(self._always), set[str]()
        for token in tokens[1:-1].split("><"):
            own, numbers = self._of_token(token)
            words |= own
            found |= numbers
        return [
            (pattern, what) for pattern, what, elements in map(self._members.__getitem__, sorted(found))
            if all(not exact.isdisjoint(words) or (stems and any(word.removeprefix("=").startswith(stems) for word in words)) for exact, stems in elements)
        ]  # fmt: skip

    def _of_token(self, token: str) -> tuple[frozenset[str], frozenset[int]]:
        """What a token is, and the phrases it may stand for the rarest word of. Words come again, so this is remembered."""
        known = self._remembered.get(token)
        if known is None:
            words = frozenset(token.split("|")) - {""}
            numbers = {number for word in words for number in self._by_word.get(word, ())}
            for word in {word.removeprefix("=") for word in words}:
                for size in range(2, len(word) + 1):
                    numbers.update(self._by_beginning.get(word[:size], ()))
            if len(self._remembered) > 50_000:
                self._remembered.clear()
            known = self._remembered[token] = words, frozenset(numbers)
        return known


@cache
def rulebook() -> Book:
    """The rules of `catalogs/rules/`. Raises `FilesRejected` with file, rule and field of every fault."""
    return read_rules(root("catalogs") / "rules")


def read_rules(folder: Path, *, files: str = "[cr][nu]-*.yaml") -> Book:
    """The rules of a folder: every file named after its market (`cn-…`, `ru-…`). Raises `FilesRejected`."""
    read_files = [read(path, RuleFile) for path in sorted(folder.glob(files))]
    rules: dict[str, Rule] = {}
    sources = hashlib.blake2b(digest_size=16)
    for file in read_files:
        sources.update(file.path.name.encode() + file.path.read_bytes())
        for index, entry in enumerate(file.content.rules if file.content else ()):
            if entry.id in rules:
                what = Message(N_("The rule “{id}” stands here twice."), {"id": entry.id})
                file.fault("rules", index, "id", value=entry.id, what=what, remedy=Message(N_("Keep one of the two.")))
                continue
            rules[entry.id] = _compiled(file, index, entry)
    if problems := [problem for file in read_files for problem in file.problems]:
        raise FilesRejected(problems)
    book = Book(rules, sources.hexdigest())
    for market in LANGUAGE_OF:
        book.texts[market] = TextRules([one for one in rules.values() if one.claims and one.entry.market == market])
    return book


def _compiled(file: Authored[RuleFile], index: int, entry: RuleEntry) -> Rule:
    place = ("rules", index)
    if bool(entry.finds) == bool(entry.each):
        file.fault(
            *place, value=entry.id, what=Message(N_("A rule either reads texts (“finds”) or asks facts (“each”).")),
            remedy=Message(N_("Give the rule {id} one of the two."), {"id": entry.id}),
        )  # fmt: skip
    if entry.each and not entry.need and not entry.holds:
        file.fault(
            *place, value=entry.id, what=Message(N_("Nothing says what these facts must be.")),
            remedy=Message(N_("Add “need” or “holds” to the rule {id}."), {"id": entry.id}),
        )  # fmt: skip
    if entry.to and entry.from_ and entry.to < entry.from_:
        file.fault(
            *place, "to", value=str(entry.to), what=Message(N_("The last day lies before the first, {day}."), {"day": entry.from_.isoformat()}),
            remedy=Message(N_("Swap the two days, or correct one.")),
        )  # fmt: skip
    claims = []
    for number, find in enumerate(entry.finds):
        patterns = _patterns(file, (*place, "finds", number, "match"), find.match, entry.market)
        groups = frozenset(name for pattern in patterns for name in pattern.compiled.groupindex)
        claims.append(Claim(patterns, _condition(file, (*place, "finds", number, "holds"), find.holds, groups)))
    for number, name in enumerate(entry.need):
        _condition(file, (*place, "need", number), name)
    return Rule(
        entry, tuple(claims), _patterns(file, (*place, "spares"), entry.spares, entry.market),
        _condition(file, (*place, "when"), entry.when), _condition(file, (*place, "holds"), entry.holds),
        _expression(file, (*place, "shape"), entry.shape) if entry.shape else None,
    )  # fmt: skip


def _patterns(
    file: Authored[RuleFile], place: tuple[str | int, ...], sources: Iterable[str], market: Market
) -> tuple[Pattern, ...]:
    found = []
    for index, source in enumerate(sources):
        slashed = source.startswith("/") and source.endswith("/") and len(source) > 2
        text, lemmas = source[1:-1] if slashed else source, market == "RU" and not slashed
        if market == "RU":
            try:
                text = russian.phrase(source) if lemmas else russian.surface(text)
            except ValueError as error:
                file.fault(
                    *place, index, value=source, what=Message(N_("“{word}” is not a word of a phrase."), {"word": str(error)}),
                    remedy=Message(N_("Write lemmas in lower case, or an expression between slashes; docs/compliance.md.")),
                )  # fmt: skip
                continue
        if compiled := _expression(file, (*place, index), text, shown=source):
            found.append(Pattern(source, compiled, lemmas, original=slashed and market == "CN"))
    return tuple(found)


def _expression(
    file: Authored[RuleFile], place: tuple[str | int, ...], source: str, *, shown: str | None = None
) -> Any:
    try:
        return re2.compile(source, _OPTIONS)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        file.fault(
            *place, value=shown or source, what=Message(N_("The pattern is broken: {reason}."), {"reason": reason}),
            remedy=Message(N_("Use RE2's syntax: no look-ahead, no look-behind, no back-references; exceptions go into “spares”.")),
        )  # fmt: skip
        return None


def _condition(
    file: Authored[RuleFile], place: tuple[str | int, ...], source: str | None, groups: frozenset[str] = frozenset()
) -> Condition | None:
    if source is None:
        return None
    try:
        return condition(source, groups=groups)
    except ConditionFault as fault:
        file.fault(*place, value=source, what=fault.what, remedy=fault.remedy)
        return None


def find_rule(name: str, rules: Mapping[str, Rule] | None = None) -> Rule:
    """A rule by its id; raises `NotFound`."""
    from service.errors import NotFound

    known = rulebook().rules if rules is None else rules
    if name not in known:
        raise NotFound(kind=Message(N_("The rule")), name=name, known=known)
    return known[name]
