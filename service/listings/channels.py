"""Sales channels as data: `catalogs/channels/<key>.toml`, one file a channel, each rule with its source, its date and its evidence.

This reads and checks the files; what a listing may be is decided by `validating`, from the rules in force on a day.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from service.authored import Authored, words_for
from service.errors import FilesRejected, NotFound
from service.i18n import N_, Message, Named
from service.listings.listing import field_kind, label
from service.listings.rules import KINDS, MEANT_FOR, Base, ChannelFile, FieldEntry, Of, Pattern, Required, Said
from service.resources import root

__all__ = [
    "Channel", "Stale", "ToTell", "channel", "channels", "fields_to_tell", "read_channels", "read_toml", "stale_rules",
]  # fmt: skip

R = TypeVar("R", bound=Base)


class Channel:
    """One channel. Compared by identity, so that what is compiled for it can be kept."""

    def __init__(self, content: ChannelFile) -> None:
        self.content = content
        self.key = content.key
        self.fields = frozenset(entry.name for entry in content.fields)
        self.own: Mapping[str, FieldEntry] = {one.name: one for one in content.fields if one.says is not None}
        """Fields only this channel has ("extra.freight"), with what a seller tells there."""
        names = {name: _short(one.says) for name, one in self.own.items() if one.says}
        self.label = lru_cache(maxsize=4096)(lambda place: label(place, names))
        """A place in the reader's language, the channel's own fields in its words."""

    def on(self, day: date) -> list[Base]:
        """The rules in force on a day, in the order of the file."""
        return [rule for rule in self.content.rules if rule.in_force(day)]

    def find(self, kind: type[R], day: date) -> list[R]:
        """The rules of one kind in force on a day, for exporters: forms, codes, batches, rates."""
        return [rule for rule in self.on(day) if isinstance(rule, kind)]


class ToTell(NamedTuple):
    """A field only the seller can fill, by the name the shop's settings and choices have it under; `required`: a rule of the day demands it."""

    name: str
    says: Said
    required: bool


def fields_to_tell(channel: Channel, day: date | None = None) -> list[ToTell]:
    """What a channel has to be told besides the card, in the order of its file; `channel.own` knows the words some fields are limited to."""
    wanted = {rule.field for rule in channel.find(Required, day or datetime.now(UTC).date())}
    return [
        ToTell(name.removeprefix("extra."), one.says, name in wanted) for name, one in channel.own.items() if one.says
    ]


class Stale(NamedTuple):
    """A rule whose source was read too long ago."""

    channel: str
    rule: Base
    days: int


def stale_rules(today: date, days: int) -> list[Stale]:
    """Rules that hold today or later and were checked more than so many days ago, of all channels; the oldest first."""
    found = [
        Stale(one.key, rule, (today - rule.checked).days)
        for one in channels().values()
        for rule in one.content.rules
        if (rule.valid_to is None or rule.valid_to >= today) and (today - rule.checked).days > days
    ]
    return sorted(found, key=lambda one: (-one.days, one.channel))


def _short(says: Said) -> Named:
    """What is told, without where it is found; English readers are told whose field it is."""
    return Named("Channel's own field", says.zh.partition("（")[0], says.ru.partition(" (")[0])


def channel(key: str) -> Channel:
    """The channel of a key. Raises `NotFound`."""
    known = channels()
    if key not in known:
        raise NotFound(kind=Message(N_("The channel")), name=key, known=known)
    return known[key]


@cache
def channels() -> Mapping[str, Channel]:
    """All channels of the installation, read once. Raises `FilesRejected`."""
    return read_channels(root("catalogs") / "channels")


def read_channels(folder: Path) -> dict[str, Channel]:
    """All channels of a folder by key. Raises `FilesRejected` with every fault of all files."""
    files = [read_toml(path) for path in sorted(folder.glob("*.toml"))]
    if problems := [problem for file in files for problem in file.problems]:
        raise FilesRejected(problems)
    return {file.content.key: Channel(file.content) for file in files if file.content}


def read_toml(path: Path) -> Authored[ChannelFile]:
    """Read one file; never raises for what stands in it: see `problems`."""
    result: Authored[ChannelFile] = Authored(path, None, {})
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        what = Message(N_("The file cannot be read: {reason}."), {"reason": error})
        result.fault(value="", what=what, remedy=Message(N_("Save it as UTF-8 text at this place.")))
        return result
    except tomllib.TOMLDecodeError as error:
        if place := re.search(r"line (\d+)", str(error)):
            result.lines[()] = int(place[1])
        what = Message(N_("This is not valid TOML: {reason}."), {"reason": error})
        result.fault(value="", what=what, remedy=Message(N_("Check quotes, brackets and dates on this line.")))
        return result
    result.lines.update(_lines(text))
    try:
        result.content = ChannelFile.model_validate(data)
    except ValidationError as error:
        _explain(error, result)
        return result
    _check(result, result.content)
    if result.problems:
        result.content = None
    return result


