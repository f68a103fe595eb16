"""Languages in which somebody may answer for a text: noted by who gives roles, on the page, over HTTP and on the command line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from service.errors import NotFound
from service.people.models import Membership, Person
from service.people.operating import acting
from service.people.persons import set_languages


def _csrf(page: Any) -> str:
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)[1]  # type: ignore[index]


def test_nobody_answers_for_texts_until_it_is_noted(amur: Any) -> None:
    assert amur("streamer").get("/me").json()["languages"] == []
    people = amur("admin").get("/people").json()["items"]
    assert all(person["languages"] == [] for person in people)


def test_languages_are_noted_over_http_and_recorded(amur: Any) -> None:
    changed = amur("admin").patch("/people/streamer@amur", json={"languages": ["ru", "zh"]}).json()
    assert changed["languages"] == ["zh", "ru"]
    assert amur("streamer").get("/me").json()["languages"] == ["zh", "ru"]
    (entry,) = amur("admin").get("/audit", params={"action": "person.languages"}).json()["items"]
    assert (entry["thing"], entry["detail"]) == ("streamer@amur", {"before": [], "after": ["zh", "ru"]})
    assert amur("admin").patch("/people/streamer@amur", json={"languages": []}).json()["languages"] == []
    assert amur("admin").patch("/people/streamer@amur", json={"languages": ["en"]}).status_code == 422


def test_what_is_left_out_of_a_change_stays(amur: Any) -> None:
    amur("admin").patch("/people/streamer@amur", json={"languages": ["ru"]})
    person = amur("admin").patch("/people/streamer@amur", json={"roles": ["streamer", "trainer"]}).json()
    assert (person["languages"], person["roles"]) == (["ru"], ["streamer", "trainer"])


def test_only_who_looks_after_a_person_notes_languages(town: Any, amur: Any) -> None:
    assert amur("streamer").patch("/people/streamer@amur", json={"languages": ["zh"]}).status_code == 403
    assert amur("admin").patch("/people/streamer@heihe", json={"languages": ["zh"]}).status_code == 404
    with acting(town.database).writing() as session:
        person = session.query(Person).filter_by(login="streamer@amur").one()
        other = session.query(Person).filter_by(login="streamer@heihe").one()
        session.add(
            Membership(person_id=person.id, organisation_id=other.memberships[0].organisation_id, role="streamer")
        )
    refused = amur("admin").patch("/people/streamer@amur", json={"languages": ["zh"]})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:amurlive:problem:not-in-your-care")
    with acting(town.database).reading() as session:
        assert session.query(Person).filter_by(login="streamer@amur").one().languages == []


def test_languages_are_ticked_on_the_page_of_people(town: Any) -> None:
    client = town.sign_in("admin@amur")
    page = client.get("/people")
    assert "Отвечает за тексты на языках" in page.text
    assert '<label lang="zh"><input type="checkbox" name="language" value="zh"> 中文</label>' in page.text
    sent = client.post("/people/streamer@amur/languages", data={"csrf": _csrf(page), "language": ["zh", "ru"]})
    assert sent.status_code == 303
    assert 'value="zh" checked> 中文' in client.get("/people").text
    assert client.post("/people/streamer@amur/languages", data={"csrf": _csrf(page)}).status_code == 303
    assert 'value="zh" checked> 中文' not in client.get("/people").text


def test_who_gives_no_roles_sees_no_ticks(town: Any) -> None:
    client = town.sign_in("streamer@amur")
    assert client.get("/people").status_code == 403
    answer = client.post(
        "/people/streamer@amur/languages", data={"csrf": _csrf(client.get("/account")), "language": "zh"}
    )
    assert answer.status_code == 403


def test_the_command_notes_languages(town: Any, amurlive: Any) -> None:
    place = {"DATABASE_URL": str(town.settings.database_url), "AMURLIVE_ORGANISATION": "amur"}
    done = amurlive("people", "languages", "streamer@amur", "ru", "zh", **place)
    assert done.stdout.strip() == "streamer@amur отвечает за тексты на языках: zh, ru.", done.stderr
    assert "streamer amur [zh ru]" in amurlive("people", "list", **place).stdout
    wrong = amurlive("people", "languages", "streamer@amur", "en", **place)
    assert wrong.returncode == 1
    assert "en" in wrong.stderr


def test_the_same_languages_once_more_are_no_change(town: Any) -> None:
    with acting(town.database, "amur").writing() as session:
        version = set_languages(session, login="streamer@amur", languages=["zh"]).version
        assert set_languages(session, login="streamer@amur", languages=["zh"]).version == version
        with pytest.raises(NotFound):
            set_languages(session, login="nobody", languages=["zh"])
