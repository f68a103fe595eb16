"""Declines adjectives and participles by rule from the dictionary form: большой, синий, третий, свежий."""

from __future__ import annotations

from functools import lru_cache

from service.language.russian.grammar import CASES, Case, Gender
from service.language.russian.nouns import possessives

__all__ = ["UnknownAdjective", "adjective"]

_PLURAL = "plural"
_VELARS, _HUSHERS = "гкх", "жшщч"

# Endings by declension in the order of the cases. «*» stands for the accusative that copies the nominative
# or, of beings, the genitive; «-» for the dictionary form itself.
_ENDINGS: dict[str, dict[str, list[str]]] = {
    declension: {kind: row.split() for kind, row in zip((*Gender, _PLURAL), rows, strict=True)}
    for declension, rows in {
        "hard": ("- ого ому * ым ом", "ая ой ой ую ой ой", "ое ого ому ое ым ом", "ые ых ым * ыми ых"),
        "mixed": ("- ого ому * им ом", "ая ой ой ую ой ой", "ое ого ому ое им ом", "ие их им * ими их"),
        "husher": ("- его ему * им ем", "ая ей ей ую ей ей", "ее его ему ее им ем", "ие их им * ими их"),
        "soft": ("- его ему * им ем", "яя ей ей юю ей ей", "ее его ему ее им ем", "ие их им * ими их"),
        "possessive": ("- ьего ьему * ьим ьем", "ья ьей ьей ью ьей ьей", "ье ьего ьему ье ьим ьем",
                       "ьи ьих ьим * ьими ьих"),
    }.items()
}  # fmt: skip


class UnknownAdjective(LookupError):
    """Not the dictionary form of an adjective that the rules cover."""

    def __init__(self, lemma: str) -> None:
        self.lemma = lemma
        super().__init__(f"not an adjective in -ый, -ий or -ой: «{lemma}»")


@lru_cache(maxsize=4096)
def adjective(
    lemma: str,
    *,
    gender: Gender | None = None,
    plural: bool = False,
    case: Case = Case.NOM,
    animate: bool = False,
) -> str:
    """One form of an adjective given in the masculine nominative; masculine if no gender is said.

    `animate` matters in the accusative. Raises `UnknownAdjective` for words that do not decline so.
    """
    full, reflexive = (lemma[:-2], "ся") if lemma.endswith("щийся") else (lemma, "")
    kind = _PLURAL if plural else gender or Gender.M
    row = _ENDINGS[_declension(full)][kind]
    ending = row[CASES.index(case)]
    if ending == "*":
        ending = row[CASES.index(Case.GEN if animate else Case.NOM)]
    return (full if ending == "-" else full[:-2] + ending) + reflexive


def _declension(lemma: str) -> str:
    stem, ending = lemma[:-2], lemma[-2:]
    if not stem or ending not in ("ый", "ий", "ой"):
        raise UnknownAdjective(lemma)
    if ending == "ий" and lemma in possessives():
        return "possessive"
    if stem[-1] in _VELARS or (ending == "ой" and stem[-1] in _HUSHERS):
        return "mixed"
    if ending != "ий":
        return "hard"
    return "husher" if stem[-1] in _HUSHERS else "soft"
