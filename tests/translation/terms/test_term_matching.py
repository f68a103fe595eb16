"""Agreed words are found in running text, in whatever form they stand, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.language.russian.lemmas import bare_words, cited, lemmas_of, words
from service.translation.terms.concepts import Meaning
from service.translation.terms.matching import TermSet, fold, key_of

Sentences = Callable[[str], Iterator[tuple[list[str], str]]]
Make = Callable[..., Meaning]


def _found(terms: TermSet, text: str, locale: str) -> list[str]:
    return [span.concept for span in terms.find(text, locale)]


def test_every_inflected_use_is_found(terms: TermSet, sentences: Sentences) -> None:
    uses = list(sentences("russian_uses.tsv"))
    assert len(uses) >= 100
    assert [(text, found) for keys, text in uses if (found := _found(terms, text, "ru")) != keys] == []


def test_no_false_friend_is_found(terms: TermSet, sentences: Sentences) -> None:
    friends = list(sentences("russian_false_friends.tsv"))
    assert len(friends) >= 30
    wrong = [text for (key,), text in friends if any(key in span.concepts for span in terms.find(text, "ru"))]
    assert wrong == []


def test_chinese_words_are_found_longest_first(terms: TermSet, sentences: Sentences) -> None:
    uses = list(sentences("chinese_uses.tsv"))
    assert len(uses) >= 60
    assert [(text, found) for keys, text in uses if (found := _found(terms, text, "zh")) != keys] == []


def test_the_span_is_the_word_as_it_stands(terms: TermSet) -> None:
    text = "Баночку с ЛИПОВЫМ мёдом"
    span = terms.find(text, "ru")[1]
    assert (span.text, span.concept, span.status) == ("ЛИПОВЫМ мёдом", "linden-honey", "preferred")
    assert text[span.start : span.end] == span.text


def test_nested_words_are_found_on_demand(terms: TermSet) -> None:
    assert _found(terms, "липовый мёд", "ru") == ["linden-honey"]
    assert [span.concept for span in terms.find("липовый мёд", "ru", nested=True)] == ["linden-honey", "honey"]
    assert [span.concept for span in terms.find("高蛋白大豆", "zh", nested=True)] == ["high-protein-soybean", "soybean"]


def test_english_words_are_whole(terms: TermSet) -> None:
    assert _found(terms, "Linden Honey and kvass, honeymoon", "en") == ["linden-honey", "kvass"]


def test_a_homonym_has_every_sense(terms: TermSet) -> None:
    (span,) = terms.find("黑龙江", "zh")
    assert span.concepts == {"amur-river", "heilongjiang"}
    assert span.concept == "amur-river"


def test_a_word_right_for_one_thing_is_not_wrong(make: Make) -> None:
    terms = TermSet([make("bilberry", ru="черника"), make("blueberry", ru="голубика", ru_deprecated="черника")])
    (span,) = terms.find("Варенье из черники", "ru")
    assert (span.status, span.concept) == ("preferred", "bilberry")


def test_a_form_of_a_right_and_a_wrong_name_counts_as_right(terms: TermSet) -> None:
    (span,) = terms.find("в Бэйане", "ru")
    assert (span.concept, span.status) == ("beian", "admitted")


def test_words_to_avoid_count_in_their_own_order_only(terms: TermSet) -> None:
    assert terms.find("жёлтое масло", "ru")[0].status == "deprecated"
    assert terms.find("Масло жёлтое, прозрачное", "ru") == []


def test_a_term_of_several_words_ends_at_a_stop(terms: TermSet) -> None:
    assert _found(terms, "Купите соевый, соус и хлеб", "ru") == []


def test_candidates_are_not_found(make: Make) -> None:
    assert TermSet([make("new", ru_candidate="корзинка")]).find("корзинка", "ru") == []


def test_unknown_words_are_found_by_the_forms_their_endings_suggest(make: Make) -> None:
    terms = TermSet([make("event", ru="ивент"), make("bookshop", ru="буккросс")])
    for text in ("ивент", "ивента", "ивенты", "об ивентах", "ивентами", "буккросса", "буккроссом"):
        assert len(terms.find(text, "ru")) == 1, text


def test_stress_hyphens_and_composition_do_not_matter() -> None:
    assert bare_words("ли\u0301повый ме\u0308д кра\u00adба трек\u2011номер") == [
        "липовый",
        "мед",
        "краба",
        "трек-номер",
    ]
    assert words("Ёлка")[0].text == "елка"
    assert [word[1:] for word in words("мёд, чай")] == [(0, 3), (5, 8)]


def test_dictionary_form_and_other_forms_have_different_lemmas() -> None:
    assert cited("банка") == {"банка"}
    assert {"банк", "банка"} <= lemmas_of("банка")
    assert cited("мороженое") == {"мороженое"}
    assert key_of("ru", "Сгущённое молоко") == "сгущенный молоко"
    assert key_of("ru", "ТУ") == "ту"
    assert key_of("zh", "椴樹蜜（Ａ）") == "椴树蜜(a)"


_PIECES = [
    "липового мёда", "мёд", "банка", "банков", "«Алёнка»", "шоколад", "соевый соус", "трек-номером", "Благовещенск", "500 г", "и", "для",
    "\u0301", "\u00ad", ".", " ", "\n", "İ", "椴树蜜", "大豆油", "三罐", "黑龙江大桥", "統一", "EAC", "扣1", "0", "の", "🍯",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=30), st.booleans())
def test_spans_lie_in_the_text_and_never_overlap(terms: TermSet, pieces: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(pieces)
    for locale in ("zh", "ru", "en"):
        spans = terms.find(text, locale)
        assert all(text[span.start : span.end] == span.text != "" for span in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        nested = {(span.start, span.end) for span in terms.find(text, locale, nested=True)}
        assert {(span.start, span.end) for span in spans} <= nested


@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert all(word.start < word.end <= len(text) for word in words(text))
