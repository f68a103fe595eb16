"""The whole road of a supplier's sheet through the pages: sent, checked, mended, taken over, looked at, taken back."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.editing import edit_card
from service.catalog.models import Product, Upload
from service.catalog.storing import known
from service.database import Database
from service.jobs.models import Job
from service.jobs.running import run_job
from service.people.caller import MACHINE
from service.people.founding import found, way_in
from service.people.operating import acting
from service.settings import Settings

HEADER = ["SKU", "产品线", "品类", "名称", "净含量", "净含量单位", "条码", "供货价"]
GOOD = ["LH-500", "俄货", "honey", "椴树蜂蜜", 500, "克", "4607123456781", 35]
BAD = ["LH-250", "俄货", "honey", "椴树蜂蜜小瓶", "半斤", "克", "4607123456780", 20]


def xlsx(*rows: list[Any]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("报价")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


class Desk:
    """A merchant at the pages; work that was ordered is done when the test says so."""

    def __init__(self, client: TestClient, database: Database) -> None:
        self.client, self.database = client, database
        self.path, self.text, self.status = "", "", 0

    def go(self, path: str) -> str:
        return self._at(self.client.get(path, headers={"accept": "text/html"}))

    def send(self, path: str, files: Any = None, **fields: Any) -> str:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.go("/account"))
        assert csrf
        data = {"csrf": csrf[1], **fields}
        return self._at(self.client.post(path, data=data, files=files, headers={"accept": "text/html"}))

    def press(self, ending: str, **fields: Any) -> str:
        """Send the form of the page that leads to an address with this ending."""
        action = re.search(rf'action="([^"]*{ending})"', self.text)
        assert action, f"no form …{ending} in {self.text}"
        return self.send(action[1], **fields)

    def work(self) -> str:
        """Do all that waits, then load the page again."""
        with self.database.acting(MACHINE).reading() as session:
            waiting = list(session.scalars(select(Job.id).where(Job.state == "queued")))
        for number in waiting:
            run_job(self.database, self.client.app.state.queue, number)  # type: ignore[attr-defined]
        return self.go(self.path)

    def _at(self, answer: Any) -> str:
        self.status, self.path = answer.status_code, answer.url.path
        self.text = html.unescape(answer.text)
        return self.text


@pytest.fixture
def desk(server: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    url = server.create("blank")
    database = acting(Database(url))
    with database.writing() as session:
        found(session)
    with database.writing() as session:
        link = way_in(session)
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", workers=0))
    with TestClient(app, headers={"accept-language": getattr(request, "param", "zh")}) as client:
        client.get(f"/enter/{link}")
        yield Desk(client, database)
    database.close()


WORDS = {
    "zh": {
        "faults": "有 2 处问题，改好之后才能导入。", "cell": "E3", "column": "净含量", "wrong": "校验码", "new": "将新建 2 张卡",
        "take": "确认导入", "made": "新建 2 张卡", "undone": "已撤回", "gone": "2 张新建的卡已删除。", "left_out": "不导入",
        "unchanged": "表格内容和现有商品卡一样",
    },
    "ru": {
        "faults": "2 ошибки: пока они есть, загрузить таблицу нельзя.", "cell": "E3", "column": "净含量", "wrong": "контрольная",
        "new": "появятся 2 новые карточки", "take": "Загрузить в каталог", "made": "2 новые карточки", "undone": "отменён",
        "gone": "2 новые карточки удалены.", "left_out": "не загружать", "unchanged": "В карточках всё это уже есть",
    },
}  # fmt: skip


@pytest.mark.parametrize(("desk", "lang"), [("zh", "zh"), ("ru", "ru")], indirect=["desk"])
def test_a_sheet_is_sent_mended_taken_over_and_taken_back(desk: Desk, lang: str) -> None:
    words = WORDS[lang]
    desk.go("/catalogue/sheets")
    assert desk.status == 200
    desk.press("/uploads", files={"file": ("报价单.xlsx", xlsx(HEADER, GOOD, BAD))})
    assert re.fullmatch(r"/catalogue/sheets/\d+", desk.path)
    assert 'data-state="queued"' in desk.text
    assert "http-equiv" in desk.text
    desk.work()
    assert words["faults"] in desk.text
    assert words["cell"] in desk.text
    assert "4607123456780" in desk.text
    assert words["wrong"] in desk.text
    assert words["take"] not in desk.text
    assert words["left_out"] in desk.text  # the supplier's price is no field of a card

    marked = re.search(r'href="(/api/v1/jobs/\d+/file)"', desk.text)
    assert marked
    copy = CalamineWorkbook.from_filelike(io.BytesIO(desk.client.get(marked[1]).content))
    header, good, bad = copy.get_sheet_by_index(0).to_python()
    bad[4], bad[6] = 250, "4607123456798"
    desk.send("/catalogue/sheets/uploads", files={"file": ("报价单-marked.xlsx", xlsx(header, good, bad))})
    desk.work()
    assert words["new"] in desk.text
    desk.press("/take")
    assert 'data-state="queued"' in desk.text
    desk.work()
    assert re.fullmatch(r"/catalogue/batches/\d+", desk.path)
    assert words["made"] in desk.text
    assert "椴树蜂蜜小瓶" in desk.text
    with desk.database.reading() as session:
        assert session.query(Product).count() == 2
    batch = desk.path
    assert "报价单-marked.xlsx" in desk.go("/catalogue/batches")

    desk.send("/catalogue/sheets/uploads", files={"file": ("again.xlsx", xlsx(header, good, bad))})
    desk.work()
    assert words["unchanged"] in desk.text

    desk.go(batch)
    desk.press("/undo")
    assert desk.path == batch
    desk.work()
    assert words["undone"] in desk.text
    assert words["gone"] in desk.text
    with desk.database.reading() as session:
        assert session.query(Product).count() == 0


def take(desk: Desk, *rows: list[Any]) -> str:
    """Bring a sheet to its end; returns the batch's address."""
    desk.send("/catalogue/sheets/uploads", files={"file": ("a.xlsx", xlsx(*rows))})
    desk.work()
    desk.press("/take")
    desk.work()
    return desk.path


