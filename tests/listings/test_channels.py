"""Channel files: strict, dated, sourced; every fault told with its place; a new limit is a new line of data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from service.errors import FilesRejected, NotFound
from service.listings import rules
from service.listings.channels import channel, channels, fields_to_tell, read_channels, stale_rules
from service.listings.listing import Listing
from service.listings.validating import validate
from service.resources import root

TODAY = date(2026, 11, 25)
SHIPPED = root("catalogs") / "channels"
SMALL = """key = "bazaar"
name = { zh = "集市", ru = "Базар" }
direction = "to_ru"
market = "RU"
languages = ["ru"]
verification = "third_party"
revision = 2026-11-25

[sources]
B = "the bazaar's own page"

[[fields]]
name = "title"
path = "name"
type = "text"

[[rules]]
id = "title-length"
field = "title"
kind = "length"
count = "code_points"
max = 10
source = "B"
checked = 2026-11-25
status = "official"
"""


def read(folder: Path, text: str) -> dict[str, object]:
    (folder / "bazaar.toml").write_text(text, encoding="utf-8")
    return dict(read_channels(folder))


def test_the_small_file_is_whole(tmp_path: Path) -> None:
    assert list(read(tmp_path, SMALL)) == ["bazaar"]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ('key = "bazaar"', 'key = "basar"', 1, "key", "file's name: bazaar"),
        ("max = 10", "maxi = 10", 22, "rules.0.maxi", "Did you mean “max”?"),
        ('market = "RU"', 'markets = "RU"', 4, "markets", "Did you mean “market”?"),
        ('path = "name"', 'pfad = "name"', 14, "fields.0.pfad", "Known keys: name, path, type, says, choices"),
        ("max = 10", 'max = "10"', 22, "rules.0.max", "whole number"),
        ("max = 10", "max = 10\nmin = 11", 23, "rules.0.min", "above max"),
        ("max = 10", "max = 10\nmin = -1", 23, "rules.0.min", "too small"),
        ('"code_points"', '"letters"', 21, "rules.0.count", "allowed"),
        ('kind = "length"', 'kind = "size"', 17, "rules.0", "kind of rule"),
        ('kind = "length"\n', "", 17, "rules.0", "missing"),
        ('field = "title"', 'field = "titel"', 19, "rules.0.field", "not known"),
        ('name = "title"', 'name = "headline"', 13, "fields.0.name", "not known"),
        ('source = "B"\nchecked', 'source = "C"\nchecked', 23, "rules.0.source", "not known"),
        ('source = "B"\nchecked', "checked", 17, "rules.0.source", "missing"),
        ("checked = 2026-11-25", 'checked = "2026-11-25"', 24, "rules.0.checked", "day is expected"),
        ("checked = 2026-11-25\n", "", 17, "rules.0.checked", "missing"),
        ('status = "official"', "verified = true", 25, "rules.0.verified", "not known here"),
        ('status = "official"', 'status = "official"\nvalid_from = 2026-02-01\nvalid_to = 2026-01-31', 27, "rules.0.valid_to", "ends before"),
        ('kind = "length"\ncount = "code_points"\nmax = 10', 'kind = "count"\nmax = 10', 19, "rules.0.field", "says nothing"),
        ('kind = "length"\ncount = "code_points"\nmax = 10', 'kind = "pattern"\npattern = "("\nexpected = {zh = "x", ru = "y"}', 21, "rules.0.pattern", "regular expression"),
        ('languages = ["ru"]', 'languages = "ru"', 5, "languages", "list"),
        ("revision = 2026-11-25", "revision = 2026-13-25", 7, "", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, line: int, key: str, words: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(FilesRejected) as told:
        read(tmp_path, SMALL.replace(old, new))
    problem = next(one for one in told.value.problems if one.key == key)
    assert problem.file.endswith("bazaar.toml")
    assert problem.line == line
    assert words in problem.say("en")
    assert problem.say("ru") != problem.say("en") != problem.say("zh")


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("key = ", encoding="utf-8")
    with pytest.raises(FilesRejected) as told:
        read(tmp_path, SMALL.replace("max = 10", "most = 10").replace('status = "official"', 'status = "heard"'))
    assert [(Path(one.file).stem, one.key) for one in told.value.problems] == [
        ("bazaar", "rules.0.most"), ("bazaar", "rules.0.status"), ("other", ""),
    ]  # fmt: skip


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "bazaar.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FilesRejected) as told:
        read_channels(tmp_path)
    assert "cannot be read" in told.value.problems[0].say("en")


def test_two_rules_of_one_id_may_not_hold_on_one_day(tmp_path: Path) -> None:
    rule = SMALL[SMALL.index("[[rules]]") :]
    later = SMALL + "valid_to = 2026-11-30\n\n" + rule + "valid_from = 2026-12-01\n"
    assert read(tmp_path, later)
    with pytest.raises(FilesRejected) as told:
        read(tmp_path, later.replace("2026-11-30", "2026-12-01"))
    assert told.value.problems[0].key == "rules.1.id"


class TestANewLimitIsData:
    """Nobody touches code when a channel changes its mind."""

    def test_a_changed_file_gives_another_verdict(self, tmp_path: Path) -> None:
        text = (SHIPPED / "wildberries.toml").read_text(encoding="utf-8")
        assert text.count("max = 60\n") == 1
        (tmp_path / "wildberries.toml").write_text(text.replace("max = 60\n", "max = 61\n"), encoding="utf-8")
        listing = Listing(code="A", title="ё" * 61, languages=("ru",))
        verdicts = [
            [one.limit for one in validate(listing, which, as_of=TODAY) if one.rule == "title-length"]
            for which in (channel("wildberries"), read_channels(tmp_path)["wildberries"])
        ]
        assert verdicts == [["60"], []]

    def test_a_rule_added_for_next_year_is_silent_until_then(self, tmp_path: Path) -> None:
        rule = SMALL[SMALL.index("[[rules]]") :].replace("max = 10", "max = 5")
        (tmp_path / "bazaar.toml").write_text(
            f"{SMALL}valid_to = 2026-12-31\n\n{rule}valid_from = 2027-01-01\n", encoding="utf-8"
        )
        bazaar = read_channels(tmp_path)["bazaar"]
        listing = Listing(code="A", title="ё" * 6, languages=("ru",))
        assert validate(listing, bazaar, as_of=date(2026, 12, 31)) == []
        assert [one.limit for one in validate(listing, bazaar, as_of=date(2027, 1, 1))] == ["5"]

    def test_a_rule_nobody_could_verify_only_warns(self, tmp_path: Path) -> None:
        listing = Listing(code="A", title="ё" * 11, languages=("ru",))
        for status in ("official_old", "sdk", "measured", "third_party", "memory"):
            (tmp_path / "bazaar.toml").write_text(
                SMALL.replace('status = "official"', f'status = "{status}"'), encoding="utf-8"
            )
            (one,) = validate(listing, read_channels(tmp_path)["bazaar"], as_of=TODAY)
            assert (one.level, one.verified) == ("warn", False)


class TestOwnFields:
    """What only the channel knows and only the seller can tell, in words a seller understands."""

    def test_every_field_says_what_to_tell_in_both_languages(self) -> None:
        for one in channels().values():
            own = [entry for entry in one.content.fields if entry.name.startswith("extra.")]
            said = [entry.name for entry in own if entry.says]
            assert sorted(said) == sorted({entry.name for entry in own}), one.key
            for entry in own:
                if entry.says:
                    assert re.search(r"[一-鿿]", entry.says.zh), (one.key, entry.name)
                    assert re.match(r"[А-ЯЁH]", entry.says.ru), (one.key, entry.name)
                    assert entry.says.zh.count("（") == entry.says.zh.count("）")
                    assert entry.says.ru.count("(") == entry.says.ru.count(")")

    def test_words_that_may_be_chosen_are_explained(self) -> None:
        for one in channels().values():
            for entry in one.own.values():
                for word in entry.choices:
                    assert entry.says
                    assert word in entry.says.zh, (one.key, entry.name, word)
                    assert word in entry.says.ru, (one.key, entry.name, word)

    def test_a_finding_names_the_field_in_the_readers_language(self) -> None:
        listing = Listing(code="A", title="俄罗斯椴树蜂蜜", languages=("zh",), extras={"category": "蜂蜜"})
        found = {one.rule: one for one in validate(listing, channel("douyin"), as_of=TODAY)}
        told = found["freight-required"].message
        assert told.say("zh") == "运费模板编号（freight）：未填写。"
        assert told.say("ru") == "Номер шаблона доставки (freight): не заполнено."
        assert told.say("en") == "Channel's own field (freight): not filled in."
        assert found["category-form"].message.say("ru").startswith("Номер конечной категории (category): «蜂蜜»")

    def test_no_finding_about_such_a_field_lacks_its_words(self) -> None:
        for one in channels().values():
            for violation in validate(Listing(code="A", title="", languages=()), one, as_of=TODAY):
                if violation.field.startswith("extra."):
                    says = one.own[violation.field].says
                    assert says
                    assert says.ru.split(" (")[0] in violation.message.say("ru")
                    assert says.zh.split("（")[0] in violation.message.say("zh")

    def test_a_seller_is_told_what_to_fill_in(self) -> None:
        told = {one.name: one for one in fields_to_tell(channel("douyin"), TODAY)}
        assert [name for name, one in told.items() if one.required] == ["category", "freight", "mobile"]
        assert told["freight"].says.zh == "运费模板编号（商家后台“物流工具”）"
        assert channel("douyin").own["extra.commit"].choices == ["yes", "no"]

    def test_what_is_demanded_later_is_not_demanded_today(self) -> None:
        def marked(day: date) -> bool:
            return next(one.required for one in fields_to_tell(channel("wildberries"), day) if one.name == "marked")

        assert (marked(date(2025, 12, 31)), marked(date(2026, 1, 1))) == (False, True)


def test_rules_nobody_has_looked_at_for_long_are_listed() -> None:
    found = stale_rules(TODAY, 90)
    assert [one.days for one in found] == sorted((one.days for one in found), reverse=True)
    assert all((TODAY - one.rule.checked).days == one.days > 90 for one in found)
    assert ("ozon", "type-required") in {(one.channel, one.rule.id) for one in found}
    assert ("ozon", "pictures-count", 15) not in {
        (one.channel, one.rule.id, getattr(one.rule, "max", 0)) for one in found
    }
    assert stale_rules(TODAY, 5000) == []


class TestShipped:
    """What stands in catalogs/channels."""

    def test_these_channels_are_there(self) -> None:
        assert set(channels()) == {
            "alibaba_1688", "aliexpress_ru", "avito", "douyin", "generic", "kuaishou", "megamarket", "ozon", "pinduoduo", "taobao",
            "vk_market", "wechat_shop", "wildberries", "yandex_market", "yml_feed", "yml_search",
        }  # fmt: skip
        with pytest.raises(NotFound):
            channel("ozone")

    def test_money_is_written_as_each_channel_wants_it(self) -> None:
        def form(key: str) -> tuple[str, list[str]]:
            (price,) = channel(key).find(rules.PriceForm, TODAY)
            currencies = channel(key).find(rules.Currency, TODAY)
            return price.form, [code for one in currencies for code in one.codes.values()]

        assert form("yandex_market") == ("number", ["RUR"])
        assert form("ozon") == ("string_dot", ["RUB", "BYN", "KZT", "EUR", "USD", "CNY"])
        assert form("wildberries") == ("integer_major", ["RUB"])
        assert form("douyin") == form("wechat_shop") == form("pinduoduo") == ("integer_minor", ["CNY"])

    def test_sizes_are_sent_as_each_channel_wants_them(self) -> None:
        def units(key: str) -> dict[str, tuple[str, str]]:
            return {one.field: (one.unit, one.form) for one in channel(key).find(rules.UnitForm, TODAY)}

        assert (units("ozon")["length"], units("ozon")["weight"]) == (("mm", "integer"), ("g", "integer"))
        assert (units("wildberries")["length"], units("wildberries")["weight"]) == (
            ("cm", "integer"),
            ("kg", "decimal"),
        )
        assert units("yandex_market")["length"] == ("cm", "decimal")

    def test_one_bad_offer_spoils_a_whole_batch_of_yandex_only(self) -> None:
        def batch(key: str, call: str) -> tuple[int | None, str | None]:
            (one,) = [one for one in channel(key).find(rules.Batch, TODAY) if one.call.endswith(call)]
            return one.items, one.atomic

        assert batch("yandex_market", "offer-mappings/update") == (100, "all")
        assert batch("ozon", "/v3/product/import") == (100, "item_later")
        assert batch("wildberries", "cards/upload") == (100, "item_later")

    def test_a_rule_read_after_the_files_own_date_would_be_a_slip(self) -> None:
        for one in channels().values():
            assert all(rule.checked <= TODAY for rule in one.content.rules)
