"""Counting with a scanner on a phone, approving at a desk, and the reports of other people's warehouses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from service.catalog.models import Sku
from service.inventory.counting.models import StockReport, Stocktake
from service.inventory.counting.stocktakes import Counted, close, count, drop, open_stocktake
from service.inventory.models import Balance, Place
from service.inventory.opening import import_opening

PARK = "heihe-park"
NUTS, BEEF, CORN = "HH-HAZELNUT-250", "HH-BEEF-500", "HH-CORN-1"  # one lot; two lots; one lot
EAN = "4600494006135"


class Shelves:
    """The park's warehouse of a running service, and who counts in it."""

    def __init__(self, service: Any) -> None:
        self.address, self.database = service.address, service.database
        caller = replace(service.database.caller, name="样例盘点员 / Учётчик (образец)")
        self.colleague = service.database.acting(caller)

    def on_hand(self, sku: str) -> int:
        query = select(Balance.on_hand).join(Place, Place.id == Balance.place_id).join(Sku, Sku.id == Balance.sku_id)
        with self.database.reading() as session:
            return sum(session.scalars(query.where(Sku.code == sku, Place.key == PARK)))

    def counts(self) -> dict[tuple[str, str], int]:
        """What the running count of the park holds, by SKU and lot."""
        with self.database.reading() as session:
            one = session.scalar(select(Stocktake).order_by(Stocktake.id.desc()).limit(1))
            return {(each.sku.code, each.lot.code): each.counted for each in one.counts} if one else {}


@pytest.fixture
def shelves(service: Any) -> Iterator[Shelves]:
    """No count is running; hazelnuts carry a bar code."""
    with service.database.writing() as session:
        import_opening(session)
        session.execute(update(Sku).where(Sku.code == NUTS).values(gtin=EAN))
        running = select(Stocktake.id).where(Stocktake.state.in_(("counting", "counted")))
        for number in list(session.scalars(running)):
            drop(session, stocktake=number)
    yield Shelves(service)
    with service.database.writing() as session:
        session.execute(update(Sku).where(Sku.code == NUTS).values(gtin=None))


@pytest.fixture
def count_sheet(tmp_path: Any) -> Callable[..., str]:
    def write(name: str, *lines: str) -> str:
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    return write


def scan(page: Any, code: str) -> None:
    """As a scanner types: the code, then Enter."""
    page.locator("input[data-scan]").fill(code)
    page.locator("input[data-scan]").press("Enter")


def test_a_phone_counts_by_bar_code_blind_and_one_scan_after_the_other_adds_up(shelves: Shelves, enter: Any) -> None:
    page = enter(390)
    page.goto(f"{shelves.address}/stock/stocktakes?lang=zh&place={PARK}")
    page.get_by_role("button", name="开始盘点").click()
    assert page.evaluate("document.activeElement.name") == "code"
    scan(page, EAN)
    scan(page, NUTS.lower())  # a phone's keyboard writes small letters
    assert page.get_by_role("status").inner_text().startswith("2")
    page.locator("input[data-scan]").press_sequentially(f"010{EAN}10NEU-1")
    page.locator("input[data-scan]").press("Control+]")  # how scanners send the separator of GS1
    page.locator("input[data-scan]").press_sequentially("21SERIAL")
    page.locator("input[data-scan]").press("Enter")
    assert shelves.counts() == {(NUTS, "S014A"): 2, (NUTS, "NEU-1"): 1}
    assert str(shelves.on_hand(NUTS)) not in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_sku_of_several_lots_asks_which_and_a_wrong_number_is_corrected(shelves: Shelves, enter: Any) -> None:
    with shelves.database.writing() as session:
        open_stocktake(session, place=PARK)
    page = enter(390)
    page.goto(f"{shelves.address}/stock/stocktakes?lang=ru")
    page.get_by_role("link", name="Склад парка в Хэйхэ").first.click()
    page.locator("input[name=quantity]").fill("7")
    scan(page, BEEF)
    assert "какую вы посчитали" in page.get_by_role("alert").inner_text()
    assert shelves.counts() == {}
    page.get_by_role("button", name="S004B").click()
    assert shelves.counts() == {(BEEF, "S004B"): 7}
    page.get_by_role("link", name="Исправить").click()
    page.locator("input[name=quantity]").fill("9")
    page.get_by_role("button", name="Посчитано").click()
    assert shelves.counts() == {(BEEF, "S004B"): 9}
    scan(page, "XX-NO-SUCH")
    assert page.locator("input[data-scan]").input_value() == "XX-NO-SUCH"
    assert "XX-NO-SUCH" in page.get_by_role("alert").inner_text()


