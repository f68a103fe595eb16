from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from service.catalog.models import Product
from service.database import Database
from service.errors import NotFound
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.people.reach import NotYours
from service.translation.memory.giving import all_units
from service.translation.memory.harvesting import remember_card, sentence_pairs
from service.translation.memory.keeping import Taken, count_use, find, import_units, page, retire
from service.translation.memory.matches import Context
from service.translation.models import MemoryUnit
from tests.translation.memory.remembering import BREAD, HONEY, found, kept, pair


def test_the_same_pair_in_the_same_place_is_one_unit(blank: Database) -> None:
    assert kept(blank, pair(*HONEY, field="name"), pair(*HONEY, field="name")) == Taken(added=1, met=1)
    assert kept(blank, pair(*HONEY, field="name")) == Taken(met=1)
    assert kept(blank, pair(*HONEY, field="subtitle")) == Taken(added=1)


def test_a_reviewer_confirms_what_nobody_has_reviewed_and_is_never_taken_back(blank: Database) -> None:
    kept(blank, pair(*HONEY, reviewed=False, reviewer=None, origin="machine"))
    assert kept(blank, pair(*HONEY)) == Taken(confirmed=1)
    assert kept(blank, pair(*HONEY, reviewed=False)) == Taken(met=1)
    with blank.reading() as session:
        (unit,) = page(session)
        assert (unit.reviewed, unit.reviewer, unit.origin) == (True, "Анна", "authored")


def test_a_reviewed_pair_takes_the_place_of_one_that_differs_in_signs_only(blank: Database) -> None:
    kept(blank, pair("“黑列巴”", '"Чёрный хлеб"', reviewed=False))
    assert kept(blank, pair("“黑列巴”", "«Чёрный хлеб»")) == Taken(confirmed=1)
    assert [match.text for match in found(blank, "“黑列巴”")] == ["«Чёрный хлеб»"]


def test_two_counterparts_are_both_kept_the_newest_reviewed_first(blank: Database) -> None:
    spring, autumn = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    kept(
        blank,
        pair("黑列巴", "Ржаной хлеб", at=autumn),
        pair("黑列巴", "Чёрный хлеб", at=spring),
        pair("黑列巴", "Хлеб", reviewed=False),
    )
    assert [match.text for match in found(blank, "黑列巴")] == ["Ржаной хлеб", "Чёрный хлеб", "Хлеб"]


def test_an_empty_side_is_no_pair(blank: Database) -> None:
    assert kept(blank, pair("  ", "мёд"), pair("蜂蜜", "\u200b")) == Taken(empty=2)


def test_strange_signs_do_not_break_the_memory(blank: Database) -> None:
    kept(blank, pair("蜂\x00蜜 \ud83c", "мёд\x00"), pair("长" * 100_000, "Длинный " * 50_000))
    assert found(blank, "长" * 100_000)[0].score == 100
    assert found(blank, "长" * 99_990)[0].score > 90


def test_a_retired_unit_is_readable_and_never_offered(blank: Database) -> None:
    kept(blank, pair(*HONEY), pair(*BREAD))
    assert found(blank, "黑列巴适合配汤，切片后密封保存。")
    with blank.writing() as session:
        units = {unit.zh: unit.id for unit in page(session)}
        assert retire(session, [units[BREAD[0]]]) == 1
        assert retire(session, [units[BREAD[0]]]) == 0
    assert found(blank, BREAD[0]) == []
    assert found(blank, "黑列巴适合配汤，切片后密封保存。") == []
    with blank.reading() as session:
        assert find(session, units[BREAD[0]]).retired_at is not None
        assert [unit.zh for unit in page(session, retired=True)] == [BREAD[0]]
        assert [unit.zh for unit in page(session)] == [HONEY[0]]
    assert kept(blank, pair(*BREAD)) == Taken(added=1)
    assert found(blank, BREAD[0])[0].score == 100


def test_pages_go_from_the_newest_back(blank: Database) -> None:
    kept(blank, *(pair(f"第{number}条", f"Строка {number}", file="a.tmx") for number in range(5)), pair(*HONEY))
    with blank.reading() as session:
        first = page(session, file="a.tmx", limit=3)
        rest = page(session, file="a.tmx", limit=3, after=first[-1].id)
        assert [unit.zh[1] for unit in [*first, *rest]] == ["4", "3", "2", "1", "0"]
        assert page(session, origin="machine") == []
        with pytest.raises(NotFound):
            find(session, 10**9)


