"""Gathers from the database what a show is composed from: plan → brief, with every fault of the plan named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.listing import skus_by_code
from service.catalog.models import Family, Product, Sku
from service.catalog.places import country, places
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.language import russian
from service.livestream.brief import Attribute, Brief, Gift, Goods, Item, Language, Money, Place, Role, Words
from service.livestream.files import GiftPlan, ItemPlan, ShowPlan
from service.livestream.patterns import Pattern, pattern
from service.pricing.files import bases
from service.pricing.standing import Standing, prices_at
from service.translation.waiting import waiting_drafts

__all__ = ["CardUnfinished", "LineMismatch", "MarketClosed", "UnknownGift", "UnknownSkus", "gather"]


class CardUnfinished(DomainError):
    """Cards lack what a host must be able to say."""

    title = N_("These cards are not finished for a show: {cards}.")
    remedy = N_("Add what is missing, or take the SKUs out of the show.")


class UnknownSkus(DomainError):
    """The show names SKUs that the catalogue does not hold."""

    status = 404
    title = N_("The catalogue does not hold these SKUs: {skus}.")
    remedy = N_("Nearest known: {known}. List all with “amurlive catalog list”; fill an empty catalogue with “amurlive catalog import”.")  # fmt: skip


class MarketClosed(DomainError):
    """An SKU may not be sold live in the show's market."""

    title = N_("{skus} may not be sold in a show for the market {market}.")
    remedy = N_("Take them out of the show, or choose the other market. Their cards say where they may be sold.")


class UnknownGift(DomainError):
    """The Russian name of a gift cannot be counted: its noun or adjective has no reviewed forms."""

    status = 422
    title = N_("The Russian gift name “{word}” cannot be declined.")
    remedy = N_("Use a noun of catalogs/names/nouns.yaml, or add its twelve forms there; the adjective in the masculine nominative.")  # fmt: skip


class LineMismatch(DomainError):
    """The pattern tells of one product line, the items belong to another."""

    title = N_("The pattern {pattern} is made for the line {line}; these SKUs belong to another: {skus}.")
    remedy = N_("Choose other SKUs or another pattern.")


def gather(session: Session, plan: ShowPlan) -> Brief:
    """The brief of a plan, from cards and prices as they are now.

    Raises `NotFound` (pattern), `UnknownSkus`, `MarketClosed`, `LineMismatch`.
    """
    chosen = pattern(plan.pattern)
    market = plan.sold_in()
    codes = [item.sku for item in plan.items]
    rows = _skus(session, codes)
    _check(session, plan, chosen, market, rows)
    prices = _prices(session, market, [row.id for row in rows.values()])
    families = {
        family.key: family for family in session.scalars(select(Family).options(selectinload(Family.attributes)))
    }
    goods = {code: _goods(rows[code], families[rows[code].product.family_key]) for code in rows}
    items = tuple(
        Item(
            goods=goods[item.sku],
            role=item.role or _lineup(chosen, position),
            link=item.link or position + 1,
            price=prices.get(rows[item.sku].id),
            gift=_gift(item.gift),
            limit=item.limit,
        )
        for position, item in enumerate(plan.items)
    )
    return Brief(
        title=cast("Mapping[Language, str]", plan.name.model_dump()),
        pattern=plan.pattern,
        languages=tuple(plan.languages),
        market=market,
        minutes=plan.minutes or chosen.minutes,
        seed=plan.seed,
        items=items,
        place=place_of(plan.place) if plan.place else None,
        host=_pair(plan.host),
        cohost=_pair(plan.cohost),
        preview=_pair(plan.preview),
    )


def place_of(key: str) -> Place:
    """A place of names/places.yaml; raises `NotFound`."""
    known = places()
    if key not in known:
        raise NotFound(kind=Message(N_("The place")), name=key, known=known)
    entry = known[key]
    return Place(entry.zh, entry.ru.nom, entry.ru.from_, entry.ru.in_)


def _pair(pair: Any) -> Mapping[Language, str] | None:
    return pair.model_dump() if pair else None


def _skus(session: Session, codes: Iterable[str]) -> dict[str, Sku]:
    return skus_by_code(session, codes, with_texts=True)