@pytest.mark.parametrize("desk", ["ru"], indirect=True)
def test_cards_changed_since_are_left_alone_and_named_in_the_readers_language(desk: Desk) -> None:
    take(desk, HEADER, GOOD)
    changed = take(desk, ["SKU", "名称"], ["LH-500", "新名称"])
    assert "新名称" in desk.text
    assert "<del>椴树蜂蜜</del>" in desk.text
    with desk.database.writing() as session:
        edit_card(session, "lh-500", {"name[ru]": "Мёд"})
    desk.go(changed)
    desk.press("/undo")
    desk.work()
    assert "1 карточка не тронута:" in desk.text
    assert "После этого карточку изменил(а)" in desk.text
    with desk.database.reading() as session:
        assert known(session, ["lh-500"])["lh-500"].document["texts"]["zh"]["name"]["value"] == "新名称"


def test_unknown_columns_are_mapped_by_hand_and_the_mapping_serves_again(desk: Desk) -> None:
    header, row = (
        ["我方代号", "产品线", "品类", "名称", "一件多少", "净含量单位"],
        ["LH-500", "俄货", "honey", "椴树蜂蜜", 500, "克"],
    )
    desk.send("/catalogue/sheets/uploads", files={"file": ("a.xlsx", xlsx(header, row))})
    desk.work()
    assert "确认导入" not in desk.text
    desk.press("/columns", header=["我方代号", "一件多少"], field=["sku", "net_value"], name="黑河批发")
    desk.work()
    assert "将新建 1 张卡" in desk.text
    assert "黑河批发" in desk.go("/catalogue/sheets")
    desk.send("/catalogue/sheets/uploads", files={"file": ("b.xlsx", xlsx(header, row))}, profile="黑河批发")
    desk.work()
    assert "将新建 1 张卡" in desk.text
    desk.go(f"{desk.path}?columns=all")
    assert desk.text.count("<select") == len(header)


def test_what_the_sheet_does_not_say_is_said_in_the_form(desk: Desk) -> None:
    rows = ["SKU", "名称", "净含量", "净含量单位"], ["LH-500", "椴树蜂蜜", 500, "克"]
    desk.send("/catalogue/sheets/uploads", files={"file": ("a.xlsx", xlsx(*rows))})
    desk.work()
    assert "产品线" in desk.text
    assert "line" not in re.sub(r"<[^>]+>", "", desk.text)
    desk.send(
        "/catalogue/sheets/uploads", files={"file": ("a.xlsx", xlsx(*rows))}, line="russian_goods", family="honey"
    )
    desk.work()
    assert "确认导入" in desk.text


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_cards_go_out_as_a_sheet_and_come_back_without_a_change(desk: Desk, form: str) -> None:
    take(desk, HEADER, GOOD)
    desk.send("/catalogue/sheets/export", form=form)
    desk.work()
    link = re.search(r'href="(/api/v1/jobs/\d+/file)"', desk.text)
    assert link
    content = desk.client.get(link[1]).content
    desk.send("/catalogue/sheets/uploads", files={"file": (f"cards.{form}", content)})
    desk.work()
    assert "表格内容和现有商品卡一样" in desk.text
    assert "处问题" not in desk.text


