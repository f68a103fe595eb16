"""Reads files that people write (YAML): strict, every fault at once, each with file, line, key, value and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from service.errors import FilesRejected, Problem, shown_path
from service.i18n import N_, Message

__all__ = ["Authored", "Strict", "content_of", "read", "words_for"]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads large files some ten times faster

Location = tuple[str | int, ...]


class Strict(BaseModel):
    """Base of all file models: unknown keys are faults, values are not bent into shape."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=Strict)


@dataclass
class Authored(Generic[Model]):
    """What one file holds, and where each part of it stands."""

    path: Path
    content: Model | None
    lines: dict[Location, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, *location: str | int) -> int:
        """The line of a place such as ("products", 3, "skus", 0, "sku"), or of the nearest place around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def fault(self, *location: str | int, value: object, what: Message, remedy: Message) -> None:
        """Note a fault that only the domain can see."""
        key = ".".join(str(part) for part in location)
        self.problems.append(Problem(shown_path(self.path), self.line(*location), key, _shown(value), what, remedy))

    def known(self, *location: str | int, value: str, among: Collection[str]) -> None:
        """Note a fault if a name is not one of those that exist."""
        if value not in among:
            what = Message(N_("“{value}” is not known."), {"value": value})
            self.fault(
                *location, value=value, what=what, remedy=Message(N_("Known: {known}."), {"known": sorted(among)})
            )


def content_of(path: Path, model: type[Model]) -> Model:
    """What one file holds that nothing works without. Raises `FilesRejected`."""
    file = read(path, model)
    if file.content is None:
        raise FilesRejected(file.problems)
    return file.content


def read(path: Path, model: type[Model]) -> Authored[Model]:
    """Read one YAML file into `model`. Never raises for what stands in the file: see `problems`."""
    result: Authored[Model] = Authored(path, None, {})
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        what = Message(N_("The file cannot be read: {reason}."), {"reason": error})
        result.fault(value="", what=what, remedy=Message(N_("Save it as UTF-8 text at this place.")))
        return result
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        result.lines[()] = mark.line + 1 if mark else 1
        result.fault(
            value=text.splitlines()[mark.line].strip() if mark and mark.line < len(text.splitlines()) else "",
            what=Message(N_("This is not valid YAML: {reason}."), {"reason": error.problem or error.context}),
            remedy=Message(N_("Check indentation, quotes and brackets on this line and the one above.")),
        )
        return result
    data = _plain(node, (), result) if node is not None else None
    try:
        content = model.model_validate(data)
    except ValidationError as error:
        _explain(error, result, model)
        return result
    if not result.problems:
        result.content = content
    return result


class _Loader(_Base):  # type: ignore[misc]
    """YAML 1.2's idea of booleans (only true and false), and no dates: such words stay words."""


_UNWANTED = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _UNWANTED]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
_scalars = _Loader("")


def _plain(node: yaml.Node, location: Location, result: Authored[Any]) -> Any:
    """Plain data of a node, noting lines and repeated keys."""
    result.lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*location, index), result) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        data: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node)
            place = (*location, str(key))
            result.lines[place] = key_node.start_mark.line + 1
            if key in data:
                what = Message(N_("The key “{key}” stands here twice."), {"key": key})
                result.fault(*place, value=key, what=what, remedy=Message(N_("Keep one of the two.")))
            data[key] = _plain(value_node, place, result)
        return data
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    return _scalars.construct_object(node, deep=True)


def _explain(error: ValidationError, result: Authored[Any], model: type[Strict]) -> None:
    """Pydantic's faults in our words, each at its place."""
    for item in error.errors(include_url=False):
        what, remedy = words_for(item, model)
        value: object = "" if item["type"] == "missing" else item["input"]
        result.fault(*item["loc"], value=value, what=what, remedy=remedy)


