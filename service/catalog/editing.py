"""Small changes of one card: some fields, the state of its texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from service.catalog.checking import EditRefused, check_document
from service.catalog.document import LOCALES, Document, copy_of
from service.catalog.redirects import redirects
from service.catalog.revising import Edit, Vouched, applied, settled, with_defaults
from service.catalog.storing import Change, Known, known, save
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.webhooks.telling import tell

__all__ = [
    "CardExists", "MergedAway", "NoSuchText", "edit_card", "judge_texts", "lock_texts", "make_card", "own_document",
    "take_text",
]  # fmt: skip


class MergedAway(DomainError):
    """The card is another one now."""

    status = 409
    title = N_("“{key}” was merged into “{into}”.")
    remedy = N_("Change that card.")


class NoSuchText(NotFound):
    """The card has no such text."""


class CardExists(DomainError):
    """A key names one card."""

    status = 409
    title = N_("You have a card “{key}” already.")
    remedy = N_("Choose another product key, or change that card.")


def own_document(session: Session, key: str) -> Known:
    """The organisation's own card under this key.

    Raises `NotFound`, also for a card that is only shared with it, and `MergedAway`.
    """
    found = known(session, [key]).get(key)
    if found is None:
        if (into := redirects(session).get(key)) is not None:
            raise MergedAway(key=key, into=into)
        raise NotFound(kind=Message(N_("The product")), name=key)
    return found


def edit_card(session: Session, key: str, edit: Edit, *, reviewed: bool = False, kind: str = "edit") -> list[str]:
    """Change some fields of a card of one's own: path → value, None takes it away. Returns texts kept because locked.

    `reviewed`: the caller answers for the words. Raises `NotFound`, `EditRefused`, `SkuTaken`, `SkuInUse`.
    """
    before = own_document(session, key)
    vouched = Vouched(None, "", [])
    after = settled(before.document, applied(before.document, edit), vouched)
    if reviewed:
        places = [(path[-3:-1], path[:-4]) for path, value in edit.items() if path.endswith("]") and value is not None]
        _review(session, after["texts"], places)
    check_document(after, edit)
    save(session, [Change(key, before, after)], kind=kind)
    record(session, "product.edited", key, fields=sorted(edit))
    tell(session, "product.saved", {"product": key})
    return vouched.kept_locked


def make_card(session: Session, key: str, edit: Edit, *, reviewed: bool = False) -> None:
    """A new card of one's own that says these fields; what its line implies is filled in.

    Raises `CardExists`, `MergedAway`, `EditRefused`, `SkuTaken`.
    """
    if key in known(session, [key]):
        raise CardExists(key=key)
    if (into := redirects(session).get(key)) is not None:
        raise MergedAway(key=key, into=into)
    whole = {path: value for path, value in with_defaults(edit).items() if value is not None}
    _demand_beginnings(whole)
    reviewer = caller_of(session).name[:80] if reviewed else None
    vouched = Vouched(reviewer, now().isoformat(timespec="seconds"), [])
    after = settled(None, applied(None, whole), vouched)
    check_document(after, whole)
    save(session, [Change(key, None, after)], kind="edit")
    record(session, "product.saved", key, created=True)
    tell(session, "product.saved", {"product": key})


def _demand_beginnings(edit: Edit) -> None:
    """What a new card cannot be without."""
    lacking = [path for path in ("line", "family") if path not in edit]
    if "name[zh]" not in edit and "name[ru]" not in edit:
        lacking.append("name[zh]")
    if not any(path.startswith("sku.") for path in edit):
        lacking.append("sku")
    if lacking:
        needed = Message(N_("A new card needs this."))
        raise EditRefused(faults=[Message(N_("{field}: {what}"), {"field": path, "what": needed}) for path in lacking])


def judge_texts(
    session: Session, key: str, places: Sequence[tuple[str, str]] | None = None, *, lock: bool | None = None
) -> None:
    """A person has read these texts (locale, field; None: all) beside their sources and answers for them: they are fresh and

    reviewed. `lock` keeps them from being overwritten by imports, or lets them go. Raises `NotFound`, `NoSuchText`.
    """
    before = own_document(session, key)
    after = copy_of(before.document)
    if places is None:
        places = [(locale, field) for locale in LOCALES for field in after["texts"].get(locale, {})]
    _demand_texts(after, places)
    if lock is not None:
        _lock(after, places, lock=lock)
    _review(session, after["texts"], places)
    save(session, [Change(key, before, after)], kind="review")
    record(session, "product.reviewed", key, texts=[f"{field}[{locale}]" for locale, field in places])


def take_text(session: Session, key: str, *, locale: str, field: str, value: str, origin: str) -> None:
    """Put a text the caller has read and answers for on a card of one's own; `origin` (memory, machine, authored) says who wrote it first.

    Raises `NotFound`, `EditRefused`.
    """
    before = own_document(session, key)
    path = f"{field}[{locale}]"
    edit: Edit = {path: value}
    after = settled(before.document, applied(before.document, edit), Vouched(None, "", []))
    if origin != "authored":
        after["texts"][locale][field]["origin"] = origin
    _review(session, after["texts"], [(locale, field)])
    check_document(after, edit)
    save(session, [Change(key, before, after)], kind="review")
    record(session, "product.translated", key, text=path, origin=origin)
    tell(session, "product.saved", {"product": key})


def lock_texts(session: Session, key: str, places: Sequence[tuple[str, str]], *, lock: bool) -> None:
    """Keep these texts (locale, field) from being overwritten, or let them go; who answers for them stays as it is.

    Raises `NotFound`, `NoSuchText`.
    """
    before = own_document(session, key)
    after = copy_of(before.document)
    _demand_texts(after, places)
    _lock(after, places, lock=lock)
    save(session, [Change(key, before, after)], kind="review")
    record(session, "product.locked", key, texts=[f"{field}[{locale}]" for locale, field in places], locked=lock)


def _demand_texts(document: Document, places: Iterable[tuple[str, str]]) -> None:
    for locale, field in places:
        texts = document["texts"].get(locale, {})
        if field not in texts:
            raise NoSuchText(kind=Message(N_("The text")), name=f"{field}[{locale}]", known=texts)


def _lock(document: Document, places: Iterable[tuple[str, str]], *, lock: bool) -> None:
    for locale, field in places:
        text = document["texts"][locale][field]
        if lock:
            text["locked"] = True
        else:
            text.pop("locked", None)


def _review(session: Session, texts: Any, places: Iterable[tuple[str, str]]) -> None:
    name, at = caller_of(session).name[:80], now().isoformat(timespec="seconds")
    for locale, field in places:
        if text := texts[locale].get(field):
            text.pop("made_from", None)
            text["reviewer"], text["reviewed_at"] = name, at
