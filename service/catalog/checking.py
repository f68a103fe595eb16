"""What a card must hold beyond its form: names that exist, texts that match in both languages, words that can be spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from service.authored import Authored, read
from service.catalog.document import Document, flat
from service.catalog.families import families
from service.catalog.files import AttributeEntry, FamiliesFile, FamilyEntry, Lists, Pair, ProductEntry, ProductsFile
from service.catalog.places import counties, places
from service.errors import DomainError, FilesRejected, Problem
from service.i18n import N_, Message
from service.language.russian import UnknownNoun, noun
from service.resources import root

__all__ = ["CatalogueFiles", "EditRefused", "check_card", "check_document", "document_faults", "read_catalogue"]

_UNSPEAKABLE = re.compile(r"[0-9A-Za-z]")
_DECIMAL = re.compile(r"^\d+(\.\d+)?$")
_FACTS = ("shelf_life", "temperature", "hs", "marking_group", "certificates", "allergens", "origin", "ingredients")


class CatalogueFiles:
    """The families and cards of `catalogs/`, read and found without fault."""

    def __init__(self, families: Mapping[str, FamilyEntry], cards: list[tuple[str, ProductEntry]]) -> None:
        self.families = families
        self.cards = cards


def read_catalogue(folder: Path | None = None) -> CatalogueFiles:
    """Read all catalogue files below `folder` (default: `catalogs/`).

    Raises `FilesRejected` with every fault of every file.
    """
    from service.catalog.brands.files import brand_lines  # here, for it speaks of keys and lines as these files do

    folder = folder or root("catalogs")
    families_file = read(folder / "families.yaml", FamiliesFile)
    families = families_file.content.families if families_file.content else {}
    files = [read(path, ProductsFile) for path in sorted((folder / "products").glob("*.yaml"))]
    problems: list[Problem] = list(families_file.problems)
    seen: dict[str, str] = {}
    cards: list[tuple[str, ProductEntry]] = []
    for file in files:
        if file.content:
            for index, entry in enumerate(file.content.products):
                check_card(file, index, entry, families, seen)
                if entry.brand_key:
                    file.known("products", index, "brand_key", value=entry.brand_key, among=brand_lines())
                cards.append((file.content.line, entry))
        problems += file.problems
    if problems:
        raise FilesRejected(problems)
    return CatalogueFiles(families, cards)


def check_card(
    file: Authored[ProductsFile],
    index: int,
    entry: ProductEntry,
    families: Mapping[str, FamilyEntry],
    seen: dict[str, str],
) -> None:
    """Note every fault of one card in `file`; `seen` holds the keys and codes of the cards before it."""
    at = ("products", index)
    _unique(file, (*at, "key"), entry.key, f"product:{entry.key}", seen)
    for number, sku in enumerate(entry.skus):
        place = (*at, "skus", number)
        _unique(file, (*place, "sku"), sku.sku, f"sku:{sku.sku}", seen)
        _known_noun(file, (*place, "pack", "ru"), sku.pack.ru)
    file.known(*at, "family", value=entry.family, among=families)
    if entry.origin.place:
        file.known(*at, "origin", "place", value=entry.origin.place, among=places())
    _check_origin(file, at, entry)
    if entry.family in families:
        _check_attributes(file, (*at, "attributes"), entry, families[entry.family].attributes)
    for number, fact in enumerate(entry.unverified):
        known = [*_FACTS, *(f"attributes.{name}" for name in entry.attributes)]
        file.known(*at, "unverified", number, value=fact, among=known)
    if entry.temperature and entry.temperature.min > entry.temperature.max:
        file.fault(
            *at, "temperature", value=f"{entry.temperature.min}…{entry.temperature.max}",
            what=Message(N_("The lower temperature lies above the upper one.")),
            remedy=Message(N_("Swap min and max.")),
        )  # fmt: skip
    _check_texts(file, (*at, "texts"), entry)


def _unique(
    file: Authored[ProductsFile], at: tuple[str | int, ...], value: str, name: str, seen: dict[str, str]
) -> None:
    here = f"{file.path.name}:{file.line(*at)}"
    if name in seen:
        file.fault(
            *at, value=value,
            what=Message(N_("“{value}” is used twice; the other place is {other}."), {"value": value, "other": seen[name]}),
            remedy=Message(N_("Give one of the two another code.")),
        )  # fmt: skip
    seen.setdefault(name, here)


def _known_noun(file: Authored[ProductsFile], at: tuple[str | int, ...], lemma: str) -> None:
    try:
        noun(lemma)
    except UnknownNoun:
        file.fault(
            *at, value=lemma,
            what=Message(N_("There is no reviewed card for the Russian noun «{lemma}»."), {"lemma": lemma}),
            remedy=Message(N_("Add its twelve forms to catalogs/names/nouns.yaml.")),
        )  # fmt: skip


def _check_origin(file: Authored[ProductsFile], at: tuple[str | int, ...], entry: ProductEntry) -> None:
    line = file.content.line if file.content else ""
    if line == "jijing_hanyang" and entry.county not in counties():
        file.fault(
            *at, "county", value=entry.county or "",
            what=Message(N_("A 极境寒养 card names one of Heihe's counties.")),
            remedy=Message(N_("Known: {known}."), {"known": counties()}),
        )  # fmt: skip
    home = "CN" if line == "jijing_hanyang" else "RU"
    if line and entry.origin.country != home:
        file.fault(
            *at, "origin", "country", value=entry.origin.country,
            what=Message(N_("Goods of this line come from {country}; lines are told with that origin."), {"country": home}),
            remedy=Message(N_("Correct the origin, or move the card to the other file.")),
        )  # fmt: skip
    if line == "russian_goods" and entry.county:
        file.fault(
            *at, "county", value=entry.county,
            what=Message(N_("Only 极境寒养 cards name a county.")),
            remedy=Message(N_("Remove the key, or move the card to jijing-hanyang.yaml.")),
        )  # fmt: skip


def _check_attributes(
    file: Authored[ProductsFile], at: tuple[str | int, ...], entry: ProductEntry, known: Mapping[str, AttributeEntry]
) -> None:
    for name, value in entry.attributes.items():
        if name not in known:
            file.known(*at, name, value=name, among=known)
            continue
        kind = known[name].type
        fits = {
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "decimal": isinstance(value, str) and bool(_DECIMAL.match(value)),
            "boolean": isinstance(value, bool),
            "enum": isinstance(value, str) and value in known[name].options,
            "text": isinstance(value, Pair),
        }
        if not fits[kind]:
            options = list(known[name].options) or "—"
            file.fault(
                *at, name, value=value,
                what=Message(N_("The attribute “{name}” is of type {kind}."), {"name": name, "kind": kind}),
                remedy=Message(N_("Decimals stand in quotes, texts as a zh / ru pair; options: {options}."), {"options": options}),
            )  # fmt: skip


def _check_texts(file: Authored[ProductsFile], at: tuple[str | int, ...], entry: ProductEntry) -> None:
    texts = entry.texts
    if texts.spoken_name.ru != entry.lexeme.forms.nom:
        file.fault(
            *at, "spoken_name", value=texts.spoken_name.ru,
            what=Message(N_("The Russian spoken name differs from lexeme.forms.nom.")),
            remedy=Message(N_("Make both “{form}”."), {"form": entry.lexeme.forms.nom}),
        )  # fmt: skip
    for name in ("selling_points", "serving"):
        lists: Lists | None = getattr(texts, name)
        if lists and len(lists.zh) != len(lists.ru):
            file.fault(
                *at, name, value=f"zh {len(lists.zh)}, ru {len(lists.ru)}",
                what=Message(N_("The two languages have different numbers of sentences.")),
                remedy=Message(N_("Each sentence needs its counterpart, in the same order.")),
            )  # fmt: skip
    for place, text in _spoken(entry):
        if found := _UNSPEAKABLE.search(text):
            file.fault(
                *at[:-1], *place, value=text,
                what=Message(N_("“{sign}” cannot be read aloud here."), {"sign": found.group()}),
                remedy=Message(N_("Write numbers in words and names in the letters of the language.")),
            )  # fmt: skip


def _spoken(entry: ProductEntry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Everything of a card that a host says, with its place."""
    texts = entry.texts
    pairs: dict[tuple[str, ...], Pair] = {("texts", "spoken_name"): texts.spoken_name}
    pairs |= {("attributes", key): value for key, value in entry.attributes.items() if isinstance(value, Pair)}
    if entry.brand:
        pairs["brand",] = entry.brand
    for at, pair in pairs.items():
        yield (*at, "zh"), pair.zh
        yield (*at, "ru"), pair.ru
    for name in ("selling_points", "serving"):
        if lists := getattr(texts, name):
            for locale in ("zh", "ru"):
                for index, text in enumerate(getattr(lists, locale)):
                    yield ("texts", name, locale, index), text
    for index, faq in enumerate(texts.faq):
        for locale in ("zh", "ru"):
            said = getattr(faq, locale)
            yield ("texts", "faq", index, locale, "q"), said.q
            yield ("texts", "faq", index, locale, "a"), said.a


