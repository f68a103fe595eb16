"""How listings are written: `scripts/listings/*.yaml`, one file a market (cn, ru), and one a channel that writes some slots otherwise.

A part is text with `{{ fact | filter }}` and nothing else: no statements, arithmetic or calls. It is read here into pieces that are
joined, so nothing is ever executed and the cost of a listing is bounded by the length of its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from pydantic import Field

from service.authored import Authored, Strict, read
from service.catalog.families import families
from service.errors import FilesRejected, Problem
from service.i18n import N_, Message
from service.listings.channels import channels
from service.resources import root

__all__ = ["FACTS", "FILTERS", "Language", "Part", "Pattern", "Slot", "SlotName", "Template", "pattern_for", "read_patterns"]  # fmt: skip

Language = Literal["zh", "ru"]
SlotName = Literal["title", "short_title", "bullets", "description", "tags"]
Text = Annotated[str, Field(min_length=1)]

FACTS = frozenset(
    {
        "name", "short_name", "also", "label", "labels", "country", "place", "whence", "shelf_life",
        "description", "ingredients", "storage", "usage", "brand",
        *(f"{kind}{number}" for kind in ("point", "serving", "question", "answer") for number in range(1, 10)),
    }
)  # fmt: skip
"""What a part may print, besides `attr.<key>` of a family; docs/listings.md tells what each is."""

_BRACKETS = re.compile(r"\s*[（(][^（）()]*[）)]")
_QUOTES = str.maketrans("", "", '«»„“”"')

FILTERS: Mapping[str, Callable[[str], str]] = {
    "cap": lambda text: text[:1].upper() + text[1:],
    "small": lambda text: text[:1].lower() + text[1:],
    "plain": lambda text: text.translate(_QUOTES),
    "bare": lambda text: _BRACKETS.sub("", text).strip(),
}
"""First letter large or small; without quotation marks; without what stands in brackets."""


class Print(NamedTuple):
    """A fact to be printed, with its filters in order."""

    fact: str
    filters: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A part as pieces, and the facts it prints."""

    pieces: tuple[str | Print, ...]
    facts: tuple[str, ...]

    def render(self, facts: Mapping[str, str]) -> str:
        """The words. All its facts must be there."""
        return "".join(one if isinstance(one, str) else _printed(one, facts) for one in self.pieces)


def _printed(one: Print, facts: Mapping[str, str]) -> str:
    text = facts[one.fact]
    for name in one.filters:
        text = FILTERS[name](text)
    return text


class PartEntry(Strict):
    """A part of a slot. `rank` 0 always stands there; of the others the highest is dropped first when the channel's limit is passed."""

    say: Text
    rank: int = Field(0, ge=0, le=9)
    families: list[Text] = []
    not_for: list[Text] = []


class SlotEntry(Strict):
    """A slot: its parts in order and what stands between them; bullets and tags are not joined. `verified`: a text of the platform says so."""

    source: Text
    verified: bool
    join: str = ""
    parts: list[PartEntry] = Field(min_length=1)


class AttributeEntry(Strict):
    """An attribute every card has, besides those of its family."""

    name: Text
    say: Text
    families: list[Text] = []
    not_for: list[Text] = []


class PatternFile(Strict):
    """One file. `for`: a market or a channel. `option`: what variants differ by. `never_last`: words a cut text may not end with."""

    for_: Text = Field(alias="for")
    language: Language
    sources: dict[str, Text]
    option: Text | None = None
    never_last: list[Text] = []
    slots: dict[SlotName, SlotEntry] = {}
    attributes: list[AttributeEntry] = []


@dataclass(frozen=True)
class Part:
    """A part read: for which families, how soon it goes, its template."""

    template: Template
    rank: int
    families: frozenset[str]
    not_for: frozenset[str]

    def meant_for(self, family: str) -> bool:
        """Whether goods of a family are written about so."""
        return family not in self.not_for and (not self.families or family in self.families)


@dataclass(frozen=True)
class Slot:
    """A slot read."""

    join: str
    parts: tuple[Part, ...]
    _by_family: dict[str, tuple[Part, ...]] = field(default_factory=dict, compare=False, repr=False)

    def parts_for(self, family: str) -> tuple[Part, ...]:
        """The parts meant for goods of a family."""
        if (found := self._by_family.get(family)) is None:
            found = self._by_family[family] = tuple(part for part in self.parts if part.meant_for(family))
        return found


@dataclass(frozen=True)
class Pattern:
    """How a channel's listings are written in one language: the market's slots, with the channel's own in front."""

    language: Language
    option: str
    never_last: frozenset[str]
    slots: Mapping[SlotName, Slot]
    attributes: tuple[tuple[str, Part], ...]


_MARKET_FILES: Mapping[Language, str] = {"zh": "cn", "ru": "ru"}


def pattern_for(channel: str, language: Language) -> Pattern:
    """How a channel's listings are written in a language. Raises `FilesRejected`."""
    known = _shipped()
    return known.get((channel, language)) or known[(_MARKET_FILES[language], language)]


@cache
def _shipped() -> dict[tuple[str, Language], Pattern]:
    return read_patterns(root("scripts") / "listings")


