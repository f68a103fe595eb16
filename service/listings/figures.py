"""Checks of what is counted and measured: pictures, sizes, prices, rates, bar codes, variants."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from service.catalog.gtin import is_gtin
from service.i18n import N_, Message
from service.listings import rules
from service.listings.listing import Listing, Money, Picture, field_kind, reader
from service.listings.violations import Check, Teller, Violation

__all__ = [
    "address", "barcode", "complete", "count", "currency", "language", "number", "picture", "reference", "unique", "vat",
]  # fmt: skip

_TOO_MANY = (N_("{field}: {actual}, at most {limit}."), N_("Leave out {by}."))
_TOO_FEW = (N_("{field}: {actual}, at least {limit}."), N_("Add {by}."))


def count(rule: rules.HowMany, tell: Teller) -> Check:
    read, name, kind, low = reader(rule.field), rule.field, field_kind(rule.field), rule.min or 0
    high = float("inf") if rule.max is None else rule.max

    def sizes(listing: Listing) -> Iterable[tuple[str, int]]:
        if kind == "barcodes":
            return [(place, len(value)) for place, value in read(listing)]
        return ((name, len(read(listing)) or int(kind == "variants")),)  # without variants, there is one SKU

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, count in sizes(listing):
            if count > high:
                tell(found, place, _TOO_MANY, count, high, by=count - high)
            elif count < low:
                tell(found, place, _TOO_FEW, count, low, by=low - count)

    return check


_LARGER = (
    N_("{field}: {actual} pixels, at least {limit}."),
    N_("Take a larger picture; enlarging this one does not help."),
)
_SMALLER = (N_("{field}: {actual} pixels, at most {limit}."), N_("Scale the picture down."))
_LIGHTER = (N_("{field}: {actual} bytes, at most {limit}."), N_("Save the picture smaller or with more compression."))
_TYPE = (N_("{field}: file type {actual}, accepted: {limit}."), N_("Save the picture as one of these types."))
_RATIO = (N_("{field}: sides {actual}, accepted: {limit}."), N_("Cut the picture to such a shape."))
_SAME_TYPE = {"jpeg": "jpg", "tif": "tiff"}


def picture(rule: rules.Pixels, tell: Teller) -> Check:
    read = reader(rule.field)
    least = (rule.min_width or 0, rule.min_height or 0, rule.min_long_side or 0)
    endless = float("inf")
    most = tuple(endless if one is None else one for one in (rule.max_width, rule.max_height, rule.max_long_side))
    heaviest, largest = rule.max_bytes or endless, rule.max_pixels or endless
    shown_least, shown_most = _sides(rule, "min"), _sides(rule, "max")
    types = frozenset(rule.types)
    ratios = [(int(wide), int(high)) for wide, _, high in (one.partition(":") for one in rule.ratios)]

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, picture in read(listing):
            wide, high = picture.width, picture.height
            long_side = max(wide, high)
            if wide < least[0] or high < least[1] or long_side < least[2]:
                tell(found, place, _LARGER, f"{wide}×{high}", shown_least)
            if wide > most[0] or high > most[1] or long_side > most[2] or wide * high > largest:
                tell(found, place, _SMALLER, f"{wide}×{high}", shown_most)
            if picture.bytes > heaviest:
                tell(found, place, _LIGHTER, picture.bytes, heaviest)
            if types and (kind := _SAME_TYPE.get(picture.type, picture.type)) not in types:
                tell(found, place, _TYPE, kind, rule.types)
            if ratios and not any(_shaped(picture, *ratio) for ratio in ratios):
                tell(found, place, _RATIO, f"{wide}:{high}", rule.ratios)

    return check


def _sides(rule: rules.Pixels, end: str) -> str:
    wide, high, long_side = (getattr(rule, f"{end}_{side}") for side in ("width", "height", "long_side"))
    shown = f"{wide or '…'}×{high or '…'}" if wide or high else ""
    return shown or str(long_side or (rule.max_pixels if end == "max" else "") or "")


def _shaped(picture: Picture, wide: int, high: int) -> bool:
    """Whether the sides are in a ratio, to within a pixel."""
    return abs(picture.width * high - picture.height * wide) < max(wide, high)


_NOWHERE = N_("{field}: {actual} of {limit} have no address from which the channel could fetch them.")
_HOSTED = N_("Tell where pictures lie: amurlive listing shop change KEY --pictures-at ADDRESS.")
_UPLOADED = N_("Upload the pictures there and take over the addresses it gives.")
_FOREIGN = N_("{field}: the channel fetches nothing from “{actual}”. Taken: {limit}.")
_TOO_FAR = (N_("{field}: its address is {actual} signs long, at most {limit}."), N_("Shorten it by {by}."))


def address(rule: rules.Address, tell: Teller) -> Check:
    """Pictures without an address are told once for all: they lack the same thing."""
    read = reader(rule.field)
    starts = tuple(f"{scheme}://{host}" for scheme in rule.schemes for host in rule.hosts or [""])
    longest = float("inf") if rule.max is None else rule.max
    remedy = _UPLOADED if rule.hosts else _HOSTED

    def check(listing: Listing, found: list[Violation]) -> None:
        places = read(listing)
        lost = 0
        for place, picture in places:
            url = picture.url
            if not url:
                lost += 1
            elif not url.startswith(starts):
                tell(found, place, (_FOREIGN, remedy), url, list(starts))
            elif len(url) > longest:
                tell(found, place, _TOO_FAR, len(url), rule.max, by=len(url) - longest)
        if lost and rule.required:
            tell(found, rule.field, (_NOWHERE, remedy), lost, len(places))

    return check


_TWICE = (N_("{field}: the same picture as {limit}."), N_("Leave one of the two out."))


def unique(rule: rules.Unique, tell: Teller) -> Check:
    read = reader(rule.field)

    def check(listing: Listing, found: list[Violation]) -> None:
        seen: dict[str, str] = {}
        for place, picture in read(listing):
            if picture.digest and (first := seen.setdefault(picture.digest, place)) != place:
                tell(found, place, _TWICE, picture.digest, tell.label(first))

    return check


_FACTORS = {"mm": 1, "cm": 10, "g": 1, "kg": 1000, "minor": 1, "major": 100, "piece": 1}
_UNITS = {
    "mm": N_("mm"), "cm": N_("cm"), "g": N_("g"), "kg": N_("kg"), "piece": N_("pcs"),
    "minor": N_("kopecks or fen"), "major": N_("roubles or yuan"),
}  # fmt: skip
_CORRECT = N_("Correct the value.")
_MORE_THAN = (N_("{field}: {actual} {unit}, must be above {limit}."), _CORRECT)
_NOT_LESS = (N_("{field}: {actual} {unit}, at least {limit}."), _CORRECT)
_NOT_MORE = (N_("{field}: {actual} {unit}, at most {limit}."), _CORRECT)
_WHOLE = (N_("{field}: {actual} {unit}, only whole numbers."), N_("Round it."))


def number(rule: rules.Number, tell: Teller) -> Check:
    read, factor, unit, whole = reader(rule.field), _FACTORS[rule.unit], Message(_UNITS[rule.unit]), rule.whole
    above, low, high = (None if one is None else _base(one, factor) for one in (rule.above, rule.min, rule.max))
    shown = {one: _shown(one, factor) for one in (above, low, high) if one is not None}

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, value in read(listing):
            if value is None:
                continue
            size = value.amount if isinstance(value, Money) else value
            if above is not None and size <= above:
                tell(found, place, _MORE_THAN, _shown(size, factor), shown[above], unit=unit)
            if low is not None and size < low:
                tell(found, place, _NOT_LESS, _shown(size, factor), shown[low], unit=unit)
            if high is not None and size > high:
                tell(found, place, _NOT_MORE, _shown(size, factor), shown[high], unit=unit)
            if whole and size % factor:
                tell(found, place, _WHOLE, _shown(size, factor), 1, unit=unit)

    return check


def _base(limit: float, factor: int) -> int:
    """A limit in the listing's own unit; every limit of a channel is a whole number of those."""
    return int(Decimal(str(limit)) * factor)


