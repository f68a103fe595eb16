"""What was can be seen and brought back: revisions, stale texts, batches, and what two people changed at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.catalog import batches
from service.catalog.checking import EditRefused
from service.catalog.document import backwards, differences, previous
from service.catalog.editing import edit_card, judge_texts, own_document
from service.catalog.history import content_at, restore, revision_differences, revision_page, source_changes
from service.catalog.models import Batch, Product, ProductText, Revision, SearchDocument, Sku
from service.catalog.readiness import overview, rows_for
from service.catalog.search.finding import Filter, search
from service.catalog.storing import known
from service.database import Database
from service.errors import NotFound
from service.livestream.gathering import plan_of_skus
from service.livestream.shows import save_show

HONEY = "linden-honey"


def edit(database: Database, key: str = HONEY, **fields: Any) -> None:
    with database.writing() as session:
        edit_card(
            session, key, {name.replace("__", "[") + ("]" if "__" in name else ""): v for name, v in fields.items()}
        )


def document(database: Database, key: str = HONEY) -> Any:
    with database.reading() as session:
        return own_document(session, key).document


def as_stored(database: Database, key: str = HONEY) -> tuple[Any, ...]:
    """Everything the database holds about a card, besides its history."""
    with database.reading() as session:
        product = session.scalars(select(Product).where(Product.key == key)).one()
        texts = sorted(
            (t.locale, t.field, t.value, t.reviewer, t.stale, t.locked, t.source_digest) for t in product.texts
        )
        packs = [
            (s.code, s.position, s.net_value, s.gross_g, s.length_mm, s.width_mm, s.height_mm, s.gtin)
            for s in product.skus
        ]
        found = session.get(SearchDocument, product.id)
        assert found is not None
        return texts, packs, product.digest, product.readiness_id, product.document, found.exact, found.stem, found.body


def test_every_change_is_a_revision_with_who_when_and_what(stocked: Database) -> None:
    edit(stocked, name__ru="Мёд цветочный")
    with stocked.reading() as session:
        [newest, first], _ = revision_page(session, HONEY, after=None, limit=10)
        assert (first.number, first.kind, first.before) == (1, "import", None)
        assert (newest.number, newest.kind, newest.fields) == (2, "edit", ["name[ru]", "name[zh].state"])
        assert newest.person
        change, state = revision_differences(session, HONEY, 2)
        assert state.field == "name[zh].state", "the Chinese name is stale now"
        assert (change.field, change.after) == ("name[ru]", "Мёд цветочный")
        assert change.before.startswith("Мёд липовый")


def test_any_revision_comes_back_as_a_new_one(stocked: Database) -> None:
    before = as_stored(stocked)
    for number in range(6):
        edit(
            stocked, name__ru=f"Мёд {number}", **{"facts.hs_code": f"04090{number}", "sku.RU-HONEY-500.height_mm": 90 + number}
        )  # fmt: skip
    with stocked.writing() as session:
        restore(session, HONEY, 1)
    assert as_stored(stocked) == before
    with stocked.reading() as session:
        rows, _ = revision_page(session, HONEY, after=None, limit=10)
        assert [row.number for row in rows] == [8, 7, 6, 5, 4, 3, 2, 1]
        card = own_document(session, HONEY)
        assert (content_at(session, card, 4) or {})["facts"]["hs_code"] == "040902"  # type: ignore[index]
        with pytest.raises(NotFound):
            revision_differences(session, HONEY, 99)


def test_a_revision_takes_less_than_half_a_kilobyte(stocked: Database) -> None:
    texts = ["name", "description", "storage", "usage"]
    for number in range(30):
        edit(stocked, **{f"{texts[number % 4]}__{'zh' if number % 3 else 'ru'}": f"Слова номер {number}：新的说明。"})
    with stocked.reading() as session:
        average = session.scalar(select(func.avg(func.length(Revision.before))))
    assert float(average or 0) < 500


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.binary(max_size=3000), st.integers(0, 3000))
def test_the_way_back_always_leads_back(before: bytes, after: bytes, shared: int) -> None:
    after = before[:shared] + after
    assert previous(after, backwards(before, after)) == before


def test_a_text_whose_source_changed_is_kept_stale_and_shown_with_the_change(stocked: Database) -> None:
    was = document(stocked)["texts"]
    edit(stocked, description__ru="Новое описание мёда.")
    with stocked.reading() as session:
        [change] = source_changes(session, HONEY)
        row = session.scalars(select(ProductText).where(ProductText.stale)).one()
        [douyin] = [one for one in overview(session) if (one.channel, one.locale) == ("douyin", "zh")]
    assert (change.locale, change.field, change.value) == ("zh", "description", was["zh"]["description"]["value"])
    assert (change.then, change.now) == (was["ru"]["description"]["value"], "Новое описание мёда.")
    assert (row.locale, row.field) == ("zh", "description")
    assert douyin.lacking["description"] == {"stale": 1}
    edit(stocked, description__ru=was["ru"]["description"]["value"])
    assert "made_from" not in document(stocked)["texts"]["zh"]["description"], "the source is again what it was"


def test_a_person_who_reads_a_stale_text_makes_it_count_again(stocked: Database) -> None:
    edit(stocked, description__ru="Новое описание мёда.")
    with stocked.writing() as session:
        judge_texts(session, HONEY, [("zh", "description"), ("ru", "description")])
    with stocked.reading() as session:
        assert source_changes(session, HONEY) == []
        [douyin] = [one for one in overview(session) if (one.channel, one.locale) == ("douyin", "zh")]
        assert douyin.ready == douyin.cards


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("facts.temperature_min", 99), ("facts.hs_code", "12"), ("sku.RU-LINDEN-500.gtin", "4607123456780"), ("nonsense", 1),
        ("spoken_name[ru]", "мёд 5"), ("facts.origin_country", "CN"), ("name[zh]", ""), ("facts.attributes.cocoa", 5),
        ("key", "x"), ("name[zh]", 5),
    ],
)  # fmt: skip
def test_an_edit_a_card_may_not_hold_is_refused_and_changes_nothing(stocked: Database, field: str, value: Any) -> None:
    before = as_stored(stocked)
    with pytest.raises(EditRefused), stocked.writing() as session:
        edit_card(session, HONEY, {field: value})
    assert as_stored(stocked) == before


# batches


def apply(database: Database, edits: dict[str, dict[str, Any]], kind: str = "bulk") -> int:
    return batches.apply(database.writing, edits.items(), len(edits), kind=kind, source="test")


def keys_of(database: Database, count: int) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Product.key).order_by(Product.key).limit(count)))


def test_an_undone_batch_leaves_everything_as_it_was(stocked: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEP", 7)
    keys = keys_of(stocked, 20)
    before = {key: as_stored(stocked, key) for key in keys}
    changes = {key: {"description[ru]": f"Описание {key}", "facts.hs_edition": 2017} for key in keys}
    new = {
        "line": "russian_goods", "family": "honey", "source_locale": "ru", "name[ru]": "Мёд", "sku.NEW-1.net_value": 5,
        "sku.NEW-1.net_unit": "g",
    }  # fmt: skip
    number = apply(stocked, changes | {"brand-new": new})
    with stocked.reading() as session:
        batch = session.get(Batch, number)
        assert batch is not None
        assert (batch.created, batch.updated, batch.state) == (1, 20, "applied")
        assert [p.key for p in search(session, Filter("NEW-1"))] == ["brand-new"]
    report = batches.undo(stocked.writing, number)
    assert (report.restored, report.removed, report.conflicts) == (20, 1, [])
    assert {key: as_stored(stocked, key) for key in keys} == before
    with stocked.reading() as session:
        assert known(session, ["brand-new"]) == {}
        assert search(session, Filter("NEW-1")) == []
        assert session.query(Sku).where(Sku.code == "NEW-1").count() == 0
    with pytest.raises(batches.BatchOver):
        batches.undo(stocked.writing, number)


def test_later_edits_and_goods_in_shows_are_left_alone_and_named(stocked: Database) -> None:
    keys = keys_of(stocked, 3)
    new = {
        "line": "russian_goods", "family": "honey", "source_locale": "ru", "facts.markets": ["CN", "RU"],
        "facts.origin_country": "RU", "name[ru]": "Мёд", "sku.NEW-1.net_value": 5, "sku.NEW-1.net_unit": "g",
    }  # fmt: skip
    number = apply(stocked, {key: {"facts.hs_edition": 2017} for key in keys} | {"brand-new": new})
    edit(stocked, keys[0], name__ru="Позже")
    from service.livestream.models import Show, ShowItem

    with stocked.writing() as session:
        honey = session.scalars(select(Sku.code).order_by(Sku.id).limit(1)).one()
        show = save_show(
            session,
            plan_of_skus([honey], pattern_key="single-20", languages=["zh"], minutes=5, seed=1, market="CN", key="s"),
        )
        item = session.scalars(select(ShowItem).join(Show).where(Show.id == show.id)).one()
        item.sku_id = session.scalars(select(Sku.id).where(Sku.code == "NEW-1")).one()
    report = batches.undo(stocked.writing, number)
    assert {one.product for one in report.conflicts} == {keys[0], "brand-new"}
    assert report.restored == 2
    assert document(stocked, keys[0])["texts"]["ru"]["name"]["value"] == "Позже"


def test_a_batch_that_breaks_off_is_taken_back(stocked: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEP", 5)
    keys = keys_of(stocked, 12)
    before = {key: as_stored(stocked, key) for key in keys}

    def edits() -> Any:
        for number, key in enumerate(keys):
            if number == 11:
                raise RuntimeError("the plug is pulled")
            yield key, {"facts.hs_edition": 2017}

    with pytest.raises(RuntimeError):
        batches.apply(stocked.writing, edits(), 12, kind="bulk", source="test")
    assert {key: as_stored(stocked, key) for key in keys} == before


def test_rows_and_document_say_the_same_whatever_was_done(stocked: Database) -> None:
    """The document is what is compared and kept; the rows are what is asked. They must never part."""
    from service.catalog.storing import _sku_rows, _text_rows

    edit(stocked, name__ru="Мёд", **{"facts.shelf_life_value": 9})
    with stocked.reading() as session:
        for product in session.scalars(select(Product)):
            there = own_document(session, product.key).document
            assert {(t.locale, t.field): t.value for t in product.texts} == {
                place: row["value"] for place, row in _text_rows(there).items()
            }
            assert [s.code for s in product.skus] == [row["code"] for row in _sku_rows(there)]
            assert rows_for(session, [there]) == [product.readiness_id]


def test_differences_name_fields_and_states(stocked: Database) -> None:
    before = document(stocked)
    with stocked.writing() as session:
        judge_texts(session, HONEY, [("zh", "name")], lock=True)
    [change] = differences(before, document(stocked))
    assert change.field == "name[zh].state"
    assert change.after["locked"] is True
