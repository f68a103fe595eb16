"""TMX of any version and maker to pairs: languages by what each text says of itself, whatever the header claims.

A unit with several Chinese or Russian texts gives a pair for each; texts in other languages are passed over. Who changed a text last
becomes the reviewer (a person's decision counts as review only where the file, one of ours, says so). Notes are not kept.
OmegaT's `prev` and `next` become the neighbouring sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from lxml import etree

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed
from service.translation.interchange.languages import locale_of, script_of
from service.translation.interchange.markup import LANG, Hidden, elements, local, text_of
from service.translation.interchange.refusing import WRITE_THE_SIGN, unknown_entity
from service.translation.interchange.report import Report
from service.translation.memory.keeping import UnitGiven

__all__ = ["OWN", "moment", "read"]

OWN = "x-amurlive-"
_MOST_PAIRS = 64
_Text = tuple[str, etree._Element]
_ORIGINS = frozenset({"authored", "edited", "machine", "imported"})


def read(fed: Fed, report: Report) -> Iterator[UnitGiven]:
    """All pairs, one after the other."""
    header: str | None = None
    for number, tu in enumerate(elements(fed, report, "tu"), 1):
        if number == 1:
            header = _header(tu)
        try:
            yield from _pairs(tu, header, report)
        except Hidden as hidden:
            what = unknown_entity(hidden.args[0])
            report.fault(tu.sourceline or 0, f"tu {number}", "", what, WRITE_THE_SIGN)
        except _Untold:
            what = Message(N_("A text does not say its language."))
            report.fault(tu.sourceline or 0, f"tu {number}", "", what, Message(N_("Give the tuv the attribute xml:lang, for instance zh-CN or ru-RU.")))  # fmt: skip
        except _Crowded as crowded:
            what = Message(N_("The unit holds {count} texts in one language."), {"count": crowded.args[0]})
            report.fault(tu.sourceline or 0, f"tu {number}", "", what, Message(N_("Split the unit: a few variants of one sentence are read, no lists.")))  # fmt: skip


class _Untold(Exception):
    """A text without its language."""


class _Crowded(Exception):
    """A list rather than a unit."""


def _header(tu: etree._Element) -> str | None:
    root = tu.getroottree().getroot()
    found = next((one for one in root.iter("{*}header")), None)
    return found.get("srclang") if found is not None else None


def _pairs(tu: etree._Element, header: str | None, report: Report) -> Iterator[UnitGiven]:
    """The pairs of a unit; written as one loop, for here the time of reading goes."""
    chinese: list[_Text] = []
    russian: list[_Text] = []
    props: dict[str | None, str] = {}
    first, empty, foreign = "", False, False
    for child in tu:
        tag = child.tag
        if tag not in _OURS:
            tag = local(tag)
        if tag == "prop":
            props[child.get("type")] = child.text or ""
        elif tag == "tuv":
            told = child.get(LANG) or child.get("lang")
            if told is None:
                raise _Untold
            locale = locale_of(told)
            if locale == "en" and (really := script_of(_segment(child, report))) != "other":
                report.mended += 1
                locale = really
            if locale != "zh" and locale != "ru":
                foreign = True
                if locale == "traditional":
                    report.passed_over["traditional"] += 1
                continue
            text = _segment(child, report)
            if not text or text.isspace():
                empty = True
                continue
            first = first or locale
            (chinese if locale == "zh" else russian).append((text, child))
    if not chinese or not russian:
        report.passed_over["empty" if empty or not foreign else "other_language"] += 1
        return
    source = _source(tu.get("srclang"), header, first)
    if len(chinese) == len(russian) == 1:
        yield _unit(tu, source, props, chinese[0], russian[0])
        return
    if len(chinese) * len(russian) > _MOST_PAIRS:
        raise _Crowded(max(len(chinese), len(russian)))
    for zh, ru in product(chinese, russian):
        yield _unit(tu, source, props, zh, ru)


_OURS = frozenset({"tuv", "prop"})


def _segment(tuv: etree._Element, report: Report) -> str:
    if not len(tuv):
        return ""
    last = tuv[-1]  # by the DTD; some programs write notes after it
    if last.tag == "seg":
        return text_of(last, report)
    return next((text_of(child, report) for child in tuv if local(child.tag) == "seg"), "")


def _source(own: str | None, header: str | None, first: str) -> str:
    for told in (own, header):
        if told and (locale := locale_of(told)) in ("zh", "ru"):
            return locale
    return first


def _unit(tu: etree._Element, source: str, props: dict[str | None, str], zh: _Text, ru: _Text) -> UnitGiven:
    target = (ru if source == "zh" else zh)[1].get
    get = props.get
    origin = get(_ORIGIN)
    reviewer = get(_REVIEWER) if origin else target("changeid") or target("creationid") or tu.get("changeid")
    at = get(_AT) or target("changedate") or target("creationdate") or tu.get("changedate") or tu.get("creationdate")
    return UnitGiven(
        zh[0], ru[0], source, get(_FAMILY), get(_FIELD), get(_CHANNEL), get(_REVIEWED) == "yes", reviewer,
        origin if origin in _ORIGINS else "imported", get("file"), moment(at) if at else None, get("prev"), get("next"),
    )  # fmt: skip


_ORIGIN, _AT, _FAMILY, _FIELD, _CHANNEL, _REVIEWED, _REVIEWER = (
    OWN + name for name in ("origin", "at", "family", "field", "channel", "reviewed", "reviewer")
)


def moment(told: str) -> datetime | None:
    """A TMX or ISO date; one that names no zone is UTC; what is no date is none."""
    try:
        if (
            len(told) == 16 and told[8] == "T"
        ):  # 20261125T081500Z, which most files write: three times faster than strptime
            return datetime(
                int(told[:4]), int(told[4:6]), int(told[6:8]), int(told[9:11]), int(told[11:13]), int(told[13:15]), tzinfo=UTC
            )  # fmt: skip
        found = datetime.fromisoformat(told)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        return None
