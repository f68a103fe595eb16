"""Turns the facts of a show into the values templates print: Chinese strings, Russian words in all cases.

Values that hold a number carry two readings (`templates.marked`): digits for the page, words for the voice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from service.language import chinese, russian
from service.language.russian import Case, Gender
from service.livestream.brief import Attribute, Brief, Gift, Goods, Item, Language, Money, Place
from service.livestream.templates import marked

__all__ = ["item_facts", "item_values", "show_facts", "show_values"]

Values = dict[str, Any]


class Cased:
    """A Russian phrase in six cases, each made when first asked for; printed plain it is the nominative."""

    def __init__(self, make: Callable[[Case], str], plain: Case = Case.NOM) -> None:
        self._make, self._plain = make, plain
        self._made: dict[Case, str] = {}

    def _form(self, case: Case) -> str:
        if case not in self._made:
            self._made[case] = self._make(case)
        return self._made[case]

    def __str__(self) -> str:
        return self._form(self._plain)

    nom = property(lambda self: self._form(Case.NOM))
    gen = property(lambda self: self._form(Case.GEN))
    dat = property(lambda self: self._form(Case.DAT))
    acc = property(lambda self: self._form(Case.ACC))
    ins = property(lambda self: self._form(Case.INS))
    loc = property(lambda self: self._form(Case.LOC))


class RussianPack(Cased):
    """The pack's noun in the singular, and so many packs."""

    def __init__(self, lemma: str) -> None:
        card = russian.noun(lemma)
        super().__init__(lambda case: card.singular[case])
        self._lemma = lemma

    def counted(self, number: int, case: str = "nom") -> str:
        """«две коробки» on both readings: a spoken count is written in words as well."""
        return russian.count(number, self._lemma, case=Case(case), words=True)


class RussianName(Cased):
    """A product's spoken name with its gender, for agreement."""

    def __init__(self, goods: Goods) -> None:
        super().__init__(lambda case: goods.ru_forms[case.value])
        words = goods.words["ru"]
        self.short, self.name = words.short, words.name
        self._gender, self._plural = Gender(goods.ru_gender), goods.ru_plural

    def pronoun(self, case: str, after_preposition: bool) -> str:
        """его / её / их, after a preposition него / неё / них."""
        return russian.pronoun(self._gender, Case(case), plural=self._plural, after_preposition=after_preposition)

    def choose(self, masculine: str, feminine: str, neuter: str, plural: str) -> str:
        """The one of four words that agrees."""
        if self._plural:
            return plural
        return {Gender.M: masculine, Gender.F: feminine, Gender.N: neuter}[self._gender]


class ChineseName(str):
    """A product's spoken name."""

    __slots__ = ("name", "short")
    name: str
    short: str


class ChinesePack(str):
    """The measure word of the pack."""

    __slots__ = ()

    def counted(self, number: int, _case: str = "nom") -> str:
        """两盒."""
        return chinese.count(number, self)


def show_facts(brief: Brief) -> frozenset[str]:
    """Facts the show itself knows."""
    optional = {"show.place": brief.place, "host": brief.host, "cohost": brief.cohost, "preview": brief.preview}
    always = {"show.items", "show.minutes"} | ({"bilingual"} if len(brief.languages) > 1 else set())
    return frozenset(always | {name for name, value in optional.items() if value})


def item_facts(item: Item) -> frozenset[str]:
    """Facts known of one item; running picks (points, questions …) are not among them."""
    goods, price = item.goods, item.price
    known = {"product", "product.short", "product.name", "origin", "pack", "net", "link"}
    known |= {f"attr.{name}" for name in goods.attributes}
    optional = {
        "county": goods.county,
        "brand": goods.words["zh"].brand and goods.words["ru"].brand,
        "shelf_life": goods.shelf_life,
        "temperature": goods.temperature,
        "gift": item.gift,
        "limit": item.limit,
        "stock": item.stock,
        "price.live": price,
        "price.times": price,
        "price.reference": price and price.reference,
        "price.saving": price and price.reference,
        "price.basis": price and price.basis_zh,
    }
    return frozenset(known | {name for name, value in optional.items() if value is not None and value})


def show_values(brief: Brief, locale: Language) -> Values:
    """Values every line of the show may print."""
    count, minutes = len(brief.items), brief.minutes
    show: Values
    if locale == "zh":
        show = {
            "items": marked(f"{count}款", chinese.count(count, "款")),
            "minutes": marked(f"{minutes}分钟", chinese.count(minutes, "分钟")),
        }
    else:
        show = {"items": _counted(count, "товар"), "minutes": _counted(minutes, "минута")}
    if brief.place:
        show["place"] = _place(brief.place, locale)
    values: Values = {"show": SimpleNamespace(**show), "bilingual": ""}
    for name in ("host", "cohost", "preview"):
        if words := getattr(brief, name):
            values[name] = words[locale]
    return values


def item_values(item: Item, locale: Language) -> Values:
    """Values lines about one item may print, besides the running picks."""
    goods = item.goods
    words = goods.words[locale]
    values: Values = {
        "product": name_of(goods, locale),
        "pack": ChinesePack(goods.pack_measure) if locale == "zh" else RussianPack(goods.pack_noun),
        "origin": _place(goods.origin, locale),
        "net": _measure(*_scaled(*goods.net), locale, plain=Case.ACC),
        "link": link_of(item, locale),
        "attr": SimpleNamespace(**{name: _attribute(value, locale) for name, value in goods.attributes.items()}),
    }
    if words.brand:
        values["brand"] = words.brand
    if goods.county:
        values["county"] = _place(goods.county, locale)
    if goods.shelf_life:
        values["shelf_life"] = _measure(*goods.shelf_life, locale)
    if goods.temperature:
        values["temperature"] = _temperature(*goods.temperature, locale)
    if item.price:
        values["price"] = _price(item.price, locale)
    if item.gift:
        values["gift"] = _gift(item.gift, locale)
    for name in ("limit", "stock"):
        if (number := getattr(item, name)) is not None:
            values[name] = _packs(number, goods, locale)
    return values


