"""Many choices at once, from a file that people write: `choices.yaml`. All of it is taken, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.authored import Authored, Strict, read
from service.catalog.families import families
from service.catalog.listing import in_front
from service.catalog.models import Product
from service.errors import FilesRejected
from service.i18n import N_, Message
from service.listings.answering import Choice
from service.listings.categories.finding import snapshots
from service.listings.channels import channels
from service.listings.choosing import AnswerEntry, choose, faults_of, known_channels
from service.listings.models import ListingChoice

__all__ = ["ChoiceEntry", "ChoicesFile", "take_choices"]

Text = Annotated[str, Field(min_length=1)]


class ChoiceEntry(Strict):
    """What is chosen in a channel for a family, or for one card."""

    channel: Text
    family: Text | None = None
    product: Text | None = None
    category: Text | None = None
    answers: dict[str, AnswerEntry | None] = {}
    extras: dict[str, Text] = {}

    def choice(self) -> Choice:
        """The same as choices are kept."""
        answers: dict[str, Any] = {
            key: None if entry is None else entry.model_dump(exclude_none=True) for key, entry in self.answers.items()
        }
        return Choice(self.category, answers, self.extras)


class ChoicesFile(Strict):
    """The file."""

    choices: list[ChoiceEntry] = Field(min_length=1)


def take_choices(session: Session, path: Path) -> list[ListingChoice]:
    """Choose everything a file says. Raises `FilesRejected` with every fault and its line; then nothing is changed."""
    file: Authored[ChoicesFile] = read(path, ChoicesFile)
    if file.content is None:
        raise FilesRejected(file.problems)
    entries = file.content.choices
    keys = {one.product for one in entries if one.product is not None}
    products = {one.key: one for one in session.scalars(in_front(session, _cards(keys)))} if keys else {}
    _look_at_names(file, entries, products)
    if not file.problems:
        _look_at_answers(session, file, entries, products)
    if file.problems:
        raise FilesRejected(file.problems)
    return [
        choose(
            session, one.channel, family=one.family, product=products.get(one.product or ""), category=one.category,
            answers=one.choice().answers, extras=one.extras,
        )
        for one in entries
    ]  # fmt: skip


def _cards(keys: set[str]) -> Select[Any]:
    return select(Product).where(Product.key.in_(keys))


def _look_at_names(file: Authored[ChoicesFile], entries: list[ChoiceEntry], products: dict[str, Product]) -> None:
    seen: set[tuple[str, str | None, str | None]] = set()
    for at, one in enumerate(entries):
        place = ("choices", at)
        file.known(*place, "channel", value=one.channel, among=channels())
        if (one.family is None) == (one.product is None):
            what = Message(N_("A choice is for a family or for one card, and this names both or neither."))
            file.fault(*place, value="", what=what, remedy=Message(N_("Keep one of the two.")))
        if one.family is not None:
            file.known(*place, "family", value=one.family, among=families())
        if one.product is not None and one.product not in products:
            what = Message(N_("“{value}” is not known."), {"value": one.product})
            file.fault(*place, "product", value=one.product, what=what, remedy=Message(N_("Give the key of a card.")))
        if (whose := (one.channel, one.family, one.product)) in seen:
            what = Message(N_("The key “{key}” stands here twice."), {"key": one.family or one.product})
            file.fault(*place, value="", what=what, remedy=Message(N_("Keep one of the two.")))
        seen.add(whose)


def _look_at_answers(
    session: Session, file: Authored[ChoicesFile], entries: list[ChoiceEntry], products: dict[str, Product]
) -> None:
    wanted: dict[str, set[str]] = {}
    for one in entries:
        wanted.setdefault(one.channel, set()).update([one.category] if one.category else [])
    found = snapshots(session, wanted, {key for one in entries for key in one.answers})
    known = known_channels(session, wanted)
    for at, one in enumerate(entries):
        family = products[one.product].family_key if one.product is not None else one.family
        category = found.get((one.channel, one.category or ""))
        for fault in faults_of(
            channels()[one.channel], one.choice(), family=family, category=category, known=one.channel in known
        ):
            file.fault("choices", at, *fault.place, value=fault.value, what=fault.what, remedy=fault.remedy)
