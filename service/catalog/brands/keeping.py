"""Brands and their words: made, changed, read by a person; a text whose source changed is kept and marked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from service.catalog.brands.files import BrandEntry, brand_lines
from service.catalog.brands.models import Brand, BrandText
from service.catalog.document import LOCALES
from service.database import now
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["brand_page", "find_brand", "import_brands", "keep_brand", "lineage", "own_brand", "seen_brands"]

TEXTS = ("name", "slogan", "story")


def brand_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Brand], str | None]:
    """A page of brands this session sees, by key, with texts and licences. Raises `BadCursor`."""
    query = select(Brand).options(selectinload(Brand.texts), selectinload(Brand.licences))
    return page_of(session, query, by=[Brand.key, Brand.id], after=after, limit=limit)


def seen_brands(session: Session) -> dict[str, Brand]:
    """All brands this session sees, by key, with their licences: one's own in front of a shared one."""
    own_last = case((Brand.organisation_id == organisation_of(session), 1), else_=0)
    query = select(Brand).options(selectinload(Brand.licences)).order_by(own_last, Brand.id.desc())
    return {brand.key: brand for brand in session.scalars(query)}


def find_brand(session: Session, key: str) -> Brand:
    """The brand under this key, one's own before a shared one; raises `NotFound`."""
    own_first = case((Brand.organisation_id == organisation_of(session), 0), else_=1)
    found = session.scalar(select(Brand).where(Brand.key == key).order_by(own_first, Brand.id).limit(1))
    if found is None:
        raise NotFound(kind=Message(N_("The brand")), name=key, known=session.scalars(select(Brand.key)))
    return found


def own_brand(session: Session, key: str) -> Brand:
    """The organisation's own brand; raises `NotFound`, also for one that is only shared with it."""
    mine = select(Brand).where(Brand.organisation_id == organisation_of(session))
    found = session.scalar(mine.where(Brand.key == key))
    if found is None:
        known = session.scalars(select(Brand.key).where(Brand.organisation_id == organisation_of(session)))
        raise NotFound(kind=Message(N_("The brand")), name=key, known=known)
    return found


def lineage(session: Session, key: str) -> list[Brand]:
    """A brand and what it stands below, the brand first; raises `NotFound`."""
    line = [find_brand(session, key)]
    while (parent := line[-1].parent_key) and parent not in {brand.key for brand in line}:
        line.append(find_brand(session, parent))
    return line


def import_brands(session: Session) -> int:
    """Bring the caller's brands up to `catalogs/brands.yaml`; returns how many changed. A second time none does.

    The files' words have been read by whoever keeps them: the importing person answers for them.
    """
    return sum(keep_brand(session, entry, reviewed=True)[1] for entry in brand_lines().values())


def keep_brand(session: Session, entry: BrandEntry, *, reviewed: bool = False) -> tuple[Brand, bool]:
    """Make the caller's brand of this key, or change it; returns it and whether anything changed.

    `reviewed`: the caller has read the words and answers for them. Raises `NotFound` for a parent that is not there.
    """
    if entry.parent:
        find_brand(session, entry.parent)
    me = organisation_of(session)
    brand = session.scalar(select(Brand).where(Brand.key == entry.key, Brand.organisation_id == me))
    facts = {
        "parent_key": entry.parent, "line": entry.line, "county": entry.county, "owner_zh": entry.owner.zh,
        "owner_ru": entry.owner.ru, "registration": entry.registration, "licensed": entry.licensed,
        "source_locale": entry.source_locale, "source": entry.source, "unverified": list(entry.unverified),
    }  # fmt: skip
    new = brand is None
    if brand is None:
        brand = Brand(key=entry.key, organisation_id=me, texts=[], licences=[], **facts)
        session.add(brand)
    changed = new
    for name, value in facts.items():
        if getattr(brand, name) != value:
            setattr(brand, name, value)
            changed = True
    changed = _take_words(session, brand, entry, reviewed) or changed
    if changed:
        brand.updated_at = now()
        session.flush()
        record(session, "brand.saved", entry.key, created=new)
    return brand, changed


def _words(entry: BrandEntry) -> Iterator[tuple[str, str, str]]:
    for field in TEXTS:
        if pair := getattr(entry.texts, field):
            for locale in LOCALES:
                yield locale, field, getattr(pair, locale)


def _take_words(session: Session, brand: Brand, entry: BrandEntry, reviewed: bool) -> bool:
    """Each text as it is given: what did not change keeps its reviewer, what was made from words that changed is marked."""
    there = {(text.locale, text.field): text for text in brand.texts}
    before = {place: text.value for place, text in there.items()}
    given = {(locale, field): value for locale, field, value in _words(entry)}
    person, at, changed = caller_of(session).name[:80], now(), False
    for place in there.keys() - given.keys():
        brand.texts.remove(there[place])
        changed = True
    for place, value in given.items():
        locale, field = place
        text = there.get(place)
        if text is None:
            text = BrandText(organisation_id=brand.organisation_id, locale=locale, field=field, value=value)
            brand.texts.append(text)
            fresh = True
        else:
            fresh = text.value != value
        source = (entry.source_locale, field)
        if fresh:
            text.value, text.made_from, text.reviewer, text.reviewed_at = value, None, None, None
        elif locale != entry.source_locale and source in before and before[source] != given.get(source):
            text.made_from = text.made_from or before[source]
            changed = True
        if text.made_from is not None and text.made_from == given.get(source):
            text.made_from, changed = None, True
        if reviewed and (text.reviewer is None or text.made_from is not None):
            text.reviewer, text.reviewed_at, text.made_from, changed = person, at, None, True
        changed = changed or fresh
    return changed
