"""What is found in listings: Chinese and Russian, today and after the rules have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.i18n import LOCALES
from service.listings import rules
from service.listings.channels import channel, channels
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from service.listings.measuring import WAYS
from service.listings.validating import Violation, validate
from tests.listings.boundaries import gtin, picture
from tests.listings.test_measuring import TEXTS

TODAY = date(2026, 11, 25)
HONEY = Listing(code="RU-HONEY-500", title="Мёд липовый, 500 г", languages=("ru",))


def ids(found: list[Violation], level: str | None = None) -> set[str]:
    return {one.rule for one in found if level in (None, one.level)}


class TestWeChatTitles:
    """The good and bad titles that WeChat's own page gives."""

    @staticmethod
    def judged(title: str) -> set[str]:
        listing = Listing(code="A", title=title, languages=("zh",))
        return {one for one in ids(validate(listing, channel("wechat_shop"), as_of=TODAY), "error") if "title" in one}

    @pytest.mark.parametrize("title", ["糖醋排骨【预订价10元】", "CheddarCheese切达干酪", "百岁山天然矿泉水1L*15瓶"])
    def test_good(self, title: str) -> None:
        assert self.judged(title) == set()

    @pytest.mark.parametrize(
        ("title", "why"),
        [
            ("正宗五指毛桃根√", "title-signs"),
            ("Classic Whole Wheat", "title-chinese"),
            ("便携式折叠扇第Ⅲ代", "title-signs"),
            ("iPhone 13", "title-chinese"),
            ("Mac999", "title-chinese"),
            ("[五元]扇子", "title-least"),
        ],
    )
    def test_bad(self, title: str, why: str) -> None:
        assert self.judged(title) == {why}


class TestDays:
    """A listing is judged by the rules of the day it is meant for."""

    @pytest.mark.parametrize(
        ("day", "limit"),
        [(date(2026, 6, 30), 15), (date(2026, 7, 1), 30), (date(2026, 9, 30), 30), (date(2026, 10, 1), 50)],
    )
    def test_pictures_at_ozon(self, day: date, limit: int) -> None:
        for count, fits in ((limit, True), (limit + 1, False)):
            listing = replace(HONEY, pictures=(picture(),) * count)
            assert ("pictures-count" not in ids(validate(listing, channel("ozon"), as_of=day))) is fits

    @pytest.mark.parametrize(
        ("key", "day", "twenty", "twenty_two"),
        [
            ("ozon", date(2025, 12, 31), None, "error"),
            ("ozon", date(2026, 1, 1), "error", None),
            ("yandex_market", date(2025, 12, 31), None, "error"),
            ("yandex_market", date(2026, 1, 1), "warn", None),  # taken, but as 22
            ("yandex_market", date(2026, 6, 30), "warn", None),
            ("yandex_market", date(2026, 7, 1), "error", None),
        ],
    )
    def test_vat(self, key: str, day: date, twenty: str | None, twenty_two: str | None) -> None:
        def level(rate: str) -> str | None:
            found = validate(replace(HONEY, vat=rate), channel(key), as_of=day)
            return next((one.level for one in found if one.field == "vat"), None)

        assert (level("20"), level("22")) == (twenty, twenty_two)

    def test_marked_goods_at_wildberries(self) -> None:
        def found(day: date, *goods: str, **extras: str) -> set[str]:
            listing = replace(HONEY, goods=frozenset(goods), extras=extras)
            return ids(validate(listing, channel("wildberries"), as_of=day)) & {"marked", "marked-true"}

        assert found(date(2025, 12, 31), "marked") == set()
        assert found(date(2026, 1, 1), "marked") == {"marked"}
        assert found(date(2026, 1, 1), "marked", marked="false") == {"marked-true"}
        assert found(date(2026, 1, 1), "marked", marked="true") == found(date(2026, 1, 1)) == set()