def _check(session: Session, plan: ShowPlan, chosen: Pattern, market: str, rows: Mapping[str, Sku]) -> None:
    if unknown := [item.sku for item in plan.items if item.sku not in rows]:
        raise UnknownSkus(skus=unknown, known=_close(unknown, list(session.scalars(select(Sku.code)))) or "—")
    if closed := [code for code, sku in rows.items() if market not in sku.product.markets]:
        raise MarketClosed(skus=sorted(closed), market=market)
    if unfinished := {sku.product.key: lacks for sku in rows.values() if (lacks := _lacking(sku))}:
        raise CardUnfinished(cards=_unfinished(session, rows.values(), unfinished))
    if chosen.lines:
        others = [code for code, sku in rows.items() if sku.product.line not in chosen.lines]
        if others:
            raise LineMismatch(pattern=chosen.key, line=chosen.lines, skus=sorted(others))


def _texts_of(product: Product, locale: str) -> dict[str, str]:
    """What may be said of a card: nothing that a machine or the memory has put there and nobody has read."""
    return {
        one.field: one.value for one in product.texts
        if one.locale == locale and (one.reviewer is not None or one.origin == "authored")
    }  # fmt: skip


def _lacking(sku: Sku) -> list[str]:
    """What a line cannot be written without, whichever block asks for it."""
    product = sku.product
    words = {locale: _texts_of(product, locale) for locale in ("zh", "ru")}
    facts = {
        "origin_country": product.origin_country,
        "lexeme": product.lexeme,
        "pack_measure": sku.pack_measure,
        "pack_noun": sku.pack_noun,
    }
    texts = [
        f"{field}[{locale}]"
        for field in ("name", "short_name", "spoken_name")
        for locale in words
        if field not in words[locale]
    ]
    return [*texts, *(name for name, value in facts.items() if not value)]


def _unfinished(session: Session, skus: Iterable[Sku], lacking: Mapping[str, list[str]]) -> list[Message]:
    """What each card lacks; of a text whose translation waits for a reader, that it does."""
    cards = {sku.product.id: sku.product.key for sku in skus if sku.product.key in lacking}
    drafts = {
        (cards[number], f"{field}[{locale}]")
        for locale in ("zh", "ru")
        for number, fields in waiting_drafts(session, cards, locale).items()
        for field in fields
    }

    def told(key: str, what: str) -> str | Message:
        return Message(N_("{text}: a draft waits for review"), {"text": what}) if (key, what) in drafts else what

    return [
        Message(N_("{card} ({lacks})"), {"card": key, "lacks": [told(key, what) for what in lacks]})
        for key, lacks in sorted(lacking.items())
    ]


def _close(unknown: Sequence[str], known: Sequence[str]) -> list[str]:
    import difflib

    return sorted({name for code in unknown for name in difflib.get_close_matches(code, known, n=3, cutoff=0.5)})


def _prices(session: Session, market: str, sku_ids: Sequence[int]) -> dict[int, Money]:
    """What each pack costs in a show of this market at this moment."""
    found = prices_at(session, sku_ids, market=market, at=now())
    return {sku: money for sku, standing in found.items() if (money := _money(standing)) is not None}


def _money(standing: Standing) -> Money | None:
    live = standing.live or standing.base
    if live is None:
        return None
    basis = bases().get(standing.basis) if standing.basis else None
    higher = standing.compare_at if basis else None
    return Money(
        currency=live.currency,
        live=live.amount,
        reference=higher.amount if higher else None,
        basis_zh=basis.zh if basis else None,
        basis_ru=basis.ru.model_dump() if basis else None,
    )


def _lineup(chosen: Pattern, position: int) -> Role:
    """The role of an item by its place: the pattern's line-up, its tail repeated for longer shows."""
    first, *rest = chosen.lineup
    return first if position == 0 or not rest else rest[(position - 1) % len(rest)]


def _gift(gift: GiftPlan | None) -> Gift | None:
    if gift is None:
        return None
    try:
        russian.count(gift.quantity, gift.ru.noun, gift.ru.adjective, words=True)
    except LookupError:
        raise UnknownGift(word=" ".join(filter(None, (gift.ru.adjective, gift.ru.noun)))) from None
    return Gift(gift.quantity, gift.zh.measure, gift.zh.noun, gift.ru.noun, gift.ru.adjective)


