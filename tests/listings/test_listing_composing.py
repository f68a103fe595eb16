"""Cards become listings: in the channel's language, from reviewed texts only, within its limits, always the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.authored import read
from service.catalog.editing import edit_card
from service.catalog.models import Product, ProductText
from service.compliance.samples import declare_samples
from service.database import Database
from service.errors import FilesRejected
from service.i18n import Message
from service.listings import rules
from service.listings.channels import Channel, channel, channels
from service.listings.checking import Verdict, check_product, matrix
from service.listings.composing import Composed, Goods, Pack, compose, trimmed
from service.listings.gathering import MARKETS, NotForMarket, cards, find_card, gather
from service.listings.listing import Dimensions, Money, reader
from service.listings.measuring import HAN, WAYS, Way
from service.listings.patterns import FACTS, FILTERS, Language, PatternFile, pattern_for, read_patterns
from service.listings.reasons import Reason
from service.listings.shops import add_shop
from service.people.operating import acting
from tests.conftest import Server

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def catalogue(sqlite_server: Server) -> Iterator[Database]:
    database = Database(sqlite_server.create("stocked"))
    yield acting(database)
    database.close()


@pytest.fixture(scope="module")
def all_goods(catalogue: Database) -> dict[tuple[str, str], Goods]:
    """Every card of the shipped catalogue in every market it may be sold in, by market and key."""
    with catalogue.reading() as session:
        products = cards(session)
        return {
            (market, key): one
            for market in MARKETS
            for key, one in gather(session, [p for p in products if market in p.markets], market).items()
        }


def listed(goods: Goods, key: str) -> tuple[Composed, ...]:
    return compose(goods, channel(key), pattern_for(key, goods.language), as_of=TODAY)


def title(goods: Goods, key: str) -> str:
    return listed(goods, key)[0].listing.title


HONEY = Goods(
    key="linden-honey", family="honey", language="ru",
    facts={"name": "Мёд липовый башкирский", "short_name": "Мёд липовый", "description": "Густой светлый мёд.", "country": "Россия"},
    packs=(
        Pack("RU-HONEY-500", "500 г", Money(59000, "RUB"), weight=780),
        Pack("RU-HONEY-1000", "1 кг", Money(99000, "RUB"), weight=1350),
    ),
)  # fmt: skip


class TestTheWholeCatalogue:
    @pytest.mark.parametrize("key", channels())
    def test_composes_the_same_again_and_within_every_limit(
        self, all_goods: dict[tuple[str, str], Goods], key: str
    ) -> None:
        one = channel(key)
        sold = [goods for (market, _), goods in all_goods.items() if one.content.market in ("any", market)]
        assert len(sold) >= 60
        for goods in sold:
            made = listed(goods, key)
            assert made == listed(goods, key)
            assert [pack.code for pack in goods.packs] == _codes(made)
            for composed in made:
                assert composed.listing.title
                assert _too_long(composed, one) == []
                said = {*composed.listing.bullets, *composed.listing.tags}
                assert said.isdisjoint(item.words for item in composed.dropped if item.slot in ("bullets", "tags"))

    def test_speaks_one_language(self, all_goods: dict[tuple[str, str], Goods]) -> None:
        foreign = {"zh": re.compile("[А-Яа-яЁё]"), "ru": re.compile(f"[{HAN}]")}
        for goods in all_goods.values():
            for composed in listed(goods, "generic"):
                words = [composed.listing.title, composed.listing.description, *composed.listing.bullets]
                assert [text for text in words if foreign[goods.language].search(text)] == []


def _codes(made: tuple[Composed, ...]) -> list[str]:
    return [code for one in made for code in ([v.code for v in one.listing.variants] or [one.listing.code])]


def _too_long(composed: Composed, one: Channel) -> list[tuple[str, str]]:
    limits = [rule for rule in one.find(rules.Length, TODAY) if rule.max is not None and rule.level == "error"]
    return [
        (rule.id, value)
        for rule in limits
        for _, value in reader(rule.field)(composed.listing)
        if value and WAYS[rule.count](value).most > (rule.max or 0)
    ]


class TestTitles:
    """Read by eye: would a buyer there search and write so? Russian: the noun, its kind, the pack, the place. Chinese: 品名、产地、规格、关键词."""

    RUSSIAN = (
        ("alyonka-chocolate", "ozon", "Шоколад молочный Алёнка, какао 30%, 90 г, Москва"),
        ("condensed-milk", "ozon", "Молоко сгущённое с сахаром, жирность 8,5%, 380 г, Вологда"),
        ("linden-honey", "ozon", "Мёд липовый башкирский, 500 г"),
        ("kuban-black-tea", "wildberries", "Чай чёрный листовой с Кубани, 100 г"),
        ("semyonov-matryoshka", "vk_market", "Матрёшка с росписью из Семёнова, 5 кукол"),
        ("buckwheat", "yandex_market", "Крупа гречневая ядрица, 800 г, Алтайский край, Россия"),
        ("xunke-wood-ear", "ozon", "Муэр сушёный, древесный гриб, 150 г, Китай"),
        ("sunwu-seabuckthorn-juice", "ozon", "Сок облепиховый с мякотью, доля сока 60%, 0,3 л, Китай"),
        ("aihui-frozen-blueberries", "vk_market", "Голубика лесная быстрозамороженная, 500 г, Китай"),
        ("stewed-beef", "ozon", "Говядина тушёная кусковая, доля мяса 60%, 338 г, Алтайский край, тушёнка говяжья"),
        ("rye-bread", "wildberries", "Хлеб ржаной заварной, 900 г, Хабаровск"),
    )
    CHINESE = (
        ("alyonka-chocolate", "douyin", "阿廖卡牛奶巧克力 俄罗斯莫斯科 90克单板/5板装450克 休闲零食"),
        ("condensed-milk", "wechat_shop", "沃洛格达加糖炼乳 俄罗斯 380克罐装/6罐装2280克"),
        ("linden-honey", "douyin", "巴什基尔椴树蜜 俄罗斯 500克玻璃罐/1千克玻璃罐"),
        ("kuban-black-tea", "pinduoduo", "库班条形红茶（散茶） 俄罗斯 100克盒装 俄罗斯红茶 茶叶"),
        ("semyonov-matryoshka", "douyin", "谢苗诺夫手绘套娃 俄罗斯 五件套/七件套"),
        ("buckwheat", "kuaishou", "阿尔泰炒荞麦米 俄罗斯 800克袋装 粮油杂粮"),
        ("xunke-wood-ear", "douyin", "逊克黑木耳（干） 黑河 150克袋装/500克礼盒 山货干货"),
        ("sunwu-seabuckthorn-juice", "wechat_shop", "孙吴沙棘果汁 黑河 300毫升瓶装/1升瓶装"),
        ("aihui-soybeans", "douyin", "爱辉黑土大豆 黑河 1千克袋装/5千克袋装 黑河大豆"),
        ("rye-bread", "taobao", "俄式黑麦大列巴 俄罗斯哈巴罗夫斯克 900克整个 糕点零食"),
    )

    @pytest.mark.parametrize(("key", "where", "wanted"), RUSSIAN)
    def test_russian(self, all_goods: dict[tuple[str, str], Goods], key: str, where: str, wanted: str) -> None:
        assert title(all_goods["RU", key], where) == wanted

    @pytest.mark.parametrize(("key", "where", "wanted"), CHINESE)
    def test_chinese(self, all_goods: dict[tuple[str, str], Goods], key: str, where: str, wanted: str) -> None:
        assert title(all_goods["CN", key], where) == wanted

    def test_what_did_not_fit_is_told(self, all_goods: dict[tuple[str, str], Goods]) -> None:
        (one,) = listed(all_goods["CN", "plombir-ice-cream"], "douyin")
        assert one.listing.title == "俄式普隆比尔冰淇淋（华夫杯） 80克单支/6支装480克"
        assert [item.words for item in one.dropped if item.slot == "title"] == ["冷饮雪糕", "俄罗斯阿穆尔州"]


class TestSkus:
    def test_are_variants_where_the_channel_has_them(self) -> None:
        (one,) = listed(HONEY, "wildberries")
        assert one.listing.code == "linden-honey"
        assert [(v.code, dict(v.options), v.weight) for v in one.listing.variants] == [
            ("RU-HONEY-500", {"Фасовка": "500 г"}, 780),
            ("RU-HONEY-1000", {"Фасовка": "1 кг"}, 1350),
        ]
        assert one.listing.title == "Мёд липовый башкирский"

    def test_are_listings_of_their_own_elsewhere(self) -> None:
        made = [one.listing for one in listed(HONEY, "ozon")]
        assert [(one.code, one.title, one.price) for one in made] == [
            ("RU-HONEY-500", "Мёд липовый башкирский, 500 г", Money(59000, "RUB")),
            ("RU-HONEY-1000", "Мёд липовый башкирский, 1 кг", Money(99000, "RUB")),
        ]

    @pytest.mark.parametrize("key", ["wildberries", "ozon"])
    def test_are_as_large_as_their_packs_and_name_their_card(self, key: str) -> None:
        small = replace(HONEY.packs[0], dimensions=Dimensions(85, 85, 100))
        made = [one.listing for one in listed(replace(HONEY, packs=(small, HONEY.packs[1])), key)]
        sides = [one.dimensions for listing in made for one in (listing.variants or (listing,))]
        assert sides == [Dimensions(85, 85, 100), None]
        assert {one.product for one in made} == {"linden-honey"}

    def test_without_labels_cannot_be_told_apart(self) -> None:
        bare = replace(HONEY, packs=tuple(replace(pack, label=None) for pack in HONEY.packs))
        (one,) = listed(bare, "wildberries")
        assert [dict(item.facts) for item in one.left_out if item.slot == "variants" and item.must] == [
            {"sku.RU-HONEY-500.label": "missing"},
            {"sku.RU-HONEY-1000.label": "missing"},
        ]


class TestWhatIsMissing:
    def test_a_title_without_its_noun_is_left_out_and_named(self) -> None:
        facts = {name: text for name, text in HONEY.facts.items() if name != "name"}
        one = listed(replace(HONEY, facts=facts, unready={"name": "draft"}), "ozon")[0]
        assert one.listing.title == ""
        assert [dict(item.facts) for item in one.left_out if item.slot == "title" and item.must] == [{"name": "draft"}]

    @pytest.mark.parametrize(("state", "change"), [("draft", {"reviewer": None}), ("stale", {"stale": True})])
    def test_texts_nobody_answers_for_do_not_count(
        self, stocked: Database, state: str, change: dict[str, object]
    ) -> None:
        with stocked.writing() as session:
            product, _ = find_card(session, "RU-HONEY-500")
            name = select(ProductText).where(
                ProductText.product_id == product.id, ProductText.locale == "ru", ProductText.field == "name"
            )
            for field, value in change.items():
                setattr(session.scalars(name).one(), field, value)
        with stocked.reading() as session:
            product, _ = find_card(session, "RU-HONEY-500")
            verdict = check_product(session, product, channel("ozon"), as_of=TODAY)
            chinese = check_product(session, product, channel("douyin"), as_of=TODAY)
        assert verdict.composed[0].listing.title == ""
        assert ("missing", "name", "title", True) in {(r.kind, r.code, r.place, r.blocks) for r in verdict.reasons}
        assert verdict.composed[0].left_out[0].facts == {"name": state}
        assert chinese.composed[0].listing.title.startswith("巴什基尔椴树蜜")


TEXTS = st.text(alphabet=st.sampled_from("мёдлипа 蜂蜜椴树糖（）()«».,!—-5 0gк\n🍯é"), max_size=60)


class TestTrimming:
    @given(TEXTS, st.sampled_from(list(WAYS)), st.integers(0, 70), st.sampled_from(["zh", "ru"]), st.booleans())
    def test_is_a_beginning_that_fits(
        self, text: str, way: Way, limit: int, language: Language, sentences: bool
    ) -> None:
        short = trimmed(text, way, limit, language, sentences=sentences)
        assert text.startswith(short)
        assert WAYS[way](short).most <= limit or not short
        assert short == text or WAYS[way](text).most > limit
        assert trimmed(short, way, limit, language, sentences=sentences) == short

    @given(TEXTS, st.integers(0, 70))
    def test_never_cuts_a_russian_word(self, text: str, limit: int) -> None:
        short = trimmed(text, "code_points", limit, "ru")
        assert not (short and text[len(short) :][:1].isalnum())

    @pytest.mark.parametrize(
        ("text", "limit", "language", "wanted"),
        [
            ("Мёд липовый башкирский", 14, "ru", "Мёд липовый"),
            ("Сок берёзовый, 1 л", 16, "ru", "Сок берёзовый"),
            ("Печенье с маком", 9, "ru", "Печенье"),
            ("Икра (горбуша) зернистая (банка)", 29, "ru", "Икра (горбуша) зернистая"),
            ("西伯利亚红松子仁 250克真空袋", 12, "zh", "西伯利亚红松子仁"),
            ("库班条形红茶（散茶）", 8, "zh", "库班条形红茶"),
            ("Сверхдлинноеслово", 5, "ru", ""),
        ],
    )
    def test_examples(self, text: str, limit: int, language: Language, wanted: str) -> None:
        assert trimmed(text, "code_points", limit, language, never_last=frozenset({"с"})) == wanted

    def test_long_texts_end_with_a_sentence(self) -> None:
        text = "Густой светлый мёд. Пахнет липой и летом. Хранить в тени."
        assert trimmed(text, "code_points", 45, "ru", sentences=True) == "Густой светлый мёд. Пахнет липой и летом."


class TestPatternFiles:
    HEAD = "for: ru\nlanguage: ru\nsources: {OWN: ours}\nslots:\n  title:\n    source: OWN\n    verified: false\n    parts:\n"

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            ('      - {say: "{{ price }}"}', "“price” is not known"),
            ('      - {say: "{{ attr.wings }}"}', "“attr.wings” is not known"),
            ('      - {say: "{{ attr.cocoa }}", families: [honey]}', "“attr.cocoa” is not known"),
            ('      - {say: "{% for a in name %}x{% endfor %}"}', "“For” is not allowed"),
            ('      - {say: "{{ name * 3 }}"}', "“Mul” is not allowed"),
            ('      - {say: "{{ name.upper() }}"}', "“Call” is not allowed"),
            ('      - {say: "{{ name | shout }}"}', "“shout” is not known"),
            ('      - {say: "{{ name"}', "broken"),
            ('      - {say: "{{ name }}", families: [cars]}', "“cars” is not known"),
            ('      - {say: "{{ name }}", rang: 1}', "“rang” is not known"),
        ],
    )
    def test_a_fault_is_told_with_file_line_and_key(self, tmp_path: Path, part: str, said: str) -> None:
        (tmp_path / "ru.yaml").write_text(self.HEAD + part + "\n", encoding="utf-8")
        with pytest.raises(FilesRejected) as refused:
            read_patterns(tmp_path)
        (problem,) = refused.value.problems
        assert problem.file.endswith("ru.yaml")
        assert problem.line == 9
        assert problem.key.startswith("slots.title.parts.0")
        assert said in problem.say("en")

    def test_every_fact_and_filter_is_documented(self) -> None:
        page = (Path(__file__).parents[2] / "docs" / "listings.md").read_text(encoding="utf-8")
        known = {re.sub(r"\d$", "1", name) for name in FACTS} | set(FILTERS)
        assert [name for name in sorted(known) if f"`{name}`" not in page] == []

    def test_the_documented_example_is_accepted(self, tmp_path: Path) -> None:
        page = (Path(__file__).parents[2] / "docs" / "listings.md").read_text(encoding="utf-8")
        (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        (tmp_path / "ozon.yaml").write_text(example, encoding="utf-8")
        assert read(tmp_path / "ozon.yaml", PatternFile).problems == []

    def test_both_markets_must_be_there(self, tmp_path: Path) -> None:
        (tmp_path / "ru.yaml").write_text(self.HEAD + '      - {say: "{{ name }}"}\n', encoding="utf-8")
        with pytest.raises(FilesRejected) as refused:
            read_patterns(tmp_path)
        assert ["cn.yaml" in problem.say("en") for problem in refused.value.problems] == [True]


class TestVerdicts:
    def test_the_gravest_reason_decides(self) -> None:
        def verdict(*blocks: bool) -> str:
            reasons = tuple(Reason(one, "missing", "stock", "A", Message("…"), Message("…")) for one in blocks)
            return Verdict("a", "ozon", "RU", (), reasons).state

        assert [verdict(), verdict(False), verdict(False, True)] == ["ready", "warnings", "blocked"]

    def test_name_what_is_missing(self, shelf: Database) -> None:
        with shelf.reading() as session:
            product, _ = find_card(session, "aihui-soybeans")
            verdict = check_product(session, product, channel("ozon"), as_of=TODAY)
        assert verdict.state == "blocked"
        told = {(one.kind, one.code, one.place): one.blocks for one in verdict.reasons}
        assert told["missing", "price", "HH-SOYBEAN-5000"]
        assert not told["missing", "stock", "HH-SOYBEAN-1000"]
        assert told["missing", "certificate", "eac_declaration"]
        assert told["channel", "category-required", "extra.category"]

    def test_what_the_seller_tells_of_a_channel_counts(self, stocked: Database) -> None:
        with stocked.writing() as session:
            told = {"extras": {"category": "17028922", "type": "92851"}}
            add_shop(session, key="ozon", channel="ozon", currency="RUB", settings=told)
        with stocked.reading() as session:
            product, _ = find_card(session, "RU-HONEY-500")
            found = matrix(session, [product], [channel("ozon")], TODAY)
        codes = {one.code for one in found[0].reasons if one.kind == "channel"}
        assert "category-required" not in codes
        assert codes.isdisjoint({"length-required", "width-required", "height-required", "weight-required"})

    def test_a_pack_not_wholly_measured_has_no_size(self, stocked: Database) -> None:
        with stocked.writing() as session:
            edit_card(session, "linden-honey", {"sku.RU-HONEY-500.height_mm": None})
        with stocked.reading() as session:
            product, _ = find_card(session, "RU-HONEY-500")
            verdict = check_product(session, product, channel("ozon"), as_of=TODAY)
        small, large = (one.listing for one in verdict.composed)
        assert (small.dimensions, large.dimensions) == (None, Dimensions(100, 100, 130))
        assert "height-required" in {one.code for one in verdict.reasons}

    def test_a_card_with_its_papers_and_facts_may_be_listed(self, stocked: Database) -> None:
        with stocked.writing() as session:
            declare_samples(session)
            told = {"extras": {"category": "1", "owner_id": "-1"}}
            add_shop(session, key="vk", channel="vk_market", currency="RUB", settings=told)
        with stocked.reading() as session:
            doll, _ = find_card(session, "semyonov-matryoshka")
            (verdict,) = matrix(session, [doll], [channel("vk_market")], TODAY)
        assert (verdict.state, {one.code for one in verdict.reasons}) == ("warnings", {"stock"})

    def test_only_markets_the_card_is_for(self, shelf: Database) -> None:
        with shelf.reading() as session:
            beer: Product = find_card(session, "light-beer")[0]
            found = matrix(session, [beer], list(channels().values()), TODAY)
            assert {one.market for one in found} == {"CN"}
            with pytest.raises(NotForMarket):
                check_product(session, beer, channel("ozon"), as_of=TODAY)
