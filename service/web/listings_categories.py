"""Categories of platforms: imported from their own answers, searched, and chosen for families; what is chosen for single cards listed."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, cast

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.families import families
from service.catalog.listing import in_front
from service.catalog.models import Product
from service.database import now
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.listings.categories.finding import Found, find_categories
from service.listings.categories.reading import READERS, Asked, Subject, read_answer
from service.listings.categories.snapshot import Spoken, merged
from service.listings.categories.storing import Difference, store
from service.listings.channels import Channel, channels
from service.listings.channels import channel as find_channel
from service.listings.models import ChannelAttribute, ChannelCategory, ListingChoice
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import page
from service.web.listings_words import ListingWords
from service.web.posting import file_name, refusal
from service.web.sheets import NoFile

router = APIRouter(route_class=Guarded, prefix="/listings/categories", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]
OURS = [Depends(form_is_ours)]
FOUND = 40  # categories a search shows
TOLD = 20  # differences of each kind shown
MOST_FILES = 30
TextQuery = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
_Typed = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
SUBJECTS = {
    "tree": N_("the tree of categories"), "attributes": N_("what is asked in a category"), "values": N_("a dictionary of values"),
    "rules": N_("other rules of a category"),
}  # fmt: skip
_EMPTY = {"subject": "tree", "language": "", "category": "", "attribute": ""}


class Known(NamedTuple):
    """What is known of a channel's categories: how many leaves, of how many what is asked, and since when."""

    leaves: int
    asked: int
    told_on: Any


class Chosen(NamedTuple):
    """A family of our cards, how many there are, and what is chosen for it."""

    key: str
    cards: int
    choice: ListingChoice | None


@router.get("")
def categories(
    session: Reading,
    request: Request,
    locale: CallerLocale,
    channel: Annotated[str, Query(max_length=40)] = "",
    q: TextQuery = "",
) -> HTMLResponse:
    """One channel's categories: what is chosen, a search, and the form to import an answer."""
    return _categories(session, request, locale, channel, q=q)


@router.get("/uploads")
def again(_session: Reading, locale: CallerLocale) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/listings/categories?lang={locale}", status_code=303)


def _categories(
    session: Session, request: Request, locale: Locale, channel: str, status: int = 200, *, q: str = "", **values: Any
) -> HTMLResponse:
    known = _known(session)
    where = channels().get(channel) or channels().get(next(iter(known), "ozon"))
    given = {"typed": _EMPTY, "fault": None, "difference": None, "files": []} | values
    return page(
        request, locale, "listings_categories.html", status, channels=askers(), known=known, where=where, q=q.strip(),
        found=_search(session, where, q), chosen=_families(session, where) if where else [], cards=_cards(session, where) if where else [],
        names=_names(session, where) if where else {}, subjects={key: Message(name).say(locale) for key, name in SUBJECTS.items()},
        read=READERS.get(where.key, {}) if where else {}, told=TOLD, family_names={key: one.name for key, one in families().items()},
        says=ListingWords(locale), **given,
    )  # fmt: skip


def askers() -> list[Channel]:
    """Channels that want a category of theirs for all goods."""
    heads = {"extra.category", "extra.subject"}
    return [one for one in channels().values() if heads & one.fields and one.content.market != "any"]


def _known(session: Session) -> dict[str, Known]:
    own = ChannelCategory
    query = select(own.channel, func.count(own.id), func.max(own.told_on)).where(own.leaf).group_by(own.channel)
    asked = select(own.channel, func.count(func.distinct(own.id))).join(ChannelAttribute).group_by(own.channel)
    rows: Any = session.execute(asked)
    counted: dict[str, int] = dict(rows.all())
    return {key: Known(leaves, counted.get(key, 0), day) for key, leaves, day in session.execute(query)}


def _search(session: Session, where: Channel | None, words: str) -> list[Found]:
    return find_categories(session, where.key, words.strip(), most=FOUND) if where and words.strip() else []


def _families(session: Session, where: Channel) -> list[Chosen]:
    columns: tuple[Any, ...] = (Product.family_key, func.count(Product.id))
    query = in_front(session, select(*columns).group_by(Product.family_key))
    rows = session.scalars(
        select(ListingChoice).where(ListingChoice.channel == where.key, ListingChoice.family_key.is_not(None))
    )
    chosen = {one.family_key: one for one in rows}
    counted: Any = session.execute(query)
    counts: dict[str, int] = dict(counted.all())
    keys = sorted({*counts, *(one for one in chosen if one)}, key=lambda key: (key in chosen, -counts.get(key, 0), key))
    return [Chosen(key, counts.get(key, 0), chosen.get(key)) for key in keys]


def _cards(session: Session, where: Channel) -> list[ListingChoice]:
    query = select(ListingChoice).where(ListingChoice.channel == where.key, ListingChoice.product_id.is_not(None))
    return list(
        session.scalars(query.options(joinedload(ListingChoice.product)).order_by(ListingChoice.id.desc()).limit(200))
    )


def _names(session: Session, where: Channel) -> dict[str, ChannelCategory]:
    """The categories that are chosen, by their number."""
    numbers = select(ListingChoice.category).where(
        ListingChoice.channel == where.key, ListingChoice.category.is_not(None)
    )
    own = ChannelCategory
    return {
        one.external: one
        for one in session.scalars(select(own).where(own.channel == where.key, own.external.in_(numbers)))
    }


@router.post("/uploads", dependencies=OURS)
def take(
    session: Writing, request: Request, locale: CallerLocale, file: Annotated[list[UploadFile] | None, File(max_length=MOST_FILES)] = None,
    channel: _Typed = "", subject: _Typed = "tree", language: _Typed = "", category: _Typed = "", attribute: _Typed = "",
) -> Response:  # fmt: skip
    """Take over what a platform told, and show what differs from before; the same answer again changes nothing."""
    typed = {"subject": subject, "language": language, "category": category, "attribute": attribute}
    given = [one for one in file or [] if one.filename]
    names = [file_name(one) for one in given]
    try:
        with session.begin_nested():
            difference = _take(session, given, channel, typed)
    except DomainError as error:
        fault = refusal(session, error, locale, {})
        return _categories(session, request, locale, channel, fault.status, typed=typed, fault=fault, files=names)
    return _categories(session, request, locale, channel, difference=difference)


def _take(session: Session, files: list[UploadFile], channel: str, typed: dict[str, str]) -> Difference:
    if not files:
        raise NoFile()
    where = find_channel(channel)
    spoken: Spoken = "ru" if (typed["language"] or where.content.languages[0]) == "ru" else "zh"
    asked = Asked(spoken, typed["category"].strip() or None, typed["attribute"].strip() or None)
    kind = cast("Subject", typed["subject"] if typed["subject"] in SUBJECTS else "tree")
    told = [read_answer(where.key, kind, file_name(one), one.file.read(), asked) for one in files]
    return store(session, where.key, merged(told), language=spoken, day=now().date())