@pytest.mark.parametrize("lang", ["zh", "ru", "en"])
def test_the_empty_sheet_is_understood_when_filled_in(desk: Desk, lang: str) -> None:
    content = desk.client.get("/catalogue/sheets/template.xlsx", headers={"accept-language": lang}).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    header = book.get_sheet_by_index(0).to_python()[0]
    advice = book.get_sheet_by_index(1).to_python()
    words = {row[0]: [cell for cell in row[2:] if cell] for row in advice}
    row = ["" for _ in header]
    for place, value in ((0, "A-1"), (2, words[header[2]][0]), (3, words[header[3]][0]), (4, "蜂蜜"), (7, "500")):
        row[place] = value
    row[8] = words[header[8]][0]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for name, rows in (("cards", [header, row]), ("advice", advice)):
            page = made.add_worksheet(name)
            for number, cells in enumerate(rows):
                page.write_row(number, 0, cells)
    desk.send("/catalogue/sheets/uploads", files={"file": ("filled.xlsx", out.getvalue())})
    desk.work()
    assert "将新建 1 张卡" in desk.text
    assert "处问题" not in desk.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.xlsx", b"PK\x03\x04nonsense", "无法读取"), ("a.doc", b"\xd0\xcf", "不是商品表"), ("a.xlsx", b"", "无法读取")],
)
def test_a_file_that_is_no_sheet_is_refused_in_the_readers_words(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    desk.send("/catalogue/sheets/uploads", files={"file": (name, content)})
    desk.work()
    assert said in desk.text
    assert 'role="alert"' in desk.text


def test_the_form_without_a_file_and_what_is_not_there_are_told(desk: Desk) -> None:
    assert "还没选文件" in desk.send("/catalogue/sheets/uploads", files={"other": ("a", b"b")})
    assert desk.status == 422
    desk.send("/catalogue/sheets/uploads", files={"file": ("a.csv", b"sku")}, profile="nobody's")
    assert desk.status == 404
    for path in ("/catalogue/sheets/999", "/catalogue/batches/999"):
        desk.go(path)
        assert desk.status == 404
    desk.send("/catalogue/batches/999/undo")
    assert desk.status == 404
    answer = desk.client.post("/catalogue/sheets/uploads", files={"file": ("a.csv", b"sku")})
    assert answer.status_code == 403  # a form that is not ours


def test_sheets_may_be_larger_than_other_forms_but_not_endless(server: Any, tmp_path: Path) -> None:
    url = server.create("blank")
    database = acting(Database(url))
    with database.writing() as session:
        found(session)
    with database.writing() as session:
        link = way_in(session)
    limits = {"max_body": 10_000, "max_upload": 300_000}
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", workers=0, **limits))  # type: ignore[arg-type]
    with TestClient(app, headers={"accept-language": "ru"}) as client:
        client.get(f"/enter/{link}")
        desk = Desk(client, database)
        desk.send("/catalogue/sheets/uploads", files={"file": ("C:\\Мои\\а.csv", b"SKU,name\n" * 20_000)})
        assert desk.status == 200
        desk.send("/catalogue/sheets/uploads", files={"file": ("a.csv", b"SKU,name\n" * 40_000)})
        assert desk.status == 413
        assert "слишком" in desk.text
        with database.reading() as session:
            assert [upload.name for upload in session.scalars(select(Upload))] == ["а.csv"]
    database.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_the_road_in_a_browser(service: Any, enter: Any, width: int, lang: str, tmp_path: Path) -> None:
    page = enter(width)
    page.goto(f"{service.address}/catalogue/sheets?lang={lang}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    (tmp_path / "报价.xlsx").write_bytes(xlsx(HEADER, GOOD, BAD))
    page.locator("input[type=file]").set_input_files(tmp_path / "报价.xlsx")
    page.locator("form[enctype] button").click()
    page.locator("table.stack").wait_for(timeout=20_000)  # the page follows the work by itself
    assert WORDS[lang]["faults"] in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    name = f"{lang}{width}".upper()
    good = [f"{name}-1", *GOOD[1:6], None, None]
    (tmp_path / "报价.xlsx").write_bytes(xlsx(HEADER, good))
    page.goto(f"{service.address}/catalogue/sheets")
    page.locator("input[type=file]").set_input_files(tmp_path / "报价.xlsx")
    page.locator("form[enctype] button").click()
    page.locator("form[action$='/take'] button").click(timeout=20_000)
    page.wait_for_url("**/catalogue/batches/*", timeout=20_000)
    assert f"{name.lower()}-1" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("button.danger").click()
    page.locator(".done").wait_for(timeout=20_000)
    assert WORDS[lang]["undone"] in page.inner_text("main")
