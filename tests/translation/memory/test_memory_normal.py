from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.russian import count
from service.translation.memory.normal import digest, mask, normal
from service.translation.memory.refilling import NotCertain, refill

TEXTS = st.text(
    st.sampled_from("净含量克瓶两三十百万元折月日年零下℃度,，。 0123456789.,:%-–—«»\"“”ёеЁабвгдклмнопрстуя юаней₽¥ABxm²½ \u00a0\u2009…·🎁") | st.characters(),
    max_size=60,
)  # fmt: skip
LANGUAGES = st.sampled_from(["zh", "ru"])


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("zh", "净含量５００克（大袋）", "净含量500克(大袋)"),
        ("zh", "“黑列巴” 好吃！", "「黑列巴」好吃!"),
        ("zh", "有 5 种口味", "有5种口味"),
        ("zh", "好吃……", "好吃…"),
        ("ru", "«Мёд» — лучший", '"Мед" - лучший'),
        ("ru", "1\u00a0299 ₽", "1 299 ₽"),
        ("ru", "  мёд   липовый\n", "мед липовый"),
    ],
)
def test_width_quotes_dashes_spaces_and_yo_do_not_count(language: str, one: str, other: str) -> None:
    assert normal(one, language) == normal(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("ru", "10 м²", "10 м2"), ("ru", "½ л", "1/2 л"), ("zh", "①号", "1号"), ("ru", "Мёд", "мёд"), ("ru", "за́мок", "замо́к"), ("zh", "500克", "500 g")],
)  # fmt: skip
def test_what_means_something_else_stays_different(language: str, one: str, other: str) -> None:
    assert digest(normal(one, language)) != digest(normal(other, language))


def test_digests_are_the_same_for_ever() -> None:
    """They stand in databases: a change here orphans every unit there is."""
    assert digest(normal("净含量500克", "zh")) == DIGESTS[0]
    assert digest(mask("净含量500克", "zh").skeleton) == DIGESTS[1]
    assert digest(normal("Масса «нетто» — 500 г", "ru")) == DIGESTS[2]
    assert digest(mask("Масса «нетто» — 500 г", "ru").skeleton) == DIGESTS[3]


DIGESTS = [2842981663415129943, -5943897116334766677, 4382213911372687632, 7305545340960964974]


@given(TEXTS, LANGUAGES)
def test_the_normal_form_is_its_own_normal_form(text: str, language: str) -> None:
    assert normal(normal(text, language), language) == normal(text, language)


@given(TEXTS, LANGUAGES)
def test_slots_stand_in_order_and_tell_what_is_written_there(text: str, language: str) -> None:
    end = 0
    for slot in mask(text, language).slots:
        assert end <= slot.start < slot.end <= len(text)
        end = slot.end


@given(TEXTS, TEXTS, LANGUAGES)
def test_a_text_with_the_same_values_brings_its_counterpart_back_to_the_letter(
    text: str, answer: str, source: str
) -> None:
    target = "ru" if source == "zh" else "zh"
    assert refill(text, text, answer, source=source, target=target) == answer


@given(st.integers(0, 9_999_999), st.integers(0, 3000))
def test_counted_goods_stand_in_the_form_the_number_asks_for(number: int, before: int) -> None:
    kept = count(before, "бутылка")
    assert refill(f"{number}瓶", f"{before}瓶", kept, source="zh", target="ru").replace("\u00a0", "") == count(
        number, "бутылка"
    ).replace("\u00a0", "")


@given(st.decimals(0, 99999, places=2), st.decimals(0, 99999, places=2))
def test_any_price_is_written_and_read_again(new: object, old: object) -> None:
    try:
        said = refill(f"价格{new}元", f"价格{old}元", f"Цена {str(old).replace('.', ',')} ¥", source="zh", target="ru")
    except NotCertain:
        pytest.fail("a price by itself is certain")
    assert [slot.sense for slot in mask(said, "ru").slots] == [slot.sense for slot in mask(f"价格{new}元", "zh").slots]
