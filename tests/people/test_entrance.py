"""Who gets in, how, and what keeps others out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.database import now
from service.people.caller import MACHINE
from service.people.founding import found, way_in
from service.people.models import Link, SignIn, Token
from service.people.operating import acting
from tests.people.conftest import PASSWORD


def _csrf(page: Any) -> str:
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)[1]  # type: ignore[index]


def test_the_first_run_makes_one_administrator_with_a_random_password(blank: Any) -> None:
    with blank.writing() as session:
        first = found(session)
        assert first is not None
        assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", first.password)
        assert found(session) is None
        assert way_in(session)


def test_a_password_opens_and_the_cookie_is_out_of_reach_of_scripts(town: Any) -> None:
    client = town.sign_in("streamer@amur")
    cookie = next(cookie for cookie in client.cookies.jar if cookie.name == "amurlive")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert client.get("/account").status_code == 200
    page = client.get("/account")
    assert client.post("/logout", data={"csrf": _csrf(page)}).status_code == 303
    assert client.get("/account").status_code == 303


def test_every_sign_in_gets_a_new_secret_and_ends_the_one_before(town: Any) -> None:
    client = town.sign_in("streamer@amur")
    before = client.cookies["amurlive"]
    client.post("/login", data={"login": "streamer@amur", "password": PASSWORD})
    assert client.cookies["amurlive"] != before
    thief = town.browser()
    thief.cookies.set("amurlive", before)
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize("cookie", ["x", "forged.signature", "a" * 43 + "." + "b" * 43, "", "é"])
def test_a_forged_cookie_is_no_cookie(town: Any, cookie: str) -> None:
    client = town.browser()
    answer = client.get("/api/v1/me", headers={"cookie": f"amurlive={cookie}".encode()})
    assert answer.status_code == 401


def test_a_secret_from_the_database_is_worth_nothing_without_the_installations_key(town: Any) -> None:
    client = town.sign_in("streamer@amur")
    bare = client.cookies["amurlive"].rsplit(".", 1)[0]
    thief = town.browser()
    thief.cookies.set("amurlive", bare)
    assert thief.get("/account").status_code == 303


def test_sign_ins_tokens_and_links_end(town: Any) -> None:
    client = town.sign_in("streamer@amur")
    program = town.program("amur", "streamer")
    assert program.get("/me").status_code == 200
    past = now() - timedelta(seconds=1)
    with acting(town.database).writing() as session:
        session.execute(update(SignIn).values(expires_at=past))
        session.execute(update(Token).values(expires_at=past))
    assert client.get("/account").status_code == 303
    assert program.get("/me").status_code == 401
    with acting(town.database).writing() as session:
        found(session)
        secret = way_in(session)
        session.execute(update(Link).values(expires_at=past))
    assert town.browser().get(f"/enter/{secret}").status_code == 410


@pytest.mark.parametrize("header", ["Bearer x", "Bearer amur_" + "x" * 43, "Basic YTpi", "Bearer", "bearer \u00e9", ""])
def test_a_token_that_is_none_is_refused_even_beside_a_good_cookie(town: Any, header: str) -> None:
    client = town.sign_in("streamer@amur")
    answer = client.get("/api/v1/me", headers={"authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_guessing_is_braked_for_a_login_and_known_and_unknown_logins_look_the_same(town: Any) -> None:
    town.give_password("streamer@amur")
    client = town.browser()
    said = set()
    for login in ("streamer@amur", "nobody@amur"):
        for _ in range(5):
            answer = client.post("/login", data={"login": login, "password": "wrong"})
            assert answer.status_code == 401
            said.add(re.search(r'role="alert">(.*?)<', answer.text)[1])  # type: ignore[index]
    assert len(said) == 1
    assert client.post("/login", data={"login": "streamer@amur", "password": PASSWORD}).status_code == 429
    assert client.post("/login", data={"login": "STREAMER@amur ", "password": PASSWORD}).status_code == 429
    town.give_password("merchant@amur")
    assert client.post("/login", data={"login": "merchant@amur", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": ""},
    ],
)
def test_another_sites_page_changes_nothing_with_our_cookie(town: Any, headers: dict[str, str]) -> None:
    client = town.sign_in("merchant@amur")
    wanted = {"name": "x", "scopes": ["shows:read"]}
    for path, body in [
        ("/api/v1/tokens", {"json": wanted}),
        ("/logout", {"data": {}}),
        ("/account/tokens", {"data": {"name": "x", "scope": "shows:read"}}),
    ]:
        answer = client.post(path, headers=headers, **body)
        assert answer.status_code == 403, path
    assert client.post("/api/v1/tokens", json=wanted).status_code == 201
    assert client.get("/account").status_code == 200


def test_a_form_needs_its_own_token(town: Any) -> None:
    client = town.sign_in("merchant@amur")
    other = town.sign_in("merchant@heihe")
    for csrf in ("", "0" * 64, _csrf(other.get("/account"))):
        assert (
            client.post("/account/tokens", data={"name": "x", "scope": "shows:read", "csrf": csrf}).status_code == 403
        )
    good = _csrf(client.get("/account"))
    assert client.post("/account/tokens", data={"name": "x", "scope": "shows:read", "csrf": good}).status_code == 201


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_sign_in_leads_nowhere_else(town: Any, wanted: str) -> None:
    town.give_password("streamer@amur")
    answer = town.browser().post("/login", data={"login": "streamer@amur", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/"


def test_a_new_password_ends_everything_that_was_open(town: Any) -> None:
    client, other = town.sign_in("merchant@amur"), town.sign_in("merchant@amur")
    page = client.get("/account")
    weak = client.post("/account/password", data={"old": PASSWORD, "new": "short", "csrf": _csrf(page)})
    assert weak.status_code == 422
    wrong = client.post("/account/password", data={"old": "not it", "new": "another sentence", "csrf": _csrf(page)})
    assert wrong.status_code == 401
    assert (
        client.post(
            "/account/password", data={"old": PASSWORD, "new": "another sentence", "csrf": _csrf(page)}
        ).status_code
        == 303
    )
    assert other.get("/account").status_code == 303
    assert town.program("amur", "merchant").get("/me").status_code == 401
    assert (
        town.browser().post("/login", data={"login": "merchant@amur", "password": "another sentence"}).status_code
        == 303
    )


def test_an_invitation_works_once_and_a_mistake_does_not_use_it_up(town: Any) -> None:
    link = town.program("amur", "merchant").post("/invitations", json={"roles": ["streamer", "trainer"]}).json()["path"]
    guest = town.browser()
    csrf = _csrf(guest.get(link))
    form = {"login": "lena", "name": "Лена", "password": "long enough", "csrf": csrf}
    assert guest.post(link, data=form | {"password": "short"}).status_code == 422
    assert guest.post(link, data=form | {"login": "streamer@heihe"}).status_code == 409
    assert guest.post(link, data=form | {"login": "a b"}).status_code == 422
    assert guest.post(link, data=form).status_code == 303
    me = guest.get("/api/v1/me").json()
    assert (me["organisation"], me["roles"]) == ("amur", ["streamer", "trainer"])
    assert town.browser().get(link).status_code == 410


def test_a_person_works_for_two_organisations_and_acts_for_one_at_a_time(town: Any) -> None:
    link = town.program("heihe", "merchant").post("/invitations", json={"roles": ["merchant"]}).json()["path"]
    client = town.sign_in("streamer@amur")
    assert client.post(link, data={"csrf": _csrf(client.get(link))}).status_code == 303
    assert {place["organisation"] for place in client.get("/api/v1/me").json()["works_for"]} == {"amur", "heihe"}
    shows = client.get("/api/v1/shows").json()["items"]
    assert [show["key"] for show in shows] == ["amur-show"]
    page = client.get("/account")
    client.post("/account/organisation", data={"organisation": "heihe", "csrf": _csrf(page)})
    assert [show["key"] for show in client.get("/api/v1/shows").json()["items"]] == ["heihe-show"]
    assert client.post("/account/organisation", data={"organisation": "park", "csrf": _csrf(page)}).status_code == 403


def test_reset_links_are_given_for_those_in_ones_care_only(town: Any, amur: Any) -> None:
    assert amur("merchant").post("/people/streamer@amur/reset").status_code == 201
    assert amur("merchant").post("/people/streamer@heihe/reset").status_code == 404
    assert amur("merchant").post("/people/admin@park/reset").status_code == 404
    assert amur("streamer").post("/people/merchant@amur/reset").status_code == 403
    park = town.program("park", "admin")
    path = park.post("/people/streamer@heihe/reset").json()["path"]
    guest = town.browser()
    assert guest.post(path, data={"password": "a new sentence", "csrf": _csrf(guest.get(path))}).status_code == 303
    assert guest.post("/login", data={"login": "streamer@heihe", "password": "a new sentence"}).status_code == 303
    assert town.browser().get(path).status_code == 410


def test_nobody_gives_more_than_they_have(town: Any, amur: Any) -> None:
    assert (
        amur("merchant").post("/invitations", json={"roles": ["admin"]}).status_code == 201
    )  # no more than a merchant in a merchant's house
    park_merchant = town.program("park", "merchant")
    assert park_merchant.post("/invitations", json={"roles": ["admin"]}).status_code == 403
    assert park_merchant.patch("/people/streamer@park", json={"roles": ["admin"]}).status_code == 403
    assert park_merchant.patch("/people/admin@park", json={"roles": ["streamer"]}).status_code == 403
    assert park_merchant.patch("/people/admin@park", json={"active": False}).status_code == 403
    assert park_merchant.post("/people/admin@park/reset").status_code == 403


def test_the_last_administrator_stays(town: Any) -> None:
    park = town.program("park", "admin")
    assert park.patch("/people/admin@park", json={"roles": []}).status_code == 409
    assert park.patch("/people/admin@park", json={"active": False}).status_code == 409
    assert park.patch("/people/streamer@park", json={"roles": ["admin"]}).status_code == 200
    assert park.patch("/people/admin@park", json={"roles": ["streamer"]}).status_code == 200


def test_who_is_closed_or_taken_out_is_out_at_once(town: Any, amur: Any) -> None:
    client = town.sign_in("streamer@amur")
    assert amur("merchant").patch("/people/streamer@amur", json={"active": False}).status_code == 200
    assert client.get("/account").status_code == 303
    assert amur("streamer").get("/me").status_code == 401
    assert town.browser().post("/login", data={"login": "streamer@amur", "password": PASSWORD}).status_code == 401
    assert amur("merchant").patch("/people/trainer@amur", json={"roles": []}).status_code == 200
    assert amur("trainer").get("/me").status_code == 401


def test_a_closed_organisation_lets_nobody_in(town: Any, amur: Any) -> None:
    park = town.program("park", "admin")
    assert park.patch("/organisations/amur", json={"active": False}).status_code == 200
    assert amur("admin").get("/me").status_code == 401
    assert park.patch("/organisations/park", json={"active": False}).status_code == 409
    assert park.patch("/organisations/amur", json={"active": True}).status_code == 200
    assert amur("admin").get("/me").status_code == 200


def test_a_token_does_no_more_than_its_scopes_and_makes_no_other(town: Any, amur: Any) -> None:
    client = town.sign_in("merchant@amur")
    made = client.post("/api/v1/tokens", json={"name": "ERP", "scopes": ["prices:read"], "days": 1}).json()
    headers = {"authorization": f"Bearer {made['secret']}"}
    fresh = town.browser()
    assert fresh.get("/api/v1/prices", headers=headers).status_code == 200
    assert fresh.get("/api/v1/shows", headers=headers).status_code == 403
    assert (
        fresh.post("/api/v1/tokens", json={"name": "x", "scopes": ["prices:read"]}, headers=headers).status_code == 403
    )
    assert client.post("/api/v1/tokens", json={"name": "x", "scopes": ["operate"]}).status_code == 403
    assert made["secret"] not in client.get("/api/v1/tokens").text
    with town.database.acting(MACHINE).reading() as session:
        assert made["secret"] not in str(session.execute(select(Token.digest, Token.hint)).all())
        assert session.get_one(Token, made["id"]).used_on is None or True
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 200
    assert fresh.get("/api/v1/prices", headers=headers).status_code == 401
    assert amur("merchant").delete(f"/tokens/{made['id']}").status_code == 200  # the same person's
    assert town.program("heihe", "merchant").delete(f"/tokens/{made['id']}").status_code == 404


def test_metrics_are_for_the_operator(town: Any) -> None:
    assert town.program("amur", "admin").get("http://testserver/metrics").status_code == 403
    answer = town.program("park", "admin").get("http://testserver/metrics")
    assert "amurlive_requests_total" in answer.text
    assert "amur" not in answer.text.replace("amurlive", "")


def test_ready_means_the_database_and_its_schema_are_there(town: Any) -> None:
    answer = town.browser().get("/readyz").json()
    assert answer["status"] == "ready"
    assert "off" not in answer["walls"]
