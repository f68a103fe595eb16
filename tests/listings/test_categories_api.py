"""Categories of platforms and what is chosen in them, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.listings.categories.made_up import answer
from tests.listings.conftest import Mart

HONEY = "11:97"
FAMILY = "/channels/ozon/choices/families/honey"


def uploaded(client: TestClient, subject: str, content: bytes | None = None, **more: Any) -> Any:
    asked = {"subject": subject, "language": "ru", "name": "answer.json"} | more
    body = answer("ozon", subject) if content is None else content
    return client.post("/channels/ozon/categories/uploads", params=asked, content=body)


@pytest.fixture
def client(mart: Mart) -> TestClient:
    """A merchant who has imported Ozon's tree and what it asks about honey."""
    client = mart.client()
    taken = uploaded(client, "tree")
    assert taken.status_code == 200, taken.text
    assert uploaded(client, "attributes", category=HONEY).status_code == 200
    assert uploaded(client, "values", category=HONEY, attribute="85").status_code == 200
    return client


def test_an_answer_is_taken_over_and_the_second_time_nothing_is_new(client: TestClient) -> None:
    again = uploaded(client, "tree").json()
    assert (again["new"], again["changed"], again["gone"]) == (0, 0, 0)
    assert again["same"] > 0


def test_categories_are_found_by_words_with_the_names_above(client: TestClient) -> None:
    found = client.get("/channels/ozon/categories", params={"words": "МЁД"}).json()["items"]
    assert [(one["name_ru"], one["leaf"], one["above"]) for one in found] == [("Мёд", True, ["Продукты", "Сладости"])]
    assert client.get("/channels/ozon/categories", params={"words": "автомобиль"}).json() == {"items": []}


def test_a_category_tells_what_it_asks_and_its_values_when_wanted(client: TestClient) -> None:
    whole = client.get(f"/channels/ozon/categories/{HONEY}").json()
    assert [(one["external"], one["required"]) for one in whole["attributes"]][:2] == [("85", True), ("31", False)]
    assert whole["values"] is None
    values = client.get(f"/channels/ozon/categories/{HONEY}", params={"attribute": "85", "words": "пас"}).json()[
        "values"
    ]
    assert values == [{"external": "5001", "zh": None, "ru": "Пасека"}]
    assert client.get(f"/channels/ozon/categories/{HONEY}", params={"attribute": "99"}).status_code == 404
    assert client.get("/channels/ozon/categories/1:1").status_code == 404


def test_facts_are_suggested_where_a_name_says_so(client: TestClient) -> None:
    found = client.get(f"/channels/ozon/categories/{HONEY}/suggestions/honey").json()["answers"]
    assert found["85"]["fact"] == "brand"
    assert client.get(f"/channels/ozon/categories/{HONEY}/suggestions/hats").status_code == 404


@pytest.mark.parametrize(
    ("asked", "content", "status", "said"),
    [
        ({}, b"{", 422, "answer.json"),
        ({}, b'{"code": 7, "message": "Invalid Api-Key"}', 422, "Invalid Api-Key"),
        ({"subject": "rules"}, b"{}", 422, "rules"),
        ({"subject": "attributes"}, answer("ozon", "attributes"), 422, "answer.json"),
        ({"name": "answer.xlsx"}, b"no workbook", 422, "answer.xlsx"),
        ({"subject": "forest"}, b"{}", 422, "subject"),
    ],
)
def test_a_broken_answer_changes_nothing(
    client: TestClient, asked: dict[str, str], content: bytes, status: int, said: str
) -> None:
    before = client.get("/channels/ozon/categories").json()
    told = uploaded(client, **({"subject": "tree", "content": content} | asked))  # type: ignore[arg-type]
    assert told.status_code == status, told.text
    assert said in told.json()["detail"]
    assert client.get("/channels/ozon/categories").json() == before


def test_a_family_gets_category_and_answers_and_a_card_its_own(client: TestClient) -> None:
    given = {"category": HONEY, "answers": {"85": {"value": "Пасека"}}, "extras": {}}
    chosen = client.put(FAMILY, json=given)
    assert chosen.status_code == 200, chosen.text
    assert client.get(FAMILY).json() == chosen.json()
    card = "/channels/ozon/choices/products/linden-honey"
    assert client.get(card).status_code == 404
    assert client.put(card, json={"answers": {"85": {"value": "Амур"}}}).json()["product"] == "linden-honey"
    listing = client.get("/listings/ozon/RU-HONEY-500").json()["composed"][0]["listing"]
    assert [(one["attribute"], one["values"]) for one in listing["answers"]] == [
        ("85", [{"id": "5002", "text": "Амур"}])
    ]
    both = client.get("/channels/ozon/choices").json()["items"]
    assert [(one["family"], one["product"]) for one in both] == [("honey", None), (None, "linden-honey")]
    assert client.delete(card).status_code == 204
    listing = client.get("/listings/ozon/RU-HONEY-500").json()["composed"][0]["listing"]
    assert listing["answers"][0]["values"] == [{"id": "5001", "text": "Пасека"}]


def test_of_two_who_choose_the_second_is_told(client: TestClient) -> None:
    assert client.put(FAMILY, json={"category": HONEY}, headers={"if-match": "*"}).status_code == 412
    seen = client.put(FAMILY, json={"category": HONEY}).headers["etag"]
    answers = {"85": {"value": "Амур"}}
    assert (
        client.put(FAMILY, json={"category": HONEY, "answers": answers}, headers={"if-match": seen}).status_code == 200
    )
    assert client.put(FAMILY, json={"category": HONEY}, headers={"if-match": seen}).status_code == 412
    assert client.delete(FAMILY, headers={"if-match": seen}).status_code == 412
    assert client.delete(FAMILY).status_code == 204
    assert client.get(FAMILY).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"category": "1:1"}, "1:1"),
        ({"answers": {"85": {"value": "Чужой"}}}, "85"),
        ({"answers": {"85": {"fact": "colour"}}}, "colour"),
        ({"answers": {"85": {"fact": "brand", "value": "x"}}}, "85"),
        ({"answers": {"777": {"fact": "brand"}}}, "777"),
        ({"extras": {"freight": "1"}}, "freight"),
        ({"answer": {}}, "answer"),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_with_its_place(
    client: TestClient, given: dict[str, Any], said: str
) -> None:
    refused = client.put(FAMILY, json={"category": HONEY} | given)
    assert refused.status_code == 422, refused.text
    assert said in refused.json()["detail"]
    assert client.get(FAMILY).status_code == 404


def test_categories_and_choices_are_their_organisations(mart: Mart, client: TestClient) -> None:
    client.put(FAMILY, json={"category": HONEY})
    amur = mart.client("amur")
    assert amur.get("/channels/ozon/categories", params={"words": "мёд"}).json() == {"items": []}
    assert amur.get(f"/channels/ozon/categories/{HONEY}").status_code == 404
    assert amur.get(FAMILY).status_code == 404
    assert amur.get("/channels/ozon/choices").json()["items"] == []
    assert amur.get("/channels/ebay/choices").status_code == 404
