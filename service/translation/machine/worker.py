"""The caller's side of the process that decodes: starts it when needed, watches its memory and time, ends it, starts another.

One process serves all threads of a service, a batch at a time, so that a short question waits for one batch of a long job and not for the
job. The process is young and cheap: weights are read in 30 … 70 ms, so to stop it is to end it.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from service.i18n import N_, Message
from service.translation.machine.packages import argos_environment, default_folder
from service.translation.machine.refusing import EngineFailed, need_engine
from service.translation.machine.routes import Route

__all__ = ["Stopped", "Worker", "shared"]

_LOOK = 0.05
"""Seconds between two looks at memory, time and the wish to stop."""


class Stopped(Exception):
    """The caller called it off."""


class Worker:
    """A process with models in it. `memory` in MB, `seconds` for one batch, `idle` seconds until it ends by itself."""

    def __init__(
        self, *, folder: Path | None = None, memory: int = 2000, seconds: float = 120, idle: float = 600
    ) -> None:
        self._folder = folder
        self._memory, self._seconds, self._idle = memory * 10**6, seconds, idle
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Number of the process, if one runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def translate(
        self,
        route: Route,
        texts: Sequence[str],
        *,
        beam: int = 4,
        best: int = 1,
        no_repeat: int = 0,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[list[str]]:
        """For each text (one batch, each a sentence) its `best` most likely translations. Raises EngineMissing, EngineFailed, Stopped.

        `no_repeat`: no run of so many pieces of words may come twice, against loops.
        """
        asked = {
            "hops": [str(hop.folder.resolve()) for hop in route.hops], "texts": list(texts), "beam": beam, "best": best, "no_repeat": no_repeat,
        }  # fmt: skip
        while not self._lock.acquire(timeout=_LOOK):
            if cancelled and cancelled():
                raise Stopped
        try:
            answer = json.loads(self._ask(json.dumps(asked, ensure_ascii=False).encode() + b"\n", cancelled))
        finally:
            self._lock.release()
        if "error" in answer:
            raise EngineFailed(reason=answer["error"])
        candidates: list[list[str]] = answer["answers"]
        return candidates

    def close(self) -> None:
        """End the process; the next call starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            need_engine()
            self.close()
            home = (self._folder or default_folder()) / "argos"
            home.mkdir(parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.translation.machine.serving", str(self._idle)],
                env=argos_environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            )  # fmt: skip
        return self._process

    def _ask(self, line: bytes, cancelled: Callable[[], bool] | None) -> bytes:
        """Send a line, wait for the answer, keep an eye on the process meanwhile."""
        process = self._running()
        assert process.stdin
        assert process.stdout
        os.set_blocking(process.stdin.fileno(), False)
        deadline, left, answer = time.monotonic() + self._seconds, memoryview(line), bytearray()
        try:
            while not answer.endswith(b"\n"):
                writable = [process.stdin] if left else []
                readable, ready, _ = select.select([process.stdout], writable, [], _LOOK)
                if ready:
                    left = left[os.write(process.stdin.fileno(), left) :]
                if readable:
                    block = os.read(process.stdout.fileno(), 2**20)
                    if not block:
                        raise self._ended(process)
                    answer += block
                elif not ready:
                    self._look(process, deadline, cancelled)
        except BrokenPipeError:
            raise self._ended(process) from None
        except BaseException:
            self.close()  # an answer that comes late must not meet the next question
            raise
        return bytes(answer)

    def _look(self, process: subprocess.Popen[bytes], deadline: float, cancelled: Callable[[], bool] | None) -> None:
        if cancelled and cancelled():
            raise Stopped
        if time.monotonic() > deadline:
            raise EngineFailed(reason=Message(N_("it took longer than {seconds} s"), {"seconds": self._seconds}))
        if _resident(process.pid) > self._memory:
            raise EngineFailed(reason=Message(N_("it took more than {size} MB"), {"size": self._memory // 10**6}))

    def _ended(self, process: subprocess.Popen[bytes]) -> EngineFailed:
        code = process.wait()
        self.close()
        return EngineFailed(reason=Message(N_("its process ended ({how})"), {"how": _how(code)}))


def _how(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"exit {code}"
    except ValueError:
        return str(code)


def _resident(pid: int) -> int:
    """Bytes of memory a process really takes; 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@cache
def shared() -> Worker:
    """The worker of this process, by the settings."""
    from service.settings import Settings

    settings = Settings()
    worker = Worker(folder=settings.mt_dir, memory=settings.mt_memory, seconds=settings.mt_seconds)
    atexit.register(worker.close)
    return worker
