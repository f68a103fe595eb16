"""The fields of a card as people name them: path, kind of value, and what a sheet's column may be called in each language.

The names are data: `catalogs/columns.yaml`. SKU fields have no code in their column; a row's own SKU completes them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from service.authored import Strict, content_of
from service.catalog.cells import Choice, Code, Gtin, Kind, Many, Number, Refused, Words
from service.catalog.document import PACK_FIELDS
from service.catalog.families import families
from service.catalog.files import SKU_CODE, Text
from service.catalog.places import counties, places
from service.i18n import N_, Message
from service.language.russian import UnknownNoun, noun
from service.resources import root

__all__ = [
    "Column", "all_columns", "column_named", "column_of", "field_name", "header_of", "legal_fields", "template_columns",
]  # fmt: skip


class _Names(Strict):
    zh: list[Text]
    ru: list[Text]
    en: list[Text]


class _File(Strict):
    columns: dict[str, _Names]
    texts: dict[str, _Names]
    locales: dict[Literal["zh", "ru"], _Names]
    choices: dict[str, dict[str, list[Text]]]
    legal: list[str]
    template: list[str]


@cache
def _file() -> _File:
    return content_of(root("catalogs") / "columns.yaml", _File)


@dataclass(frozen=True)
class Column:
    """One field. `level`: of the card, or of each SKU (its row)."""

    path: str
    level: Literal["card", "sku"]
    kind: Kind

    def fault(self, value: Any) -> Message | None:
        """What is wrong with a value that came as data."""
        try:
            self.kind.check(value)
        except Refused as refused:
            return Message(N_("{what} {remedy}"), {"what": refused.what, "remedy": refused.right})
        return None

    def path_for(self, code: str) -> str:
        """The field's path in a document, for a row of SKU `code`."""
        if self.level == "card" or self.path == "sku":
            return self.path
        return f"sku.{code}.{self.path}"


class _Noun(Words):
    """A Russian pack noun that has a card."""

    def check(self, value: Any) -> None:
        super().check(value)
        try:
            noun(value)
        except UnknownNoun:
            raise Refused(
                Message(N_("There is no reviewed card for the Russian noun «{lemma}»."), {"lemma": value}),
                Message(N_("Use a usual word such as «пачка» or «банка», in the nominative singular.")),
            ) from None


_KEY = Code(r"[a-z0-9]+(-[a-z0-9]+)*", 60, upper=False)
_SPOKEN = ("spoken_name", "selling_point", "serving", "faq", "brand")
_TEXT_FIELD = re.compile(
    r"(?:name|short_name|spoken_name|description|ingredients|storage|usage|warning|brand|maker"
    r"|selling_point\.[1-5]|serving\.[1-9]|faq\.[1-9]\d?\.[a-z_]+\.(?:question|answer)|sku\.[A-Z0-9._-]+\.label|label)"
)
_TEXT_PATH = re.compile(rf"({_TEXT_FIELD.pattern})\[(?:zh|ru)\]")


@cache
def _kinds() -> dict[str, Kind]:
    choices = _file().choices
    whole = Number(1, 2**31 - 1)
    place_names = {key: [place.zh, place.ru.nom] for key, place in places().items()}
    family_names = {key: [family.name.zh, family.name.ru] for key, family in families().items()}
    name_list = Many(Code(r"[a-z0-9_.]+", 60, upper=False))
    return {
        "key": _KEY, "sku": Code(SKU_CODE.strip("^$"), 40, upper=True), "line": Choice(choices["line"]),
        "family": Choice(family_names), "source_locale": Choice(choices["source_locale"]),
        "facts.brand_key": _KEY, "facts.origin_country": Choice(choices["country"]), "facts.origin_place": Choice(place_names),
        "facts.county": Choice({key: place_names[key] for key in counties()}),
        "facts.maker_is_sample": Choice(choices["boolean"], true_false=True),
        "facts.hs_code": Code(r"\d{6}(\d{2,4})?", 10, upper=True), "facts.hs_edition": Number(1988, 2100),
        "facts.shelf_life_value": Number(1, 10000), "facts.shelf_life_unit": Choice(choices["shelf_life_unit"]),
        "facts.temperature_min": Number(-80, 60), "facts.temperature_max": Number(-80, 60),
        "facts.marking_group": Words(40), "facts.markets": Many(Choice(choices["country"])),
        "facts.allergens": Many(Choice(choices["allergens"])), "facts.unverified": name_list, "facts.pinyin": Words(120),
        "facts.certificates.CN": name_list, "facts.certificates.RU": name_list,
        "facts.lexeme.gender": Choice(choices["gender"]), "facts.lexeme.number": Choice(choices["number"]),
        "facts.lexeme.stressed": Words(120),
        **{f"facts.lexeme.forms.{case}": Words(120) for case in ("nom", "gen", "dat", "acc", "ins", "loc")},
        "net_value": whole, "net_unit": Choice(choices["net_unit"]), "pack_measure": Words(4), "pack_noun": _Noun(40),
        "gross_g": whole, "length_mm": whole, "width_mm": whole, "height_mm": whole, "units_per_case": whole, "gtin": Gtin(),
    }  # fmt: skip


