"""Broken, hostile and oversized files: a clear answer with the line, nothing half taken over, no network, little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.errors import FilesRejected
from service.translation.interchange import Report, feeding, read_concepts, read_units, write_units
from service.translation.interchange.refusing import MOST_FAULTS, FormatCannot, FormatUnknown, TextTooLong
from service.translation.memory.keeping import UnitGiven
from tests.translation.interchange.exchanging import DATA, HONEY, written

HEAD = '<?xml version="1.0" encoding="{}"?>\n<tmx version="1.4"><header/><body>\n'
UNIT = '<tu><tuv xml:lang="zh"><seg>蜂蜜</seg></tuv><tuv xml:lang="ru"><seg>мёд</seg></tuv></tu>\n'


def tmx(*units: str, encoding: str = "UTF-8") -> bytes:
    return (HEAD.format(encoding) + "".join(units) + "</body></tmx>").encode(encoding)


def rejected(content: bytes, name: str = "a.tmx") -> list[tuple[int, str]]:
    with pytest.raises(FilesRejected) as error:
        list(read_units(content, name))
    return [(one.line, one.what.say("en")) for one in error.value.problems]


class TestAllOrNothing:
    def test_a_file_that_ends_too_early_is_refused_at_its_end(self) -> None:
        read = read_units(tmx(UNIT, UNIT)[:-40], "a.tmx")
        assert next(read).zh == "蜂蜜"
        with pytest.raises(FilesRejected) as error:
            list(read)
        (problem,) = error.value.problems
        assert (problem.file, problem.line) == ("a.tmx", 4)
        assert "ends too early" in problem.what.say("en")

    def test_with_partial_what_can_be_read_is_given_and_the_faults_are_told(self) -> None:
        report = Report(partial=True)
        assert len(list(read_units(tmx(UNIT, UNIT, "<tu><seg>")[:-14], "a.tmx", report=report))) == 2
        assert [one.line for one in report.faults] == [5]

    def test_every_faulty_unit_is_named_and_the_others_are_read(self) -> None:
        bad = "<tu><tuv><seg>蜂蜜</seg></tuv></tu>\n"
        assert [line for line, _ in rejected(tmx(UNIT, bad, UNIT, bad))] == [4, 6]
        report = Report(partial=True)
        assert len(list(read_units(tmx(UNIT, bad, UNIT, bad), "a.tmx", report=report))) == 2

    def test_no_more_faults_are_kept_than_anybody_reads(self) -> None:
        bad = "<tu><tuv><seg>蜂蜜</seg></tuv></tu>\n"
        assert len(rejected(tmx(*[bad] * (MOST_FAULTS + 50)))) == MOST_FAULTS
        report = Report(partial=True)
        assert list(read_units(tmx(*[bad] * (MOST_FAULTS + 50)), "a.tmx", report=report)) == []
        assert (len(report.faults), report.more) == (MOST_FAULTS, 50)

    def test_a_file_in_which_nothing_is_found_says_so(self) -> None:
        assert rejected(tmx()) == [(1, "Nothing was found in the file.")]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "GBK"])
    def test_what_the_first_line_states_is_read(self, encoding: str) -> None:
        assert len(list(read_units(tmx(UNIT, encoding=encoding), "a.tmx"))) == 1

    def test_a_mark_at_the_beginning_is_believed_before_the_first_line(self) -> None:
        text = HEAD.format("windows-1251") + UNIT + "</body></tmx>"
        assert len(list(read_units(b"\xef\xbb\xbf" + text.encode(), "a.tmx"))) == 1

    def test_mixed_encodings_are_named_with_their_line(self) -> None:
        mixed = tmx(UNIT)[:-13] + UNIT.replace("蜂蜜", "мёд").encode("cp1251") + b"</body></tmx>"
        ((line, what),) = rejected(mixed)
        assert (line, "not in the encoding its first line states" in what) == (4, True)

    def test_of_po_too(self) -> None:
        po = 'msgid "蜂蜜"\nmsgstr "мёд"\n\nmsgid "茶"\n'.encode() + 'msgstr "чай"\n'.encode("cp1251")
        assert rejected(po, "a.po") == [(5, "From here on the file is not UTF-8.")]

    def test_an_unknown_encoding(self) -> None:
        content = tmx(UNIT).replace(b"UTF-8", b"x-odd")
        assert "x-odd" in rejected(content)[0][1]


class TestHostileXml:
    def test_entities_of_its_own_refuse_a_file(self) -> None:
        bomb = (
            b'<!DOCTYPE tmx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            + UNIT.join(["<tmx><body>", "</body></tmx>"]).encode()
        )
        assert rejected(bomb) == [(1, "The file declares entities of its own.")]

    def test_files_of_the_machine_are_never_read(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("пароль")
        content = f'<!DOCTYPE tmx [<!ENTITY x SYSTEM "{secret.as_uri()}">]><tmx><body>{UNIT.replace("мёд", "&x;")}</body></tmx>'
        report = Report(partial=True)
        assert list(read_units(content.encode(), "a.tmx", report=report)) == []
        assert len(report.faults) == 1

    def test_a_document_type_elsewhere_is_neither_fetched_nor_missed(self) -> None:
        content = (
            b'<!DOCTYPE tmx SYSTEM "http://localhost:1/tmx14.dtd"><tmx><body>'
            + UNIT.replace("мёд", "мёд&nbsp;а &odd;").encode()
        )
        content += UNIT.replace("мёд", "мёд&nbsp;а").encode() + b"</body></tmx>"
        report = Report(partial=True)
        assert [one.ru for one in read_units(content, "a.tmx", report=report)] == ["мёд\u00a0а"]
        assert [one.what.say("en") for one in report.faults] == ["The entity &odd; is not known here."]

    def test_deep_nesting_and_long_texts_end_the_reading(self) -> None:
        assert "larger than is read" in rejected(tmx(UNIT, "<a>" * 3000))[0][1]
        assert "larger than is read" in rejected(tmx(UNIT, "<tu>" + "a" * 11_000_000 + "</tu>"))[0][1]

    def test_what_is_not_a_unit_is_bounded_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feeding, "MOST_BETWEEN", 2**20)
        assert rejected(tmx(UNIT, "<junk/>" * 300_000))[0][1] == "One unit is larger than 1 MB."

    @pytest.mark.parametrize(
        "content", [b"", b"plain text", b"<tmx>\x00</tmx>", b"<tmx><body>\x01</body></tmx>", b"<tmx/>x"]
    )
    def test_what_is_no_xml_at_all(self, content: bytes) -> None:
        assert len(rejected(content)) == 1


class TestMemory:
    def test_stays_flat_however_many_units_come(self) -> None:
        def many(count: int) -> Iterator[UnitGiven]:
            for number in range(count):
                yield UnitGiven(f"蜂蜜{number}" * 20, f"мёд {number} " * 20, "zh")

        files = [written(many(count), "tmx") for count in (500, 5_000)]
        peaks = []
        for file in files:
            tracemalloc.start()
            for _ in read_units(file, "a.tmx"):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < peaks[0] * 2 + 500_000


class TestForms:
    def test_an_unknown_name_is_told_by_its_first_bytes(self) -> None:
        assert [one.zh for one in read_units(tmx(UNIT), "export.bin")] == ["蜂蜜"]
        with pytest.raises(FormatUnknown):
            read_units(b"\x00\x01", "export.bin")

    def test_terms_do_not_go_into_po_nor_pairs_into_tbx(self, tmp_path: Path) -> None:
        with pytest.raises(FormatCannot):
            read_concepts(DATA / "weblate.po", "weblate.po")
        with pytest.raises(FormatCannot):
            write_units([HONEY], tmp_path / "a.tbx", "tbx")

    def test_a_file_appears_only_when_it_is_whole(self, tmp_path: Path) -> None:
        there = tmp_path / "memory.tmx"
        there.write_text("old")

        def breaks() -> Iterator[UnitGiven]:
            yield HONEY
            raise RuntimeError

        with pytest.raises(RuntimeError):
            write_units(breaks(), there, "tmx")
        assert [path.name for path in tmp_path.iterdir()] == ["memory.tmx"]
        assert there.read_text() == "old"
        assert write_units([HONEY], there, "tmx") == 1
        assert list(read_units(there, "memory.tmx")) == [HONEY]

    def test_a_text_no_cell_can_hold_is_refused_before_it_is_cut(self, tmp_path: Path) -> None:
        with pytest.raises(TextTooLong):
            write_units([UnitGiven("蜜" * 40_000, "мёд", "zh")], tmp_path / "a.xlsx", "xlsx")
        assert list(tmp_path.iterdir()) == []
