"""Small changes of one card: some fields, the state of its texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from service.catalog.checking import check_document
from service.catalog.document import LOCALES, copy_of
from service.catalog.redirects import redirects
from service.catalog.revising import Edit, Vouched, applied, settled
from service.catalog.storing import Change, Known, known, save
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.webhooks.telling import tell

__all__ = ["MergedAway", "NoSuchText", "edit_card", "judge_texts", "own_document"]


class MergedAway(DomainError):
    """The card is another one now."""

    status = 409
    title = N_("“{key}” was merged into “{into}”.")
    remedy = N_("Change that card.")


class NoSuchText(NotFound):
    """The card has no such text."""


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
    for locale, field in places:
        texts = after["texts"].get(locale, {})
        if field not in texts:
            raise NoSuchText(kind=Message(N_("The text")), name=f"{field}[{locale}]", known=texts)
        if lock is not None:
            texts[field]["locked"] = lock
            if not lock:
                del texts[field]["locked"]
    _review(session, after["texts"], places)
    save(session, [Change(key, before, after)], kind="review")
    record(session, "product.reviewed", key, texts=[f"{field}[{locale}]" for locale, field in places])


def _review(session: Session, texts: Any, places: Iterable[tuple[str, str]]) -> None:
    name, at = caller_of(session).name[:80], now().isoformat(timespec="seconds")
    for locale, field in places:
        if text := texts[locale].get(field):
            text.pop("made_from", None)
            text["reviewer"], text["reviewed_at"] = name, at
