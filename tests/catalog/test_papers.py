"""Licences and certificates over HTTP and on the command line, samples, and whom their end is told."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from service.app import create_app
from service.catalog.brands.api import today
from service.catalog.brands.expiring import expiring, tell_expiring
from service.catalog.brands.files import sample_papers
from service.catalog.brands.keeping import import_brands
from service.catalog.brands.licensing import LicenceGiven, covering, grant, uncovered
from service.catalog.brands.models import Certificate, Licence
from service.catalog.brands.papers import CertificateGiven, keep_paper, paper_gaps
from service.catalog.brands.samples import import_samples
from service.catalog.models import Product
from service.cli import app as commands
from service.database import Database
from service.errors import NotFound
from service.people.caller import MACHINE
from service.people.models import Organisation
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.resources import root
from service.settings import Settings
from service.webhooks.models import Event
from tests.crew import bearer

TODAY = date(2026, 11, 24)
EAC = "ЕАЭС N RU Д-CN.РА01.В.12345/24"
PAPER = {"issuer": "образец", "country": "RU", "holder": "образец"}
SPAN = st.integers(-400, 400)


def licence(first: date, last: date, **more: Any) -> LicenceGiven:
    return LicenceGiven(licensee="образец", source="образец", valid_from=first, valid_to=last, **more)


def merchant(database: Database, key: str) -> Database:
    with database.writing() as session:
        make_organisation(session, key=key, kind="merchant", name_zh="样例", name_ru="Образец")
    return acting(database, key)


def told(database: Database) -> list[tuple[str, str, int]]:
    """Organisation, number and days of each event, in the order they were told."""
    with database.acting(MACHINE).reading() as session:
        query = select(Event, Organisation.key).join(Organisation, Organisation.id == Event.organisation_id)
        rows = session.execute(query.where(Event.kind == "paper.expiring").order_by(Event.id)).all()
        return [(key, row.data["number"], row.data["days"]) for row, key in rows]


@settings(max_examples=40)
@given(SPAN, st.integers(0, 400), SPAN)
def test_a_day_is_covered_exactly_when_it_lies_in_the_licence(
    sqlite_blank: Database, start: int, length: int, asked: int
) -> None:
    first = TODAY + timedelta(days=start)
    last, day = first + timedelta(days=length), TODAY + timedelta(days=asked)
    with sqlite_blank.writing() as session:
        import_brands(session)
        grant(session, brand="jijing-hanyang", number="1", given=licence(first, last, organisation="park"))
        found = covering(session, brand="jijing-hanyang-xunke", sku="X", family="y", organisation="park", on=day)
    assert (found is not None) == (first <= day <= last)


@pytest.mark.parametrize("brand", ["jijing-hanyang", "jijing-hanyang-beian"])
def test_a_licence_for_a_family_that_does_not_exist_is_refused(stocked: Database, brand: str) -> None:
    with stocked.writing() as session, pytest.raises(NotFound, match="hony"):
        grant(session, brand=brand, number="1", given=licence(TODAY, TODAY, families=["honey", "hony"]))


def test_a_card_under_a_brand_nobody_set_down_is_named_and_breaks_nothing(stocked: Database) -> None:
    with stocked.writing() as session:
        session.scalars(select(Product).where(Product.key == "linden-honey")).one().brand_key = "no-such"
    with stocked.reading() as session:
        found = {(one.product, one.brand) for one in uncovered(session, on=TODAY) if not one.known}
        assert found == {("linden-honey", "no-such")}


def test_what_is_not_covered_is_found_with_a_few_queries_whatever_the_number_of_cards(stocked: Database) -> None:
    asked: list[str] = []
    with stocked.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2]))
        assert len(list(uncovered(session, on=TODAY))) > 20
    assert len(asked) <= 6


def test_samples_come_only_when_asked_for_say_what_they_are_and_come_once(stocked: Database) -> None:
    with stocked.reading() as session:
        assert session.scalars(select(Licence)).all() == session.scalars(select(Certificate)).all() == []
    samples = sample_papers()
    with stocked.writing() as session:
        assert import_samples(session, on=TODAY) == len(samples.licences) + len(samples.certificates)
    with stocked.writing() as session:
        assert import_samples(session, on=TODAY + timedelta(days=9)) == 0
    with stocked.reading() as session:
        for paper in (*session.scalars(select(Licence)), *session.scalars(select(Certificate))):
            said = paper.source if isinstance(paper, Licence) else paper.note
            assert not paper.verified
            assert "样例" in said
            assert "образец" in said
        assert paper_gaps(session, "linden-honey", "RU", on=TODAY) == []
        assert [one.days for one in expiring(session, on=TODAY)] == [-6, 5, 20, 75]
        assert {one.brand for one in uncovered(session, on=TODAY)} >= {"jijing-hanyang-nenjiang"}  # suspended
        assert "jijing-hanyang-beian" not in {one.brand for one in uncovered(session, on=TODAY)}


def test_samples_touch_no_cards_of_others(stocked: Database) -> None:
    amur = merchant(stocked, "amur")
    with amur.writing() as session:
        with pytest.raises(NotFound):  # the shared lines cannot be licensed by whoever reads them
            import_samples(session, on=TODAY)
        import_brands(session)
        import_samples(session, on=TODAY)
    with amur.reading() as session:
        assert {card.product_id for paper in session.scalars(select(Certificate)) for card in paper.products} == set()


def test_who_was_given_a_licence_of_a_shared_brand_is_told_too(stocked: Database) -> None:
    amur, heihe = merchant(stocked, "amur"), merchant(stocked, "heihe")
    days = (TODAY, TODAY + timedelta(days=20))
    with stocked.writing() as session:
        grant(session, brand="jijing-hanyang", number="1", given=licence(*days, organisation="amur"))
    with heihe.writing() as session:  # heihe's brands are its own: it cannot write to amur
        import_brands(session)
        grant(session, brand="jijing-hanyang", number="2", given=licence(*days, organisation="amur"))
    with stocked.acting(MACHINE).writing() as session:
        assert tell_expiring(session, on=TODAY) == 2
    assert sorted(told(stocked)) == [("amur", "1", 20), ("heihe", "2", 20), ("park", "1", 20)]
    with amur.reading() as session:
        assert [one.number for one in expiring(session, on=TODAY)] == ["1"]
    with heihe.reading() as session:
        assert [one.number for one in expiring(session, on=TODAY)] == ["2"]


def test_two_workers_that_look_at_the_same_moment_tell_once(stocked: Database) -> None:
    with stocked.writing() as session:
        keep_paper(session, kind="organic", number="1", given=CertificateGiven(**PAPER, state="valid", valid_to=TODAY))
    machine, counts = stocked.acting(MACHINE), []

    def look() -> None:
        with machine.writing() as session:
            counts.append(tell_expiring(session, on=TODAY))

    with machine.writing() as session:
        counts.append(tell_expiring(session, on=TODAY))
        other = Thread(target=look)
        other.start()
        other.join(0.3)
        assert other.is_alive()  # it waits for what is decided here
    other.join()
    assert counts == [1, 0]
    assert told(stocked) == [("park", "1", 0)]


def test_a_suspended_paper_is_not_told_and_one_in_force_again_is(stocked: Database) -> None:
    counts = []
    for state in ("suspended", "revoked", "unknown", "valid"):
        with stocked.writing() as session:
            paper = CertificateGiven(**PAPER, state=state, valid_to=TODAY + timedelta(days=3))
            keep_paper(session, kind="organic", number="1", given=paper)
        with stocked.acting(MACHINE).writing() as session:
            counts.append(tell_expiring(session, on=TODAY))
    assert counts == [0, 0, 0, 1]


@pytest.fixture
def api(server: Any, tmp_path: Path) -> Iterator[TestClient]:
    url = server.create("manned")
    app = create_app(
        Settings(database_url=url, secret_file=tmp_path / "key", out_dir=tmp_path, log_level="ERROR", workers=0)
    )
    with TestClient(app, base_url="http://testserver/api/v1", headers=bearer(server.tokens["park", "admin"])) as client:
        client.tokens = server.tokens  # type: ignore[attr-defined]
        yield client


def test_a_number_with_a_slash_is_kept_as_the_paper_has_it(api: TestClient) -> None:
    path = f"/certificates/eac_declaration/{quote(EAC)}"
    kept = api.put(path, json={**PAPER, "products": ["linden-honey"]})
    assert (kept.status_code, kept.json()["number"]) == (200, EAC)
    encoded = f"/certificates/eac_declaration/{quote(EAC, safe='')}"
    assert api.get(encoded).json() == kept.json()
    looked = api.post(f"{path}/checks", json={"state": "valid", "source": "реестр (образец)"}).json()
    assert (looked["number"], looked["state"], looked["check_source"]) == (EAC, "valid", "реестр (образец)")
    assert api.get("/products/linden-honey/paper-gaps", params={"market": "RU"}).json() == {"items": []}
    for wrong in ("/ends/", "back%5Cslash", "%20", "line%0Abreak"):
        assert api.put(f"/certificates/organic/{wrong}", json=PAPER).status_code in (400, 404, 422), wrong


def test_a_certificate_somebody_changed_meanwhile_is_not_overwritten(api: TestClient) -> None:
    path = "/certificates/organic/7"
    assert api.put(path, json=PAPER, headers={"if-match": "*"}).status_code == 412
    first = api.put(path, json=PAPER)
    mark = first.headers["etag"]
    assert api.get(path, headers={"if-none-match": mark}).status_code == 304
    second = api.put(path, json={**PAPER, "note": "B"}, headers={"if-match": mark})
    assert second.status_code == 200
    lost = api.put(path, json={**PAPER, "note": "C"}, headers={"if-match": mark})
    assert lost.status_code == 412
    assert api.get(path).json()["note"] == "B"


def test_a_licence_and_a_brand_are_changed_under_the_etag_of_the_brand(api: TestClient) -> None:
    given = {"licensee": "образец", "source": "образец", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    mark = api.get("/brands/jijing-hanyang").headers["etag"]
    path = "/brands/jijing-hanyang/licences/12/2026"
    taken = api.put(path, json=given, headers={"if-match": mark})
    assert (taken.status_code, taken.json()["number"]) == (200, "12/2026")
    assert taken.headers["etag"] != mark
    assert api.put(path, json={**given, "state": "revoked"}, headers={"if-match": mark}).status_code == 412
    listed = api.get("/brands/jijing-hanyang/licences")
    assert listed.headers["etag"] == taken.headers["etag"]
    assert listed.json()["items"] == [taken.json()]
    assert api.put(path, json={**given, "valid_to": "2025-12-31"}).status_code == 422
    assert api.put(path, json={**given, "families": ["hony"]}).status_code == 404


def test_certificates_are_found_by_state_by_card_and_by_their_end(api: TestClient) -> None:
    day = today()
    for number, days, state in (("a", 10, "valid"), ("b", 100, "valid"), ("c", 10, "suspended"), ("d", None, "valid")):
        end = None if days is None else str(day + timedelta(days=days))
        body = {**PAPER, "state": state, "valid_to": end, "products": ["linden-honey"] if number == "b" else []}
        assert api.put(f"/certificates/lab_report/{number}", json=body).status_code == 200

    def found(**asked: Any) -> list[str]:
        items = api.get("/certificates", params=asked).json()["items"]
        return [item["number"] for item in items if item["kind"] == "lab_report"]

    assert found() == ["a", "b", "c", "d"]
    assert found(state="suspended") == ["c"]
    assert found(ends_within=90) == ["a", "c"]
    assert found(ends_within=90, state="valid") == ["a"]
    assert found(product="linden-honey") == ["b"]
    endings = api.get("/papers/expiring").json()["items"]
    assert [item["number"] for item in endings if item["kind"] == "lab_report"] == ["a", "c"]


def test_whoever_may_only_read_changes_nothing_and_others_change_their_own_only(api: TestClient) -> None:
    tokens = api.tokens  # type: ignore[attr-defined]
    assert api.put("/certificates/organic/9", json=PAPER).status_code == 200
    reader = bearer(tokens["park", "streamer"])
    assert api.get("/certificates/organic/9", headers=reader).status_code == 200
    assert api.put("/certificates/organic/9", json=PAPER, headers=reader).status_code == 403
    other = bearer(tokens["amur", "merchant"])
    check = {"state": "revoked", "source": "образец"}
    assert api.post("/certificates/organic/9/checks", json=check, headers=other).status_code == 404
    assert api.put("/certificates/organic/9", json={**PAPER, "note": "amur"}, headers=other).status_code == 200
    assert api.get("/certificates/organic/9").json()["note"] == ""  # amur has made one of its own
    assert api.get("/certificates/organic/9", headers=other).json()["note"] == "amur"


def test_the_commands_of_the_page_about_brands_run_as_they_stand(
    sqlite_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    page = (root("service").parent / "docs" / "brands.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]
    assert len(lines) == 6
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "amurlive"
        result = CliRunner().invoke(commands, arguments)
        assert result.exit_code == 0, (line, result.output)


def test_a_licence_is_given_and_looked_up_on_the_command_line(
    sqlite_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_server.create("stocked"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")

    def run(*words: str) -> Any:
        return CliRunner().invoke(commands, ["brand", *words])

    days = ["--from", "2026-01-01", "--to", "2099-12-31", "--source", "образец", "--licensee", "образец"]
    assert "1/26" in run("licence", "jijing-hanyang", "1/26", *days, "--organisation", "park").output
    assert json.loads(run("uncovered", "--json").output) == []
    assert run("licence", "jijing-hanyang", "/", *days).exit_code == 2
    assert run("licence", "no-such", "1", *days).exit_code == 1
    listed = json.loads(run("list", "--json").output)
    assert {one["brand"]: one["licences"] for one in listed}["jijing-hanyang"] == 1
    assert "8" in run("import", "--samples").output
    assert len(json.loads(run("expiring", "--json").output)) == 4