def _goods(sku: Sku, family: Family) -> Goods:
    product = sku.product
    known = places()
    assert product.origin_country, "`_check` has refused unfinished cards"
    assert sku.pack_measure
    assert sku.pack_noun
    land = country(product.origin_country)
    origin = known[product.origin_place] if product.origin_place else land
    county = known[product.county] if product.county else None
    shelf = (product.shelf_life_value, product.shelf_life_unit)
    temperature = (product.temperature_min, product.temperature_max)
    return Goods(
        sku=sku.code,
        product=product.key,
        line=product.line,
        family=product.family_key,
        markets=tuple(product.markets),
        words={"zh": _words(product, "zh"), "ru": _words(product, "ru")},
        ru_forms=product.lexeme["forms"],
        ru_gender=product.lexeme["gender"],
        ru_plural=product.lexeme["number"] == "pl",
        ru_stressed=product.lexeme["stressed"],
        net=(sku.net_value, sku.net_unit),
        pack_measure=sku.pack_measure,
        pack_noun=sku.pack_noun,
        origin=_place(origin, within=land if product.line == "russian_goods" else None),
        county=_place(county) if county else None,
        shelf_life=cast("tuple[int, str]", shelf) if None not in shelf else None,
        temperature=cast("tuple[int, int]", temperature) if None not in temperature else None,
        attributes=_attributes(product, family),
        unverified=tuple(product.unverified),
        zh_reading=product.pinyin,
    )


def _place(entry: Any, within: Any = None) -> Place:
    """Chinese names the country before a place abroad; Russian keeps the place alone."""
    zh = entry.zh if within is None or entry.zh.startswith(within.zh) else within.zh + entry.zh
    return Place(zh, entry.ru.nom, entry.ru.from_, entry.ru.in_)


def _words(product: Product, locale: str) -> Words:
    texts = _texts_of(product, locale)

    def numbered(prefix: str) -> list[str]:
        """selling_point.1, selling_point.2 … in the order of their numbers."""
        names = [name for name in texts if name.startswith(prefix)]
        return sorted(names, key=lambda name: int(name.split(".")[1]))

    questions = [name for name in numbered("faq.") if name.endswith(".question")]
    return Words(
        name=texts["name"],
        short=texts["short_name"],
        spoken=texts["spoken_name"],
        points=tuple(texts[name] for name in numbered("selling_point.")),
        servings=tuple(texts[name] for name in numbered("serving.")),
        questions=tuple((texts[name], texts[name.removesuffix("question") + "answer"]) for name in questions),
        brand=texts.get("brand"),
    )


def _attributes(product: Product, family: Family) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for definition in family.attributes:
        value = product.attributes.get(definition.key)
        if value is None or value is False:
            continue
        if definition.type in ("integer", "decimal"):
            number = Decimal(value) if definition.type == "decimal" else int(value)
            whole = int(number) if number == int(number) else number
            found[definition.key] = Attribute(number=whole, unit=definition.unit)
        elif definition.type == "enum":
            found[definition.key] = Attribute(**definition.options[value])
        elif definition.type == "text":
            found[definition.key] = Attribute(**value)
        else:
            found[definition.key] = Attribute(zh=definition.name_zh, ru=definition.name_ru)
    return found


def plan_of_skus(
    skus: Sequence[str], *, pattern_key: str, languages: Sequence[Language], minutes: int | None, seed: int,
    market: str | None = None, key: str = "show",
) -> ShowPlan:  # fmt: skip
    """A plan from a bare list of SKUs, each `CODE` or `CODE:role`, named after its pattern."""
    chosen = pattern(pattern_key)
    items = []
    for text in skus:
        code, _, role = text.partition(":")
        items.append(ItemPlan.model_validate({"sku": code, "role": role or None}))
    return ShowPlan.model_validate(
        {
            "key": key, "name": chosen.name.model_dump(), "pattern": pattern_key, "minutes": minutes,
            "languages": list(languages), "market": market, "seed": seed, "items": [i.model_dump() for i in items],
        }
    )  # fmt: skip