def read_patterns(folder: Path) -> dict[tuple[str, Language], Pattern]:
    """All patterns of a folder by what they are for. Raises `FilesRejected` with every fault of all files."""
    files = [read(path, PatternFile) for path in sorted(folder.glob("*.yaml"))]
    made = {file.path.stem: _pattern(file, file.content) for file in files if file.content}
    problems: list[Problem] = [problem for file in files for problem in file.problems]
    for language, stem in _MARKET_FILES.items():
        if not problems and (stem not in made or made[stem].language != language):
            what = Message(
                N_("The file {name} is missing, which says how listings are written in this market."),
                {"name": f"{stem}.yaml"},
            )
            problems.append(Problem(str(folder), 1, "", "", what, Message(N_("Add it here."))))
    if problems:
        raise FilesRejected(problems)
    return {(stem, one.language): _completed(one, made[_MARKET_FILES[one.language]]) for stem, one in made.items()}


def _completed(own: Pattern, market: Pattern) -> Pattern:
    return Pattern(
        own.language, own.option or market.option, own.never_last | market.never_last, {**market.slots, **own.slots},
        own.attributes or market.attributes,
    )  # fmt: skip


def _pattern(file: Authored[PatternFile], content: PatternFile) -> Pattern:
    known = {**dict.fromkeys(_MARKET_FILES.values()), **dict.fromkeys(channels())}
    file.known("for", value=content.for_, among=known)
    if content.for_ != file.path.stem:
        what = Message(N_("The key is not the file's name: {name}."), {"name": file.path.stem})
        file.fault("for", value=content.for_, what=what, remedy=Message(N_("Write both alike.")))
    slots: dict[SlotName, Slot] = {}
    for name, slot in content.slots.items():
        file.known("slots", name, "source", value=slot.source, among=content.sources)
        parts = [_part(file, one, "slots", name, "parts", at) for at, one in enumerate(slot.parts)]
        slots[name] = Slot(slot.join, tuple(parts))
    attributes = [(one.name, _part(file, one, "attributes", at)) for at, one in enumerate(content.attributes)]
    return Pattern(
        content.language, content.option or "", frozenset(content.never_last), slots, tuple(attributes)
    )  # fmt: skip


def _part(file: Authored[PatternFile], entry: PartEntry | AttributeEntry, *place: str | int) -> Part:
    for kind in ("families", "not_for"):
        for at, family in enumerate(getattr(entry, kind)):
            file.known(*place, kind, at, value=family, among=families())
    try:
        template = compile_part(entry.say, entry.families)
    except TemplateFault as fault:
        file.fault(*place, "say", value=entry.say, what=fault.what, remedy=fault.remedy)
        template = Template((), ())
    rank = entry.rank if isinstance(entry, PartEntry) else 0
    return Part(template, rank, frozenset(entry.families), frozenset(entry.not_for))


class TemplateFault(Exception):
    """A part that cannot be used: what is wrong, and what would be right."""

    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(str(what))


_environment = Environment(autoescape=True)  # only ever parses: nothing is rendered by it
_ALLOWED = N_("Print facts only, as {{{{ name }}}} or {{{{ name | plain }}}}; docs/listings.md lists them.")


def compile_part(source: str, of_families: list[str] | None = None) -> Template:
    """Read one part. Raises `TemplateFault`."""
    try:
        tree = _environment.parse(source)
    except TemplateSyntaxError as error:
        what = Message(N_("The template is broken: {reason}."), {"reason": error.message})
        raise TemplateFault(what, Message(N_("Check the double braces and quotes of this line."))) from None
    pieces = tuple(_pieces(tree, of_families or []))
    return Template(pieces, tuple(dict.fromkeys(one.fact for one in pieces if isinstance(one, Print))))


def _pieces(tree: nodes.Template, of_families: list[str]) -> Iterator[str | Print]:
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            raise _not_allowed(output)
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                yield node.data
            else:
                yield _print(node, of_families)


def _print(node: nodes.Node | None, of_families: list[str]) -> Print:
    if isinstance(node, nodes.Filter):
        if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _not_allowed(node)
        if node.name not in FILTERS:
            what = Message(N_("The filter “{name}” is not known here."), {"name": node.name})
            raise TemplateFault(what, Message(N_("Known filters: {known}."), {"known": sorted(FILTERS)}))
        inner = _print(node.node, of_families)
        return Print(inner.fact, (*inner.filters, node.name))
    if isinstance(node, nodes.Name):
        name, fine = node.name, node.name in FACTS
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        name = f"{node.node.name}.{node.attr}"
        fine = node.node.name == "attr" and node.attr in _attributes(tuple(of_families))
    else:
        raise _not_allowed(node)
    if not fine:
        raise TemplateFault(Message(N_("“{value}” is not known."), {"value": name}), Message(_ALLOWED))
    return Print(name, ())


@cache
def _attributes(of: tuple[str, ...]) -> frozenset[str]:
    """Attributes that cards of these families may have; of all families if none is named."""
    return frozenset(key for family, entry in families().items() if not of or family in of for key in entry.attributes)


def _not_allowed(node: nodes.Node | None) -> TemplateFault:
    what = Message(N_("A line may only print facts; “{kind}” is not allowed."), {"kind": type(node).__name__})
    return TemplateFault(what, Message(_ALLOWED))
