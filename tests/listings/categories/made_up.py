"""Answers of platforms as they might be: made up here, nothing of them was copied from a platform."""

from __future__ import annotations

import json
from typing import Any

ANSWERS: dict[tuple[str, str], Any] = {
    ("ozon", "tree"): {
        "result": [
            {
                "description_category_id": 10, "category_name": "Продукты", "disabled": False,
                "children": [
                    {
                        "description_category_id": 11, "category_name": "Сладости", "disabled": False,
                        "children": [
                            {"type_id": 97, "type_name": "Мёд", "disabled": False, "children": []},
                            {"type_id": 98, "type_name": "Халва", "disabled": False, "children": []},
                            {"type_id": 99, "type_name": "Закрыто", "disabled": True, "children": []},
                        ],
                    },
                ],
            },
        ],
    },
    ("ozon", "attributes"): {
        "result": [
            {
                "id": 85, "name": "Бренд", "type": "String", "is_collection": False, "is_required": True, "dictionary_id": 7,
                "max_value_count": 0, "attribute_complex_id": 0, "group_name": "", "description": "",
            },
            {
                "id": 31, "name": "Жирность, %", "type": "Decimal", "is_collection": False, "is_required": False, "dictionary_id": 0,
                "max_value_count": 0, "attribute_complex_id": 0, "unheard_of": {"a": 1},
            },
            {
                "id": 32, "name": "Вкус", "type": "String", "is_collection": True, "is_required": False, "dictionary_id": 8,
                "max_value_count": 2, "attribute_complex_id": 100001,
            },
            {"id": 33, "name": "Веган", "type": "Boolean", "is_collection": False, "is_required": False, "dictionary_id": 0},
        ],
    },
    ("ozon", "values"): {
        "result": [{"id": 5001, "value": "Пасека", "info": "", "picture": ""}, {"id": 5002, "value": "Амур", "info": ""}],
        "has_next": False,
    },
    ("wildberries", "tree"): {
        "data": [
            {"subjectID": 204, "parentID": 3, "subjectName": "Мёд", "parentName": "Продукты"},
            {"subjectID": 205, "parentID": 3, "subjectName": "Варенье", "parentName": "Продукты"},
        ],
        "error": False, "errorText": "", "additionalErrors": None,
    },
    ("wildberries", "attributes"): {
        "data": [
            {"charcID": 1, "subjectName": "Мёд", "subjectID": 204, "name": "Вес", "required": True, "unitName": "г", "maxCount": 0, "popular": False, "charcType": 4},
            {"charcID": 2, "subjectName": "Мёд", "subjectID": 204, "name": "Вкус", "required": False, "unitName": "", "maxCount": 3, "popular": True, "charcType": 1},
            {"charcID": 3, "subjectName": "Мёд", "subjectID": 204, "name": "Старое", "required": True, "unitName": "", "maxCount": 1, "popular": False, "charcType": 0},
            {"charcID": 4, "subjectName": "Мёд", "subjectID": 204, "name": "Описание", "required": True, "unitName": "", "maxCount": 1, "charcType": 1, "existNamedField": True},
        ],
        "error": False, "errorText": "",
    },
    ("wildberries", "values"): {"data": ["22", "Без НДС"], "error": False},
    ("wildberries", "rules"): {"data": [{"tnved": "0409000000", "isKiz": False}, {"tnved": "0409000001", "isKiz": True}], "error": False},
    ("yandex_market", "tree"): {
        "status": "OK",
        "result": {"id": 1, "name": "Все товары", "children": [{"id": 2, "name": "Мёд"}, {"id": 3, "name": "Чай", "children": None}]},
    },
    ("yandex_market", "attributes"): {
        "status": "OK",
        "result": {
            "categoryId": 2,
            "parameters": [
                {
                    "id": 21, "name": "Объём", "type": "NUMERIC", "required": True, "multivalue": False, "allowCustomValues": False,
                    "unit": {"defaultUnitId": 71, "units": [{"id": 71, "name": "мл", "fullName": "миллилитр"}, {"id": 72, "name": "л", "fullName": "литр"}]},
                    "constraints": {"minValue": 0.5, "maxValue": 5000},
                },
                {
                    "id": 22, "name": "Сорт", "type": "ENUM", "required": False, "multivalue": True, "allowCustomValues": True,
                    "values": [{"id": 220, "value": "липовый"}, {"id": 221, "value": "гречишный"}],
                },
                {"id": 23, "name": "Состав", "type": "TEXT", "required": False, "constraints": {"maxLength": 20}},
                {"id": 24, "name": "Веган", "type": "BOOLEAN", "required": False},
            ],
        },
    },
    ("douyin", "tree"): {
        "code": 10000, "msg": "success",
        "data": [
            {"id": 8, "name": "蜂蜜", "level": 3, "parent_id": 7, "is_leaf": True, "enable": True},
            {"id": 9, "name": "停用", "level": 3, "parent_id": 7, "is_leaf": True, "enable": False},
        ],
    },
    ("douyin", "attributes"): {
        "code": 10000,
        "data": {
            "data": [
                {"property_id": 802, "property_name": "保质期", "type": "text", "required": 0, "status": 0, "category_id": 8, "sequence": 2, "options": [], "diy_type": 0, "property_type": 3},
                {"property_id": 801, "property_name": "品牌", "type": "select", "required": 1, "status": 0, "category_id": 8, "sequence": 1, "diy_type": 1,
                 "options": [{"name": "林蜜", "value": "林蜜", "value_id": 81, "sequence": 1}]},
                {"property_id": 803, "property_name": "口味", "type": "multi_select", "required": 0, "status": 0, "category_id": 8, "sequence": 3, "multi_select_max": 2,
                 "options": [{"name": "甜", "value_id": 82}, {"name": "酸", "value_id": 83}]},
                {"property_id": 804, "property_name": "失效", "type": "text", "required": 1, "status": 1, "category_id": 8},
                {"property_id": 805, "property_name": "规格", "type": "select", "required": 1, "status": 0, "category_id": 8, "sequence": 5, "property_type": 2,
                 "options": [{"name": "一瓶", "value_id": 84}]},
            ],
        },
    },
    ("douyin", "rules"): {"code": 10000, "data": {"product_spec_rule": {"max_spec_num_limit": 2, "spec_combination_limit": 600}}},
    ("wechat_shop", "tree"): {
        "errcode": 0,
        "cats_v2": [{"cat_and_qua": [
            {"cat": {"cat_id": "500", "name": "食品", "f_cat_id": "0", "level": 1, "leaf": False}},
            {"cat": {"cat_id": "501", "name": "蜂蜜", "f_cat_id": "500", "level": 2, "leaf": True}},
        ]}],
    },
    ("wechat_shop", "attributes"): {
        "errcode": 0, "info": {"cat_id": "501", "name": "蜂蜜"}, "floor_price": 100,
        "product_attr_list": [
            {"name": "产地", "value": "中国;俄罗斯", "type_v2": "select_one", "append_allowed": False, "is_required": True},
            {"name": "净含量", "value": "克;千克", "type_v2": "decimal4_unit", "append_allowed": False, "required_rule": {"is_required": False}},
            {"name": "说明", "value": "", "type_v2": "string", "is_required": False},
        ],
    },
    ("pinduoduo", "tree"): {"goods_cats_get_response": {"goods_cats_list": [{"cat_id": 61, "cat_name": "蜂蜜", "parent_cat_id": 60, "level": 2}]}},
    ("pinduoduo", "attributes"): {
        "cat_rule_get_response": {
            "goods_properties_rule": {
                "properties": [
                    {"ref_pid": 611, "name": "品牌", "required": True, "required_rule_type": 0, "choose_max_num": 1, "input_max_num": 0, "property_value_type": 0,
                     "values": [{"vid": 1, "value": "林蜜"}]},
                    {"ref_pid": 612, "name": "净含量", "required": True, "required_rule_type": 1, "property_value_type": 1, "value_precision": 1, "min_value": "1", "max_value": "5000", "value_unit": ["g", "kg"], "values": []},
                    {"ref_pid": 613, "name": "备注", "required": False, "property_value_type": 0, "max_value": "30", "input_max_num": 1},
                    {"ref_pid": 614, "name": "规格", "required": True, "property_value_type": 0, "is_sale": True, "values": [{"vid": 5, "value": "一瓶"}]},
                ],
            },
            "goods_sku_rule": {"spec_num_limit": 20, "price_range_ratio": 3.5},
        },
    },
    ("kuaishou", "tree"): {"result": 1, "data": [{"categoryId": 30, "categoryName": "食品", "categoryPid": 0}, {"categoryId": 31, "categoryName": "蜂蜜", "categoryPid": 30}]},
    ("kuaishou", "attributes"): {
        "result": 1,
        "data": {"someList": [
            {"propId": "312", "propName": "产地", "required": False, "propInputType": "TEXT", "sortNum": 2, "customInput": False,
             "propInputConfig": {"inputFormatConfig": {"useLimit": True, "min": 1, "max": 10}}},
            {"propId": "311", "propName": "口味", "required": True, "propInputType": "CHECKBOX", "sortNum": 1, "propValueMaximum": 2, "customInput": False},
        ]},
    },
    ("kuaishou", "values"): {"result": 1, "data": {"propValues": [{"propValueId": 3110, "propValue": "甜"}]}},
}  # fmt: skip


def answer(channel: str, kind: str, **changed: Any) -> bytes:
    """A made-up answer as a file holds it."""
    data = ANSWERS[channel, kind]
    return json.dumps({**data, **changed} if changed else data, ensure_ascii=False).encode()


def in_chinese(channel: str, kind: str, names: dict[str, str]) -> bytes:
    """The same answer with names of the other language, as the platform gives it when asked so."""
    text = answer(channel, kind).decode()
    for ru, zh in names.items():
        text = text.replace(ru, zh)
    return text.encode()
