"""What happens to the process that decodes happens to it alone: the caller is told, and the next call works."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from service.translation.machine import EngineFailed, TranslationStopped, Worker, install, translate
from tests.translation.machine.crafting import looping
from tests.translation.models.corpus import triples

MANY = [row.zh for row in triples(seed=32, each=4)]


@pytest.fixture
def folder(having: Callable[..., Path]) -> Path:
    return having("zh_ru")


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A folder whose only model never comes to an end."""
    install(looping(tmp_path / "looping.argosmodel"), folder=tmp_path / "endless", allow_synthetic=True)
    return tmp_path / "endless"


def _thanks(folder: Path, worker: Worker) -> str:
    return translate(["谢谢大家。"], source="zh", target="ru", folder=folder, worker=worker)[0].text


def test_one_process_serves_all_calls_and_threads(folder: Path, worker: Worker) -> None:
    _thanks(folder, worker)
    first, found = worker.pid, []
    threads = [threading.Thread(target=lambda: found.append(_thanks(folder, worker))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, worker.pid) == (["Спасибо всем."] * 4, first)


def test_killed_midway_it_is_told_and_the_next_call_works(folder: Path, worker: Worker) -> None:
    def kill(done: int, total: int) -> None:
        assert worker.pid
        os.kill(worker.pid, signal.SIGSTOP)  # so that it dies within the next batch, not between two
        threading.Timer(0.2, os.kill, (worker.pid, signal.SIGKILL)).start()

    with pytest.raises(EngineFailed, match="SIGKILL"):
        translate(MANY, source="zh", target="ru", folder=folder, worker=worker, on_progress=kill)
    assert _thanks(folder, worker) == "Спасибо всем."


def test_dead_between_two_calls_it_is_started_again(folder: Path, worker: Worker) -> None:
    _thanks(folder, worker)
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert _thanks(folder, worker) == "Спасибо всем."


def test_it_ends_by_itself_when_nobody_asks(folder: Path, tmp_path: Path) -> None:
    worker = Worker(folder=tmp_path / "own", idle=0.2)
    assert _thanks(folder, worker) == "Спасибо всем."
    assert worker.pid
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert worker.pid is None
    assert _thanks(folder, worker) == "Спасибо всем."
    worker.close()


def test_above_its_memory_it_is_ended(folder: Path, tmp_path: Path) -> None:
    worker = Worker(folder=tmp_path / "own", memory=1)
    with pytest.raises(EngineFailed, match="more than 1 MB"):
        _thanks(folder, worker)
    assert worker.pid is None


def test_above_its_time_it_is_ended(folder: Path, tmp_path: Path) -> None:
    worker = Worker(folder=tmp_path / "own", seconds=0.001)
    with pytest.raises(EngineFailed, match=r"longer than 0\.001 s"):
        _thanks(folder, worker)
    assert worker.pid is None


def test_a_model_that_repeats_itself_is_seen_through(endless: Path, worker: Worker) -> None:
    text = "今天给大家介绍蜂蜜和松子，请将它们存放在阴凉干燥处，谢谢大家。"
    draft = translate([text], source="zh", target="ru", folder=endless, worker=worker)[0]
    assert {"loop", "len.ratio", "sentence.doubled", "untranslated"} & {
        found.id for found in draft.findings if found.grave
    }
    assert len(draft.text) < 5000


def test_who_calls_it_off_need_not_wait(folder: Path, worker: Worker) -> None:
    told: list[int] = []
    with pytest.raises(TranslationStopped) as stopped:
        translate(MANY, source="zh", target="ru", folder=folder, worker=worker,
                  on_progress=lambda done, total: told.append(done), cancelled=lambda: bool(told))  # fmt: skip
    assert stopped.value.facts["done"] == told[-1] == 64
    assert _thanks(folder, worker) == "Спасибо всем."


def test_what_progress_raises_ends_the_work(folder: Path, worker: Worker) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyError(done)

    with pytest.raises(KeyError):
        translate(MANY, source="zh", target="ru", folder=folder, worker=worker, on_progress=stop)
    assert _thanks(folder, worker) == "Спасибо всем."


def test_a_model_that_has_gone_is_told(folder: Path, worker: Worker) -> None:
    from service.translation.machine import route

    way = route("zh", "ru", folder=folder)
    (way.hops[0].folder / "model" / "model.bin").unlink()
    with pytest.raises(EngineFailed, match=r"model\.bin"):
        worker.translate(way, ["谢谢大家。"])