class EditRefused(DomainError):
    """A change of some fields would leave the card with something it may not say."""

    title = N_("The card cannot be changed like this: {faults}.")
    remedy = N_("Correct the fields named; nothing was changed.")


def check_document(document: Document, fields: Iterable[str]) -> None:
    """Check a card as it would be: the named fields, and what must fit together. Raises `EditRefused` with every fault."""
    from service.catalog.columns import column_of

    faults = []
    values = dict(flat(document))
    for path in fields:
        column = column_of(path)
        if column is None or path in ("key", "sku"):
            faults.append(Message(N_("{field} is no field of a card"), {"field": path}))
        elif path in values and (fault := column.fault(values[path])):
            faults.append(Message(N_("{field}: {what}"), {"field": path, "what": fault}))
    for path, what, _ in document_faults(document):
        faults.append(Message(N_("{field}: {what}"), {"field": path, "what": what}))
    if faults:
        raise EditRefused(faults=faults)


def document_faults(document: Document) -> Iterator[tuple[str, Message, Message]]:
    """What does not fit together in a card: (field path, what is wrong, what would be right)."""
    facts = document["facts"]
    low, high = facts.get("temperature_min"), facts.get("temperature_max")
    if low is not None and high is not None and low > high:
        yield (
            "facts.temperature_min",
            Message(N_("The lower temperature lies above the upper one.")),
            Message(N_("Swap min and max.")),
        )
    if ("shelf_life_value" in facts) != ("shelf_life_unit" in facts):
        yield (
            "facts.shelf_life_value",
            Message(N_("A shelf life needs a number and a unit.")),
            Message(N_("Fill in both.")),
        )
    heihe = document["line"] == "jijing_hanyang"
    if heihe and "county" not in facts:
        yield (
            "facts.county",
            Message(N_("A 极境寒养 card names one of Heihe's counties.")),
            Message(N_("Known: {known}."), {"known": counties()}),
        )
    home = "CN" if heihe else "RU"
    if document["line"] and facts.get("origin_country", home) != home:
        yield (
            "facts.origin_country",
            Message(N_("Goods of this line come from {home}."), {"home": home}),
            Message(N_("Correct the country, or the product line.")),
        )
    lexeme = facts.get("lexeme")
    if lexeme is not None:
        forms = lexeme.get("forms", {})
        if {"gender", "number", "stressed"} - lexeme.keys() or {
            "nom",
            "gen",
            "dat",
            "acc",
            "ins",
            "loc",
        } - forms.keys():
            yield (
                "facts.lexeme.gender",
                Message(N_("The Russian word card is not whole.")),
                Message(N_("Gender, number, stress and all six cases belong together.")),
            )
        spoken = document["texts"]["ru"].get("spoken_name")
        if spoken and "nom" in forms and spoken["value"] != forms["nom"]:
            yield (
                "spoken_name[ru]",
                Message(N_("The Russian spoken name differs from lexeme.forms.nom.")),
                Message(N_("Make both “{form}”."), {"form": forms["nom"]}),
            )
    if "attributes" in facts:
        family = families().get(document["family"])
        for name in facts["attributes"]:
            if family is None or name not in family.attributes:
                yield (
                    f"facts.attributes.{name}",
                    Message(N_("Cards of this family have no attribute “{name}”."), {"name": name}),
                    Message(N_("Known: {known}."), {"known": sorted(family.attributes) if family else []}),
                )
    for sku in document["skus"]:
        for part in ("net_value", "net_unit"):
            if part not in sku:
                yield (
                    f"sku.{sku['code']}.{part}",
                    Message(N_("The SKU {sku} does not say how much is in it."), {"sku": sku["code"]}),
                    Message(N_("Fill in net quantity and unit.")),
                )
