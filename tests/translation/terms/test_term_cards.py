"""The grammar of a wording: proposed by the dictionary with the right reading, confirmed by people, true for every shipped card."""

from __future__ import annotations

import pytest

from service.language.russian.grammar import CASES, Case, Gender
from service.language.russian.nouns import nouns
from service.translation.terms.cards import Card, agreeing, card_from, proposed
from service.translation.terms.concepts import Meaning
from service.translation.terms.matching import TermSet


@pytest.mark.parametrize(
    ("text", "genitive", "instrumental", "plural_genitive"),
    [
        ("банка", "банки", "банкой", "банок"),  # not банк, which the dictionary thinks likelier
        ("липовый мёд", "липового мёда", "липовым мёдом", "липовых медов"),
        ("чёрный древесный гриб", "чёрного древесного гриба", "чёрным древесным грибом", "чёрных древесных грибов"),
        ("срок годности", "срока годности", "сроком годности", "сроков годности"),
        ("голубика лесная", "голубики лесной", "голубикой лесной", "голубик лесных"),
        ("торт «Медовик»", "торта «Медовик»", "тортом «Медовик»", "тортов «Медовик»"),
        ("Амурская область", "Амурской области", "Амурской областью", "Амурских областей"),
        ("Санкт-Петербург", "Санкт-Петербурга", "Санкт-Петербургом", "Санкт-Петербургов"),
        ("ведущий", "ведущего", "ведущим", "ведущих"),
        ("солёные огурцы", "солёного огурца", "солёным огурцом", "солёных огурцов"),
    ],
)
def test_forms_are_proposed(text: str, genitive: str, instrumental: str, plural_genitive: str) -> None:
    card = proposed(text)
    assert card is not None
    assert card.form(Case.GEN, plural=False) == genitive
    assert card.form(Case.INS, plural=False) == instrumental
    assert card.form(Case.GEN, plural=True) == plural_genitive


def test_the_accusative_follows_animacy() -> None:
    honey, host = proposed("липовый мёд"), proposed("двуязычный зритель")
    assert honey is not None
    assert host is not None
    assert honey.form(Case.ACC, plural=False) == "липовый мёд"
    assert host.form(Case.ACC, plural=False) == "двуязычного зрителя"


def test_what_has_no_noun_has_no_card() -> None:
    assert proposed("оформить заказ") is None
    assert proposed("без охлаждения") is None


def test_a_card_used_in_one_number_gives_that_number() -> None:
    card = Card(Gender.F, False, "pl", (), ("сушки", "сушек", "сушкам", "сушки", "сушками", "сушках"))
    assert card.form(Case.INS, plural=False) == "сушками"
    assert card_from(card.as_data()) == card
    assert card_from({"gender": "f"}) is None


def test_adjectives_before_a_phrase_follow_it() -> None:
    card = proposed("мероприятие")
    assert card is not None
    assert agreeing("весёлую", card, Case.NOM, plural=False) == "весёлое"
    assert agreeing("этой", card, Case.GEN, plural=False) == "этого"
    assert agreeing("наших", card, Case.DAT, plural=True) == "нашим"
    assert agreeing("быстро", card, Case.NOM, plural=False) is None


def test_every_form_of_a_shipped_card_is_found_again(shipped: list[Meaning], terms: TermSet) -> None:
    cards = [
        (one.key, wording.text, card_from(wording.card)) for one in shipped for wording in one.of("ru", "preferred")
    ]
    confirmed = [(key, text, card) for key, text, card in cards if card is not None]
    assert len(confirmed) > 280
    for key, text, card in confirmed:
        assert text in (*card.singular[:1], *card.plural[:1]), text
        for row in (card.singular, card.plural):
            assert len(row) in (0, len(CASES)), text
            for form in row:
                assert any(key in span.concepts for span in terms.find(f"один {form}", "ru", nested=True)), form


def test_shipped_cards_agree_with_the_reviewed_nouns(shipped: list[Meaning]) -> None:
    for meaning in shipped:
        for wording in meaning.of("ru", "preferred"):
            card, noun = card_from(wording.card), nouns().get(wording.text)
            if card and noun:
                assert card.gender is noun.gender, wording.text
                assert card.plural in ((), tuple(noun.plural.values())), wording.text


def test_products_know_gender_and_measure_words(shipped: list[Meaning]) -> None:
    nameless = {"russian-style", "industrial-hemp"}  # no thing to count; bulk raw material
    for meaning in shipped:
        if meaning.domain == "product" and meaning.key not in nameless:
            zh, ru = meaning.preferred("zh"), meaning.preferred("ru")
            assert zh is not None, meaning.key
            assert zh.measures, meaning.key
            assert zh.pinyin, meaning.key
            assert ru is not None, meaning.key
            assert ru.card.get("gender") in ("m", "f", "n"), meaning.key
