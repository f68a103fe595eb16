"""Cards go from files into the database: all or nothing, again without change, and never over a locked text."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.checking import read_catalogue
from service.catalog.editing import edit_card, judge_texts, own_document
from service.catalog.importing import import_catalogue
from service.catalog.models import Product, Sku
from service.catalog.storing import SkuInUse
from service.database import Database
from service.errors import FilesRejected
from service.resources import root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of one file that a test may spoil."""
    target = tmp_path / "catalogs"
    (target / "products").mkdir(parents=True)
    shutil.copy(root("catalogs") / "families.yaml", target)
    shutil.copy(root("catalogs") / "products" / "jijing-hanyang.yaml", target / "products")
    return target


def _change(folder: Path, old: str, new: str, count: int = 1) -> None:
    path = folder / "products" / "jijing-hanyang.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the test looks for {old!r}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def _count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_shipped_catalogue_is_complete_in_both_languages(stocked: Database) -> None:
    """Sixty goods and eighty SKUs at least; a card has everything the issue names, in zh and in ru."""
    with stocked.reading() as session:
        products = session.scalars(select(Product)).all()
        assert len(products) >= 60
        assert _count(session, Sku) >= 80
        assert {product.line for product in products} == {"russian_goods", "jijing_hanyang"}
        for product in products:
            zh, ru = product.texts_of("zh"), product.texts_of("ru")
            assert zh.keys() == ru.keys(), product.key
            for field in ("name", "short_name", "spoken_name", "description", "storage", "usage", "ingredients"):
                assert field in zh or product.family_key == "craft", f"{product.key}: {field}"
            assert 3 <= sum(name.startswith("selling_point.") for name in zh) <= 5, product.key
            assert sum(name.startswith("serving.") for name in zh) >= 2, product.key
            assert sum(name.endswith(".question") for name in zh) >= 3, product.key


def test_a_second_import_changes_nothing(stocked: Database) -> None:
    with stocked.writing() as session:
        before = {product.key: (product.version, product.updated_at) for product in session.scalars(select(Product))}
        report = import_catalogue(session)
        assert not report.created
        assert not report.updated
        assert not session.dirty
    with stocked.reading() as session:
        assert before == {p.key: (p.version, p.updated_at) for p in session.scalars(select(Product))}


def test_a_changed_card_is_updated_alone_and_its_version_rises(blank: Database, folder: Path) -> None:
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
    _change(folder, "存放于0至25℃阴凉处", "存放于0至20℃阴凉处")
    with blank.writing() as session:
        report = import_catalogue(session, folder=folder)
        assert report.updated == ["beian-waxy-corn"]
        card = session.scalars(select(Product).where(Product.key == "beian-waxy-corn")).one()
        assert card.version == 2
        assert card.text("zh", "storage").startswith("存放于0至20℃")


def test_a_locked_text_is_never_overwritten(blank: Database, folder: Path) -> None:
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
        edit = {"storage[ru]": "Слово редактора."}
        edit_card(session, "beian-waxy-corn", edit)
        judge_texts(session, "beian-waxy-corn", [("ru", "storage")], lock=True)
    _change(folder, "Хранить при 0…+25 °C в прохладном тёмном месте", "Держать при 0…+25 °C в прохладном тёмном месте")
    with blank.writing() as session:
        report = import_catalogue(session, folder=folder)
        assert report.kept_locked == ["beian-waxy-corn · storage[ru]"]
    with blank.reading() as session:
        card = session.scalars(select(Product).where(Product.key == "beian-waxy-corn")).one()
        assert card.text("ru", "storage") == "Слово редактора."


CORN_SIZE = "        size: {length: 210, width: 60, height: 50}\n"


def _corn(session: Session) -> tuple[Sku, dict[str, Any]]:
    """The first pack of the corn: its row, and what its card says of it."""
    sku = session.scalars(select(Sku).where(Sku.code == "HH-CORN-1")).one()
    document = own_document(session, "beian-waxy-corn").document
    return sku, next(dict(pack) for pack in document["skus"] if pack["code"] == "HH-CORN-1")


def test_a_pack_has_the_size_its_file_says(blank: Database, folder: Path) -> None:
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
    with blank.reading() as session:
        sku, pack = _corn(session)
        assert (sku.length_mm, sku.width_mm, sku.height_mm) == (210, 60, 50)
        assert (pack["length_mm"], pack["width_mm"], pack["height_mm"]) == (210, 60, 50)


def test_a_card_whose_file_tells_no_size_says_nothing_of_it(blank: Database, folder: Path) -> None:
    """Not even that there is none: cards written before sizes were known keep their digest."""
    _change(folder, CORN_SIZE, "")
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
    with blank.reading() as session:
        sku, pack = _corn(session)
        assert (sku.length_mm, sku.width_mm, sku.height_mm) == (None, None, None)
        assert pack.keys().isdisjoint({"length_mm", "width_mm", "height_mm"})


