"""The run sheet behind all documents: one row per line with the columns a control room works by.

Columns after the run of show in the design: time from–to, minutes, block, SKU and link, role, host's and co-host's
words, action, price, gift, stock, interaction, operator, risk, target, owner. The last two are left for people to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from service.catalog.families import families
from service.i18n import N_, Message, Named
from service.livestream.brief import Brief, Item, Language
from service.livestream.script import Block, Script, ScriptLine
from service.livestream.templates import readings
from service.livestream.wording import item_values

__all__ = ["BLOCK_COLUMNS", "COLUMNS", "KIND_NAMES", "ROLE_NAMES", "Row", "clock", "label", "rows", "warnings"]

KIND_NAMES = {
    "opening": Message(N_("opening")), "retention": Message(N_("keeping viewers")),
    "pain_point": Message(N_("the buyer's problem")), "pitch": Message(N_("presenting the product")),
    "trust": Message(N_("grounds for trust")), "price_anchor": Message(N_("price in comparison")),
    "offer": Message(N_("offer")), "call": Message(N_("call to order")), "interaction": Message(N_("interaction")),
    "bridge": Message(N_("on to the next item")), "encore": Message(N_("encore")), "closing": Message(N_("closing")),
}  # fmt: skip
ROLE_NAMES = {
    "traffic": Message(N_("traffic item")), "welfare": Message(N_("welfare item")),
    "profit": Message(N_("profit item")), "hit": Message(N_("hit")),
}  # fmt: skip
COLUMNS = {
    "start": Message(N_("From")), "end": Message(N_("To")), "minutes": Message(N_("Minutes")),
    "block": Message(N_("Block")), "kind": Message(N_("Kind")), "link": Message(N_("Link")), "sku": Message(N_("SKU")),
    "role": Message(N_("Role")), "zh": Message(N_("Chinese line")), "ru": Message(N_("Russian line")),
    "action": Message(N_("Action, props, shot")), "price": Message(N_("Price")), "gift": Message(N_("Gift")),
    "stock": Message(N_("Stock")), "interaction": Message(N_("Interaction")), "operator": Message(N_("Operator")),
    "risk": Message(N_("Risk")), "target": Message(N_("Target")), "owner": Message(N_("Owner")),
}  # fmt: skip
BLOCK_COLUMNS = ("block", "link", "sku", "role", "price", "gift", "stock", "target", "owner")


@dataclass(frozen=True)
class Row:
    """One line of the run sheet, as text."""

    start: str
    end: str
    minutes: str
    block: str
    kind: str
    link: str
    sku: str
    role: str
    zh: str
    ru: str
    action: str
    price: str
    gift: str
    stock: str
    interaction: str
    operator: str
    risk: str
    target: str
    owner: str

    def cells(self) -> list[str]:
        """The columns in order."""
        return [getattr(self, field.name) for field in fields(self)]


def clock(seconds: float) -> str:
    """Show time: 0:07:30."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def label(message: Message, languages: tuple[Language, ...]) -> str:
    """A heading in the languages of the show: 环节 · Блок."""
    return " · ".join(dict.fromkeys(message.say(language) for language in languages))


def rows(script: Script, brief: Brief) -> Iterator[tuple[Block, ScriptLine, Row]]:
    """The run sheet, in order."""
    risks = _risks(script, brief.languages)
    for block, line in script.lines():
        item = brief.items[block.item] if block.item is not None else None
        pair = {locale: line.said[locale].text if locale in line.said else "" for locale in ("zh", "ru")}
        cue = _both(line.cue, brief.languages)
        asks = line.kind == "interaction" or line.slot == "ask"
        yield block, line, Row(
            start=clock(line.start), end=clock(line.start + line.seconds), minutes=f"{line.seconds / 60:.1f}",
            block=_both(block.name, brief.languages), kind=label(KIND_NAMES[line.kind], brief.languages),
            **_item_cells(item, brief.languages), **pair, action=cue,
            interaction=label(KIND_NAMES["interaction"], brief.languages) if asks else "",
            operator=_both(line.operator, brief.languages), risk=risks.get(line.key, ""), target="", owner="",
        )  # fmt: skip


def _item_cells(item: Item | None, languages: tuple[Language, ...]) -> dict[str, str]:
    if item is None:
        return {"link": "", "sku": "", "role": "", "price": "", "gift": "", "stock": ""}
    values = [item_values(item, language) for language in languages]
    prices = [value["price"].live for value in values if "price" in value]
    return {
        "link": str(item.link),
        "sku": item.goods.sku,
        "role": label(ROLE_NAMES[item.role], languages),
        "price": _written(prices),
        "gift": _written([value["gift"] for value in values if "gift" in value]),
        "stock": _written([value["stock"] for value in values if "stock" in value]),
    }