def name_of(goods: Goods, locale: Language) -> Any:
    """A product as templates print it."""
    if locale == "ru":
        return RussianName(goods)
    words = goods.words["zh"]
    name = ChineseName(words.spoken)
    name.short, name.name = words.short, words.name
    return name


def link_of(item: Item, locale: Language) -> str:
    """The item's link number, «лот три» / 三号链接."""
    spoken = chinese.cardinal(item.link) if locale == "zh" else russian.cardinal(item.link)
    return marked(str(item.link), spoken)


def _place(place: Place, locale: Language) -> Any:
    if locale == "zh":
        return place.zh
    name = _RussianPlace(place.ru)
    name.__dict__.update({"from": place.ru_from, "in": place.ru_in})
    return name


class _RussianPlace(str):
    """Nominative as text, «from …» and «in …» as attributes."""


def _counted(number: int | Decimal, lemma: str, adjective: str | None = None, plain: Case = Case.NOM) -> Cased:
    return Cased(
        lambda case: marked(
            russian.count(number, lemma, adjective, case=case),
            russian.count(number, lemma, adjective, case=case, words=True),
        ),
        plain,
    )


def _packs(number: int, goods: Goods, locale: Language) -> Any:
    if locale == "ru":
        return _counted(number, goods.pack_noun)
    return marked(f"{number}{goods.pack_measure}", chinese.count(number, goods.pack_measure))


def _gift(gift: Gift, locale: Language) -> Any:
    if locale == "ru":  # a gift is named in words on the page too, as in Chinese
        return Cased(lambda case: russian.count(gift.quantity, gift.ru_noun, gift.ru_adjective, case=case, words=True))
    return chinese.count(gift.quantity, gift.zh_measure, gift.zh_noun)


def _scaled(value: int, unit: str) -> tuple[int | Decimal, str]:
    """From 1000 on, grams are told as kilograms and millilitres as litres, if that is exact to two places."""
    larger = {"g": "kg", "ml": "l"}.get(unit)
    if larger is None or value < 1000 or value % 10:
        return value, unit
    whole, rest = divmod(value, 1000)
    return (whole if not rest else Decimal(value) / 1000), larger


def _measure(value: int | Decimal, unit: str, locale: Language, plain: Case = Case.NOM) -> Any:
    if locale == "zh":
        return marked(chinese.measure_written(value, unit), chinese.measure(value, unit))
    return Cased(
        lambda case: marked(
            russian.measure(value, unit, case=case), russian.measure(value, unit, case=case, words=True)
        ),
        plain,
    )


def _attribute(value: Attribute, locale: Language) -> Any:
    if value.number is None or value.unit is None:
        return value.zh if locale == "zh" else value.ru
    return _measure(value.number, value.unit, locale)


def _temperature(low: int, high: int, locale: Language) -> str:
    """A range of keeping; for deep-frozen goods only the upper end is told."""
    frozen = high < 0 and low <= -25
    if locale == "zh":
        if frozen:
            return marked(chinese.measure_written(high, "celsius") + "以下", chinese.measure(high, "celsius") + "以下")
        lower = (chinese.measure_written(low, "celsius"), chinese.measure(low, "celsius"))
        upper = (chinese.measure_written(high, "celsius"), chinese.measure(high, "celsius"))
        text, spoken = (f"{a.removesuffix('摄氏度')}到{b}" for a, b in zip(lower, upper, strict=True))
        return marked(text, spoken)
    if frozen:
        text, spoken = _degrees(high)
        return marked(f"не выше {text}", f"не выше {spoken}")
    text, spoken = (f"от {a.rsplit(' ', 1)[0]} до {b}" for a, b in zip(_degrees(low), _degrees(high), strict=True))
    return marked(text, spoken)


def _degrees(value: int) -> tuple[str, str]:
    """Genitive, written and spoken: «минус 18 градусов», «минус восемнадцати градусов»."""
    sign = "минус " if value < 0 else ""
    written = russian.count(abs(value), "градус", case=Case.GEN)
    return sign + written, sign + russian.count(abs(value), "градус", case=Case.GEN, words=True)


def _price(price: Money, locale: Language) -> Any:
    values: Values = {
        "live": _money(price.live, price.currency, locale),
        "times": lambda number: _money(price.live * number, price.currency, locale),
    }
    if price.reference is not None:
        values["reference"] = _money(price.reference, price.currency, locale)
        values["saving"] = _money(price.reference - price.live, price.currency, locale)
    if price.basis_zh and price.basis_ru:
        values["basis"] = price.basis_zh if locale == "zh" else _basis(price.basis_ru)
    return SimpleNamespace(**values)


def _basis(forms: Mapping[str, str]) -> Cased:
    return Cased(lambda case: forms[case.value])


def _money(amount: int, currency: str, locale: Language) -> Any:
    if locale == "zh":
        return marked(chinese.money_written(amount, currency), chinese.money(amount, currency))
    return Cased(
        lambda case: marked(
            russian.money_written(amount, currency, sign=False, case=case), russian.money(amount, currency, case=case)
        )
    )