def _shown(size: int, factor: int) -> str:
    """A number of small units in a unit `factor` times as large, a power of ten: 129950 kopecks are 1299.5 roubles."""
    whole, rest = divmod(abs(size), factor)
    sign = "-" if size < 0 else ""
    return f"{sign}{whole}.{str(rest).zfill(len(str(factor)) - 1).rstrip('0')}" if rest else f"{sign}{whole}"


_OLD_TOO_LOW = (N_("{field}: {actual}; with this price at least {limit}."), N_("Raise the old price or leave it out."))
_OLD_TOO_HIGH = (N_("{field}: {actual}; with this price at most {limit}."), N_("Lower the old price or leave it out."))


def reference(rule: rules.Reference, tell: Teller) -> Check:
    old_of, price_of = reader(rule.field), reader("price")

    def check(listing: Listing, found: list[Violation]) -> None:
        for (place, old), (_, price) in zip(old_of(listing), price_of(listing), strict=True):
            if old is None or price is None or old.currency != price.currency:
                continue
            if old.amount < (least := _least_old(rule, price.amount)):
                tell(found, place, _OLD_TOO_LOW, _shown(old.amount, 100), _shown(least, 100))
            if (most := _most_old(rule, price.amount)) is not None and old.amount > most:
                tell(found, place, _OLD_TOO_HIGH, _shown(old.amount, 100), _shown(most, 100))

    return check


