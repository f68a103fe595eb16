"""Drafts go out to a reader and come back: by key and digest of the source, whatever program they went through."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest

from service.errors import FilesRejected
from service.translation.interchange import Report
from service.translation.interchange.refusing import FormatCannot, MixedDirections
from service.translation.interchange.review import Outcome, Passage, compared, read_review, write_review
from service.translation.interchange.xliff.segments import Note

FORMATS = ("xliff2", "xliff1", "xlsx", "csv")


def passage(key: str, source: str, target: str | None, **more: object) -> Passage:
    return Passage(key, sha256(source.encode()).hexdigest(), "zh", source, target, **more)  # type: ignore[arg-type]


DRAFTS = [
    passage("17", "每日现捞，<b>当天</b>发货。", "Свежий улов, отправка в тот же день.", place="RU-FISH · description"),
    passage(
        "18", "净重{weight}\n产地：黑河", "Вес нетто {weight}", notes=(Note("Проверить город", "Ольга"), Note("срочно"))
    ),
    passage("19", "=SUM(A1)", "'+7 (999)"),
    passage("20", "椴树蜜", None, state="initial"),
]


def sent(format: str, passages: list[Passage] = DRAFTS) -> bytes:
    to = io.BytesIO()
    assert write_review(passages, to, format=format) == len(passages)
    return to.getvalue()


def name(format: str) -> str:
    return "package." + {"xliff2": "xlf", "xliff1": "xlf"}.get(format, format)


def outcomes(content: bytes, format: str, now: list[Passage] = DRAFTS) -> dict[str, Outcome]:
    found = list(compared({one.key: one for one in now}, read_review(content, name(format))))
    return {one.returned.key: one for one in found}


@pytest.mark.parametrize("format", FORMATS)
class TestThereAndBack:
    def test_a_package_nobody_touched_changes_nothing(self, format: str) -> None:
        found = outcomes(sent(format), format)
        assert {key: one.became for key, one in found.items()} == dict.fromkeys(["17", "18", "19", "20"], "unchanged")
        assert [one.returned.source for one in found.values()] == [one.source for one in DRAFTS]

    def test_edited_and_added_texts_are_told(self, format: str) -> None:
        edited = [
            passage("17", DRAFTS[0].source, "Ловим сегодня, отправляем сегодня."),
            DRAFTS[1],
            passage("20", "椴树蜜", "липовый мёд"),
        ]
        found = outcomes(sent(format, edited), format)
        assert {key: one.became for key, one in found.items()} == {"17": "edited", "18": "unchanged", "20": "edited"}
        assert found["17"].returned.target == "Ловим сегодня, отправляем сегодня."

    def test_a_text_marked_as_read_is_confirmed(self, format: str) -> None:
        read = [passage("18", DRAFTS[1].source, DRAFTS[1].target, state="reviewed")]
        assert outcomes(sent(format, read), format)["18"].became == "confirmed"

    def test_a_source_that_changed_meanwhile_makes_the_returned_text_stale(self, format: str) -> None:
        now = [passage("17", "每日现捞，次日发货。", DRAFTS[0].target), *DRAFTS[1:]]
        assert outcomes(sent(format), format, now)["17"].became == "stale"

    def test_what_was_never_sent_and_what_was_deleted(self, format: str) -> None:
        emptied = [passage("17", DRAFTS[0].source, ""), passage("99", "茶", "чай")]
        found = outcomes(sent(format, emptied), format)
        assert {key: one.became for key, one in found.items()} == {"17": "emptied", "99": "unknown"}


class TestPrograms:
    def test_sentences_a_program_cut_are_joined_again(self) -> None:
        content = sent("xliff2", [DRAFTS[0]]).decode()
        whole = f"<source>{'每日现捞，&lt;b&gt;当天&lt;/b&gt;发货。'}</source><target>Свежий улов, отправка в тот же день.</target>"
        cut = (
            "<source>每日现捞，</source><target>Свежий улов,</target></segment><ignorable><source></source><target> </target></ignorable>"
            '<segment state="final"><source>&lt;b&gt;当天&lt;/b&gt;发货。</source><target>отправка сегодня.</target>'
        )
        assert whole in content
        (one,) = read_review(content.replace(whole, cut).encode(), "package.xlf")
        assert (one.source, one.target) == (DRAFTS[0].source, "Свежий улов, отправка сегодня.")

    def test_a_source_changed_in_the_package_is_not_taken_for_ours(self) -> None:
        content = sent("xliff1").replace("黑河".encode(), "漠河".encode())
        assert outcomes(content, "xliff1")["18"].became == "altered"

    def test_line_ends_programs_change_are_no_change_of_the_source(self) -> None:
        content = sent("xliff1").replace("\n产地".encode(), "&#13;\n产地".encode())
        assert outcomes(content, "xliff1")["18"].became == "unchanged"

    def test_a_key_that_comes_twice_counts_once(self) -> None:
        twice = [DRAFTS[0], passage("17", DRAFTS[0].source, "Другой текст")]
        found = list(compared({"17": DRAFTS[0]}, read_review(sent("csv", twice), "package.csv")))
        assert [one.became for one in found] == ["unchanged", "repeated"]

    def test_remarks_come_back_with_their_authors(self) -> None:
        for format in ("xliff2", "xliff1"):
            assert outcomes(sent(format), format)["18"].returned.notes == (
                Note("Проверить город", "Ольга"),
                Note("срочно"),
            )


class TestRefused:
    def test_both_directions_in_one_xliff(self) -> None:
        russian = Passage("5", "ab" * 32, "ru", "мёд", "蜂蜜")
        with pytest.raises(MixedDirections):
            write_review([DRAFTS[0], russian], io.BytesIO())
        assert write_review([DRAFTS[0], russian], io.BytesIO(), format="csv") == 2

    def test_a_form_that_holds_no_drafts(self) -> None:
        with pytest.raises(FormatCannot):
            write_review(DRAFTS, io.BytesIO(), format="po")

    def test_an_id_somebody_changed_is_a_fault_with_its_row(self) -> None:
        content = sent("csv").replace(b"18.", b"my number ")
        with pytest.raises(FilesRejected) as error:
            list(read_review(content, "package.csv"))
        assert [one.line for one in error.value.problems] == [3]
        report = Report(partial=True)
        assert len(list(read_review(content, "package.csv", report=report))) == 3

    def test_formulas_are_no_formulas_in_a_sheet(self) -> None:
        assert b"'=SUM(A1)" in sent("csv")
        assert b"''+7" in sent("csv")
