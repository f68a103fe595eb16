"""Listings just inside and just outside every rule, made from the rules themselves: who changes a file changes these too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import isqrt
from typing import Any, NamedTuple

from stdnum import ean

from service.listings import rules
from service.listings.channels import Channel
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from service.listings.validating import validate

TODAY = date(2026, 11, 25)
LISTING = Listing(code="RU-HONEY-500", title="Мёд", languages=("ru",))
FORMS = (rules.PriceForm, rules.UnitForm, rules.Batch, rules.Rate)
BY_HAND = (rules.Reference,)
"""Rules that exporters follow, and rules whose sums are checked by hand in test_validating."""


class Case(NamedTuple):
    """What stands on the limit and passes, and what lies one beyond and is found."""

    name: str
    good: Listing
    bad: Listing


def cases(rule: Any) -> Iterator[Case]:
    """All cases of one rule, for goods the rule is about."""
    goods = frozenset(rule.only_for)
    for name, good, bad in _MAKERS[type(rule)](rule):
        yield Case(f"{rule.id}-{name}", replace(good, goods=goods), replace(bad, goods=goods))


def day_of(rule: Any) -> date:
    """A day on which the rule holds."""
    return rule.valid_from or rule.valid_to or TODAY  # type: ignore[no-any-return]


def found(listing: Listing, channel: Channel, rule: Any, day: date | None = None) -> list[Any]:
    """What a rule finds, by its id."""
    return [one for one in validate(listing, channel, as_of=day or day_of(rule)) if one.rule == rule.id]


def with_text(field: str, text: str) -> Listing:
    """A listing that says this in a field."""
    if field.startswith("extra."):
        return replace(LISTING, extras={field.removeprefix("extra."): text})
    if field in ("bullets", "tags"):
        return replace(LISTING, **{field: (text,)})
    if field == "attributes":
        return replace(LISTING, attributes={"Вкус": text})
    if field == "option_values":
        return replace(LISTING, variants=(Variant("A", {"вкус": text}),))
    return replace(LISTING, **{field: text})


def text_of(length: int, way: str) -> str:
    """A text of exactly this length, however it is counted."""
    if way == "han_double":
        return "蜜" * (length // 2) + "a" * (length % 2)
    if way == "utf8_bytes":
        return "蜜" * (length // 3) + "a" * (length % 3)
    return {"code_points": "ё", "effective": "蜜"}[way] * length


def picture(
    width: int = 1000, height: int = 1000, *, weight: int = 1, kind: str = "jpg", digest: str = "", url: str = ""
) -> Picture:  # fmt: skip
    return Picture(kind, width, height, weight, digest, url)


def _length(rule: rules.Length) -> Iterator[Case]:
    def of(length: int) -> Listing:
        return with_text(rule.field, text_of(length, rule.count))

    if rule.max is not None:
        yield Case("max", of(rule.max), of(rule.max + 1))
    if rule.min is not None and rule.min > 1:
        yield Case("min", of(rule.min), of(rule.min - 1))
    elif rule.min is not None:
        yield Case("empty", of(rule.min), of((rule.max or 10**5) + 1))


def _count(rule: rules.HowMany) -> Iterator[Case]:
    def of(count: int) -> Listing:
        if rule.field == "all_pictures":
            return replace(LISTING, pictures=(picture(),) * min(count, 1), detail_pictures=(picture(),) * (count - 1))
        if rule.field == "answers":  # an attribute may have several values; each is counted
            values: list[tuple[str | None, str]] = [(None, "да")] * (count - 1)
            given = (Answer("1", "Вкус", "choice", tuple(values)), Answer("2", "Вес", "text", ((None, "500 г"),)))
            return replace(LISTING, answers=given)
        if rule.field == "attributes":
            return replace(LISTING, attributes={str(at): "да" for at in range(count)})
        item: Any = picture() if rule.field.endswith("pictures") else Variant("A") if rule.field == "variants" else "x"
        return replace(LISTING, **{rule.field: (item,) * count})

    if rule.max is not None:
        yield Case("max", of(rule.max), of(rule.max + 1))
    if rule.min and rule.field != "variants":  # without variants there is still one SKU
        yield Case("min", of(rule.min), of(rule.min - 1))


def _picture(rule: rules.Pixels) -> Iterator[Case]:
    def of(*sides: int, **facts: Any) -> Listing:
        return replace(LISTING, **{rule.field: (picture(*sides, **facts),)})

    shape = tuple(int(one) * 400 for one in rule.ratios[0].split(":")) if rule.ratios else ()
    least = (rule.min_width or 1, rule.min_height or 1)
    fits = shape or (max(least[0], rule.min_long_side or 1), least[1])
    kind = rule.types[0] if rule.types else "jpg"
    if rule.min_height:
        yield Case("least", of(*least, kind=kind), of(least[0], least[1] - 1, kind=kind))
    if rule.min_width:
        yield Case("width", of(*least, kind=kind), of(least[0] - 1, least[1], kind=kind))
    if rule.max_width and rule.max_height:
        most = (rule.max_width, rule.max_height)
        yield Case("most", of(*most, kind=kind), of(most[0] + 1, most[1], kind=kind))
        yield Case("height", of(*most, kind=kind), of(most[0], most[1] + 1, kind=kind))
    if rule.min_long_side and rule.max_long_side:
        yield Case("short", of(1, rule.min_long_side), of(1, rule.min_long_side - 1))
        yield Case("long", of(rule.max_long_side, 1), of(rule.max_long_side + 1, 1))
    if rule.max_bytes:
        yield Case(
            "bytes", of(*fits, weight=rule.max_bytes, kind=kind), of(*fits, weight=rule.max_bytes + 1, kind=kind)
        )
    if rule.max_pixels:
        side = isqrt(rule.max_pixels)
        yield Case("pixels", of(side, rule.max_pixels // side), of(rule.max_pixels + 1, 1))
    for one in rule.types:
        yield Case(one, of(*fits, kind=one), of(*fits, kind="heic"))
    for one in rule.ratios:
        wide, high = (int(part) * 400 for part in one.split(":"))
        yield Case(one, of(wide, high), of(wide + 10, high))


def _address(rule: rules.Address) -> Iterator[Case]:
    start = f"{rule.schemes[0]}://" + (rule.hosts[0] if rule.hosts else "pictures.example.org/")

    def of(*urls: str) -> Listing:
        pictures: Any = tuple(picture(url=one) for one in urls)
        return replace(LISTING, **{rule.field: pictures})

    for scheme in rule.schemes:
        host = rule.hosts[0] if rule.hosts else "pictures.example.org/"
        yield Case(scheme, of(f"{scheme}://{host}1.jpg"), of(f"{scheme}x://{host}1.jpg"))
    for host in rule.hosts:
        yield Case(host, of(f"https://{host}1"), of(f"https://elsewhere.example.org/{host}1"))
    if rule.required:
        yield Case("there", of(f"{start}1", f"{start}2"), of(f"{start}1", ""))
    if rule.max is not None:
        yield Case("max", of(start.ljust(rule.max, "1")), of(start.ljust(rule.max + 1, "1")))


def _unique(rule: rules.Unique) -> Iterator[Case]:
    pair = [replace(LISTING, **{rule.field: (picture(digest="a"), picture(digest=two))}) for two in "ba"]
    yield Case("twice", *pair)


def _number(rule: rules.Number) -> Iterator[Case]:
    factor = {"cm": 10, "kg": 1000, "major": 100}.get(rule.unit, 1)

    def of(size: float) -> Listing:
        value = round(size)
        if rule.field in ("price", "old_price"):
            return replace(LISTING, **{rule.field: Money(value, "RUB")})
        if rule.field in ("weight", "stock"):
            return replace(LISTING, **{rule.field: value})
        return replace(LISTING, dimensions=replace(Dimensions(1, 1, 1), **{rule.field: value}))

    if rule.above is not None:
        yield Case("above", of(rule.above * factor + 1), of(rule.above * factor))
    if rule.min is not None:
        yield Case("min", of(rule.min * factor), of(rule.min * factor - 1))
    if rule.max is not None:
        yield Case("max", of(rule.max * factor), of(rule.max * factor + 1))
    if rule.whole:
        yield Case("whole", of(factor * 7), of(factor * 7 + 1))


def _required(rule: rules.Required) -> Iterator[Case]:
    if rule.field in ("length", "width", "height"):
        yield Case("there", replace(LISTING, dimensions=Dimensions(1, 1, 1)), LISTING)
    elif rule.field in ("weight", "stock"):
        yield Case("there", replace(LISTING, **{rule.field: 1}), LISTING)
    elif rule.field in ("price", "old_price"):
        yield Case("there", replace(LISTING, **{rule.field: Money(1, "RUB")}), LISTING)
        one = Variant("A", price=Money(1, "RUB"), old_price=Money(1, "RUB"))
        yield Case("of-each", replace(LISTING, variants=(one,)), replace(LISTING, variants=(one, Variant("B"))))
    elif rule.field == "barcodes":
        yield Case("there", replace(LISTING, barcodes=(gtin("36"),)), LISTING)
    elif rule.field == "variants":
        yield Case("there", replace(LISTING, variants=(Variant("A"),)), LISTING)
    elif rule.field.endswith("pictures"):
        yield Case("there", replace(LISTING, **{rule.field: (picture(),)}), LISTING)
    else:
        yield Case("there", with_text(rule.field, "1"), with_text(rule.field, " "))


_SHAPES = {
    r"(?!\s)[^\x00-\x1f\x7f]+(?<!\s)": ("RU HONEY", "RU HONEY "),
    r"\s*(?:\S{1,27}(?:\s+|$))*": ("ё" * 27 + " ё", "ё" * 28),
    "true": ("true", "false"),
    "[0-9]{10}(?:[0-9]{4})?": ("0409000000", "٠٤٠٩٠٠٠٠٠٠"),  # digits of other scripts are none
    "[0-9]{6}": ("040900", "04090"),
    "[1-9][0-9]{0,18}": ("17028922", "Мёд"),
    "[0-9]+(?:[^0-9]+[0-9]+)*": ("546110,6119", "蜂蜜"),
}  # fmt: skip


def _pattern(rule: rules.Pattern) -> Iterator[Case]:
    good, bad = _SHAPES[rule.pattern]
    yield Case("form", with_text(rule.field, good), with_text(rule.field, bad))


def _characters(rule: rules.Characters) -> Iterator[Case]:
    for at, sign in enumerate(rule.forbidden):
        yield Case(f"sign-{at}", with_text(rule.field, "蜜"), with_text(rule.field, f"蜜{sign}"))
    for at, sign in enumerate(rule.signs):
        yield Case(f"only-{at}", with_text(rule.field, f"蜜a1{sign}"), with_text(rule.field, f"蜜{sign}√"))
    if rule.needs == ["han"]:
        yield Case("needs", with_text(rule.field, "Honey 500 蜜"), with_text(rule.field, "Honey 500"))


def _words(rule: rules.Words) -> Iterator[Case]:
    for word in rule.words:
        said = word.rstrip("*") + ("ами" if word.endswith("*") else "")
        yield Case(
            word.rstrip("*"), with_text(rule.field, f"Мёд, пере{said}"), with_text(rule.field, f"Мёд. {said.upper()}!")
        )


_MARKS = {
    "emoji": ("Мёд № 1 — 100 %", "Мёд 🔥"), "links": ("Мёд. Банка 0.5 л", "Мёд на www.med.ru"),
    "contacts": ("Мёд, партия 20261125", "Мёд, +7 (924) 123-45-67"), "capitals": ("Мёд ГОСТ", "Мёд СВЕЖИЙ"),
    "markup": ("Мёд 3 < 5 и 7 > 6", "Мёд <script>"),
}  # fmt: skip


def _style(rule: rules.Style) -> Iterator[Case]:
    for no in rule.no:
        yield Case(no, *(with_text(rule.field, text) for text in _MARKS[no]))
    for tag in rule.tags:
        yield Case(tag, with_text(rule.field, f"<{tag}>Мёд</{tag}>"), with_text(rule.field, f"<{tag}x>Мёд"))


def _currency(rule: rules.Currency) -> Iterator[Case]:
    for code in rule.codes:
        yield Case(code, replace(LISTING, price=Money(100, code)), replace(LISTING, price=Money(100, "XTS")))


def _vat(rule: rules.Vat) -> Iterator[Case]:
    for code in rule.codes:
        yield Case(code, replace(LISTING, vat=code), replace(LISTING, vat="33"))


def gtin(start: str, digits: int = 13) -> str:
    """A number of so many digits that begins so, with its check digit."""
    body = start.ljust(digits - 1, "6")
    return body + ean.calc_check_digit(body)


def _barcode(rule: rules.Barcode) -> Iterator[Case]:
    def of(code: str) -> Listing:
        return replace(LISTING, barcodes=(code,))

    for form in rule.forms:
        if form != "code128":
            code = gtin("36", int(form.removeprefix("gtin")))
            wrong = "Мёд" if "code128" in rule.forms else code[:-1] + str((int(code[-1]) + 1) % 10)
            yield Case(form, of(code), of(wrong))
    for start in rule.restricted:
        yield Case(f"inside-{start}", of(gtin("36")), of(gtin(start)))


def _language(rule: rules.Spoken) -> Iterator[Case]:
    for one in rule.any_of:
        yield Case(one, replace(LISTING, languages=(one,)), replace(LISTING, languages=("de",)))


def _complete(rule: rules.Complete) -> Iterator[Case]:
    four = tuple(Variant(f"{a}{b}", {"вкус": a, "вес": b}) for a in "AB" for b in "12")
    yield Case("matrix", replace(LISTING, variants=four), replace(LISTING, variants=four[:3]))


_MAKERS: dict[type[Any], Any] = {
    rules.Length: _length, rules.HowMany: _count, rules.Pixels: _picture, rules.Address: _address, rules.Unique: _unique, rules.Number: _number,
    rules.Required: _required, rules.Pattern: _pattern, rules.Characters: _characters, rules.Words: _words,
    rules.Style: _style, rules.Currency: _currency, rules.Vat: _vat, rules.Barcode: _barcode, rules.Spoken: _language,
    rules.Complete: _complete,
}  # fmt: skip
