"""Who would use a text that is missing is told that its translation waits for a reader: listings and shows."""

from __future__ import annotations

from datetime import date

import pytest

from service.catalog.document import text_digest
from service.catalog.editing import edit_card
from service.catalog.listing import find_product
from service.database import Database
from service.listings.channels import channel
from service.listings.checking import check_product
from service.listings.gathering import gather
from service.livestream.gathering import CardUnfinished, plan_of_skus
from service.livestream.gathering import gather as gather_show
from service.translation.models import Draft
from service.translation.waiting import waiting_drafts

DAY = date(2026, 11, 25)


def drafted(database: Database, field: str, *, state: str = "waiting") -> None:
    """The card has no Chinese text of this field, but a draft of it."""
    with database.writing() as session:
        edit_card(session, "linden-honey", {f"{field}[zh]": None})
        card = find_product(session, "linden-honey")
        source = card.text("ru", field) or ""
        session.add(
            Draft(
                product_id=card.id, locale="zh", field=field, source_locale="ru", source_text=source, source_digest=text_digest(source),
                text="椴树蜜", origin="memory", score=100, sentences=[], findings=[], person="-", state=state,
            )
        )  # fmt: skip


@pytest.mark.parametrize(("state", "why"), [("waiting", "waiting"), ("refused", None)])
def test_a_listing_knows_which_texts_wait(stocked: Database, state: str, why: str | None) -> None:
    drafted(stocked, "selling_point.1", state=state)
    with stocked.reading() as session:
        card = find_product(session, "linden-honey")
        assert gather(session, [card], "CN")["linden-honey"].unready.get("point1") == why
        assert "point1" not in gather(session, [card], "RU")["linden-honey"].unready


def test_the_verdict_names_the_missing_review(stocked: Database) -> None:
    drafted(stocked, "name")
    with stocked.reading() as session:
        verdict = check_product(session, find_product(session, "linden-honey"), channel("douyin"), as_of=DAY)
        said = [one.message.say("ru") for one in verdict.reasons]
        assert any("черновик перевода ждёт проверки" in one for one in said), said
        assert verdict.state == "blocked"


def test_a_show_names_the_missing_review(stocked: Database) -> None:
    drafted(stocked, "spoken_name")
    plan = plan_of_skus(["RU-HONEY-500"], pattern_key="single-20", languages=["zh"], minutes=5, seed=1, key="honey")
    with stocked.reading() as session, pytest.raises(CardUnfinished) as refused:
        gather_show(session, plan)
    assert "linden-honey (spoken_name[zh]: черновик перевода ждёт проверки)" in refused.value.say("ru")


def test_a_text_that_simply_lacks_is_told_as_before(stocked: Database) -> None:
    with stocked.writing() as session:
        edit_card(session, "linden-honey", {"spoken_name[zh]": None})
    plan = plan_of_skus(["RU-HONEY-500"], pattern_key="single-20", languages=["zh"], minutes=5, seed=1, key="honey")
    with stocked.reading() as session, pytest.raises(CardUnfinished) as refused:
        gather_show(session, plan)
    assert "linden-honey (spoken_name[zh])" in refused.value.say("ru")


def test_of_no_cards_nothing_waits(stocked: Database) -> None:
    with stocked.reading() as session:
        assert waiting_drafts(session, [], "zh") == {}
