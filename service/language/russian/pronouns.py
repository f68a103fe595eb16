"""Third-person pronouns: он, она, оно, они, with н- after a preposition (у него, к ней, с ними)."""

from __future__ import annotations

from service.language.russian.grammar import Case, Gender, paradigm

__all__ = ["pronoun"]

_PLURAL = paradigm("они их им их ими их")
_SINGULAR = {
    Gender.M: paradigm("он его ему его им нём"),
    Gender.F: paradigm("она её ей её ей ней"),
    Gender.N: paradigm("оно его ему его им нём"),
}


def pronoun(gender: Gender, case: Case, *, plural: bool = False, after_preposition: bool = False) -> str:
    """The pronoun for a thing of this gender. The prepositional case always has its н-: о нём, о них."""
    form = (_PLURAL if plural else _SINGULAR[gender])[case]
    if case is Case.NOM or form.startswith("н"):
        return form
    return "н" + form if after_preposition or case is Case.LOC else form