def _least_old(rule: rules.Reference, price: int) -> int:
    """The least old price, in minor units; it is always above the price."""
    least = price + 1
    for gap in rule.gaps:
        if gap.up_to is None or price <= gap.up_to * 100:
            least = max(least, price + (gap.amount or 0) * 100, price + -(-price * (gap.percent or 0) // 100))
            break
    if rule.min_discount is not None:
        least = max(least, -(-price * 100 // (100 - rule.min_discount)))
    return least


def _most_old(rule: rules.Reference, price: int) -> int | None:
    """The highest old price, in minor units, if there is one."""
    ends = []
    if rule.below_times is not None:
        ends.append(price * rule.below_times - 1)
    if rule.max_discount is not None:
        ends.append(price * 100 // (100 - rule.max_discount))
    return min(ends, default=None)


_CURRENCY = (N_("{field}: {actual} is no currency of this channel."), N_("Give the price in {limit}."))
_VAT = (N_("{field}: the rate {actual} is not accepted on this day."), N_("Accepted: {limit}."))


def currency(rule: rules.Currency, tell: Teller) -> Check:
    read, codes = reader(rule.field), list(rule.codes)

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, money in read(listing):
            if money is not None and money.currency not in rule.codes:
                tell(found, place, _CURRENCY, money.currency, codes)

    return check


def vat(rule: rules.Vat, tell: Teller) -> Check:
    codes = list(rule.codes)

    def check(listing: Listing, found: list[Violation]) -> None:
        if listing.vat is not None and listing.vat not in rule.codes:
            tell(found, rule.field, _VAT, listing.vat, codes)

    return check


_BARCODE = (
    N_("{field}: {actual} is no bar code this channel takes."),
    N_("Copy the digits below the bar code. Taken: {limit}."),
)
_INSIDE = (
    N_("{field}: {actual} begins as numbers for use inside a shop do ({limit})."),
    N_("Give the maker's number."),
)


def barcode(rule: rules.Barcode, tell: Teller) -> Check:
    read, starts = reader(rule.field), tuple(rule.restricted)
    lengths = {int(one.removeprefix("gtin")) for one in rule.forms if one.startswith("gtin")}
    any_signs = "code128" in rule.forms

    def check(listing: Listing, found: list[Violation]) -> None:
        for place, codes in read(listing):
            for code in codes:
                trade = len(code) in lengths and _is_gtin(code)
                if not trade and not (any_signs and code.isascii() and code.isprintable()):
                    tell(found, place, _BARCODE, code, rule.forms)
                elif trade and starts and _thirteen(code).startswith(starts):
                    tell(found, place, _INSIDE, code, rule.restricted)

    return check


_is_gtin = lru_cache(maxsize=65536)(is_gtin)  # every rule and every channel asks for the same numbers


def _thirteen(code: str) -> str:
    """The number as its prefix is written: UPC-A with a zero before it, GTIN-14 without its indicator."""
    return code[1:] if len(code) == 14 else f"0{code}" if len(code) == 12 else code


_LANGUAGE = (N_("{field}: {actual}; the channel takes {limit}."), N_("Write the texts in a language of the channel."))


def language(rule: rules.Spoken, tell: Teller) -> Check:
    wanted = frozenset(rule.any_of)

    def check(listing: Listing, found: list[Violation]) -> None:
        if wanted.isdisjoint(listing.languages):
            tell(found, rule.field, _LANGUAGE, list(listing.languages), rule.any_of)

    return check


_COMBINATIONS = (N_("{field}: {actual} of {limit} combinations."), N_("Add the missing combinations, with stock 0."))


def complete(rule: rules.Complete, tell: Teller) -> Check:
    def check(listing: Listing, found: list[Violation]) -> None:
        axes: dict[str, set[str]] = {}
        for variant in listing.variants:
            for name, value in variant.options.items():
                axes.setdefault(name, set()).add(value)
        wanted = 1
        for values in axes.values():
            wanted *= len(values)
        have = len(
            {
                tuple(sorted(variant.options.items()))
                for variant in listing.variants
                if len(variant.options) == len(axes)
            }
        )
        if listing.variants and have != wanted:
            tell(found, rule.field, _COMBINATIONS, have, wanted)

    return check
