"""Finding cards as people type: either language, any inflection, parts, pinyin, the wrong keyboard layout, codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.catalog import batches
from service.catalog.editing import edit_card
from service.catalog.models import Product, SearchDocument
from service.catalog.rebuilding import behind, rebuild_some
from service.catalog.search.finding import Filter, chosen, facets, search
from service.database import Database


def found(database: Database, query: str, **narrow: Any) -> list[str]:
    with database.reading() as session:
        return [product.key for product in search(session, Filter(query, **narrow), limit=50)]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("蜜", "linden-honey"), ("椴树", "linden-honey"), ("椴樹", "linden-honey"), ("мёд", "linden-honey"),
        ("мед", "linden-honey"), ("МЁДОМ", "linden-honey"), ("мёда", "linden-honey"), ("vtl", "linden-honey"),
        ("k,bgjdsq", None), ("kbgjdsq", "linden-honey"), ("duanshu", "linden-honey"), ("duan shu", "linden-honey"),
        ("dsm", "linden-honey"), ("липовый 蜜", "linden-honey"), ("蜜 липовым", "linden-honey"),
        ("шокол", "alyonka-chocolate"), ("алёнку", "alyonka-chocolate"), ("fktyrf", "alyonka-chocolate"),
        ("RU-ALENKA-90", "alyonka-chocolate"), ("ru-alenka", "alyonka-chocolate"), ("alenka", "alyonka-chocolate"),
        ("ＡＬＥＮＫＡ", "alyonka-chocolate"), ("алёнка шоколадка", None), ("巧克力 алёнка", "alyonka-chocolate"),
    ],
)  # fmt: skip
def test_what_people_type_finds_the_card(shelf: Database, typed: str, key: str | None) -> None:
    keys = found(shelf, typed)
    assert key in keys if key else "linden-honey" not in keys[:1]


def test_every_one_and_two_characters_of_every_chinese_name_find_their_card(shelf: Database) -> None:
    with shelf.reading() as session:
        parts: dict[str, set[int]] = {}
        for product in session.scalars(select(Product)):
            name = product.text("zh", "name") or ""
            for length in (1, 2):
                for start in range(len(name) - length + 1):
                    parts.setdefault(name[start : start + length], set()).add(product.id)
        for part, numbers in parts.items():
            if all("\u3400" <= sign <= "\u9fff" for sign in part):
                assert numbers <= set(session.scalars(chosen(session, Filter(part), whole=False))), part


def test_exact_forms_stand_above_stems(stocked: Database) -> None:
    """«банка» and «банк» share a stem; who types one of them sees it first."""
    names = {"jar": "Банка", "bank": "Банк"}
    edits = {
        key: {
            "line": "russian_goods", "family": "craft", "source_locale": "ru", "name[ru]": f"{word} сувенирная",
            f"sku.{key.upper()}.net_value": 1, f"sku.{key.upper()}.net_unit": "pcs",
        }
        for key, word in names.items()
    }  # fmt: skip
    batches.apply(stocked.writing, edits.items(), 2, kind="import", source="test")
    assert found(stocked, "банка")[0] == "jar"
    assert found(stocked, "банк")[0] == "bank"


@pytest.mark.parametrize(
    "typed", ["---", "' OR 1=1", '"', "*", "a" * 200, "\\", "(мёд", "мёд)", "NEAR(", "AND", "мёд:A", "&|!"]
)
def test_signs_of_query_languages_are_only_signs(shelf: Database, typed: str) -> None:
    found(shelf, typed)
    with shelf.reading() as session:
        facets(session, Filter(typed))
        session.execute(chosen(session, Filter(typed)))


def test_an_empty_query_shows_what_changed_last(stocked: Database) -> None:
    with stocked.writing() as session:
        edit_card(session, "linden-honey", {"name[ru]": "Мёд"})
    assert found(stocked, "")[0] == "linden-honey"


def test_a_changed_name_is_found_at_once_and_the_old_one_no_longer(stocked: Database) -> None:
    with stocked.writing() as session:
        edit_card(session, "linden-honey", {"name[ru]": "Патока", "short_name[ru]": "Патока"})
    assert "linden-honey" in found(stocked, "патокой")


def test_facets_count_what_the_filter_lets_through(shelf: Database) -> None:
    with shelf.reading() as session:
        counts = facets(session, Filter(""))
        assert counts.total == 64
        assert sum(counts.line.values()) == 64
        assert sum(counts.family.values()) == 64
        assert counts.ready["livestream.zh"] == len(
            session.execute(chosen(session, Filter(ready="livestream.zh"))).all()
        )
        frozen = facets(session, Filter(storage="frozen"))
        assert frozen.total == counts.storage["frozen"] > 0
        lacking = facets(session, Filter(lacking="ozon"))
        assert lacking.total + len(session.execute(chosen(session, Filter(ready="ozon"))).all()) == 64
        honey = facets(session, Filter("мёд", family="honey"))
        assert honey.family == {"honey": 1}


def test_the_index_can_be_built_anew(stocked: Database) -> None:
    with stocked.writing() as session:
        for document in session.scalars(select(SearchDocument)):
            document.exact, document.stem, document.body, document.tokenizer = "", "", "", 0
        for product in session.scalars(select(Product)):
            product.readiness_id = None
    if stocked.engine.dialect.name == "sqlite":  # PostgreSQL's vectors stay until they are built anew
        assert found(stocked, "мёд") == []
    with stocked.reading() as session:
        assert behind(session) == 128
    last = 0
    while True:
        with stocked.writing() as session:
            some, last = rebuild_some(session, after=last)
        if not some:
            break
    with stocked.reading() as session:
        assert behind(session) == 0
    assert "linden-honey" in found(stocked, "мёд")


def test_inflected_russian_is_found(sqlite_blank: Database) -> None:
    """At least 98 of 100 pairs of russian_pairs.txt (typed form, form on the card)."""
    lines = (Path(__file__).parent / "russian_pairs.txt").read_text(encoding="utf-8").splitlines()
    pairs = [tuple(line.split()) for line in lines if not line.startswith("#")]
    edits = {
        f"p-{n}": {
            "line": "russian_goods", "family": "craft", "source_locale": "ru", "name[ru]": word.capitalize(),
            f"sku.P-{n}.net_value": 1, f"sku.P-{n}.net_unit": "pcs",
        }
        for n, (_, word) in enumerate(pairs)
    }  # fmt: skip
    batches.apply(sqlite_blank.writing, edits.items(), len(edits), kind="import", source="test")
    missed = [pair for n, pair in enumerate(pairs) if f"p-{n}" not in found(sqlite_blank, pair[0])]
    assert len(missed) <= 0.02 * len(pairs), missed


def test_more_hits_than_can_be_ranked_keep_exact_forms_first(
    sqlite_blank: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card of exactly these words is found before all cards of another form, however many came before it."""
    monkeypatch.setattr("service.catalog.search.ranking.CANDIDATES", 20)
    names = [f"Банка № {n}" for n in range(60)] + ["Банк сувенирный"]
    edits = {
        f"c-{n}": {
            "line": "russian_goods", "family": "craft", "source_locale": "ru", "name[ru]": name,
            f"sku.C-{n}.net_value": 1, f"sku.C-{n}.net_unit": "pcs",
        }
        for n, name in enumerate(names)
    }  # fmt: skip
    batches.apply(sqlite_blank.writing, edits.items(), len(edits), kind="import", source="test")
    with sqlite_blank.reading() as session:
        for wanted in (Filter("банк"), Filter("банк", line="russian_goods")):
            keys = [product.key for product in search(session, wanted, limit=5)]
            assert keys[0] == "c-60"
            assert len(keys) == 5


def test_a_change_of_facts_leaves_the_card_found_and_one_text_moves_only_its_own_words(stocked: Database) -> None:
    for edit in ({"facts.hs_edition": 2017}, {"description[ru]": "Ульевой"}, {"name[ru]": "Патока"}):
        with stocked.writing() as session:
            edit_card(session, "linden-honey", edit)
    assert "linden-honey" in found(stocked, "патокой")
    assert "linden-honey" in found(stocked, "ульевого")
    assert "linden-honey" in found(stocked, "蜜")
    if stocked.engine.dialect.name == "sqlite":
        with stocked.writing() as session:
            for name in ("search_head", "search_body"):  # raises if the index holds other words than the documents
                session.connection().exec_driver_sql(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")