def _written(values: list[object]) -> str:
    return " · ".join(dict.fromkeys(readings(str(value))[0] for value in values))


def _both(pair: object, languages: tuple[Language, ...]) -> str:
    if not pair:
        return ""
    return " · ".join(dict.fromkeys(pair[language] for language in languages))  # type: ignore[index]


def _risks(script: Script, languages: tuple[Language, ...]) -> dict[str, str]:
    """Per line: the unverified facts it relies on."""
    facts: dict[str, list[str]] = {}
    for entry in script.to_check:
        for key in entry.lines:
            facts.setdefault(key, []).append(entry.fact)
    return {
        key: label(Message(N_("check on the label: {facts}"), {"facts": [fact_name(f) for f in names]}), languages)
        for key, names in facts.items()
    }


def fact_name(fact: str) -> Message:
    """What a fact is called in documents; attributes are called as their family calls them."""
    if known := _FACT_NAMES.get(fact):
        return known
    key = fact.rsplit(".", maxsplit=1)[-1]
    for family in families().values():
        if key in family.attributes and fact.startswith("attr"):
            name = family.attributes[key].name
            return Message("{fact}", {"fact": Named(key, name.zh, name.ru)})
    return Message("{fact}", {"fact": key})


def warnings(script: Script, brief: Brief) -> list[Message]:
    """What people must know before going on air: missing time, silent slots, facts to check."""
    found = []
    if script.gap > 0:
        found.append(Message(
            N_("The script is {seconds} s shorter than the slot: add items, or allow more lines per item in the pattern."),
            {"seconds": round(script.gap)},
        ))  # fmt: skip
    if script.gap < 0:
        found.append(Message(
            N_("The required lines alone are {seconds} s longer than the slot: take items out, or plan more minutes."),
            {"seconds": round(-script.gap)},
        ))  # fmt: skip
    silent: dict[str, list[str]] = {}
    for entry in script.left_out:
        for fact in entry.facts:
            silent.setdefault(fact, [])
            if entry.sku and entry.sku not in silent[fact]:
                silent[fact].append(entry.sku)
    for fact, skus in silent.items():
        if fact in _CHOICES:
            continue
        if skus:
            text = N_("Not said, because the fact is missing: {fact} ({skus}).")
        else:
            text = N_("Not said, because the show does not give it: {fact}.")
        found.append(Message(text, {"fact": fact_name(fact), "skus": skus}))
    if chosen := [fact for fact in silent if fact in _CHOICES]:
        names = list({str(fact_name(fact)): fact_name(fact) for fact in chosen}.values())
        found.append(Message(N_("Some items go without: {facts}. That is no fault."), {"facts": names}))
    unchecked: dict[str, list[str]] = {}
    for check in script.to_check:
        unchecked.setdefault(check.fact, []).append(check.sku)
    for fact, skus in unchecked.items():
        links = [brief.items[i].link for i, sku in enumerate(script.skus) if sku in skus]
        found.append(Message(
            N_("Check on the label before going on air: {fact} (links {links})."),
            {"fact": fact_name(fact), "links": sorted(set(links))},
        ))  # fmt: skip
    return found


# What a planner may or may not give an item.
_CHOICES = ("gift", "limit", "stock", "price.reference", "price.basis", "price.saving")
_FACT_NAMES = {
    "shelf_life": Message(N_("shelf life")), "temperature": Message(N_("storage temperature")),
    "price.live": Message(N_("live price")), "price.times": Message(N_("live price")),
    "price.reference": Message(N_("reference price")), "price.basis": Message(N_("basis of the reference price")),
    "price.saving": Message(N_("reference price")), "gift": Message(N_("gift")), "limit": Message(N_("limit per buyer")),
    "stock": Message(N_("stock")), "county": Message(N_("county")),
    "brand": Message(N_("brand")), "host": Message(N_("host")), "cohost": Message(N_("co-host")),
    "preview": Message(N_("preview of the next show")), "show.place": Message(N_("place of the show")),
    "origin": Message(N_("origin")), "hs": Message(N_("HS code")), "marking_group": Message(N_("marking group")),
    "certificates": Message(N_("certificates")), "allergens": Message(N_("allergens")),
    "ingredients": Message(N_("ingredients")),
}  # fmt: skip