def _lines(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Where tables and keys stand, as far as they begin a line: tomllib does not tell."""
    table: tuple[str | int, ...] = ()
    seen: dict[str, int] = defaultdict(int)
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\[\[([\w-]+)\]\]", line):
            table = (head[1], seen[head[1]])
            seen[head[1]] += 1
            yield table, number
        elif head := re.match(r"\[([\w.-]+)\]", line):
            table = tuple(head[1].split("."))
            yield table, number
        elif key := re.match(r"\"?([\w.-]+)\"?\s*=", line):
            yield (*table, *key[1].split(".")), number


_LIST = (N_("A list is expected here."), N_("Write it in square brackets."))
_TABLE = (N_("A table is expected here."), N_("Write “[name]” above it or put it in braces."))
_DAY = (N_("A day is expected here."), N_("Write it without quotes: 2026-01-31."))
_KIND = N_("Known: {known}.")
_WORDS = {
    "list_type": _LIST, "dict_type": _TABLE, "model_type": _TABLE, "model_attributes_type": _TABLE, "date_type": _DAY,
    "float_type": (N_("A number is expected here."), N_("Write digits, with a point before decimals.")),
    "union_tag_invalid": (N_("This kind of rule is not known."), _KIND),
    "union_tag_not_found": (N_("The kind of the rule is missing."), _KIND),
}  # fmt: skip


def _explain(error: ValidationError, result: Authored[ChannelFile]) -> None:
    """Pydantic's faults in our words, each at its place."""
    for item in error.errors(include_url=False):
        place = item["loc"]
        if place[:1] == ("rules",) and len(place) > 2 and place[2] in KINDS:  # pydantic names the kind it tried
            what, remedy = words_for({**item, "loc": place[3:]}, KINDS[str(place[2])])
            place = (*place[:2], *place[3:])
        else:
            what, remedy = words_for(item, ChannelFile)
        if item["type"] in _WORDS:
            first, second = _WORDS[item["type"]]
            what, remedy = Message(first), Message(second, {"known": sorted(KINDS)})
        value: object = "" if item["type"] == "missing" else item["input"]
        result.fault(*place, value=value, what=what, remedy=remedy)


def _check(file: Authored[ChannelFile], content: ChannelFile) -> None:
    """Faults that only show when the parts are seen together."""
    if content.key != file.path.stem:
        what = Message(N_("The key is not the file's name: {name}."), {"name": file.path.stem})
        file.fault("key", value=content.key, what=what, remedy=Message(N_("Write both alike.")))
    fields = {entry.name for entry in content.fields}
    for at, entry in enumerate(content.fields):
        if field_kind(entry.name) is None:
            what = Message(N_("“{value}” is not known."), {"value": entry.name})
            remedy = Message(N_("Use a name of service/listings/listing.py, or “extra.” and a name of your own."))
            file.fault("fields", at, "name", value=entry.name, what=what, remedy=remedy)
    for at, rule in enumerate(content.rules):
        file.known("rules", at, "source", value=rule.source, among=content.sources)
        _check_rule(file, at, rule, fields)
    _check_days(file, content)


def _check_rule(file: Authored[ChannelFile], at: int, rule: Any, fields: Collection[str]) -> None:
    if isinstance(rule, Of):
        file.known("rules", at, "field", value=rule.field, among=fields)
        meant = MEANT_FOR.get(rule.kind)  # type: ignore[attr-defined]
        if meant and (kind := field_kind(rule.field)) and kind not in meant:
            what = Message(N_("A rule of this kind says nothing about “{field}”."), {"field": rule.field})
            file.fault("rules", at, "field", value=rule.field, what=what, remedy=Message(N_("Choose another kind.")))
    low, high = getattr(rule, "min", None), getattr(rule, "max", None)
    if low is not None and high is not None and low > high:
        file.fault("rules", at, "min", value=low, what=Message(N_("min is above max.")), remedy=Message(N_("Swap min and max.")))  # fmt: skip
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        what = Message(N_("The rule ends before it begins."))
        file.fault(
            "rules", at, "valid_to", value=str(rule.valid_to), what=what, remedy=Message(N_("Swap the two days."))
        )
    if isinstance(rule, Pattern):
        try:
            re.compile(rule.pattern)
        except re.error as error:
            what = Message(N_("This is not a regular expression: {reason}."), {"reason": error})
            file.fault("rules", at, "pattern", value=rule.pattern, what=what, remedy=Message(N_("Correct the value.")))


def _check_days(file: Authored[ChannelFile], content: ChannelFile) -> None:
    series: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
    for at, rule in enumerate(content.rules):
        series[rule.id].append((rule.valid_from or date.min, rule.valid_to or date.max, at))
    for name, spans in series.items():
        spans.sort()
        for (_, end, _), (begin, _, at) in pairwise(spans):
            if begin <= end:
                what = Message(N_("Two rules “{name}” hold on {day}."), {"name": name, "day": begin})
                remedy = Message(N_("End the earlier one the day before (valid_to), or give the rules different ids."))
                file.fault("rules", at, "id", value=name, what=what, remedy=remedy)
