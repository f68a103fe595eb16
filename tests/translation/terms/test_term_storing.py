"""The term base in the database: taken over once, changed by people with a record, looked up, and compiled anew after a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from service.database import Database, now
from service.errors import NotFound
from service.http.paging import BadCursor
from service.people.audit import AuditEntry
from service.people.models import Organisation
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.translation.models import Concept, Term
from service.translation.terms.cards import proposed
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.editing import (
    ConceptChanged,
    ConceptExists,
    TermRefused,
    accept_candidate,
    add_concept,
    candidate_page,
    change_concept,
    concept,
    confirm_card,
    faults_of,
    keep_candidates,
    refuse_candidate,
    retire_concept,
)  # fmt: skip
from service.translation.terms.files import COLUMNS, read_terms
from service.translation.terms.harvesting import Candidate
from service.translation.terms.searching import search_terms
from service.translation.terms.sets import meaning_of, term_set, terms_in
from service.translation.terms.storing import export_terms, import_terms

KVASS = Meaning(
    "kvass", "product", (Wording("zh", "格瓦斯", measures=("瓶",)), Wording("ru", "квас"), Wording("ru", "кваск", "forbidden")), source="a test"
)  # fmt: skip


def _small(folder: Path, ru: str = "чёрный чай") -> Path:
    row = {
        "key": "tea",
        "domain": "product",
        "zh": "红茶",
        "ru": ru,
        "source": "a test",
        "verified": "no",
        "gender": "m",
    }
    path = folder / "terms.tsv"
    path.write_text("\t".join(COLUMNS) + "\n" + "\t".join(row.get(name, "") for name in COLUMNS), encoding="utf-8")
    return path


def test_the_shipped_terms_are_taken_over_once(blank: Database, tmp_path: Path) -> None:
    with blank.writing() as session:
        report = import_terms(session)
        assert len(report.created) >= 350
    with blank.writing() as session:
        again = import_terms(session)
        assert (again.created, again.updated, again.kept) == ([], [], [])
        assert len(again.unchanged) == len(report.created)
        path = tmp_path / "exported.tsv"
        path.write_text(export_terms(session), encoding="utf-8")
    exported = {meaning.key: meaning for meaning in read_terms(path)}
    with blank.reading() as session:
        stored = {row.key: meaning_of(row) for row in session.scalars(select(Concept))}
    assert stored == exported


def test_a_changed_file_changes_what_no_person_has_changed(blank: Database, tmp_path: Path) -> None:
    with blank.writing() as session:
        import_terms(session, path=_small(tmp_path))
    with blank.writing() as session:
        assert import_terms(session, path=_small(tmp_path, "байховый чай")).updated == ["tea"]
        assert [term.text for term in session.scalars(select(Term).order_by(Term.position))] == ["红茶", "байховый чай"]
        row = concept(session, "tea")
        change_concept(session, replace(meaning_of(row), note="ours"), version=row.version)
    with blank.writing() as session:
        assert import_terms(session, path=_small(tmp_path)).kept == ["tea"]
        assert [one.text for one in meaning_of(concept(session, "tea")).of("ru")] == ["байховый чай"]


def test_people_add_change_and_retire_concepts_with_a_record(blank: Database) -> None:
    with blank.writing() as session:
        row = add_concept(session, KVASS)
        zh, ru = row.terms[0], row.terms[1]
        assert (zh.pinyin, zh.measures, ru.lemmas, row.version) == ("gé wǎ sī", ["瓶"], "квас", 1)
        with pytest.raises(ConceptExists):
            add_concept(session, KVASS)
    with blank.writing() as session:
        changed = change_concept(session, replace(KVASS, note="хлебный"), version=1)
        assert (changed.version, changed.note) == (2, "хлебный")
    with blank.writing() as session, pytest.raises(ConceptChanged):
        change_concept(session, KVASS, version=1)
    with blank.writing() as session:
        retire_concept(session, "kvass")
        assert term_set(session).find("квас", "ru") == []
    with blank.reading() as session:
        acts = [
            (e.action, e.thing)
            for e in session.scalars(select(AuditEntry).order_by(AuditEntry.number))
            if e.thing == "kvass"
        ]
    assert acts == [("term.added", "kvass"), ("term.changed", "kvass"), ("term.retired", "kvass")]


def test_what_is_not_there_cannot_be_changed(blank: Database) -> None:
    with blank.writing() as session:
        with pytest.raises(NotFound):
            change_concept(session, KVASS, version=1)
        with pytest.raises(NotFound):
            retire_concept(session, "nothing")


@pytest.mark.parametrize(
    "bad",
    [
        replace(KVASS, key="Квас"),
        replace(KVASS, domain="kitchen"),
        replace(KVASS, market="US"),
        replace(KVASS, source=""),
        replace(KVASS, wordings=()),
        replace(KVASS, wordings=(Wording("zh", "квас"),)),
        replace(KVASS, wordings=(Wording("ru", "квас"), Wording("ru", "квас", "admitted"))),
        replace(KVASS, wordings=(Wording("ru", "квас"), Wording("ru", "квасок"))),
        replace(KVASS, wordings=(Wording("ru", "к" * 201),)),
        replace(KVASS, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
    ],
)
def test_a_faulty_concept_is_refused(blank: Database, bad: Meaning) -> None:
    assert len(faults_of(bad)) == 1
    with blank.writing() as session:
        with pytest.raises(TermRefused) as caught:
            add_concept(session, bad)
        assert caught.value.say("ru").startswith("Термин не сохранён")
        assert session.scalars(select(Concept)).all() == []


def test_the_set_is_compiled_once_and_anew_after_a_change(blank: Database) -> None:
    with blank.writing() as session:
        add_concept(session, KVASS)
    with blank.writing() as session:
        first = term_set(session)
        assert term_set(session) is first
        assert [span.concept for span in terms_in(session, "Кружка кваса", "ru")] == ["kvass"]
        change_concept(
            session, replace(KVASS, wordings=(Wording("zh", "格瓦斯"), Wording("ru", "хлебный напиток"))), version=1
        )
        assert term_set(session) is not first
        assert terms_in(session, "Кружка кваса", "ru") == []


def test_a_set_knows_market_day_and_domains(blank: Database) -> None:
    with blank.writing() as session:
        add_concept(session, replace(KVASS, market="RU", valid_from=date(2026, 3, 1)))
        assert "kvass" in term_set(session, market="RU", on=date(2026, 3, 1))
        assert "kvass" in term_set(session, on=date(2026, 3, 1))
        assert "kvass" not in term_set(session, market="CN", on=date(2026, 3, 1))
        assert "kvass" not in term_set(session, market="RU", on=date(2026, 2, 28))
        assert "kvass" not in term_set(session, on=date(2026, 3, 1), domains={"place"})


def test_a_person_confirms_the_forms(blank: Database) -> None:
    card = proposed("квас")
    assert card is not None
    with blank.writing() as session:
        row = confirm_card(session, "kvass", "квас", card, version=add_concept(session, KVASS).version)
        assert row.terms[1].card["sg"][4] == "квасом"
        with pytest.raises(NotFound):
            confirm_card(session, "kvass", "морс", card, version=row.version)
        with pytest.raises(TermRefused):
            confirm_card(session, "kvass", "квас", replace(card, singular=("квас",)), version=row.version)


def test_terms_are_looked_up_by_part_form_and_pinyin(blank: Database) -> None:
    with blank.writing() as session:
        import_terms(session)
    with blank.reading() as session:

        def keys(text: str, *, domain: str | None = None, status: str | None = None) -> list[str]:
            return [found.meaning.key for found in search_terms(session, text, domain=domain, status=status)[0]]

        assert keys("мёд")[0] == "honey"
        assert "linden-honey" in keys("липового меда")
        assert keys("红茶") == ["black-tea"]
        assert "black-tea" in keys("hong cha")
        assert "black-tea" in keys("hóng chá")
        assert "wood-ear" in keys("hme")
        assert keys("linden") == ["linden-honey"]
        assert keys("ивентами") == ["event"]
        assert keys("мёд", domain="place") == []
        assert keys("ивент", status="preferred") == []
        assert keys("нет такого слова") == []
        assert keys("", domain="metric") == sorted(keys("", domain="metric"))


def test_long_lists_come_in_pages(blank: Database) -> None:
    with blank.writing() as session:
        import_terms(session)
    with blank.reading() as session:
        first, after = search_terms(session, "", limit=20)
        rest, _ = search_terms(session, "", limit=20, after=after)
        assert len(first) == len(rest) == 20
        assert not {one.meaning.key for one in first} & {one.meaning.key for one in rest}
        with pytest.raises(BadCursor):
            search_terms(session, "", after="somewhere")


FOUND = Candidate("杏仁", "миндаль", 5, 5, 6, 0.91, 24.0, (("杏仁饼", "Печенье с миндалём"),))


def test_candidates_wait_for_people(blank: Database) -> None:
    other = replace(FOUND, zh="果干", ru="сухофрукты")
    with blank.writing() as session:
        keys = keep_candidates(session, [FOUND, other], domain="product")
        assert len(keys) == 2
        assert keep_candidates(session, [FOUND, other], domain="product") == []
        page, after = candidate_page(session, after=None, limit=1)
        assert after is not None
        assert [row.key for row in page] == sorted(keys)[:1]
        assert term_set(session).find("миндаль", "ru") == []
        almond = concept(session, keys[0])
        meaning = Meaning("almond", "product", (Wording("zh", "杏仁"), Wording("ru", "миндаль")), source="our cards")
        accept_candidate(session, keys[0], meaning, version=almond.version)
        refuse_candidate(session, keys[1])
    with blank.writing() as session:
        assert candidate_page(session, after=None, limit=10) == ([], None)
        assert [span.concept for span in term_set(session).find("с миндалём", "ru")] == ["almond"]
        assert keep_candidates(session, [other], domain="product") == [], "refused words are not proposed again"
        assert concept(session, keys[1]).valid_to is not None
        assert concept(session, keys[1]).valid_to < now().date()  # type: ignore[operator]


def test_ones_own_concept_stands_before_a_shared_one(blank: Database) -> None:
    with blank.writing() as session:
        add_concept(session, KVASS)
        make_organisation(session, key="amur", kind="merchant", name_zh="样例", name_ru="Образец")
        session.scalars(select(Organisation).where(Organisation.key == "park")).one().shares_catalogue = True
    merchant = acting(blank, "amur")
    with merchant.writing() as session:
        assert terms_in(session, "Кружка кваса", "ru")[0].status == "preferred"
        with pytest.raises(NotFound):
            change_concept(session, KVASS, version=1)
        add_concept(session, replace(KVASS, wordings=(Wording("zh", "格瓦斯"), Wording("ru", "русский квас"))))
        assert terms_in(session, "Кружка кваса", "ru") == []
    with blank.reading() as session:
        assert len(terms_in(session, "Кружка кваса", "ru")) == 1, "the park's set is not the merchant's"
