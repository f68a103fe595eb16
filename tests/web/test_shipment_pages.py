"""Shipments as park staff follow them from the warehouse across the river."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from service.database import Database, now
from service.inventory.models import Balance, Place
from service.inventory.opening import import_opening
from service.inventory.shipping.models import Shipment
from service.inventory.shipping.packing import Packing, ShipmentGiven, draft
from service.inventory.shipping.shipments import find_shipment, under_way
from service.inventory.shipping.stepping import Step, advance

NUTS, JAM = "HH-HAZELNUT-250", "HH-BLUEBERRY-JAM-320"
BRIDGE = "heihe-blagoveshchensk-bridge"
_numbers = count(1)


class Road:
    """Shipments of a running service, by the acts that people do at its desk."""

    def __init__(self, service: Any) -> None:
        self.address, self.database = service.address, service.database

    def prepare(self, *lines: Packing, transport: str = "heated", **more: Any) -> str:
        number = f"HB/26/{next(_numbers):03}"
        given = ShipmentGiven(
            number=number, route=BRIDGE, transport=transport, departs_on=now().date(), lines=list(lines) or [Packing(sku=NUTS, quantity=12)],
            **more,
        )  # fmt: skip
        with self.database.writing() as session:
            draft(session, given)
        return number

    def go(self, number: str, *states: str) -> None:
        with self.database.writing() as session:
            for state in states:
                advance(session, number=number, step=Step(state=state, paper="образец-1", reason="образец"))

    def story(self, number: str) -> tuple[str, int]:
        """(state, packs under way)"""
        with self.database.reading() as session:
            found = find_shipment(session, number)
            return found.state, under_way(found)

    def page(self, number: str) -> str:
        return f"{self.address}/stock/shipments/{number}"


@pytest.fixture
def road(service: Any) -> Road:
    with service.database.writing() as session:
        import_opening(session)
    return Road(service)


def on_hand(database: Database, place: str) -> int:
    with database.reading() as session:
        query = select(Balance.on_hand).join(Place, Place.id == Balance.place_id).where(Place.key == place)
        return sum(session.scalars(query))


def no_sideways(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_refused_shipment_keeps_what_was_typed_and_then_becomes_a_packing_list(road: Road, enter: Any) -> None:
    page = enter(390)
    page.goto(f"{road.address}/stock/shipments/new?lang=ru&sku={JAM}")
    assert page.get_by_label("Артикул или штрихкод").first.input_value() == JAM
    assert no_sideways(page)
    page.get_by_label("Номер", exact=True).fill("ХБ/26-бланк")
    page.get_by_label("День отправления").fill("2027-01-15")
    page.get_by_label("Транспорт").select_option("heated")
    page.get_by_label("Количество").first.fill("100000")
    page.get_by_role("button", name="Составить упаковочный лист").click()
    fault = page.get_by_role("alert").inner_text()
    assert "100000" in fault
    assert "Склад парка в Хэйхэ" in fault  # the place by its name, not by its key
    assert page.get_by_label("Номер", exact=True).input_value() == "ХБ/26-бланк"
    assert page.get_by_label("Транспорт").input_value() == "heated"
    assert page.get_by_label("Количество").first.input_value() == "100000"
    page.get_by_label("Количество").first.fill("2")
    page.get_by_label("Единица").first.select_option("case")
    page.get_by_role("button", name="Составить упаковочный лист").click()
    assert "Упаковочный лист готов" in page.get_by_role("status").inner_text()
    assert road.story("ХБ/26-бланк")[0] == "draft"


def test_the_cold_is_told_before_packing_and_a_reason_sends_the_goods_all_the_same(road: Road, enter: Any) -> None:
    number = road.prepare(Packing(sku=JAM, quantity=6), transport="frozen")
    page = enter(390)
    page.goto(road.page(number) + "?lang=zh")
    warning = page.locator("section.fault").inner_text()
    assert "−25" in warning
    assert "保温加热车" in warning
    assert page.locator("input[name=reason]").count() == 0
    page.get_by_role("button", name="已装箱").click()
    assert "冷冻车" in page.get_by_role("alert").inner_text()
    assert road.story(number)[0] == "draft"
    page.locator("input[name=reason]").fill("加了保温箱")
    page.get_by_role("button", name="已装箱").click()
    assert road.story(number)[0] == "packed"
    assert "加了保温箱" in page.locator(".road").inner_text()
    assert no_sideways(page)


def test_a_step_wants_its_paper_and_stands_at_its_time_on_both_banks(road: Road, enter: Any) -> None:
    number = road.prepare()
    road.go(number, "packed", "handed_over")
    page = enter()
    page.goto(road.page(number) + "?lang=ru")
    assert "12" in page.locator(".tripnow").inner_text()
    page.get_by_role("button", name="подана экспортная декларация").click()
    assert "нужен номер документа" in page.get_by_role("alert").inner_text()
    page.locator("form.next input[name=paper]").fill("10704050/251126/0001")
    page.get_by_text("Время и примечание").first.click()
    page.locator("form.next input[name=happened_at]").fill("2020-01-01T00:30")
    page.get_by_role("button", name="подана экспортная декларация").click()
    assert "01.01.2020 00:30" in page.get_by_role("alert").inner_text()  # before the last step, by the reader's clock
    assert page.locator("form.next input[name=paper]").input_value() == "10704050/251126/0001"
    page.locator("form.next input[name=happened_at]").fill("")
    page.get_by_role("button", name="подана экспортная декларация").click()
    present = page.locator(".road .last").inner_text()
    assert "10704050/251126/0001" in present
    assert "Благовещенск" in present
    assert "Хэйхэ" in present


def test_a_part_arrives_damaged_and_the_rest_stays_under_way(road: Road, enter: Any) -> None:
    number = road.prepare()
    road.go(number, "packed", "handed_over", "export_declared", "export_released", "at_border", "crossed")
    road.go(number, "import_declared", "import_released", "in_transit_domestic")
    before = on_hand(road.database, "blagoveshchensk-quarantine")
    page = enter(390)
    page.goto(road.page(number) + "?lang=zh")
    assert page.locator("input[name=received]").input_value() == "12"
    assert no_sideways(page)
    page.locator("input[name=damaged]").fill("2")
    assert page.locator("input[name=received]").input_value() == "10"  # the one follows the other
    page.locator("input[name=received]").fill("13")
    page.get_by_role("button", name="收货").click()
    assert page.get_by_role("alert").count() == 1
    assert page.locator("input[name=received]").input_value() == "13"
    page.locator("input[name=received]").fill("7")
    page.get_by_role("button", name="收货").click()
    assert road.story(number) == ("received", 3)
    assert on_hand(road.database, "blagoveshchensk-quarantine") == before + 2
    assert "3" in page.locator(".tripnow .bignum").inner_text()


def test_a_form_that_is_sent_twice_takes_one_step(road: Road, enter: Any) -> None:
    number = road.prepare()
    road.go(number, "packed", "handed_over", "export_declared", "export_released", "at_border", "crossed")
    road.go(number, "import_declared", "import_released", "in_transit_domestic")
    page = enter()
    page.goto(road.page(number) + "?lang=ru")
    hidden = {name: page.locator(f"form input[name={name}]").last.input_value() for name in ("csrf", "key", "seen")}
    line = page.locator("input[name=line]").input_value()
    form = hidden | {"state": "received", "line": line, "received": "4", "damaged": "0"}
    answers = [page.request.post(road.page(number) + "/steps", form=form, max_redirects=0).status for _ in range(2)]
    assert answers == [303, 303]
    assert road.story(number) == ("received", 8)
    other = page.request.post(
        road.page(number) + "/steps", form=form | {"key": "0" * 36, "received": "1"}, max_redirects=0
    )
    assert other.status == 412  # somebody who still looks at the step before
    assert road.story(number) == ("received", 8)


def test_what_is_under_way_and_late_stands_on_one_page(road: Road, enter: Any) -> None:
    late, over = road.prepare(), road.prepare()
    road.go(late, "packed", "handed_over")
    road.go(over, "cancelled")
    with road.database.writing() as session:
        past = now().date() - timedelta(days=10)
        session.execute(update(Shipment).where(Shipment.number == late).values(expected_on=past))
    page = enter(390)
    page.goto(f"{road.address}/stock/shipments?lang=ru")
    card = page.get_by_role("article", name=late).inner_text()
    assert "опаздывает на" in card
    assert "Зона таможенного контроля порта Хэйхэ" in card
    assert page.get_by_role("article", name=over).count() == 0
    assert no_sideways(page)
    page.get_by_role("link", name="Все", exact=True).click()
    assert "Отменено" in page.get_by_role("article", name=over).inner_text()
