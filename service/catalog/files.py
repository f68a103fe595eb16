"""The form of `catalogs/products/*.yaml`, `families.yaml` and `names/places.yaml`: what may stand where."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from service.authored import Strict
from service.catalog.gtin import checked_gtin

__all__ = [
    "FamiliesFile",
    "FamilyEntry",
    "Line",
    "Pair",
    "PlacesFile",
    "ProductEntry",
    "ProductsFile",
    "SkuEntry",
    "Whole",
]

# No control characters and nothing outside XML's range: documents and PostgreSQL refuse them.
_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]+$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True, pattern=_PRINTABLE)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
Whole = Annotated[int, Field(gt=0, lt=2**31)]
SKU_CODE = r"^[A-Z0-9]+([-._][A-Z0-9]+)*$"
SkuCode = Annotated[str, StringConstraints(pattern=SKU_CODE, max_length=40)]
Gtin = Annotated[str, AfterValidator(checked_gtin)]
DecimalText = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?$")]
Market = Literal["CN", "RU"]
Line = Literal["russian_goods", "jijing_hanyang"]
FORMS = ("nom", "gen", "dat", "acc", "ins", "loc")


class Pair(Strict):
    """The same in both languages, each written natively."""

    zh: Text
    ru: Text


class Lists(Strict):
    """Sentences in both languages, same number, same facts in the same order."""

    zh: list[Text] = Field(min_length=1)
    ru: list[Text] = Field(min_length=1)


class Question(Strict):
    """A viewer's question and its answer in one language."""

    q: Text
    a: Text


class Faq(Strict):
    """A question viewers ask, in both languages, filed under its intent."""

    intent: Literal[
        "taste", "storage", "origin", "usage", "allergens", "delivery", "authenticity", "children", "pack", "difference"
    ]
    zh: Question
    ru: Question


class SellingPoints(Lists):
    """Three to five facts worth telling."""

    zh: list[Text] = Field(min_length=3, max_length=5)
    ru: list[Text] = Field(min_length=3, max_length=5)


class Texts(Strict):
    """All words of a card."""

    name: Pair
    short_name: Pair
    spoken_name: Pair
    selling_points: SellingPoints
    description: Pair
    ingredients: Pair | None = None
    storage: Pair | None = None
    usage: Pair
    warning: Pair | None = None
    serving: Lists | None = None
    faq: list[Faq] = Field(min_length=1)


class Maker(Strict):
    """The manufacturer; samples are invented."""

    zh: Text
    ru: Text
    sample: bool


class Origin(Strict):
    """Where the goods were made: ISO 3166 country, and a place of `names/places.yaml`."""

    country: Literal["CN", "RU"]
    place: Name | None = None


class Hs(Strict):
    """Harmonized System heading with the edition it belongs to."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}(\d{2,4})?$")]
    edition: int = Field(ge=1988, le=2100)


class ShelfLife(Strict):
    """How long the goods keep, counted from production."""

    value: Whole
    unit: Literal["day", "month", "year"]


class Temperature(Strict):
    """Range of keeping, °C."""

    min: int = Field(ge=-80, le=60)
    max: int = Field(ge=-80, le=60)


class Certificates(Strict):
    """Papers the goods need per market."""

    CN: list[Name] = []
    RU: list[Name] = []


class Forms(Strict):
    """The six cases; `loc` is the form after «о»."""

    nom: Text
    gen: Text
    dat: Text
    acc: Text
    ins: Text
    loc: Text


class Lexeme(Strict):
    """The Russian spoken name as a checked card."""

    gender: Literal["m", "f", "n"]
    number: Literal["sg", "pl"]
    forms: Forms
    stressed: Text


class Net(Strict):
    """Net quantity of one pack."""

    value: Whole
    unit: Literal["g", "ml", "pcs"]


class Pack(Strict):
    """How packs are counted: Chinese measure word, Russian noun with a card in names/nouns.yaml."""

    zh: Annotated[Text, StringConstraints(max_length=4)]
    ru: Annotated[Text, StringConstraints(max_length=40)]


class Size(Strict):
    """Sides of the packed goods, mm."""

    length: Whole
    width: Whole
    height: Whole


class SkuEntry(Strict):
    """One pack size. `gross` in g with all packing."""

    sku: SkuCode
    label: Pair
    net: Net
    pack: Pack
    gross: Whole
    size: Size | None = None
    case: Whole
    gtin: Gtin | None = None


class ProductEntry(Strict):
    """One card."""

    key: Key
    family: Name
    source_locale: Literal["zh", "ru"]
    brand_key: Key | None = None
    brand: Pair | None = None
    origin: Origin
    county: Name | None = None
    maker: Maker
    hs: Hs
    shelf_life: ShelfLife | None = None
    temperature: Temperature | None = None
    marking_group: Annotated[Text, StringConstraints(max_length=40)] | None
    certificates: Certificates
    allergens: list[
        Literal["milk", "nuts", "peanut", "egg", "gluten", "soy", "mustard", "fish", "crustaceans", "sesame"]
    ]
    markets: list[Market] = Field(min_length=1)
    unverified: list[Text] = []
    attributes: dict[str, bool | int | str | Pair] = {}
    lexeme: Lexeme
    pinyin: Annotated[Text, StringConstraints(max_length=120)] | None = None
    texts: Texts
    skus: list[SkuEntry] = Field(min_length=1, max_length=200)


class ProductsFile(Strict):
    """One file of cards, all of one product line."""

    line: Line
    products: list[ProductEntry]


class AttributeEntry(Strict):
    """One attribute of a family."""

    type: Literal["integer", "decimal", "boolean", "enum", "text"]
    unit: Literal["percent", "g", "ml", "mm", "year", "month", "minute", "pcs"] | None = None
    name: Pair
    options: dict[Name, Pair] = {}


class FamilyEntry(Strict):
    """One family."""

    name: Pair
    attributes: dict[Name, AttributeEntry] = {}


class FamiliesFile(Strict):
    """`catalogs/families.yaml`."""

    families: dict[Name, FamilyEntry]


class RussianPlace(Strict):
    """A place in Russian: nominative, whence, where."""

    nom: Text
    from_: Text = Field(alias="from")
    in_: Text = Field(alias="in")


class Place(Strict):
    """A place in both languages."""

    zh: Text
    ru: RussianPlace


class PlacesFile(Strict):
    """`catalogs/names/places.yaml`."""

    places: dict[Name, Place]
    countries: dict[str, Name]
    counties: list[Name]
