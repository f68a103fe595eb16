"""Templates of script lines: Jinja2's sandbox narrowed to printing facts, checked before use.

A template is text with `{{ fact | filter }}`: no statements, no loops, no arithmetic, so its cost is bounded by its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.i18n import N_, Message
from service.language.pace import pauses, syllables
from service.livestream.vocabulary import CASES, fact_of

__all__ = ["Line", "TemplateFault", "compile_line", "marked", "readings"]

# A fact with two readings travels through the template between these private-use signs.
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


def marked(text: str, spoken: str) -> str:
    """One value with two readings: digits for the page, words for the voice."""
    return text if text == spoken else f"{_OPEN}{text}{_MIDDLE}{spoken}{_CLOSE}"


def readings(rendered: str) -> tuple[str, str]:
    """The page's text and the voice's text of a rendered line."""
    if _OPEN not in rendered:
        return rendered, rendered
    return _MARKED.sub(r"\1", rendered), _MARKED.sub(r"\2", rendered)


class TemplateFault(Exception):
    """A template that cannot be used, with what is wrong and the line inside the template."""

    def __init__(self, what: Message, remedy: Message, lineno: int = 1) -> None:
        self.what, self.remedy, self.lineno = what, remedy, lineno
        super().__init__(str(what))


@dataclass(frozen=True)
class Line:
    """One compiled template, the facts it prints and the constant counts it prints (`2|packs`, `price.times(2)`).

    `own` is what it says apart from facts: syllables, and seconds of pauses.
    """

    source: str
    template: Template
    facts: frozenset[str]
    constants: tuple[int, ...]
    own: tuple[int, float]

    def render(self, values: Mapping[str, Any]) -> str:
        """The line with its facts; two readings are still inside, see `readings`."""
        context = self.template.new_context(values, shared=True)  # type: ignore[arg-type]
        return "".join(self.template.root_render_func(context))


def _cap(value: object) -> str:
    text = str(value)
    if text.startswith(_OPEN):
        shown, spoken = (part for part in _MARKED.match(text).groups())  # type: ignore[union-attr]
        return marked(_upper(shown), _upper(spoken)) + text[text.index(_CLOSE) + 1 :]
    return _upper(text)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@pass_context
def _packs(context: Context, number: int, case: str = "nom") -> str:
    return str(context["pack"].counted(number, case))


def _pronoun(name: Any, case: str, after_preposition: str = "") -> str:
    return str(name.pronoun(case, bool(after_preposition)))


def _form(name: Any, masculine: str, feminine: str, neuter: str, plural: str) -> str:
    return str(name.choose(masculine, feminine, neuter, plural))


FILTERS = {"cap": _cap, "packs": _packs, "pronoun": _pronoun, "form": _form}
_RUSSIAN_ONLY = {"cap", "pronoun", "form"}

_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, cache_size=0)
_environment.filters = dict(FILTERS)
_environment.globals = {}
_environment.tests = {}


def compile_line(source: str, locale: str) -> Line:
    """Check and compile one line's template. Raises `TemplateFault` naming the fault and its remedy."""
    try:
        tree = _environment.parse(source)
    except TemplateSyntaxError as error:
        raise TemplateFault(
            Message(N_("The template is broken: {reason}."), {"reason": error.message}),
            Message(N_("Check the double braces and quotes of this line.")),
            error.lineno,
        ) from None
    facts: set[str] = set()
    constants: list[int] = []
    for name, node in _printed(tree, locale, constants):
        fact = fact_of(name, locale)
        if fact is None:
            raise _unknown(name, node)
        facts.add(fact)
    words = "".join(data.data for data in tree.find_all(nodes.TemplateData))
    own = (syllables(words, locale), pauses(words))
    return Line(source, _environment.from_string(source), frozenset(facts), tuple(sorted(constants)), own)


def _unknown(name: str, node: nodes.Node) -> TemplateFault:
    return TemplateFault(
        Message(N_("The template prints “{name}”, which no show knows."), {"name": name}),
        Message(N_("The names to choose from stand in docs/writing-blocks.md.")),
        node.lineno,
    )


def _printed(tree: nodes.Template, locale: str, constants: list[int]) -> Iterator[tuple[str, nodes.Node]]:
    """Dotted names printed, in order; anything but printing is a fault."""
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            raise _not_allowed(output)
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData):
                yield from _names(node, locale, constants)


def _names(node: nodes.Node, locale: str, constants: list[int]) -> Iterator[tuple[str, nodes.Node]]:
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS or (node.name in _RUSSIAN_ONLY and locale == "zh"):
            raise TemplateFault(
                Message(N_("The filter “{name}” is not known here."), {"name": node.name}),
                Message(N_("Known filters: {known}."), {"known": sorted(FILTERS)}),
                node.lineno,
            )
        arguments = [argument.as_const() for argument in node.args]
        if node.name in ("packs", "pronoun") and any(a not in CASES | {"n"} for a in arguments):
            raise _not_allowed(node)
        if node.name == "packs":
            constants.append(_constant(node.node))
            yield "pack", node
            return
        assert node.node is not None
        yield from _names(node.node, locale, constants)
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Call):
        yield from _times(node.node, constants, suffix=f".{node.attr}")
    elif isinstance(node, nodes.Call):
        yield from _times(node, constants)
    elif isinstance(node, (nodes.Getattr, nodes.Name)):
        yield _dotted(node), node
    else:
        raise _not_allowed(node)


def _times(node: nodes.Call, constants: list[int], suffix: str = "") -> Iterator[tuple[str, nodes.Node]]:
    name = _dotted(node.node)
    if name != "price.times" or len(node.args) != 1 or node.kwargs:
        raise _not_allowed(node)
    constants.append(_constant(node.args[0]))
    yield name + suffix, node


def _constant(node: nodes.Node | None) -> int:
    if isinstance(node, nodes.Const) and isinstance(node.value, int) and 0 < node.value < 1000:
        return node.value
    raise _not_allowed(node)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    raise _not_allowed(node)


def _not_allowed(node: nodes.Node | None) -> TemplateFault:
    kind = type(node).__name__
    return TemplateFault(
        Message(N_("A line may only print facts; “{kind}” is not allowed."), {"kind": kind}),
        Message(N_("Use plain {{{{ fact }}}} with the filters of docs/writing-blocks.md.")),
        getattr(node, "lineno", 1),
    )
