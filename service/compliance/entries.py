"""The form of `catalogs/rules/*.yaml`: what a rule, its patterns and its examples look like in a file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from service.authored import Strict
from service.catalog.files import Name, Pair, Text
from service.i18n import N_
from service.people.rights import Role

__all__ = [
    "CLAIMS",
    "EVIDENCE_NAMES",
    "EVIDENCE_TYPES",
    "SCOPES",
    "SEVERITIES",
    "SEVERITY_NAMES",
    "SUBJECTS",
    "Clearing",
    "DeclaredField",
    "DeclaredFields",
    "Disguises",
    "EvidenceType",
    "Exemption",
    "Find",
    "Market",
    "MarkingGroup",
    "MarkingGroups",
    "RuleEntry",
    "RuleFile",
    "Scope",
    "Severity",
    "Subject",
]  # fmt: skip

Market = Literal["CN", "RU"]
Severity = Literal["block", "error", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = Severity.__args__  # type: ignore[attr-defined]
Scope = Literal[
    "script", "listing", "show", "item", "order", "parcel", "trade", "shipment", "channel", "finance", "label"
]
SCOPES: tuple[Scope, ...] = Scope.__args__  # type: ignore[attr-defined]
Subject = Literal["item", "show", "seller", "order", "parcel", "trade", "shipment", "channel", "script_line"]
SUBJECTS: tuple[Subject, ...] = Subject.__args__  # type: ignore[attr-defined]
EvidenceType = Literal[
    "lab_report", "survey", "certificate", "registration", "licence", "import_record", "award", "price_survey",
    "price_list", "platform_permission", "contract", "label", "statistics", "legal_opinion", "trade_mark",
    "selection_record", "other_document",
]  # fmt: skip
EVIDENCE_TYPES: tuple[EvidenceType, ...] = EvidenceType.__args__  # type: ignore[attr-defined]
SEVERITY_NAMES: dict[Severity, str] = {
    "block": N_("forbidden"), "error": N_("against the rules"), "warn": N_("risky"), "info": N_("for information"),
}  # fmt: skip
EVIDENCE_NAMES: dict[EvidenceType, str] = {
    "lab_report": N_("laboratory report"), "survey": N_("survey"), "certificate": N_("certificate"),
    "registration": N_("registration"), "licence": N_("licence"), "import_record": N_("import record"), "award": N_("award"),
    "price_survey": N_("survey of prices"), "price_list": N_("price list"),
    "platform_permission": N_("permission of the platform"), "contract": N_("contract"), "label": N_("label of the goods"),
    "statistics": N_("statistics"), "legal_opinion": N_("legal opinion"), "trade_mark": N_("trade mark"),
    "selection_record": N_("record of how the goods were chosen"), "other_document": N_("other document"),
}  # fmt: skip
Claim = Literal[
    "superlative", "lowest_price", "medical", "function", "origin", "certificate", "expert", "quote", "gift",
    "scarcity", "minor", "rival", "absolute", "offsite", "alcohol", "brand",
]  # fmt: skip
CLAIMS: tuple[Claim, ...] = Claim.__args__  # type: ignore[attr-defined]


def _day(value: Any) -> Any:
    """Dates in rule files are quoted text; a word that is no date becomes pydantic's fault at its place."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


Day = Annotated[date, BeforeValidator(_day)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$", max_length=40)]


class Clearing(Strict):
    """Who may clear a finding of the rule, and by which kinds of evidence; none: nothing clears it."""

    by: list[Role] = Field(min_length=1)
    evidence: list[EvidenceType] = []


class Exemption(Strict):
    """An innocent use the law itself names, with its source."""

    id: RuleId
    source: Text
    zh: Text
    ru: Text


class Find(Strict):
    """Patterns of one claim. `holds`: an expression over facts; where it is true the claim is proven."""

    match: list[Text] = Field(min_length=1)
    holds: Text | None = None


class Later(Strict):
    """Another severity from a day on."""

    from_: Day = Field(alias="from")
    severity: Severity


class Examples(Strict):
    """Sentences, or facts by dotted name, that the rule must find and must leave alone."""

    hits: list[Any] = Field(min_length=2)
    misses: list[Any] = Field(min_length=2)


class RuleEntry(Strict):
    """One rule as people write it; docs/compliance.md. Text rules have `finds`, rules on facts `each` with `need` or `holds`.

    `audience`: a rule on facts that is asked wherever the market's language is spoken, also when the goods are sold elsewhere.
    """

    id: RuleId
    name: Pair
    jurisdiction: Literal["CN", "RU", "EAEU", "platform"]
    market: Market
    kind: Literal["pattern", "required_field", "threshold", "cross_field", "calendar", "state"]
    severity: Severity
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    later: list[Later] = []
    scope: list[Scope] = Field(min_length=1)
    claim: Claim | None = None
    article: Pair
    source: Text
    verified: bool
    why: Pair
    remedy: Pair
    safer: Pair | None = None
    judge: Pair | None = None
    clear: Clearing
    exemptions: list[Exemption] = []
    finds: list[Find] = []
    spares: list[Text] = []
    watch: list[Annotated[str, StringConstraints(pattern=r"^[\u4e00-\u9fff]{2,5}$")]] = []
    each: Subject | None = None
    audience: bool = False
    when: Text | None = None
    need: list[Text] = []
    shape: Text | None = None
    holds: Text | None = None
    examples: Examples

    def severity_on(self, day: date) -> Severity:
        """How grave it is on that day."""
        grave = self.severity
        for step in self.later:
            if step.from_ <= day:
                grave = step.severity
        return grave

    def in_force(self, day: date) -> bool:
        """Whether it is law on that day; both ends count."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class RuleFile(Strict):
    """One file of rules."""

    about: Pair
    rules: list[RuleEntry] = Field(min_length=1)


class MarkingGroup(Strict):
    """Goods that carry an identification mark (Честный знак) from a day on; HS prefixes as digits."""

    name: Pair
    hs: list[Annotated[str, StringConstraints(pattern=r"^\d{2,10}$")]] = Field(min_length=1)
    from_: Day = Field(alias="from")
    source: Text
    verified: bool


class MarkingGroups(Strict):
    """`catalogs/rules/marking.yaml`."""

    about: Pair
    groups: list[MarkingGroup] = Field(min_length=1)


class DeclaredField(Strict):
    """A fact only people can tell: of a seller, a show, a product …"""

    key: Name
    of: Subject
    type: Literal["text", "number", "boolean", "date"]
    name: Pair
    hint: Pair | None = None


class DeclaredFields(Strict):
    """`catalogs/rules/facts.yaml`."""

    fields: list[DeclaredField] = Field(min_length=1)


def _pairs_of_one(value: dict[str, str]) -> dict[str, str]:
    for key in value:
        if len(key) != 1:
            raise ValueError(f"{key!r} is not a single character")
    return value


Letters = Annotated[dict[str, str], AfterValidator(_pairs_of_one)]


class Disguises(Strict):
    """`catalogs/rules/disguises.yaml`: how people write around a word. Keys are single characters, values what they stand for."""

    zh: Letters
    zh_separators: str
    zh_ordinary: str
    ru_letters: dict[Annotated[str, StringConstraints(min_length=1, max_length=1)], str]
    ru_transliteration: dict[Annotated[str, StringConstraints(pattern=r"^[a-z']+$")], str]
    ru_words: list[Annotated[str, StringConstraints(pattern=r"^[а-я]{4,}$")]]
