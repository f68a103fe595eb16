"""A trained model as a package the installer takes, and the file that tells how far a training has come."""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from service.translation.learning.packing import CODE, About, pack
from service.translation.learning.refusing import LearnerMissing, MemoryChanged, NothingToResume, need_learner
from service.translation.learning.state import Shape, State, forget_state, read_state, resumed, shape_for, write_state
from service.translation.machine import install, translate
from service.translation.machine.worker import Worker

ABOUT = About("zh", "ru", "ООО «Амур»", date(2026, 11, 25), 771, {"chrF": "71.3"})
STATE = State("zh", "ru", "abcd", Shape(2, 96, 4, 288, 1000))


def packed(tiny: Path, tmp_path: Path, about: About = ABOUT) -> Path:
    return pack(tiny / "model", tiny / "sentencepiece.model", about, tmp_path / "own.argosmodel")


def test_the_installer_takes_it_and_the_engine_translates_with_it(tiny: Path, tmp_path: Path) -> None:
    one = install(packed(tiny, tmp_path), folder=tmp_path / "mt")
    assert (one.direction, one.version, one.code, one.licence) == (
        "zh_ru",
        "2026.11.25",
        CODE,
        "all rights: ООО «Амур»",
    )
    assert not one.synthetic
    worker = Worker(folder=tmp_path / "mt")
    try:
        (done,) = translate(["谢谢大家。"], source="zh", target="ru", folder=tmp_path / "mt", worker=worker)
    finally:
        worker.close()
    assert done.text == "Спасибо всем."
    assert "2026.11.25" in done.engine


def test_it_tells_whose_it_is_and_what_was_measured(tiny: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(tiny, tmp_path)) as archive:
        readme = archive.read("translate-zh_ru-2026_11_25/README.md").decode()
    for words in ("ООО «Амур»", "771 reviewed sentences", "chrF: 71.3", "read parts of it out again"):
        assert words in readme


def test_the_same_content_has_the_same_checksum(tiny: Path, tmp_path: Path) -> None:
    first = packed(tiny, tmp_path).read_bytes()
    assert packed(tiny, tmp_path).read_bytes() == first
    assert packed(tiny, tmp_path, replace(ABOUT, sentences=772)).read_bytes() != first
    assert [one.name for one in tmp_path.iterdir()] == ["own.argosmodel"]


def test_a_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state = STATE.after(steps=28, loss=3.5, seconds=4.0).after(steps=28, loss=2.25, seconds=4.0).after(steps=28, loss=2.5, seconds=4.0)  # fmt: skip
    write_state(tmp_path, state)
    found = resumed(tmp_path, source="zh", target="ru", data="abcd")
    assert found == state
    assert (found.rounds, found.steps, found.best, found.seconds) == (3, 84, 2, 12.0)
    assert STATE.best == 0


def test_it_does_not_go_on_with_other_pairs_or_another_direction(tmp_path: Path) -> None:
    with pytest.raises(NothingToResume):
        resumed(tmp_path, source="zh", target="ru", data="abcd")
    write_state(tmp_path, STATE)
    with pytest.raises(MemoryChanged):
        resumed(tmp_path, source="zh", target="ru", data="other")
    with pytest.raises(NothingToResume):
        resumed(tmp_path, source="ru", target="zh", data="abcd")
    forget_state(tmp_path)
    assert read_state(tmp_path) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"shape": {}}', '{"losses": 5, "shape": 7}'])
def test_a_broken_file_is_no_training(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    assert read_state(tmp_path) is None


def test_a_writing_that_was_cut_short_leaves_the_old_state(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    (tmp_path / ".state.json").write_text('{"source": "zh", "tar')
    assert read_state(tmp_path) == STATE
    write_state(tmp_path, replace(STATE, rounds=7))
    assert read_state(tmp_path) == replace(STATE, rounds=7)


def test_more_sentences_fill_a_larger_network() -> None:
    sizes = [shape_for(count, 300) for count in (500, 5_000, 50_000)]
    assert [one.layers for one in sizes] == [2, 3, 4]
    assert all(one.width % one.heads == 0 for one in sizes)
    assert shape_for(500, 2_000).words == 2_500  # each sign is a piece at least


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_what_is_missing_is_told_with_the_command() -> None:
    with pytest.raises(LearnerMissing) as refused:
        need_learner()
    assert "pip install 'amurlive[train,mt]'" in refused.value.say("zh")
