"""From what a card says to what it shall say: pure rules about words, without a database.

A change of some fields is an `Edit`: field path → new value, None to take it away. Whoever brings a whole card brings a
`Document`. Both end in `settled`, which decides what becomes of each text: what did not change keeps its reviewer, what a
person locked stays, and a text whose source changed is kept and marked by the digest of the source it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.catalog.document import LOCALES, Document, Pack, Text, copy_of, text_digest

__all__ = ["Edit", "Vouched", "applied", "settled", "text_place", "with_defaults"]

Edit = Mapping[str, Any]


@dataclass(frozen=True)
class Vouched:
    """Who answers for the texts that come in: a reviewer's name and the moment, or nobody yet."""

    reviewer: str | None = None
    at: str = ""
    kept_locked: list[str] = field(default_factory=list)


def text_place(path: str) -> tuple[str, str] | None:
    """Field and locale of a path such as `name[zh]`; None for what is no text."""
    if path[-1:] == "]" and path[-4:-3] == "[":
        return path[:-4], path[-3:-1]
    return None


def applied(before: Document | None, edit: Edit) -> Document:
    """The card with these fields changed. SKUs not named stay; a new code makes a new SKU."""
    if before is not None:
        after = copy_of(before)
    else:
        after = Document(line="", family="", source_locale="zh", facts={}, texts={"zh": {}, "ru": {}}, skus=[])
    skus: dict[str, Any] = {sku["code"]: sku for sku in after["skus"]}
    for path, value in edit.items():
        if path[-1:] == "]" and path[-4:-3] == "[":
            name, texts = path[:-4], after["texts"][path[-3:-1]]
            if value is None:
                texts.pop(name, None)
            elif name in texts:
                texts[name]["value"] = _tidy(value)
            else:
                texts[name] = {"value": _tidy(value)}
        elif path.startswith("facts."):
            _put(after["facts"], path[6:], value)
        elif path.startswith("sku."):
            code, _, part = path[4:].rpartition(".")
            if code not in skus:
                skus[code] = Pack(code=code)  # type: ignore[typeddict-item]
                after["skus"].append(skus[code])
            _put(skus[code], part, value)
        else:
            after[path] = value  # type: ignore[literal-required]
    return after


def _tidy(value: Any) -> Any:
    """Without space around it and with plain line ends, as sheets bring it: what goes out and comes back must be the same."""
    return value.strip().replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _put(where: Any, path: str, value: Any) -> None:
    """Set or take away what stands at a path of names; mappings that become empty go too."""
    name, _, rest = path.partition(".")
    if rest:
        inner = where.setdefault(name, {})
        _put(inner, rest, value)
        if not inner:
            del where[name]
    elif value is None:
        where.pop(name, None)
    else:
        where[name] = value


def with_defaults(edit: Edit) -> dict[str, Any]:
    """What a new card is taken to be where nobody says it: the language and country its line implies, both markets."""
    russian = edit.get("line") == "russian_goods"
    return {
        "source_locale": "ru" if russian else "zh", "facts.origin_country": "RU" if russian else "CN",
        "facts.markets": ["CN", "RU"], **edit,
    }  # fmt: skip


def settled(before: Document | None, after: Document, vouched: Vouched) -> Document:
    """`after` with the state of every text; changed in place and returned."""
    old_texts = before["texts"] if before else {}
    for locale in LOCALES:
        old, new = old_texts.get(locale, {}), after["texts"].setdefault(locale, {})
        for name, given in [*new.items()]:
            was, text = old.get(name), given
            if was is None or was["value"] != given["value"]:
                if was is not None and was.get("locked"):
                    vouched.kept_locked.append(f"{name}[{locale}]")
                    new[name] = was
                    continue
                text = new[name] = _fresh(given)
            elif was is not given:
                text = new[name] = {**was}
            if vouched.reviewer and "reviewer" not in text:
                text["reviewer"], text["reviewed_at"] = vouched.reviewer, vouched.at
        for name, was in old.items():
            if name not in new and was.get("locked"):
                vouched.kept_locked.append(f"{name}[{locale}]")
                new[name] = was
    _mark_stale(old_texts, after, vouched)
    return after


def _fresh(text: Text) -> Text:
    fresh: Text = {"value": text["value"]}
    if "origin" in text:
        fresh["origin"] = text["origin"]
    if "locked" in text:
        fresh["locked"] = text["locked"]
    return fresh


def _mark_stale(old_texts: Mapping[str, Mapping[str, Text]], after: Document, vouched: Vouched) -> None:
    if not old_texts:
        return
    source = after["source_locale"]
    sources, old_sources = after["texts"].get(source, {}), old_texts.get(source, {})
    for locale in LOCALES:
        if locale == source:
            for text in sources.values():
                text.pop("made_from", None)
            continue
        old = old_texts.get(locale, {})
        for name, text in after["texts"][locale].items():
            now, was = sources.get(name), old_sources.get(name)
            if name not in old or old[name]["value"] != text["value"] or vouched.reviewer:
                text.pop("made_from", None)
                continue
            if now and was and now["value"] != was["value"]:
                text.setdefault("made_from", text_digest(was["value"]))
            if now and text.get("made_from") == text_digest(now["value"]):
                del text["made_from"]
