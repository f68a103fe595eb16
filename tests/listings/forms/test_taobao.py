"""Taobao's data packet: what tools of today read back from it is what was written."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.listings.channels import channel
from service.listings.forms.form import Account, Offered
from service.listings.forms.registry import form_for
from service.listings.forms.taobao import COLUMNS, picture_files
from service.listings.listing import Listing, Money, Picture
from service.listings.validating import validate
from tests.listings.forms.chinese_goods import CHOCOLATE, paths_without_a_field, pictures
from tests.listings.forms.gates import TODAY

KEY = "taobao"
SHOP = Account("taobao", "CNY", {"category": "50008055", "state": "黑龙江", "city": "黑河", "freight": "5352276030", "days": "7"})  # fmt: skip
BREAD = replace(CHOCOLATE, variants=())


def packet(*listings: Listing, account: Account = SHOP) -> bytes:
    form, to = form_for(channel(KEY)), BytesIO()
    form.write([Offered(one.code, form.item(one, TODAY, account)) for one in listings], to, TODAY, account)
    return to.getvalue()


def read(data: bytes) -> list[dict[str, str]]:
    """Lines of goods as any reader of tables sees them."""
    rows = list(csv.reader(StringIO(data.decode("utf-16"), newline=""), delimiter="\t"))
    assert rows[0] == ["version 1.00"]
    assert len(rows[1]) == len(rows[2]) == 63
    assert all(len(row) == 63 for row in rows[3:])
    return [dict(zip(rows[1], row, strict=True)) for row in rows[3:]]


def told(**change: Any) -> dict[str, str]:
    (row,) = read(packet(replace(BREAD, **change)))
    return row


class TestTheFile:
    def test_it_begins_with_its_mark_and_its_version(self) -> None:
        data = packet(BREAD)
        assert data.startswith(b"\xff\xfev\x00e\x00")
        lines = data.decode("utf-16").split("\r\n")
        assert lines[0] == "version 1.00"
        assert lines[1].startswith("title\tcid\tseller_cids")
        assert lines[2].startswith("宝贝名称\t宝贝类目\t店铺类目")
        assert (len(COLUMNS), lines[1].split("\t")[28], lines[1].split("\t")[-1]) == (63, "picture", "o2o_bind_service")

    def test_texts_stand_in_quotes_and_numbers_do_not(self) -> None:
        cells = packet(BREAD).decode("utf-16").split("\r\n")[3].split("\t")
        assert cells[0] == f'"{BREAD.title}"'
        assert (cells[1], cells[7], cells[9]) == ("50008055", "12.90", "30")

    def test_one_line_for_each_listing_and_none_for_none(self) -> None:
        assert [one["outer_id"] for one in read(packet(BREAD, replace(BREAD, code="B")))] == ["RU-ALENKA-90", "B"]
        assert read(packet()) == []


class TestColumns:
    def test_goods_are_new_at_a_fixed_price_and_wait_in_the_store(self) -> None:
        row = told()
        assert (row["stuff_status"], row["item_type"], row["approve_status"]) == ("1", "1", "1")
        assert (row["price"], row["num"], row["barcode"], row["item_weight"]) == ("12.90", "30", "4600051000057", "0.095")  # fmt: skip
        assert (row["location_state"], row["location_city"], row["postage_id"], row["freight_payer"]) == ("黑龙江", "黑河", "5352276030", "2")  # fmt: skip

    def test_pictures_are_named_in_their_order_as_their_files_are(self) -> None:
        assert told()["picture"] == "p0:1:0:|;p1:1:1:|;p2:1:2:|;"
        assert list(picture_files(BREAD)) == ["p0", "p1", "p2"]
        assert picture_files(BREAD)["p1"].url == "https://img.example/p1.jpg"
        assert list(picture_files(replace(BREAD, pictures=(Picture("jpg", 1, 1, 1),)))) == ["RU-ALENKA-90-0"]

    def test_the_description_is_html_with_its_pictures(self) -> None:
        row = told(
            description='<b>黑麦</b> & "大列巴"\n第二行', detail_pictures=(*pictures(1, "d"), Picture("jpg", 1, 1, 1))
        )
        assert (
            row["description"]
            == '&lt;b&gt;黑麦&lt;/b&gt; &amp; "大列巴"<br/>第二行<img src="https://img.example/d0.jpg"/>'
        )

    def test_what_nobody_told_stays_empty(self) -> None:
        (row,) = read(packet(replace(BREAD, price=Money(100, "RUB"), stock=None), account=Account()))
        assert (row["cid"], row["price"], row["num"], row["freight_payer"]) == ("", "", "0", "")

    def test_every_column_is_one_the_channels_file_knows(self) -> None:
        item = form_for(channel(KEY)).item(BREAD, TODAY, SHOP)
        assert paths_without_a_field(KEY, item) == set()
        assert set(item) <= set(COLUMNS)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n\t"), max_size=30)


@given(_TEXTS, _TEXTS, st.integers(0, 10**9), st.integers(0, 10**6), st.lists(st.uuids(), max_size=6, unique=True))
def test_what_is_read_back_is_what_was_written(title: str, code: str, fen: int, stock: int, names: list[Any]) -> None:
    files = tuple(Picture("jpg", 1, 1, 1, one.hex) for one in names)
    row = told(title=title, code=code, price=Money(fen, "CNY"), stock=stock, pictures=files, barcodes=())
    assert (row["title"], row["outer_id"], row["num"]) == (title, code, str(stock))
    assert row["price"] == f"{fen // 100}.{fen % 100:02}"
    assert [one.partition(":")[0] for one in row["picture"].split(";") if one] == [one.hex for one in names]


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_table(title: str, description: str) -> None:
    assert len(read(packet(replace(BREAD, title=title, description=description), BREAD))) == 2


def test_a_title_is_thirty_chinese_characters_at_most_and_only_warns() -> None:
    found = {one.rule: one.level for one in validate(replace(BREAD, title="蜜" * 31), channel(KEY), as_of=TODAY)}
    assert found["title-length"] == "warn"
    assert "title-length" not in {
        one.rule for one in validate(replace(BREAD, title="蜜" * 30), channel(KEY), as_of=TODAY)
    }
