"""The table people edit: read with every fault at its line and column, written back as it was."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from service.errors import FilesRejected
from service.resources import root
from service.translation.terms.concepts import Meaning
from service.translation.terms.domains import domains
from service.translation.terms.files import COLUMNS, read_terms, written_terms

GOOD = {"key": "tea", "domain": "product", "zh": "红茶", "ru": "чёрный чай", "source": "a test", "verified": "no"}


def _file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "terms.tsv"
    lines = ["# a note", "\t".join(COLUMNS), *("\t".join(row.get(name, "") for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _faults(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(FilesRejected) as caught:
        read_terms(path)
    return [(problem.line, problem.key) for problem in caught.value.problems]


def test_the_shipped_terms_hold_our_notes(shipped: list[Meaning]) -> None:
    assert len(shipped) >= 350
    assert set(domains()) == {meaning.domain for meaning in shipped}
    counted = Counter(meaning.verified for meaning in shipped)
    assert counted[False] >= 15, "what our notes call unverified stays so"
    assert sum(meaning.domain == "product" for meaning in shipped) >= 94


def test_every_concept_has_a_word_to_write_in_both_languages(shipped: list[Meaning]) -> None:
    for meaning in shipped:
        assert meaning.preferred("zh"), meaning.key
        assert meaning.preferred("ru"), meaning.key


def test_no_wording_is_right_and_wrong_for_the_same_thing(shipped: list[Meaning]) -> None:
    for meaning in shipped:
        for locale in ("zh", "ru"):
            lemmas = {one.lemmas for one in meaning.of(locale, "preferred", "admitted")}
            avoided = {one.lemmas for one in meaning.of(locale, "deprecated", "forbidden")}
            assert not lemmas & avoided, meaning.key


def test_writing_and_reading_come_back_to_the_same(shipped: list[Meaning], tmp_path: Path) -> None:
    path = tmp_path / "again.tsv"
    path.write_text(written_terms(shipped, head="terms"), encoding="utf-8")
    assert read_terms(path) == shipped


def test_the_shipped_file_is_what_the_program_would_write(shipped: list[Meaning]) -> None:
    written = (root("catalogs") / "terms.tsv").read_text(encoding="utf-8")
    body = "".join(line for line in written.splitlines(keepends=True) if not line.startswith("#"))
    assert body == written_terms(shipped)


def test_a_row_says_all_of_a_concept(tmp_path: Path) -> None:
    row = GOOD | {
        "market": "RU", "zh_admitted": "红茶叶|茶", "ru_forbidden": "красный чай", "en": "black tea", "measures": "盒|袋", "gender": "m",
        "animacy": "inan", "number": "sg", "forms": "sg: чёрный чай, чёрного чая, чёрному чаю, чёрный чай, чёрным чаем, чёрном чае",
        "stress": "чёрный ча\u0301й", "valid_from": "2026-03-01", "valid_to": "2026-12-31", "verified": "yes",
    }  # fmt: skip
    (meaning,) = read_terms(_file(tmp_path, row))
    zh, ru = meaning.preferred("zh"), meaning.preferred("ru")
    assert zh is not None
    assert ru is not None
    assert (meaning.market, meaning.verified, str(meaning.valid_to)) == ("RU", True, "2026-12-31")
    assert (zh.measures, zh.pinyin) == (("盒", "袋"), "hóng chá")
    assert [one.text for one in meaning.of("zh", "admitted")] == ["红茶叶", "茶"]
    assert [one.text for one in meaning.of("ru", "forbidden")] == ["красный чай"]
    assert ru.card["gender"] == "m"
    assert ru.card["sg"][4] == "чёрным чаем"
    assert ru.stress == "чёрный ча\u0301й"
    assert ru.lemmas == "черный чай"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"key": "Чай"}, "key"),
        ({"domain": "kitchen"}, "domain"),
        ({"market": "US"}, "market"),
        ({"zh": "чай"}, "zh"),
        ({"ru": "茶"}, "ru"),
        ({"zh": "红茶|茶"}, "zh"),
        ({"zh": "", "ru": ""}, "zh"),
        ({"zh_admitted": "红茶"}, "zh_admitted"),
        ({"gender": "x"}, "gender"),
        ({"animacy": "yes"}, "animacy"),
        ({"number": "dual"}, "number"),
        ({"forms": "sg: чай, чая"}, "forms"),
        ({"forms": "du: а, б, в, г, д, е"}, "forms"),
        ({"stress": "зелёный ча\u0301й"}, "stress"),
        ({"valid_from": "March"}, "valid_from"),
        ({"valid_from": "2026-03-02", "valid_to": "2026-03-01"}, "valid_to"),
        ({"source": ""}, "source"),
        ({"verified": "maybe"}, "verified"),
        ({"ru": "ч" * 201}, "ru"),
    ],
)
def test_a_fault_is_told_at_its_line_and_column(tmp_path: Path, change: dict[str, str], column: str) -> None:
    assert _faults(_file(tmp_path, GOOD | {"key": "first"}, GOOD | change)) == [(4, column)]


def test_a_key_stands_once(tmp_path: Path) -> None:
    assert _faults(_file(tmp_path, GOOD, GOOD)) == [(4, "key")]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD | {"domain": "kitchen", "gender": "x"}
    assert _faults(_file(tmp_path, bad, bad | {"key": "other"})) == [
        (3, "domain"),
        (3, "gender"),
        (4, "domain"),
        (4, "gender"),
    ]


def test_columns_have_known_names(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("key\tdomain\tzh\tcolour\n", encoding="utf-8")
    assert _faults(path) == [(1, "colour"), (1, "ru"), (1, "source"), (1, "verified")]


def test_too_many_cells_and_other_encodings_are_told(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    path.write_text(path.read_text(encoding="utf-8") + "\tone more", encoding="utf-8")
    assert _faults(path) == [(3, "")]
    path.write_bytes("чай".encode("utf-16"))
    assert _faults(path) == [(1, "")]
    assert _faults(tmp_path / "nowhere.tsv") == [(1, "")]
