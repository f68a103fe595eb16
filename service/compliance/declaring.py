"""Facts people tell about sellers, shows and goods: set, read, and brought into the form the rules ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.compliance.entries import DeclaredField, Subject
from service.compliance.facts import declared_fields
from service.compliance.models import DeclaredFact
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of

__all__ = [
    "SELF", "NotASubject", "NotOfThisType", "declare", "declared", "demand_fields", "facts_of_words", "fields_about", "subject_of", "told",
]  # fmt: skip

SELF = "self"
"""The key of the seller: the organisation itself."""

Value = str | int | bool | None


class NotOfThisType(DomainError):
    """A declared value of the wrong kind."""

    title = N_("“{value}” does not fit the field “{field}”.")
    remedy = N_("Expected: {expected}.")


class NotASubject(DomainError):
    """Words that name no subject of facts."""

    title = N_("“{words}” names nothing facts can be told about.")
    remedy = N_("Write seller/self, show/KEY of the show, or item/CODE of the SKU.")


_EXPECTED = {
    "text": Message(N_("text of at most 300 characters")), "number": Message(N_("a whole number")),
    "boolean": Message(N_("yes or no")), "date": Message(N_("a day as 2026-11-25")),
}  # fmt: skip


def fields_about(of: Subject) -> dict[str, DeclaredField]:
    """The declarable facts of a subject by key."""
    return {one.key: one for one in declared_fields() if one.of == of}


def declare(
    session: Session, *, of: Subject, key: str, facts: Mapping[str, Value], sample: bool = False
) -> dict[str, Any]:  # fmt: skip
    """Set facts of a subject; None or empty takes one back, those not named stay. Raises `NotFound` (field), `NotOfThisType`."""
    demand_fields(of, facts)
    rows = {row.field: row for row in session.scalars(_of(of, [key]))}
    person, changed = caller_of(session).name[:80], []
    for name, value in facts.items():
        row = rows.get(name)
        if value is None or value == "":
            if row is not None:
                session.delete(row)
                del rows[name]
                changed.append(name)
        elif row is None or row.value["is"] != value or row.sample != sample:  # who confirms a sample makes it a fact
            if row is None:
                row = rows[name] = DeclaredFact(of=of, key=key, field=name)
                session.add(row)
            row.value, row.person, row.at, row.sample = {"is": value}, person, now(), sample
            changed.append(name)
    session.flush()
    if changed:
        record(session, "facts.declared", f"{of} {key}"[:200], fields=sorted(changed))
    return {name: row.value["is"] for name, row in rows.items()}


def demand_fields(of: str, facts: Mapping[str, Value]) -> None:
    """Raises `NotFound` for a fact that is not declared for the subject, `NotOfThisType` for a value that does not fit."""
    known = fields_about(cast("Subject", of))
    for name, value in facts.items():
        if name not in known:
            raise NotFound(kind=Message(N_("The fact")), name=f"{of}.{name}", known=known)
        _fits(known[name], value)


def subject_of(words: str) -> tuple[Subject, str]:
    """`seller/self`, `show/sample-evening`, `item/RU-ALENKA-90`. Raises `NotASubject`."""
    of, _, key = words.partition("/")
    if of not in ("seller", "show", "item", "channel") or not key or len(key) > 60:
        raise NotASubject(words=words[:60])
    return cast("Subject", of), key


def facts_of_words(of: Subject, words: Iterable[str]) -> dict[str, Value]:
    """`field=value` as a terminal gives it, in the type of the field; yes/no also as 是/否, да/нет. Raises what `declare` raises."""
    known, facts = fields_about(of), {}
    for word in words:
        name, _, text = word.partition("=")
        facts[name] = _typed(known[name], text) if name in known else text
    return facts


def _typed(field: DeclaredField, text: str) -> Value:
    if field.type == "boolean" and text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    if field.type == "number" and text.removeprefix("-").isdecimal():
        return int(text)
    return text


_YES = {"yes", "true", "1", "是", "да"}
_NO = {"no", "false", "0", "否", "нет"}


def _fits(field: DeclaredField, value: Value) -> None:
    if value is None or value == "":
        return
    fits = {
        "text": isinstance(value, str) and len(value) <= 300,
        "number": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "date": isinstance(value, str) and _is_day(value),
    }[field.type]
    if not fits:
        raise NotOfThisType(value=str(value)[:60], field=f"{field.of}.{field.key}", expected=_EXPECTED[field.type])


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _of(of: Subject, keys: Iterable[str]) -> Any:
    return select(DeclaredFact).where(DeclaredFact.of == of, DeclaredFact.key.in_(list(keys)))


def told(session: Session, of: Subject, key: str) -> list[DeclaredFact]:
    """What has been told about one subject, with who told it and when."""
    return list(session.scalars(_of(of, [key]).order_by(DeclaredFact.field)))


def declared(session: Session, of: Subject, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The declared facts of subjects, by their key."""
    found: dict[str, dict[str, Any]] = {key: {} for key in keys}
    asked = _of(of, found).with_only_columns(DeclaredFact.key, DeclaredFact.field, DeclaredFact.value)
    for key, name, value in session.execute(asked):  # plain rows: there may be a dozen for each of thousands of goods
        found[key][name] = value["is"]
    return found
