"""GS1 Digital Links: written in the standard's order, read back as they were, and never of a number that means something else elsewhere."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from stdnum import ean

from service.listings.forms.gs1 import (
    DigitalLink,
    NoDigitalLink,
    digital_link,
    is_trade_item,
    qr_code,
    read_digital_link,
)

TODAY = date(2026, 11, 25)
SIGNS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
QUALIFIERS = st.text(SIGNS, max_size=20).filter(lambda one: one not in (".", ".."))
GTINS = st.integers(0, 10**10 - 1).map(lambda one: f"46{one:010}").map(lambda one: one + ean.calc_check_digit(one))


@pytest.mark.parametrize(
    ("goods", "link"),
    [
        (DigitalLink("4600000000015"), "https://id.gs1.org/01/04600000000015"),
        (DigitalLink("4600000000015", batch="L-7"), "https://id.gs1.org/01/04600000000015/10/L-7"),
        (
            DigitalLink("4600000000015", "2A", "A/7%", "9", date(2027, 1, 31)),
            "https://id.gs1.org/01/04600000000015/22/2A/10/A%2F7%25/21/9?17=270131",
        ),
        (DigitalLink("036000291452"), "https://id.gs1.org/01/00036000291452"),
        (DigitalLink("40170725"), "https://id.gs1.org/01/00000040170725"),
    ],
)
def test_is_written_as_the_standard_says(goods: DigitalLink, link: str) -> None:
    assert digital_link(goods) == link
    assert digital_link(goods, "https://lavka.example/g/") == link.replace("https://id.gs1.org", "https://lavka.example/g")  # fmt: skip


@given(GTINS, QUALIFIERS, QUALIFIERS, QUALIFIERS, st.none() | st.dates(TODAY - timedelta(49 * 365), TODAY + timedelta(50 * 365)))  # fmt: skip
def test_is_read_back_as_it_was(gtin: str, variant: str, batch: str, serial: str, expires: date | None) -> None:
    goods = DigitalLink(gtin.zfill(14), variant, batch, serial, expires)
    link = digital_link(goods)
    assert link.isascii()
    assert read_digital_link(link, today=TODAY) == goods


def test_what_others_add_does_not_matter() -> None:
    link = "https://lavka.example/de/01/04600000000015/10/L7?17=270200&linkType=gs1:pip#top"
    assert read_digital_link(link, today=TODAY) == DigitalLink("04600000000015", batch="L7", expires=date(2027, 2, 28))


class TestNumbers:
    """Check digits by GS1; first digits 2, 02 and 04 are a shop's own."""

    GOOD = ("4600000000015", "6901234567892", "40170725", "036000291452", "14600000000012")

    @pytest.mark.parametrize("gtin", GOOD)
    def test_of_goods(self, gtin: str) -> None:
        assert is_trade_item(gtin)

    @pytest.mark.parametrize("start", ["2", "02", "04", "29", "20"])
    def test_of_a_shop_alone_whatever_their_length(self, start: str) -> None:
        thirteen = start.ljust(12, "1")
        thirteen += ean.calc_check_digit(thirteen)
        assert ean.is_valid(thirteen)
        assert not is_trade_item(thirteen)
        assert not is_trade_item(thirteen.zfill(14))
        inside = f"1{thirteen[:-1]}"
        assert not is_trade_item(inside + ean.calc_check_digit(inside))

    @pytest.mark.parametrize("digits", ["0212345", "2123456"])
    def test_of_eight_digits_of_a_shop_alone(self, digits: str) -> None:
        assert not is_trade_item(digits + ean.calc_check_digit(digits))

    def test_of_twelve_digits_that_begin_with_two_or_four(self) -> None:
        for start in "24":
            digits = start.ljust(11, "1")
            assert not is_trade_item(digits + ean.calc_check_digit("0" + digits))

    @given(st.text(max_size=15))
    def test_that_are_none(self, text: str) -> None:
        if not (text.isascii() and text.isdecimal()):
            assert not is_trade_item(text)

    def test_with_one_digit_wrong(self) -> None:
        for gtin in self.GOOD:
            for at, digit in enumerate(gtin):
                assert not is_trade_item(gtin[:at] + str((int(digit) + 1) % 10) + gtin[at + 1 :])


@pytest.mark.parametrize(
    ("goods", "part"),
    [
        (DigitalLink("4600000000016"), "01"), (DigitalLink("2000000000008"), "01"), (DigitalLink("4600000000015", batch="ПАРТИЯ"), "10"),
        (DigitalLink("4600000000015", batch="L" * 21), "10"), (DigitalLink("4600000000015", serial="a b"), "21"),
        (DigitalLink("4600000000015", variant=".."), "22"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(goods: DigitalLink, part: str) -> None:
    with pytest.raises(NoDigitalLink) as told:
        digital_link(goods)
    assert told.value.facts["part"] == part


@pytest.mark.parametrize(
    "link",
    [
        "", "мёд", "https://[", "https://lavka.example/", "ftp://id.gs1.org/01/04600000000015", "https://id.gs1.org/01/4600000000015", "https://id.gs1.org/01/04600000000016",
        "https://id.gs1.org/01/02000000000008", "https://id.gs1.org/01/04600000000015/10", "https://id.gs1.org/01/04600000000015/21/1/10/2",
        "https://id.gs1.org/01/04600000000015/99/1", "https://id.gs1.org/01/04600000000015/10/1/10/2", "https://id.gs1.org/01/04600000000015?17=271301",
        "https://id.gs1.org/01/04600000000015?17=27", "https://id.gs1.org/01/04600000000015/10/%D0%9F", "https://id.gs1.org/01",
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(NoDigitalLink):
        read_digital_link(link, today=TODAY)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for link in (text, f"https://id.gs1.org/01/{text}", f"https://id.gs1.org/01/04600000000015?17={text}"):
        with suppress(NoDigitalLink):
            read_digital_link(link, today=TODAY)


def test_a_code_to_print_as_picture_and_as_drawing() -> None:
    link = digital_link(DigitalLink("4600000000015", batch="L7", expires=date(2027, 1, 31)))
    drawing = etree.fromstring(qr_code(link))
    assert etree.QName(drawing).localname == "svg"
    with Image.open(io.BytesIO(qr_code(link, "png", scale=4))) as picture:
        assert picture.format == "PNG"
        assert picture.width == picture.height
        assert picture.width % 4 == 0
        assert picture.convert("L").getpixel((0, 0)) == 255