@cache
def column_of(path: str) -> Column | None:
    """The field of a path, of a document (`sku.CODE.gtin`) or of a sheet (`gtin`); None if cards have none such."""
    if kind := _kinds().get(path):
        level: Literal["card", "sku"] = "sku" if path in PACK_FIELDS or path == "sku" else "card"
        return Column(path, level, kind)
    if _TEXT_PATH.fullmatch(path):
        field = path[:-4]
        own = field == "label" or field.startswith("sku.")
        most = 80 if own or field in ("short_name", "spoken_name") else 2000
        return Column(path, "sku" if own else "card", Words(most, spoken=field.startswith(_SPOKEN)))
    if path.startswith("sku."):
        _, _, part = path[4:].rpartition(".")
        return column_of(part) if part in PACK_FIELDS else None
    if path.startswith("facts.attributes."):
        return _attribute(path)
    return None


def _attribute(path: str) -> Column | None:
    name, _, locale = path.removeprefix("facts.attributes.").partition(".")
    found = next((f.attributes[name] for f in families().values() if name in f.attributes), None)
    if found is None or (found.type == "text") != (locale in ("zh", "ru")):
        return None
    kinds: dict[str, Kind] = {
        "integer": Number(0, 2**31 - 1), "decimal": Number(0, 10**9, decimal=True),
        "boolean": Choice(_file().choices["boolean"], true_false=True),
        "enum": Choice({key: [pair.zh, pair.ru] for key, pair in found.options.items()}), "text": Words(120, spoken=True),
    }  # fmt: skip
    return Column(path, "card", kinds[found.type])


def folded(header: str) -> str:
    """A header without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).lower().replace("ё", "е"))


@cache
def _headers() -> dict[str, str]:
    """Every name of every column, folded, with the column's path; the names of texts once per language."""
    book: dict[str, str] = {}
    for path, names in _file().columns.items():
        for name in (path, *names.zh, *names.ru, *names.en):
            book.setdefault(folded(name), path)
    for field, names in _file().texts.items():
        for number in range(1, 10) if field.endswith(".*") else (0,):
            path = field.replace("*", str(number))
            for locale, of_locale in _file().locales.items():
                for name in (field.removesuffix(".*"), *names.zh, *names.ru, *names.en):
                    for tag in (*of_locale.zh, *of_locale.ru, *of_locale.en):
                        book.setdefault(folded(f"{name}{number or ''}{tag}"), f"{path}[{locale}]")
            for locale, plain in (("zh", names.zh), ("ru", names.ru)):
                for name in plain:  # a Chinese header without a language means the Chinese text
                    book.setdefault(folded(f"{name}{number or ''}"), f"{path}[{locale}]")
    return book


def column_named(header: str) -> Column | None:
    """The column a header means, in any of the languages; paths themselves are understood too."""
    text = unicodedata.normalize("NFKC", header).strip()
    direct = column_of(text) or column_of(f"facts.{text}")
    if direct is not None and not text.startswith("sku."):
        return direct
    path = _headers().get(folded(text))
    if path is None and (found := re.fullmatch(r"attributes?\.([a-z0-9_]+)(?:\[(zh|ru)\])?", text)):
        path = ".".join(filter(None, ("facts.attributes", *found.groups())))
    return column_of(path) if path else None


def header_of(path: str, locale: str) -> str:
    """What an export writes above a column."""
    if names := _file().columns.get(path):
        return str(getattr(names, locale)[0])
    if path.endswith("]"):
        field = path[:-4]
        found = _file().texts.get(field) or _file().texts.get(re.sub(r"\.\d+$", ".*", field))
        if found:
            number = field.rpartition(".")[2] if "." in field else ""
            return f"{getattr(found, locale)[0]}{' ' + number if number else ''}[{path[-3:-1]}]"
        return path
    if path.startswith("facts.attributes."):
        name, _, tag = path.removeprefix("facts.attributes.").partition(".")
        return f"attributes.{name}[{tag}]" if tag else f"attributes.{name}"
    return path


def field_name(path: str, locale: str) -> str:
    """What people call a field; of an attribute, by the name its family gives it. (Headers of attributes are codes, for families differ.)"""
    if not path.startswith("facts.attributes."):
        return header_of(path, locale)
    name, _, tag = path.removeprefix("facts.attributes.").partition(".")
    found = next((f.attributes[name].name for f in families().values() if name in f.attributes), None)
    title = name if found is None or locale == "en" else found.ru if locale == "ru" else found.zh
    return f"{title}[{tag}]" if tag else title


def template_columns() -> list[str]:
    """The columns an empty sheet offers: what most goods need, in the order people fill them in."""
    return list(_file().template)


@cache
def legal_fields() -> frozenset[str]:
    """Texts the law demands: no other language's words ever stand in for them."""
    return frozenset(_file().legal)


def all_columns() -> list[str]:
    """Paths in the order exports write them."""
    columns = list(_file().columns)
    texts = [
        f"{field.replace('*', str(number))}[{locale}]"
        for field in _file().texts
        for number in (range(1, 6) if field.endswith(".*") else (0,))
        for locale in ("zh", "ru")
    ]
    names = [path for path in texts if path.startswith(("name", "label", "short_name", "spoken_name"))]
    return [*columns[:4], *names, *columns[4:], *(path for path in texts if path not in names)]
