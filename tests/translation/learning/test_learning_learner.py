"""The training itself. Needs torch, which no other test needs; skipped where it is not installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: the training is tried where the extra `train` is")

from service.translation.learning.data import Example, split
from service.translation.learning.learner import PIECES, Progress, exported, learn
from service.translation.learning.refusing import NothingLearnt
from service.translation.learning.state import Shape, State, read_state

SHAPE = Shape(1, 96, 4, 96, 600)


def lessons(examples: tuple[Example, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    parts = split(examples, source="zh", target="ru")
    return [one.shown[0] for one in parts.learn], [one.shown[0] for one in parts.watch]


class EnoughError(Exception):
    """Somebody presses Ctrl+C."""


def test_rounds_are_kept_exported_and_gone_on_with_as_if_never_stopped(
    examples: tuple[Example, ...], tmp_path: Path
) -> None:
    import ctranslate2

    pairs, watched = lessons(examples)
    start = State("zh", "ru", "x", SHAPE)

    def upto(rounds: int, folder: Path, state: State) -> State:
        count = state.rounds

        def told(_: Progress) -> None:
            nonlocal count
            count += 1
            if count == rounds:
                raise EnoughError

        with pytest.raises(EnoughError):
            learn(pairs, watched, folder=folder, state=state, minutes=60, told=told)
        found = read_state(folder)
        assert found
        return found

    through = upto(4, tmp_path / "one", start)
    twice = upto(4, tmp_path / "two", upto(2, tmp_path / "two", start))
    assert twice.losses == pytest.approx(through.losses, abs=1e-4)
    assert through.losses[-1] < through.losses[0]
    assert {one.name for one in (tmp_path / "one").glob("*.pt")} == {"round-4.pt", "best-4.pt"}

    model = exported(tmp_path / "one", through)
    assert (tmp_path / "one" / PIECES).is_file()
    translator = ctranslate2.Translator(str(model), intra_threads=1)
    assert translator.translate_batch([["蜂", "蜜"]], max_decoding_length=8)[0].hypotheses


def test_time_that_is_up_before_the_first_round_teaches_nothing(examples: tuple[Example, ...], tmp_path: Path) -> None:
    pairs, watched = lessons(examples)
    with pytest.raises(NothingLearnt):
        learn(pairs, watched, folder=tmp_path, state=State("zh", "ru", "x", SHAPE), minutes=0)


def test_an_ended_training_only_gives_what_it_has(examples: tuple[Example, ...], tmp_path: Path) -> None:
    pairs, watched = lessons(examples)
    ended = replace(State("zh", "ru", "x", SHAPE), ended="settled", losses=(1.0,))
    assert learn(pairs, watched, folder=tmp_path, state=ended, minutes=60) == ended
