"""Guards see what is wrong with a candidate, and the best one is taken. The wrong answers are what tiny and public models really said."""

from __future__ import annotations

import pytest

from service.i18n import Message
from service.translation.machine.guards import Finding, examine, pick

ZH_RU = ("zh", "ru")


@pytest.mark.parametrize(
    ("source", "text", "languages", "found"),
    [
        ("这款蜂蜜的价格是39元。", "Срок годности конфет — 501 мес.", ZH_RU, "num.mismatch"),
        ("这款蜂蜜的价格是39元。", "Цена мёда невысокая.", ZH_RU, "num.mismatch"),
        ("阴性结果。", "阴性阴性阴性阴性阴性阴性", ("en", "zh"), "loop"),
        ("заранее", "pre-pre-pre-pre-pre-pre", ("ru", "en"), "loop"),
        ("я", "i'm here for you, always and ever", ("ru", "en"), "len.ratio"),
        ("今天给大家介绍蜂蜜和松子，请将它们存放在阴凉干燥处。", "Мёд.", ZH_RU, "len.ratio"),
        ("今天给大家介绍蜂蜜。", "今天给大家介绍蜂蜜。", ZH_RU, "copied"),
        ("今天给大家介绍蜂蜜。", "Сегодня представляем 蜂蜜.", ZH_RU, "mixed.lang"),
        ("Сегодня представляем мёд.", "今天给大家介绍мёд。", ("ru", "zh"), "mixed.lang"),
        ("Сегодня представляем мёд.", "Today we present honey.", ("ru", "zh"), "mixed.lang"),
        ("谢谢大家。", "Спасибо всем. Спасибо всем.", ZH_RU, "sentence.doubled"),
        ("蜂蜜🎁从黑河发货。", "Отправляем мёд из Хэйхэ.", ZH_RU, "kept"),
        ("谢谢大家。", "  ", ZH_RU, "empty"),
    ],
)
def test_what_is_wrong_is_named(source: str, text: str, languages: tuple[str, str], found: str) -> None:
    findings = examine(source, text, languages=languages)
    assert found in {one.id for one in findings if one.grave}
    assert all(one.message.say(locale) for one in findings for locale in ("zh", "ru", "en"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "text", "languages"),
    [
        ("这款蜂蜜的价格是39元。", "Цена мёда — 39 юаней.", ZH_RU),
        ("買8折！", "Скидка 20 %!", ZH_RU),
        ("看看，尝尝，再看看！", "Смотрите, пробуйте и смотрите снова!", ZH_RU),
        ("哈哈哈哈哈哈哈", "Ха-ха-ха-ха-ха-ха", ZH_RU),
        ("Артикул мёда: AB-1042.", "蜂蜜的货号是AB-1042。", ("ru", "zh")),
        ("Да.", "是的。", ("ru", "zh")),
        ("A.B. 是品牌。", "A.B. — это бренд.", ZH_RU),
    ],
)
def test_what_is_right_passes(source: str, text: str, languages: tuple[str, str]) -> None:
    assert [str(one.message) for one in examine(source, text, languages=languages) if one.grave] == []


def test_the_likeliest_without_a_fault_is_taken() -> None:
    candidates = ["Цена мёда — 93 юаня.", "Цена мёда — 39 юаней.", "Мёд стоит 39 юаней."]
    assert pick("这款蜂蜜的价格是39元。", candidates, languages=ZH_RU) == (1, [])


def test_a_fluent_sentence_about_the_wrong_goods_falls_to_the_term_check() -> None:
    candidates = ["Отправляем икру из Хэйхэ.", "Отправляем мёд из Хэйхэ."]
    assert pick("蜂蜜从黑河发货。", candidates, languages=ZH_RU)[0] == 0

    def honey(source: str, text: str) -> list[Finding]:
        return [] if "蜂蜜" not in source or "мёд" in text else [Finding("term", Message("мёд"))]

    assert pick("蜂蜜从黑河发货。", candidates, languages=ZH_RU, terms=honey) == (1, [])


def test_where_all_have_faults_the_least_faulty_is_taken_and_says_so() -> None:
    index, found = pick("这款蜂蜜的价格是39元。", ["Цена 蜂蜜 93 юаня.", "Цена мёда — 93 юаня."], languages=ZH_RU)
    assert (index, [one.id for one in found]) == (1, ["num.mismatch"])
    assert pick("蜂蜜", [], languages=ZH_RU)[1][0].id == "empty"