def words_for(item: Mapping[str, Any], model: type[Strict] | None = None) -> tuple[Message, Message]:
    """What is wrong and what would be right, for one of pydantic's faults; with `model`, near names are offered."""
    location = item["loc"]
    facts = {"key": location[-1] if location else "", **item.get("ctx", {}), "detail": item["msg"]}
    what, remedy = _WORDS.get(item["type"], _OTHER)
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1]) if model else []
        close = difflib.get_close_matches(str(facts["key"]), known, n=1)
        remedy = _DID_YOU_MEAN if close else _KNOWN_KEYS if known else _REMOVE
        facts |= {"close": close[0] if close else "", "known": known}
    return Message(what, facts), Message(remedy, facts)


def _fields_at(model: Any, location: Location) -> list[str]:
    """Names allowed at a place, found by walking the models' annotations; list indices and free keys are passed over."""
    for part in location:
        found = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if found:
            model = _model_in(found.annotation)
        if model is None:
            return []
    return [f.alias or n for n, f in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _model_in(argument):
            return found
    return None


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, (str, int, float, bool)) else ""
    return text if len(text) <= 60 else text[:57] + "…"


_DID_YOU_MEAN = N_("Did you mean “{close}”?")
_KNOWN_KEYS = N_("Known keys: {known}.")
_REMOVE = N_("Remove it, or correct its name.")
_OTHER = (N_("The value is not accepted: {detail}."), N_("See docs/ for what may stand here."))
_TYPE_REMEDY = N_("Write it as docs/ shows; put text that looks like a number into quotes.")
_WHOLE_NUMBER = (N_("A whole number is expected here."), _TYPE_REMEDY)
_TRUE_OR_FALSE = (N_("true or false is expected here."), _TYPE_REMEDY)
_MAPPING = (N_("A mapping is expected here."), N_("Write “key: value” pairs."))
_TOO_LARGE = N_("The number is too large.")
_WORDS = {
    "missing": (N_("“{key}” is missing."), N_("Add it here.")),
    "extra_forbidden": (N_("“{key}” is not known here."), ""),
    "string_type": (N_("Text is expected here."), _TYPE_REMEDY),
    "int_type": _WHOLE_NUMBER,
    "bool_type": _TRUE_OR_FALSE,
    "list_type": (N_("A list is expected here."), N_("Put each item on its own line, beginning with “- ”.")),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "literal_error": (N_("This word is not one of the allowed ones."), N_("Allowed: {expected}.")),
    "enum": (N_("This word is not one of the allowed ones."), N_("Allowed: {expected}.")),
    "too_short": (N_("Too few items: {actual_length}."), N_("At least {min_length} are needed.")),
    "too_long": (N_("Too many items: {actual_length}."), N_("At most {max_length} are allowed.")),
    "string_too_short": (N_("The text is empty."), N_("Write it, or remove the key.")),
    "string_pattern_mismatch": (N_("The text has not the expected form."), N_("Expected: {pattern}.")),
    "greater_than": (N_("The number is too small."), N_("It must be greater than {gt}.")),
    "greater_than_equal": (N_("The number is too small."), N_("It must be at least {ge}.")),
    "less_than": (_TOO_LARGE, N_("It must be less than {lt}.")),
    "string_too_long": (N_("The text is too long."), N_("At most {max_length} characters are allowed.")),
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": (_TOO_LARGE, _TYPE_REMEDY),
    "bool_parsing": _TRUE_OR_FALSE,
    "model_attributes_type": _MAPPING,
    "json_invalid": (N_("This is not valid JSON: {error}."), N_("Check brackets, quotes and commas.")),
    "language_twice": (N_("A language stands here twice."), N_("Keep one of the two.")),
    "gtin": (
        N_("This is not a GTIN: the number of digits or the check digit is wrong."),
        N_("Copy the digits below the bar code."),
    ),
    "less_than_equal": (_TOO_LARGE, N_("It must be at most {le}.")),
}