class TestCyrillicWhereChineseCountsTwo:
    """Whether a Cyrillic letter is one or two is not documented: the stricter way is counted, the band warned of."""

    @pytest.mark.parametrize(("letters", "level"), [(30, None), (31, "warn"), (60, "warn"), (61, "error")])
    def test_a_russian_title_at_douyin(self, letters: int, level: str | None) -> None:
        listing = Listing(code="A", title="ё" * letters, languages=("zh",))
        found = [one for one in validate(listing, channel("douyin"), as_of=TODAY) if one.rule == "title-length"]
        assert [one.level for one in found] == ([level] if level else [])

    def test_the_warning_tells_both_lengths(self) -> None:
        listing = Listing(code="A", title="ё" * 31, languages=("zh",))
        (one,) = (one for one in validate(listing, channel("douyin"), as_of=TODAY) if one.rule == "title-length")
        assert "31" in one.message.say("ru")
        assert "62" in one.message.say("ru")
        assert one.remedy.say("zh") == "稳妥起见请缩短2。"


class TestOldPrices:
    """Sums checked by hand."""

    @staticmethod
    def finds(key: str, price: int, old: int, currency: str = "RUB") -> bool:
        listing = replace(HONEY, price=Money(price, currency), old_price=Money(old, currency))
        return any(one.rule.startswith("old-price") for one in validate(listing, channel(key), as_of=TODAY))

    @pytest.mark.parametrize(
        ("price", "least"),
        [
            (399_99, 419_99),  # below 400 roubles: 20 roubles
            (400_00, 420_00),
            (400_01, 420_02),  # then 5 %, rounded up to the kopeck
            (10_000_00, 10_500_00),
            (10_000_01, 10_500_01),  # then 500 roubles
        ],
    )
    def test_ozon_wants_a_gap(self, price: int, least: int) -> None:
        assert not self.finds("ozon", price, least)
        assert self.finds("ozon", price, least - 1)

    def test_yandex_wants_a_discount_of_5_to_99_per_cent_and_whole_roubles(self) -> None:
        assert not self.finds("yandex_market", 950_00, 1000_00)
        assert self.finds("yandex_market", 951_00, 1000_00)
        assert not self.finds("yandex_market", 10_00, 1000_00)
        assert self.finds("yandex_market", 9_99, 1000_00)
        assert self.finds("yandex_market", 950_00, 1000_01)

    def test_douyin_wants_it_above_the_price_and_below_ten_times(self) -> None:
        assert [self.finds("douyin", 100, old, "CNY") for old in (100, 101, 999, 1000)] == [True, False, False, True]

    def test_prices_in_two_currencies_are_not_compared(self) -> None:
        listing = replace(HONEY, price=Money(100, "CNY"), old_price=Money(99, "RUB"))
        assert "old-price" not in ids(validate(listing, channel("douyin"), as_of=TODAY))


class TestVariants:
    """What a variant does not say, the listing says for it."""

    def test_each_variant_is_judged_by_its_own_value(self) -> None:
        listing = replace(
            HONEY, weight=500, dimensions=Dimensions(90, 90, 120), price=Money(129_00, "RUB"),
            variants=(
                Variant("RU-HONEY-1"), Variant("RU-HONEY-2", weight=0), Variant("RU-HONEY-3", price=Money(129_50, "RUB")),
                Variant("ё" * 73, dimensions=Dimensions(90, 0, 90)),
            ),
        )  # fmt: skip
        found = validate(listing, channel("wildberries"), as_of=TODAY)
        places = {one.field for one in found if one.field.startswith("variants.")}
        assert places == {"variants.2.price", "variants.3.code", "variants.3.width"}
        found = validate(listing, channel("ozon"), as_of=TODAY)
        assert {one.field for one in found if one.rule == "weight-limits"} == {"variants.1.weight"}

    def test_signs_that_divide_values_at_douyin_may_not_stand_in_them(self) -> None:
        listing = replace(HONEY, variants=(Variant("A", {"вкус": "липа|гречиха"}), Variant("B", {"вкус": "липа"})))
        (one,) = (one for one in validate(listing, channel("douyin"), as_of=TODAY) if one.rule == "option-values-signs")
        assert (one.field, one.actual) == ("variants.0.option_values", "|")

    def test_missing_combinations_are_counted(self) -> None:
        options = [("липа", "500"), ("липа", "900"), ("клевер", "500")]
        listing = replace(HONEY, variants=tuple(Variant("A", {"вкус": a, "вес": b}) for a, b in options))
        (one,) = (one for one in validate(listing, channel("douyin"), as_of=TODAY) if one.rule == "variants-complete")
        assert (one.actual, one.limit) == ("3", "4")