def test_a_count_sheet_is_taken_whole_or_not_at_all(shelves: Shelves, enter: Any, count_sheet: Any) -> None:
    with shelves.database.writing() as session:
        number = open_stocktake(session, place=PARK).id
    page = enter()
    page.goto(f"{shelves.address}/stock/stocktakes/{number}?lang=ru")
    page.locator("input[type=file]").set_input_files(
        count_sheet("лист.csv", "Артикул;Количество", f"{NUTS};5", f"{BEEF};3")
    )
    page.get_by_role("button", name="Принять ведомость").click()
    fault = page.get_by_role("alert").inner_text()
    assert "S004B, S004A" in fault  # which of the lots it was
    assert shelves.counts() == {}
    page.locator("input[type=file]").set_input_files(
        count_sheet("лист.csv", "Артикул;Партия;Количество", f"{NUTS};;5", f"{BEEF};S004A;3")
    )
    page.get_by_role("button", name="Принять ведомость").click()
    assert shelves.counts() == {(NUTS, "S014A"): 5, (BEEF, "S004A"): 3}


def test_who_counted_is_told_to_ask_a_colleague(shelves: Shelves, enter: Any) -> None:
    with shelves.database.writing() as session:
        number = open_stocktake(session, place=PARK).id
    page = enter(390)
    page.goto(f"{shelves.address}/stock/stocktakes/{number}?lang=ru")
    page.locator("input[name=quantity]").fill("1")
    scan(page, CORN)
    page.get_by_role("button", name="Завершить пересчёт").click()
    assert "Вы считали здесь сами" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Утвердить").count() == 0
    assert "не трогаем" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_text("Отказаться от пересчёта").click()
    page.get_by_role("button", name="Отказаться").click()
    assert "отказались" in page.locator("main").inner_text()


def test_a_second_person_sees_the_differences_and_corrects_the_books(shelves: Shelves, enter: Any) -> None:
    before = shelves.on_hand(CORN)
    with shelves.colleague.writing() as session:
        number = open_stocktake(session, place=PARK).id
        count(session, stocktake=number, counted=[Counted(sku=CORN, lot="S001A", quantity=before - 4)])
        close(session, stocktake=number)
    page = enter()
    page.goto(f"{shelves.address}/stock/stocktakes/{number}?lang=zh")
    row = page.locator("section", has_text="个批次有差异").locator("tr", has_text=CORN).inner_text()
    assert row.split()[-3:] == [str(before), str(before - 4), "−4"]
    page.get_by_role("button", name="确认并更正账目").click()
    assert "已确认" in page.locator("main").inner_text()
    assert shelves.on_hand(CORN) == before - 4


def test_a_report_is_compared_explained_and_taken_over_line_by_line(
    shelves: Shelves, enter: Any, count_sheet: Any
) -> None:
    before = shelves.on_hand(NUTS)
    file = count_sheet(
        "остатки склада.csv", "Артикул;Остаток", f"{NUTS};{before + 3}", f"{CORN};{shelves.on_hand(CORN)}"
    )
    page = enter(390)
    page.goto(f"{shelves.address}/stock/reports?lang=ru")
    page.get_by_label("Чей отчёт").select_option(PARK)
    page.get_by_label("Остатки на момент").fill("2099-01-01T10:00")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Сверить").click()
    assert "01.01.2099 10:00" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Остатки на момент").input_value() == "2099-01-01T10:00"
    page.get_by_label("Остатки на момент").fill("")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Сверить").click()
    line = page.get_by_role("article", name=NUTS)
    assert "+3" in line.inner_text()
    assert page.get_by_role("article", name=CORN).count() == 0  # it agrees
    assert "В их отчёте его нет" in page.get_by_role("article", name=f"{BEEF}").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    line.get_by_role("button", name="Принять их число").click()
    assert shelves.on_hand(NUTS) == before + 3
    assert NUTS in page.locator("section", has_text="Исправлено").last.inner_text()
    with shelves.database.writing() as session:
        for report in session.scalars(select(StockReport)):
            session.delete(report)
