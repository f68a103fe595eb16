"""What readers make of platforms' answers, and what they say of files that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import DomainError
from service.listings.categories.reading import READERS, Asked, BadAnswer, NotTold, Refused, UnknownAnswer, read_answer
from service.listings.categories.snapshot import Attribute, Told
from tests.listings.categories.made_up import ANSWERS, answer

RU, ZH = Asked("ru", "11:97", "85"), Asked("zh", "8", "801")


def told(channel: str, kind: Any, asked: Asked | None = None) -> Told:
    spoken = asked or (RU if channel in ("ozon", "wildberries", "yandex_market") else ZH)
    return read_answer(channel, kind, "answer.json", answer(channel, kind), spoken)


def attributes(channel: str) -> dict[str, Attribute]:
    (found,) = told(channel, "attributes").attributes.values()
    return {one.external: one for one in found}


@pytest.mark.parametrize(("channel", "kind"), sorted(ANSWERS))
def test_every_answer_is_read(channel: str, kind: Any) -> None:
    found = told(channel, kind)
    assert found.categories or found.attributes or found.values or found.facts


def test_there_is_a_made_up_answer_for_every_reader() -> None:
    assert {(channel, kind) for channel, kinds in READERS.items() for kind in kinds} == set(ANSWERS)


def test_a_leaf_of_ozon_is_two_numbers_and_closed_ones_are_passed_over() -> None:
    found = {one.external: one for one in told("ozon", "tree").categories}
    assert list(found) == ["10", "11", "11:97", "11:98"]
    assert (found["11:97"].name_ru, found["11:97"].parent, found["11:97"].leaf) == ("Мёд", "11", True)
    assert not found["11"].leaf


def test_ozon_tells_what_attributes_take() -> None:
    found = attributes("ozon")
    assert {key: one.kind for key, one in found.items()} == {
        "85": "choice",
        "31": "number",
        "32": "choice",
        "33": "yes",
    }
    assert found["85"].required
    assert found["85"].limits == {"most": 1, "dictionary": "7"}
    assert found["32"].limits == {"most": 2, "dictionary": "8", "group": "100001"}
    assert found["85"].values is None, "they are told in an answer of their own"


def test_parents_and_subjects_of_wildberries_do_not_meet() -> None:
    found = told("wildberries", "tree")
    assert [one.external for one in found.categories] == ["p3", "204", "205"]
    assert not found.whole, "the list comes in pages"


def test_characteristics_that_are_no_longer_used_are_passed_over() -> None:
    found = attributes("wildberries")
    assert list(found) == ["1", "2", "4"]
    assert found["1"].limits == {"most": 1, "unit_name": "г"}
    assert found["2"].limits == {"most": 3}
    assert found["4"].limits["elsewhere"] == "field"


def test_values_of_wildberries_are_known_by_their_text() -> None:
    (found,) = told("wildberries", "values").values.values()
    assert [(one.external, one.ru) for one in found] == [("22", "22"), ("Без НДС", "Без НДС")]


def test_marking_by_customs_code_is_a_fact_of_the_subject() -> None:
    facts = told("wildberries", "rules", Asked("ru", "204")).facts["204"]
    assert facts == {"tnved": {"0409000000": False, "0409000001": True}, "marked": "some"}


def test_yandex_tells_units_bounds_and_values() -> None:
    found = attributes("yandex_market")
    assert found["21"].limits == {
        "most": 1, "units": [{"id": "71", "name": "мл"}, {"id": "72", "name": "л"}], "unit": "71", "min": "0.5", "max": "5000",
    }  # fmt: skip
    assert [one.ru for one in found["22"].values or ()] == ["липовый", "гречишный"]
    assert found["22"].limits == {"own": True}
    assert found["23"].limits == {"most": 1, "max_length": 20}


def test_properties_of_douyin_stand_in_their_order_without_those_that_ended() -> None:
    found = attributes("douyin")
    assert list(found) == ["801", "802", "803", "805"]
    assert found["801"].required
    assert found["801"].limits == {"most": 1, "own": True}
    assert found["805"].limits["elsewhere"] == "variant"


def test_wechat_parts_options_and_units() -> None:
    found = attributes("wechat_shop")
    assert [one.zh for one in found["产地"].values or ()] == ["中国", "俄罗斯"]
    assert [one["name"] for one in found["净含量"].limits["units"]] == ["克", "千克"]
    assert found["产地"].required
    assert not found["净含量"].required


def test_what_pinduoduo_demands_only_under_a_condition_is_not_demanded() -> None:
    found = attributes("pinduoduo")
    assert found["611"].required
    assert not found["612"].required
    assert found["612"].limits == {
        "when": True, "decimals": 1, "min": "1", "max": "5000", "units": [{"id": "g", "name": "g"}, {"id": "kg", "name": "kg"}],
    }  # fmt: skip
    assert found["613"].limits == {"own": True, "max_length": 30}


def test_the_list_of_kuaishou_is_found_by_what_stands_in_it() -> None:
    found = attributes("kuaishou")
    assert list(found) == ["311", "312"]
    assert found["312"].limits == {"most": 1, "min_length": 1, "max_length": 10}


def test_request_and_answer_saved_together_say_whose_it_is_and_in_which_language() -> None:
    request = {"description_category_id": 11, "type_id": 98, "language": "ZH_HANS"}
    content = json.dumps({"request": request, "answer": ANSWERS["ozon", "attributes"]}).encode()
    found = read_answer("ozon", "attributes", "a.json", content, Asked("ru")).attributes["11:98"]
    assert (found[0].name_zh, found[0].name_ru) == ("Бренд", None)


def test_an_answer_that_does_not_say_whose_it_is_needs_to_be_told() -> None:
    with pytest.raises(NotTold) as caught:
        read_answer("ozon", "attributes", "a.json", answer("ozon", "attributes"), Asked("ru"))
    assert "--category" in caught.value.say("en")
    with pytest.raises(NotTold):
        read_answer("ozon", "values", "a.json", answer("ozon", "values"), Asked("ru", "11:97"))


@pytest.mark.parametrize(
    ("channel", "content"),
    [
        ("ozon", {"code": 7, "message": "Invalid Api-Key", "details": []}),
        ("wildberries", {"data": None, "error": True, "errorText": "нет прав"}),
        ("wildberries", {"title": "unauthorized", "detail": "token problem", "code": "…"}),
        ("yandex_market", {"status": "ERROR", "errors": [{"code": "NOT_FOUND", "message": "no category"}]}),
        ("douyin", {"code": 40003, "msg": "参数错误", "sub_msg": "类目不存在"}),
        ("wechat_shop", {"errcode": 40001, "errmsg": "invalid credential"}),
        ("pinduoduo", {"error_response": {"error_code": 10019, "error_msg": "token过期", "sub_msg": None}}),
        ("kuaishou", {"result": 24, "error_msg": "签名错误"}),
    ],
)
def test_a_refusal_is_told_as_one(channel: str, content: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        read_answer(channel, "attributes", "a.json", json.dumps(content).encode(), Asked("ru", "1", "1"))
    assert "a.json" in caught.value.say("ru")


@pytest.mark.parametrize(
    ("channel", "kind", "changed", "place"),
    [
        ("ozon", "tree", {"result": [{"category_name": "x"}]}, "$.result[0]"),
        ("ozon", "tree", {"result": {}}, "$.result"),
        ("ozon", "attributes", {"result": [{"id": 1, "name": 5, "type": "String"}]}, "$.result[0].name"),
        ("ozon", "attributes", {"result": [{"id": 1.5, "name": "x", "type": "String"}]}, "$.result[0].id"),
        ("ozon", "values", {"result": [{"id": 1}]}, "$.result[0]"),
        ("wildberries", "attributes", {"data": [{"charcID": 1, "name": "x"}]}, "$.data[0]"),
        ("wildberries", "attributes", {"data": []}, "$.data"),
        ("yandex_market", "attributes", {"result": {"categoryId": 2, "parameters": [{"id": 1, "name": "x", "type": "NEW"}]}}, "$.result.parameters[0].type"),
        ("douyin", "tree", {"data": [{"id": 1, "name": "x"}]}, "$.data[0]"),
        ("douyin", "attributes", {"data": {"data": [{"property_id": 1, "property_name": "x", "type": "text", "required": "maybe"}]}}, "$.data.data[0].required"),
        ("wechat_shop", "attributes", {"product_attr_list": [{"name": ""}]}, "$.product_attr_list[0]"),
        ("pinduoduo", "attributes", {"cat_rule_get_response": {}}, "$.cat_rule_get_response"),
        ("kuaishou", "attributes", {"data": {}}, "$.data"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_a_way_out(
    channel: str, kind: Any, changed: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadAnswer) as caught:
        read_answer(channel, kind, "saved.json", answer(channel, kind, **changed), Asked("ru", "1", "1"))
    said = caught.value.say("en")
    assert f"“saved.json”, {place}:" in said
    assert len(caught.value.advice().say("en")) > 10


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000, b"null", b'"text"', b"[1]"]
)
def test_a_file_that_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises((BadAnswer, Refused)) as caught:
        read_answer("ozon", "tree", "saved.json", content, RU)
    assert "saved.json" in caught.value.say("zh")


def test_a_channel_without_a_reader_is_pointed_to_sheets() -> None:
    with pytest.raises(UnknownAnswer) as caught:
        read_answer("vk_market", "tree", "a.json", b"{}", RU)
    assert "docs/listing-categories.md" in caught.value.say("ru")
    with pytest.raises(UnknownAnswer):
        read_answer("ozon", "rules", "a.json", b"{}", RU)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["result", "data", "id", "name", "type", "children", "value", "values", "unit", "code", "request", "answer"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(sorted(ANSWERS)), _JSON)
def test_whatever_stands_in_a_file_either_is_read_or_named(place: tuple[str, Any], data: Any) -> None:
    channel, kind = place
    try:
        read_answer(channel, kind, "a.json", json.dumps(data).encode(), Asked("ru", "1", "1"))
    except DomainError as error:
        assert error.say("ru")  # noqa: PT017 (both ways are right)


SHEET = """category,parent,name_zh,name_ru,attribute,attribute_zh,attribute_ru,kind,required,limits,value,value_zh,value_ru
7,,食品,Еда,,,,,,,,,
70,7,蜂蜜,Мёд,brand,品牌,Бренд,choice,yes,most=1; own=yes,b1,林蜜,Лесной
,,,,,,,,,,b2,,Амур
,,,,fat,脂肪,Жирность,number,нет,max=100; decimals=1; unit_name=%,,,
"""


def test_a_sheet_tells_categories_attributes_and_values_in_both_languages() -> None:
    found = read_answer("vk_market", "tree", "categories.csv", SHEET.encode(), RU)
    assert [(one.external, one.leaf, one.name_zh, one.parent) for one in found.categories] == [
        ("7", False, "食品", None), ("70", True, "蜂蜜", "7"),
    ]  # fmt: skip
    brand, fat = found.attributes["70"]
    assert (brand.name_ru, brand.kind, brand.required, brand.limits) == (
        "Бренд",
        "choice",
        True,
        {"most": 1, "own": True},
    )
    assert [(one.external, one.zh, one.ru) for one in brand.values or ()] == [
        ("b1", "林蜜", "Лесной"),
        ("b2", None, "Амур"),
    ]
    assert fat.limits == {"max": "100", "decimals": 1, "unit_name": "%"}


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("category,", "kategory,", "A1"), ("value_ru\n", "colour\n", "M1"), ("number,нет", "numeric,нет", "H5"),
        ("number,нет", "number,perhaps", "I5"), ("max=100", "max=lots", "J5"), ("max=100", "biggest=100", "J5"), ("\n7,,", "\n,,", "A2"),
    ],
)  # fmt: skip
def test_a_fault_in_a_sheet_is_told_with_its_cell(before: str, after: str, place: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        read_answer("vk_market", "tree", "categories.csv", SHEET.replace(before, after, 1).encode(), RU)
    assert f"“categories.csv”, {place}:" in caught.value.say("en")