class TestWords:
    """Forbidden words are found whole, in every form the file names, and only there."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Скидка на мёд", "Скидка"),
            ("мёд со скидками", "скидками"),
            ("ДЕШЁВЫЙ мёд", "ДЕШЁВЫЙ"),
            ("new", "new"),
            ("хит, новинка; акция", "хит новинка акция"),
            ("по специальной цене", "специальной цене"),
            ("Китай, архитектура, newton, подарочная коробка, акционер", ""),
        ],
    )
    def test_at_yandex(self, text: str, found: str) -> None:
        listing = replace(HONEY, description=text)
        told = [
            one.actual
            for one in validate(listing, channel("yandex_market"), as_of=TODAY)
            if one.rule == "description-words"
        ]
        assert told == ([found] if found else [])

    def test_a_brand_in_capitals_may_stay(self) -> None:
        listing = replace(HONEY, title="Шоколад ALPEN GOLD молочный", brand="Alpen Gold")
        assert "title-capitals" not in ids(validate(listing, channel("yandex_market"), as_of=TODAY))
        assert "title-capitals" in ids(validate(replace(listing, brand=""), channel("yandex_market"), as_of=TODAY))


class TestBarcodes:
    """A number with a wrong check digit, or made for use inside a shop, is no trade item number."""

    @pytest.mark.parametrize(
        ("code", "finds"),
        [
            ("4600000000008", False), ("4600000000009", True), ("2000000000008", True), (gtin("02"), True), (gtin("04"), True),
            (gtin("4", 12), True), (gtin("36", 12), False), (gtin("146", 14), False), (gtin("120", 14), True), ("46000000", True),
        ],
    )  # fmt: skip
    def test_for_search_engines(self, code: str, finds: bool) -> None:
        found = validate(replace(HONEY, barcodes=(code,)), channel("generic"), as_of=TODAY)
        assert ("barcode-form" in ids(found)) is finds


class TestPicturesByAddress:
    """Where a channel fetches pictures, they must lie where it can: told once for all that lie nowhere."""

    @staticmethod
    def found(key: str, *urls: str) -> list[Violation]:
        listing = replace(HONEY, pictures=tuple(picture(url=one) for one in urls))
        return [one for one in validate(listing, channel(key), as_of=TODAY) if one.rule == "picture-address"]

    @pytest.mark.parametrize("key", ["ozon", "wildberries", "yandex_market", "yml_feed"])
    def test_pictures_that_lie_nowhere_are_told_with_what_to_do(self, key: str) -> None:
        (one,) = self.found(key, "", "https://pictures.example.org/1.jpg", "")
        assert (one.level, one.field, one.actual, one.limit) == ("error", "pictures", "2", "3")
        for locale in LOCALES:
            assert "amurlive listing shop change KEY --pictures-at" in one.remedy.say(locale)
        assert self.found(key, "https://pictures.example.org/1.jpg", "http://pictures.example.org/2.jpg") == []

    def test_wechat_takes_only_what_its_own_upload_has_given_an_address(self) -> None:
        assert self.found("wechat_shop", "https://mmecimage.cn/p/1", "http://mmecimage.cn/p/2") == []
        (one,) = self.found("wechat_shop", "https://mmecimage.cn/p/1", "https://mmecimage.cn.example.org/p/2")
        assert (one.level, one.field) == ("error", "pictures.1")
        assert one.remedy.say("zh") == "请先把图片上传到该平台，再录入其返回的地址。"

    def test_nobody_asks_vk_for_addresses(self) -> None:
        assert self.found("vk_market", "") == []


@pytest.mark.parametrize(("values", "finds"), [(300, False), (301, True)])
def test_yandex_counts_values_not_attributes(values: int, finds: bool) -> None:
    known: list[tuple[str | None, str]] = [(str(at), "да") for at in range(1, values)]
    answers = (Answer("1", "Вкус", "choice", tuple(known)), Answer("2", "Вес", "number", ((None, "500"),)))
    found = validate(replace(HONEY, answers=answers), channel("yandex_market"), as_of=TODAY)
    assert ("answers-count" in ids(found)) is finds


def test_tall_pictures_do_not_count_among_the_fifty_at_douyin() -> None:
    listing = replace(HONEY, pictures=(picture(),) * 5, detail_pictures=(picture(),) * 45)
    tall = replace(listing, tall_pictures=(picture(),) * 5)
    more = replace(listing, detail_pictures=(picture(),) * 46)
    verdicts = ["pictures-in-all" in ids(validate(one, channel("douyin"), as_of=TODAY)) for one in (listing, tall, more)]  # fmt: skip
    assert verdicts == [False, False, True]


def test_digits_of_other_scripts_are_no_code() -> None:
    for code, finds in (("0409000000", False), ("٠٤٠٩٠٠٠٠٠٠", True), ("０４０９００００００", True)):
        found = validate(replace(HONEY, extras={"tnved": code}), channel("yandex_market"), as_of=TODAY)
        assert ("tnved-form" in ids(found)) is finds


def test_food_needs_one_picture_more_at_wechat() -> None:
    listing = replace(HONEY, pictures=(picture(),) * 3)
    shop = channel("wechat_shop")
    assert not {"pictures-count", "pictures-food"} & ids(validate(listing, shop, as_of=TODAY))
    assert "pictures-food" in ids(validate(replace(listing, goods=frozenset({"food"})), shop, as_of=TODAY))


def test_everything_wrong_is_told_at_once_in_the_readers_language() -> None:
    listing = Listing(
        code="", title="ХИТ! Мёд " * 60, languages=("zh",), description="<b>Скидка</b> на www.med.ru, +7 924 123-45-67", vat="33",
        pictures=(Picture("heic", 10, 10, 10**9),), price=Money(0, "CNY"), barcodes=("1", "я"), dimensions=Dimensions(0, 1, 1),
    )  # fmt: skip
    found = validate(listing, channel("yandex_market"), as_of=TODAY)
    assert ids(found, "error") == {
        "code-required", "title-length", "title-words", "brand-required", "category-required", "description-tags",
        "description-contacts", "description-words", "barcode-form", "length-above-zero", "price-above-zero", "currency", "vat", "language",
        "picture-address",
    }  # fmt: skip
    assert {"picture-sides", "picture-advice", "title-advice"} <= ids(found, "warn")
    (one,) = (one for one in found if one.rule == "title-length")
    assert one.message.say("ru") == "Название: длина 540, можно не больше 256 (каждый знак — один)."
    assert one.remedy.say("ru") == "Сократите на 284."
    assert one.message.say("zh") == "标题：长度540，最多256（每个字符算1）。"
    assert one.message.say("en") == "Title: length 540, at most 256 (each sign counts one)."


@given(st.builds(mul, TEXTS, st.integers(1, 8)), TEXTS, st.sampled_from(sorted(channels())), st.integers(1, 60))
def test_no_text_breaks_the_check_and_each_length_is_judged_as_it_is_counted(
    title: str, more: str, key: str, times: int
) -> None:
    """Scripts, emoji, markup, signs without a width: whatever stands in a listing, the limits of its channel hold."""
    listing = Listing(
        code=title[:20], title=title, short_title=more, description=more * times, languages=("zh", "ru"), bullets=(more,), tags=(title,),
        attributes={title: more}, variants=(Variant("A", {title: more}),), extras={"tnved": more, "marked": title, "hs6": title},
        goods=frozenset({"food", "marked"}),
    )  # fmt: skip
    found = validate(listing, channel(key), as_of=TODAY)
    for rule in channel(key).find(rules.Length, TODAY):
        texts = {"title": title, "short_title": more, "description": more * times}
        if text := texts.get(rule.field):
            least, most = WAYS[rule.count](text)
            over = most > (rule.max if rule.max is not None else most)
            under = least < (rule.min or 0)
            assert any(one.rule == rule.id for one in found) is (over or under)
    for one in found:
        for locale in LOCALES:
            assert one.message.say(locale)
            assert one.remedy.say(locale)


def test_half_a_surrogate_pair_does_not_break_the_check() -> None:
    listing = replace(HONEY, title="Мёд \ud83d скидка", description="<b>\udc00 скидка", tags=("\ud83d",))
    for one in channels().values():
        validate(listing, one, as_of=TODAY)
    assert "description-words" in ids(validate(listing, channel("yandex_market"), as_of=TODAY))
