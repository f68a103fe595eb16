"""Conditions of rules: small expressions over facts, in the syntax of the house's templates, checked when the files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.compliance.facts import fields_of
from service.i18n import N_, Message

__all__ = ["Condition", "ConditionFault", "Facts", "condition", "value_of"]


class ConditionFault(Exception):
    """An expression that cannot be used: what is wrong and what would be right."""

    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(str(what))


class _Nothing(Undefined):
    """A fact nobody has told: empty, in every comparison false."""

    __slots__ = ()

    def _false(self, *_: Any) -> bool:
        return False

    def __hash__(self) -> int:
        return id(type(self))

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = _false  # type: ignore[assignment]
    __getattr__ = lambda self, name: _raise(name) if name.startswith("__") else self  # noqa: E731

    def __getitem__(self, _: Any) -> _Nothing:  # type: ignore[override]
        return self


def _raise(name: str) -> Any:
    raise AttributeError(name)


def _heading(code: object, *prefixes: str) -> bool:
    """Whether an HS code lies under one of these headings."""
    return bool(code) and str(code).startswith(prefixes)


_environment = ImmutableSandboxedEnvironment(undefined=_Nothing, autoescape=False, cache_size=0)
_environment.filters = {"length": lambda value: len(value) if value else 0}
_environment.globals = {}
_environment.tests = {"heading": _heading}
_empty = _environment.from_string("")


class Facts(dict[str, Any]):
    """Facts many expressions are asked about: what the engine makes of them is made once. Not to be changed after that."""

    __slots__ = ("_context",)

    @property
    def context(self) -> Context:
        """As the engine reads them."""
        try:
            return self._context
        except AttributeError:
            self._context: Context = _empty.new_context(self)
            return self._context


@dataclass(frozen=True)
class Condition:
    """A compiled expression and the facts it asks for, such as `item.papers.organic`."""

    source: str
    names: frozenset[str]
    _run: TemplateExpression

    def __call__(self, facts: Mapping[str, Any]) -> bool:
        """Whether it holds for these facts; what nobody has told counts as empty."""
        try:
            if not isinstance(facts, Facts):
                return bool(self._run(**facts))
            # What TemplateExpression does, in a context that is there already.
            for _ in self._run._template.root_render_func(facts.context):
                pass
            return bool(facts.context.vars["result"])
        except TypeError:  # a comparison with None: not told, so not shown to hold
            return False


def condition(source: str, *, groups: frozenset[str] = frozenset()) -> Condition:
    """Compile an expression. `groups` are the named parts of the text pattern it stands beside. Raises `ConditionFault`."""
    try:
        tree = _environment.parse("{{ (" + source + ") }}")
        run = _environment.compile_expression(source, undefined_to_none=True)
    except TemplateSyntaxError as error:
        raise ConditionFault(
            Message(N_("The expression is broken: {reason}."), {"reason": error.message}),
            Message(N_("Check brackets, quotes and operators; docs/compliance.md shows what may stand here.")),
        ) from None
    names = frozenset(_names(tree))
    for name in sorted(names):
        _check(name, groups)
    for test in tree.find_all(nodes.Test):
        if test.name not in _environment.tests and test.name not in ("none", "defined"):
            _unknown(test.name, sorted(_environment.tests))
    for filter_ in tree.find_all(nodes.Filter):
        if filter_.name not in _environment.filters:
            _unknown(filter_.name, sorted(_environment.filters))
    return Condition(source, names, run)


def value_of(name: str, facts: Mapping[str, Any]) -> Any:
    """The fact of a dotted name such as `item.papers.organic`; None if nobody has told it."""
    value: Any = facts
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return value


def _names(tree: nodes.Node) -> list[str]:
    """Dotted names an expression reads, the longest only."""
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    inner |= {id(node.node) for node in tree.find_all(nodes.Getitem)}
    found = []
    for node in [*tree.find_all((nodes.Name, nodes.Getattr))]:
        if id(node) not in inner:
            found.append(_dotted(node))
    return [name for name in found if name]


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return ""


def _check(name: str, groups: frozenset[str]) -> None:
    subject, _, rest = name.partition(".")
    if subject == "on" and not rest:
        return
    if subject == "said":
        if rest not in groups:
            _unknown(name, [f"said.{group}" for group in sorted(groups)])
        return
    fields = fields_of(subject)
    if fields is None:
        _unknown(subject, ["item", "show", "seller", "order", "parcel", "trade", "shipment", "channel", "said", "on"])
    elif rest.split(".")[0] not in fields:
        _unknown(name, sorted(f"{subject}.{field}" for field in fields))


def _unknown(name: str, known: list[str]) -> None:
    raise ConditionFault(
        Message(N_("“{name}” is not known here."), {"name": name}), Message(N_("Known: {known}."), {"known": known})
    )
