"""Pairs keep to the agreed words; what does not is told with its place and a repair that can be made with one click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service.translation.checks.pair import Pair
from service.translation.terms.asking import for_checks, for_machine
from service.translation.terms.checking import TermFinding, check_terms, check_wording
from service.translation.terms.concepts import Meaning
from service.translation.terms.enforcing import enforce, term_check
from service.translation.terms.inflecting import replacing
from service.translation.terms.matching import TermSet

Make = Callable[..., Meaning]


def _check(terms: TermSet, zh: str, ru: str) -> list[TermFinding]:
    return check_terms(terms, zh, ru, source_locale="zh", target_locale="ru")


def _ids(found: list[TermFinding]) -> list[tuple[str, str]]:
    return [(one.check, one.concept) for one in found]


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        ("椴树蜜，净含量500克", "Мёд липовый, масса нетто 500 г"),
        ("黑木耳的保质期", "Срок годности древесных грибов"),
        ("直播间包邮", "В эфире — бесплатная доставка"),
        ("玛瑙手链", "Агатовый браслет"),  # an adjective of the same root says it too
        ("粉条用马铃薯淀粉做成", "Лапшу делают из картофельного крахмала"),
        ("蜂蜜", "Липового мёда хватит на зиму"),  # inside a narrower word
        ("黑龙江", "Провинция Хэйлунцзян"),
        ("黑龙江", "Река Амур"),
        ("家人们", "Добрый вечер!"),  # words of the show desk are turned freely
    ],
)
def test_nothing_stands_against_a_good_pair(terms: TermSet, zh: str, ru: str) -> None:
    assert _check(terms, zh, ru) == []


def test_a_missing_term_is_told_where_it_stands_in_the_source(terms: TermSet) -> None:
    (found,) = _check(terms, "清关要两天。", "Это займёт два дня.")
    assert (found.check, found.level, found.side) == ("term.required", "error", "source")
    assert "清关要两天。"[found.start : found.end] == "清关"
    assert found.wanted[0] == "таможенное оформление"
    assert found.message.say("ru") == "«清关» переводится как «таможенное оформление»."
    assert found.remedy.say("zh") == "可用：таможенное оформление、таможенная очистка。"


def test_the_other_way_round(terms: TermSet) -> None:
    (found,) = check_terms(terms, "После таможенного оформления", "之后", source_locale="ru", target_locale="zh")
    assert (found.check, found.wanted) == ("term.required", ("清关", "通关"))


def test_a_term_is_asked_for_once(terms: TermSet) -> None:
    assert len(_check(terms, "清关、清关、清关", "Ждём.")) == 1


def test_a_synonym_in_the_source_is_a_hint(terms: TermSet) -> None:
    (found,) = _check(terms, "土豆", "Овощи")
    assert found.level == "info"


@pytest.mark.parametrize(
    ("ru", "repaired"),
    [
        ("Приходите на новый ивент!", "Приходите на новое мероприятие!"),
        ("Ивент начнётся в 20:00", "Мероприятие начнётся в 20:00"),
        ("5 ивентов за месяц", "5 мероприятий за месяц"),
        ("2 ивента", "2 мероприятия"),
        ("ждём вас на большом летнем ивенте", "ждём вас на большом летнем мероприятии"),
        ("ИВЕНТ ГОДА", "МЕРОПРИЯТИЕ ГОДА"),
        ("все наши ивенты", "все наши мероприятия"),
        ("этот интересный ивент", "это интересное мероприятие"),
        ("спросите у селлера", "спросите у продавца"),
        ("наши лучшие селлеры", "наши лучшие продавцы"),
        ("Купите на сейле", "Купите на молниеносной распродаже"),
        ("фолловерам", "подписчикам"),
    ],
)
def test_a_forbidden_word_is_replaced_in_its_case_and_number(terms: TermSet, ru: str, repaired: str) -> None:
    (found,) = check_wording(terms, ru, "ru")
    assert (found.check, found.level) == ("term.forbidden", "error")
    assert found.fix is not None
    assert (found.fix.applied(ru), found.fix.sure) == (repaired, True)


@pytest.mark.parametrize(
    ("ru", "source"),
    [
        ("Салат с древесным ухом", "黑木耳"),
        ("Чай с сосновыми семечками", "松子"),
        ("чашка красного чая", "红茶"),
        ("кусок королевского краба", "帝王蟹"),
        ("ложка кислых сливок", "酸奶油"),
    ],
)
def test_a_word_wrong_for_this_thing_is_told_if_the_other_text_names_it(terms: TermSet, ru: str, source: str) -> None:
    (found,) = [one for one in _check(terms, source, ru) if one.side == "target"]
    assert (found.check, found.level) == ("term.deprecated", "warn")
    (elsewhere,) = [one for one in _check(terms, "今天", ru) if one.side == "target"]
    assert elsewhere.level == "info"


def test_repairs_of_such_words(terms: TermSet) -> None:
    wanted = {
        "Салат с древесным ухом": "Салат с древесным грибом",
        "чашка красного чая": "чашка чёрного чая",
        "кусок королевского краба": "кусок камчатского краба",
        "Поймали королевского краба": "Поймали камчатского краба",
        "ложка кислых сливок": "ложка сметаны",
    }
    for text, repaired in wanted.items():
        fix = check_wording(terms, text, "ru")[0].fix
        assert fix is not None
        assert fix.applied(text) == repaired


def test_a_repair_that_leaves_a_verb_behind_is_not_sure(terms: TermSet) -> None:
    fix = check_wording(terms, "Летний ивент прошёл", "ru")[0].fix
    assert fix is not None
    assert (fix.applied("Летний ивент прошёл"), fix.sure) == ("Летнее мероприятие прошёл", False)


def test_old_names_in_chinese_are_replaced_as_they_are(terms: TermSet) -> None:
    found = check_wording(terms, "海参崴直送", "zh")
    assert [(one.check, one.fix.applied("海参崴直送") if one.fix else None) for one in found] == [
        ("term.deprecated", "符拉迪沃斯托克直送")
    ]


def test_names_keep_their_capitals(terms: TermSet) -> None:
    (found,) = check_wording(terms, "по амурской области", "ru")
    assert (found.check, found.fix and found.fix.applied("по амурской области")) == (
        "term.casing",
        "по Амурской области",
    )
    assert check_wording(terms, "По Амурской области", "ru") == []


def test_one_thing_has_one_name_in_a_text(make: Make) -> None:
    terms = TermSet(
        [make("shelf", domain="compliance", zh="保质期", ru="срок годности", ru_admitted="период годности")]
    )
    zh = "保质期六个月，保质期从生产之日算起。"
    found = _check(terms, zh, "Срок годности — полгода, период годности идёт со дня изготовления.")
    assert _ids(found) == [("term.inconsistent", "shelf")]
    assert found[0].fix is not None
    assert found[0].fix.text == "срок годности"
    assert _check(terms, zh, "Срок годности — полгода, срок годности идёт со дня изготовления.") == []


def test_two_names_for_two_names_are_consistent(terms: TermSet) -> None:
    assert _check(terms, "大列巴，也叫列巴。", "Большой каравай, он же лиеба.") == []


def test_market_and_day_are_those_of_the_set(make: Make) -> None:
    meaning = make("law", domain="compliance", zh="新词", ru="новое слово")
    limited = Meaning(
        **{**meaning.__dict__, "market": "RU", "valid_from": date(2026, 3, 1), "valid_to": date(2026, 12, 31)}
    )
    assert limited.holds("RU", date(2026, 3, 1))
    assert limited.holds(None, date(2026, 12, 31))
    assert not limited.holds("CN", date(2026, 6, 1))
    assert not limited.holds("RU", date(2026, 2, 28))
    assert not limited.holds("RU", date(2027, 1, 1))


def test_the_draft_that_lacks_least_is_known(terms: TermSet) -> None:
    missing = term_check(terms, source_locale="zh", target_locale="ru")
    source = "椴树蜜的保质期是两年"
    assert missing(source, "Срок годности липового мёда — два года") == frozenset()
    assert missing(source, "Срок хранения медового продукта — два года") == {"linden-honey", "shelf-life"}
    assert missing("红茶", "красный чай") == {"black-tea"}


def test_a_draft_gets_the_right_word_in_the_right_case(terms: TermSet) -> None:
    done = enforce(
        terms, "红茶配松子，黑木耳", "К красному чаю — сосновые семечки.", source_locale="zh", target_locale="ru"
    )
    assert done.text == "К чёрному чаю — кедровые орехи."
    assert [(one.concept, one.after) for one in done.replaced] == [
        ("black-tea", "чёрному чаю"),
        ("pine-nuts", "кедровые орехи"),
    ]
    assert done.missing == {"wood-ear"}


def test_a_draft_keeps_a_word_that_the_source_does_not_speak_of(terms: TermSet) -> None:
    done = enforce(terms, "小望远镜", "Красный чай", source_locale="zh", target_locale="ru")
    assert (done.text, done.replaced) == ("Красный чай", ())


def test_what_is_not_sure_is_left_and_told(terms: TermSet) -> None:
    done = enforce(terms, "活动", "Большой ивент состоялся", source_locale="zh", target_locale="ru")
    assert done.text == "Большой ивент состоялся"
    assert [fix.text for fix in done.unsure] == ["Большое мероприятие"]


def test_the_checks_of_pairs_get_their_own_form(terms: TermSet) -> None:
    check = for_checks(terms)
    authored = Pair("zh", "清关", "Приходите на новый ивент")
    found = list(check(authored))
    assert [(one.check, one.level, one.side) for one in found] == [
        ("term.forbidden", "error", "ru"),
        ("term.required", "info", "zh"),
    ]
    fix = found[0]
    assert (authored.text_ru[fix.start : fix.end], fix.fix) == ("новый ивент", "новое мероприятие")
    drafted = Pair("zh", "清关", "Ждём", origin="machine")
    assert [one.level for one in check(drafted)] == ["error"]


def test_the_machine_gets_its_own_form(terms: TermSet) -> None:
    check = for_machine(terms, source_locale="zh", target_locale="ru")
    assert [(one.id, one.grave) for one in check("清关", "Ждём")] == [("term.required", False)]
    assert list(check("清关", "Таможенное оформление")) == []


def test_a_phrase_without_a_noun_is_repaired_only_as_it_stands_in_the_dictionary(make: Make) -> None:
    terms = TermSet([make("order", ru="оформить заказ", ru_deprecated="кликнуть покупку")])
    wording = terms["order"].preferred("ru")
    assert wording is not None
    (span,) = terms.find("Успейте кликнуть покупку", "ru")
    fix = replacing("Успейте кликнуть покупку", span, wording)
    assert fix is not None
    assert fix.applied("Успейте кликнуть покупку") == "Успейте оформить заказ"
    (span,) = terms.find("Кликнули покупку", "ru")
    assert replacing("Кликнули покупку", span, wording) is None
