"""Russian spoken names: the stressed form is the nominative with one mark on every word that needs one."""

from __future__ import annotations

import re

import pytest

from service.catalog.checking import read_catalogue
from service.catalog.files import ProductEntry

CARDS = [entry for _, entry in read_catalogue().cards]
ACUTE = "\u0301"


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_stress_marks(card: ProductEntry) -> None:
    stressed = card.lexeme.stressed
    assert stressed.replace(ACUTE, "") == card.lexeme.forms.nom
    for word in re.findall(f"[А-Яа-яЁё{ACUTE}]+", stressed):
        vowels = len(re.findall("[аеёиоуыэюя]", word, re.IGNORECASE))
        needed = 1 if vowels > 1 and "ё" not in word.lower() else 0
        assert word.count(ACUTE) == needed, word


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_the_name_declines_as_a_whole(card: ProductEntry) -> None:
    """Six forms of the same number of words; names in «» stay as they are; the accusative is that of a thing, or a feminine."""
    forms = card.lexeme.forms.model_dump()
    assert len({len(form.split()) for form in forms.values()}) == 1
    assert len({tuple(re.findall("«[^»]*»", form)) for form in forms.values()}) == 1
    if card.lexeme.gender != "f" or card.lexeme.number == "pl":
        assert forms["acc"] in (forms["nom"], forms["gen"])
