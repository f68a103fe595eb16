"""XML of strangers, element by element, and text for XML of ours.

Nothing is fetched and no entity is expanded; a document that declares entities is refused. libxml2's own limits stay on (10 MB a text,
256 levels); how much may stand between two units is bounded by `Fed`.

Codes inside a text (TMX's bpt, ept, it, ph, hi, ut; XLIFF's g, x, bx, ex, pc, sc, ec, mrk …) become text again: where the file carries the
document's own code (`<b>`), that is put back; a code it only numbers becomes a mark such as `<g1>…</g1>` or `<x2/>`; whatever only points
at text (mrk, hi, sub) leaves its text. With `Report.inline` = "dropped" the text alone remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Any

from lxml import etree

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed, Oversize
from service.translation.interchange.refusing import SMALLER
from service.translation.interchange.report import Report

__all__ = ["LANG", "Hidden", "attribute", "elements", "local", "plain", "text_of", "written"]

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"U\+([0-9A-F]{4,6})")
_NATIVE = frozenset({"bpt", "ept", "it", "ph", "ut"})
_TEXT_ONLY = frozenset({"hi", "sub", "mrk", "seg", "source", "target", "sm", "em"})


class Hidden(Exception):
    """An entity nobody knows stands in a text."""


def local(tag: Any) -> str:
    """The name of an element without its namespace; of comments and the like, nothing."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def elements(fed: Fed, report: Report, *tags: str) -> Iterator[etree._Element]:
    """Each element of these names when it is whole; forgotten when the next one is asked for. What breaks the file becomes a fault."""
    context = etree.iterparse(
        fed, events=("end",), tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False, load_dtd=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    first = True
    try:
        for _, element in context:
            if first:
                first = False
                if _declares(element):
                    report.fault(1, "", "", Message(N_("The file declares entities of its own.")), Message(N_("Such files can hide what they hold and are not read; export it again without them.")))  # fmt: skip
                    return
            yield element
            fed.passed()
            _forget(element)
    except etree.XMLSyntaxError as error:
        _broken(error, context, report, cut=fed.cut_off())
    except Oversize as error:
        report.fault(0, "", "", error.what, SMALLER)


def _declares(element: etree._Element) -> bool:
    dtd = element.getroottree().docinfo.internalDTD
    return dtd is not None and next(iter(dtd.iterentities()), None) is not None


def _forget(element: etree._Element) -> None:
    """Empties an element, and takes away what stands before it and before the elements around it."""
    element.clear()
    while element is not None:
        parent = element.getparent()
        if parent is None:
            return
        before = element.getprevious()
        while before is not None and before.tag not in _KEPT and local(before.tag) not in _KEPT:
            parent.remove(before)
            before = element.getprevious()
        element = parent


_KEPT = frozenset({"header", "tbxHeader", "martifHeader"})


def _broken(error: etree.XMLSyntaxError, context: Any, report: Report, *, cut: bool) -> None:
    line = error.position[0] or max((entry.line for entry in context.error_log), default=0)
    kind = error.code
    reason = (error.msg or "").split(", line ")[0].strip()
    if line == 0 and reason == "no element found":
        entries = list(context.error_log)
        reason, kind = (entries[-1].message, entries[-1].type) if entries else (reason, 0)
    if kind in (_ERRORS.ERR_INVALID_ENCODING, _ERRORS.ERR_UNSUPPORTED_ENCODING, _ERRORS.ERR_UNKNOWN_ENCODING):
        what = Message(
            N_("From here on the file is not in the encoding its first line states ({reason})."), {"reason": reason}
        )
        remedy = Message(N_("Open it in an editor with the encoding it was written in, save it as UTF-8 with encoding=\"UTF-8\" in its first line."))  # fmt: skip
    elif cut or kind == _ERRORS.ERR_TAG_NOT_FINISHED or not reason:
        what = Message(N_("The file ends too early: {reason}."), {"reason": reason or "empty"})
        remedy = Message(N_("Export or copy it again; it was cut off on the way."))
    elif kind == _ERRORS.ERR_INVALID_CHAR:
        what = Message(N_("A control character stands here that XML does not allow: {reason}."), {"reason": reason})
        remedy = Message(N_("Delete the character and read the file again."))
    elif kind == 114 or "huge" in reason.lower():
        what = Message(N_("A text or a nesting is larger than is read: {reason}."), {"reason": reason})
        remedy = SMALLER
    else:
        what = Message(N_("This is not well-formed XML: {reason}."), {"reason": reason})
        remedy = Message(N_("Mend the line, or export the file again."))
    report.fault(line, "", "", what, remedy)


_ERRORS: Any = etree.ErrorTypes


def text_of(element: etree._Element, report: Report, data: Mapping[str, str] | None = None) -> str:
    """The text of a segment, codes as `Report.inline` has them; `data`: XLIFF 2's originalData by id. Raises `Hidden`."""
    if not len(element):
        return element.text or ""
    parts: list[str] = []
    _flow(element, parts, report.inline == "kept", data or {})
    return "".join(parts)


def _flow(element: etree._Element, parts: list[str], keep: bool, data: Mapping[str, str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        name = local(child.tag)
        if isinstance(child, etree._Entity):
            parts.append(_entity(child))
        elif (sign := _sign(name, child)) is not None:
            parts.append(sign)
        elif keep:
            before, after = _codes(name, child, data)
            parts.append(before)
            _flow(child, parts, keep, data)
            parts.append(after)
        elif name not in _NATIVE:
            _flow(child, parts, keep, data)
        if child.tail:
            parts.append(child.tail)


def _codes(name: str, child: etree._Element, data: Mapping[str, str]) -> tuple[str, str]:
    """What stands before and after the inside of a code."""
    if name in _TEXT_ONLY or (name in _NATIVE and (child.text or len(child))):
        return "", ""
    mark = child.get("id") or child.get("i") or child.get("x") or ""
    if name == "pc":
        return data.get(child.get("dataRefStart", ""), f"<g{mark}>"), data.get(
            child.get("dataRefEnd", ""), f"</g{mark}>"
        )
    if (told := data.get(child.get("dataRef", ""))) is not None:
        return told, ""
    if name == "g":
        return f"<g{mark}>", f"</g{mark}>"
    if name in ("bpt", "bx", "sc"):
        return f"<g{mark}>", ""
    if name in ("ept", "ex", "ec"):
        return f"</g{child.get('rid') or child.get('startRef') or mark}>", ""
    return (f"<x{mark}/>", "") if name in ("x", "ph", "it", "ut") else ("", "")


def _sign(name: str, child: etree._Element) -> str | None:
    """A control character XML cannot hold: XLIFF 2's cp, and in the other forms a ph of ours that names it."""
    if name == "cp":
        told = child.get("hex", "")
    elif name == "ph" and "x-char" in (child.get("type"), child.get("ctype")):
        found = _CODE.fullmatch(child.text or "")
        told = found[1] if found else ""
    else:
        return None
    try:
        return chr(int(told, 16))
    except (ValueError, OverflowError):
        return ""


def _entity(child: etree._Element) -> str:
    name = str(child.text).strip("&;")
    if found := html5.get(f"{name};"):
        return found
    raise Hidden(name)


def written(text: str, control: str | None = None) -> str:
    """A text as XML holds it; `control` is the element for signs it cannot hold, with {code} for the number. Nothing: U+FFFD."""
    if not _SPECIAL.search(text):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    if control is None:
        return _NOT_XML.sub("\ufffd", text)
    return _NOT_XML.sub(lambda found: control.format(code=f"{ord(found[0]):04X}"), text)


def plain(text: str | None) -> bool:
    """Whether XML holds it as it is."""
    return not text or not _NOT_XML.search(text)


def attribute(text: str) -> str:
    """A text as it stands between double quotes."""
    return written(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