def test_a_size_somebody_measured_stays_where_the_file_tells_none(blank: Database, folder: Path) -> None:
    _change(folder, CORN_SIZE, "")
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
        edit_card(session, "beian-waxy-corn", {"sku.HH-CORN-1.length_mm": 205, "sku.HH-CORN-1.height_mm": 48})
    with blank.writing() as session:
        report = import_catalogue(session, folder=folder)
        assert report.updated == []
    with blank.reading() as session:
        sku, _ = _corn(session)
        assert (sku.length_mm, sku.width_mm, sku.height_mm) == (205, None, 48)


@pytest.mark.parametrize(
    ("size", "key"),
    [("{length: 210, width: 60}", "height"), ("{length: 0, width: 60, height: 50}", "length"), ("[210, 60, 50]", ""),
     ("{length: 210, width: 6.5, height: 50}", "width"), ("{length: 210, width: 60, height: 50, depth: 1}", "depth")],
)  # fmt: skip
def test_a_size_is_three_whole_numbers_above_nothing(folder: Path, size: str, key: str) -> None:
    _change(folder, CORN_SIZE, f"        size: {size}\n")
    with pytest.raises(FilesRejected) as caught:
        read_catalogue(folder)
    assert [problem.key for problem in caught.value.problems] == [
        ".".join(filter(None, ("products.0.skus.0.size", key)))
    ]


def test_all_faults_of_all_files_are_told_at_once_and_nothing_is_written(blank: Database, folder: Path) -> None:
    _change(folder, "family: preserves", "family: vegetables")
    _change(folder, "county: nenjiang", "county: harbin")
    _change(folder, "pack: {zh: 穗, ru: початок}", "pack: {zh: 穗, ru: кукурузина}")
    _change(folder, "spoken_name: {zh: 鲜食玉米, ru: кукуруза в початках}", "spoken_name: {zh: 鲜食玉米, ru: кукуруза}")
    _change(folder, "sku: HH-CORN-10", "sku: HH-CORN-1")
    _change(folder, "marking_group: canned", "marking_grup: canned")
    with blank.writing() as session:
        with pytest.raises(FilesRejected) as caught:
            import_catalogue(session, folder=folder)
        assert _count(session, Product) == 0
    told = {problem.key: problem for problem in caught.value.problems}
    # A misspelt key is a fault of form; such a file is not read further, so that one fault is told alone …
    misspelt = told["products.0.marking_grup"]
    assert "marking_group" in misspelt.say("en")
    # … and without it all the others come together, each with its line.
    _change(folder, "marking_grup: canned", "marking_group: canned")
    with blank.writing() as session, pytest.raises(FilesRejected) as caught:
        import_catalogue(session, folder=folder)
    said = [problem.say("ru") for problem in caught.value.problems]
    assert len(said) == 5
    for value in ("vegetables", "harbin", "кукурузина", "HH-CORN-1", "кукуруза"):
        assert any(value in line for line in said), value
    assert all("jijing-hanyang.yaml:" in line for line in said)


def test_faults_are_told_in_the_readers_language(folder: Path) -> None:
    _change(folder, "family: preserves", "family: vegetables")
    with pytest.raises(FilesRejected) as caught:
        read_catalogue(folder)
    problem = caught.value.problems[0]
    assert "没有“vegetables”" in problem.say("zh")
    assert "«vegetables» не найдено" in problem.say("ru")
    assert caught.value.say("ru").startswith("В файлах 1 ошибка")
    assert caught.value.say("zh").startswith("文件里有 1 处错误")


@pytest.mark.parametrize("spoiled", ["products: [", "line: [jijing_hanyang\n", "\ufeff: :", ""])
def test_a_broken_file_is_named_and_nothing_else_happens(blank: Database, folder: Path, spoiled: str) -> None:
    (folder / "products" / "jijing-hanyang.yaml").write_text(spoiled, encoding="utf-8")
    with blank.writing() as session, pytest.raises(FilesRejected) as caught:
        import_catalogue(session, folder=folder)
    assert "jijing-hanyang.yaml" in caught.value.problems[0].file


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "products" / "jijing-hanyang.yaml").write_bytes("line: 极境寒养".encode("gb18030"))
    with pytest.raises(FilesRejected) as caught:
        read_catalogue(folder)
    assert "UTF-8" in caught.value.problems[0].say("zh")


def test_a_sku_that_a_show_uses_cannot_be_taken_out(blank: Database, folder: Path) -> None:
    from service.livestream.gathering import plan_of_skus
    from service.livestream.shows import save_show

    plan = plan_of_skus(["HH-CORN-10"], pattern_key="evening-60", languages=["zh"], minutes=None, seed=1, key="corn")
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
        save_show(session, plan)
    _change(folder, "HH-CORN-10", "HH-CORN-12")
    with pytest.raises(SkuInUse), blank.writing() as session:
        import_catalogue(session, folder=folder)
    with blank.reading() as session:
        assert "HH-CORN-10" in set(session.scalars(select(Sku.code)))


def test_a_sku_taken_out_of_its_card_goes(blank: Database, folder: Path) -> None:
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
        assert session.scalars(select(Sku).where(Sku.code == "HH-CORN-10")).one()
    _change(folder, "HH-CORN-10", "HH-CORN-12")
    with blank.writing() as session:
        import_catalogue(session, folder=folder)
        codes = set(session.scalars(select(Sku.code)))
    assert "HH-CORN-10" not in codes
    assert "HH-CORN-12" in codes