def test_all_units_go_out_and_in_again(blank: Database) -> None:
    given = [
        pair(*HONEY, field="name", family="honey", channel="ozon", file="a.tmx", after="好吃。"),
        pair(*BREAD, reviewed=False, reviewer=None),
    ]
    kept(blank, *given)
    with blank.writing() as session:
        out = list(all_units(session))
        assert [(unit.zh, unit.ru, unit.field, unit.reviewed) for unit in out] == [
            (unit.zh, unit.ru, unit.field, unit.reviewed) for unit in given
        ]
        assert import_units(session, out) == Taken(met=2)


def test_use_is_counted(blank: Database) -> None:
    kept(blank, pair(*HONEY))
    (match,) = found(blank, HONEY[0])
    with blank.writing() as session:
        count_use(session, [match.unit])
        count_use(session, [match.unit])
    with blank.reading() as session:
        assert find(session, match.unit).used == 2


def test_merchants_see_their_own_units_and_shared_ones(blank: Database) -> None:
    with blank.writing() as session:
        for key in ("amur", "heihe"):
            make_organisation(session, key=key, kind="merchant", name_zh=key, name_ru=key)
    amur, heihe = acting(blank, "amur"), acting(blank, "heihe")
    kept(amur, pair(*BREAD))
    kept(blank, pair(*HONEY))
    near = "黑列巴适合配汤，切片后密封保存。"
    assert found(heihe, BREAD[0]) == found(heihe, near) == []
    assert [found(amur, text)[0].kind for text in (BREAD[0], near)] == ["exact", "fuzzy"]
    (shared,) = found(heihe, HONEY[0])
    with heihe.writing() as session:
        count_use(session, [shared.unit])
        with pytest.raises(NotYours):
            retire(session, [shared.unit])
    with blank.reading() as session:
        assert find(session, shared.unit).used == 0


def test_very_many_are_imported_in_portions(blank: Database) -> None:
    told: list[int] = []
    units = (pair(f"第{number}批货", f"Партия {number}", reviewed=number % 2 == 0) for number in range(12_000))
    with blank.writing() as session:
        assert import_units(session, units, file="big.tmx", progress=told.append) == Taken(added=12_000)
        assert (
            session.scalar(select(func.count()).select_from(MemoryUnit).where(MemoryUnit.file == "big.tmx")) == 12_000
        )
    assert told == [5_000, 10_000, 12_000]


def test_reviewed_cards_give_their_sentences_once(stocked: Database) -> None:
    with stocked.writing() as session:
        products = session.scalars(select(Product).order_by(Product.id).limit(20)).all()
        taken = sum((remember_card(session, product) for product in products), Taken())
        assert taken.added > 60
        assert sum((remember_card(session, product).added for product in products), 0) == 0
        product = products[0]
        name = product.text(product.source_locale, "name")
    assert name is not None
    context = Context(product.family_key, "name", None)
    (best, *_) = found(stocked, name, product.source_locale, context)
    other = "ru" if product.source_locale == "zh" else "zh"
    assert (best.score, best.text) == (101, product.text(other, "name"))


def test_a_card_nobody_has_reviewed_gives_nothing(stocked: Database) -> None:
    with stocked.writing() as session:
        product = session.scalars(select(Product)).first()
        assert product is not None
        for text in product.texts:
            text.reviewer = None
        assert remember_card(session, product) == Taken()


@pytest.mark.parametrize(
    ("zh", "ru", "count"),
    [
        ("开袋即食。每袋500克。", "Можно есть сразу. В пакете 500 г.", 2),
        ("开袋即食。每袋500克。", "Можно есть сразу, в пакете 500 г.", 1),
        ("每袋500克。保质期12个月。", "Срок годности 12 месяцев. В пакете 500 г.", 1),
        ("好。每袋500克。", "Очень длинное предложение, которое никак не может быть переводом одного знака. 500 г.", 1),
        ("黑列巴", "Чёрный хлеб", 1),
    ],
)
def test_sentences_are_paired_only_where_they_can_be_each_others(zh: str, ru: str, count: int) -> None:
    pairs = sentence_pairs(zh, ru)
    assert len(pairs) == count
    if count == 1:
        assert pairs == [(zh, ru)]
