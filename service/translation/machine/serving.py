"""The process that holds the models and decodes: a line of JSON in, a line of JSON out. Started by worker.py.

Whatever happens to it (a model that crashes, runs out of memory or never ends) happens to it alone. It ends by itself when its caller is
gone or has asked nothing for a while.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.translation.machine.decoding import Model

__all__ = ["serve"]

_KEPT = 4
"""Models in memory at once; one of usual size takes 250 MB."""


def serve(requests: int, answers: int, idle: float) -> None:
    """Answer until the requests end."""
    loaded: OrderedDict[str, Model] = OrderedDict()
    with os.fdopen(requests, "rb") as lines, os.fdopen(answers, "wb") as out:
        while select.select([lines], [], [], idle)[0] and (line := lines.readline()):
            try:
                answer: dict[str, Any] = {"answers": _answered(json.loads(line), loaded)}
            except Exception as error:
                loaded.clear()
                answer = {"error": f"{type(error).__name__}: {error}"[:300]}
            out.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            out.flush()


def _answered(asked: dict[str, Any], loaded: OrderedDict[str, Model]) -> list[list[str]]:
    """Through one package after the other; only the last gives several candidates."""
    texts: list[str] = asked["texts"]
    *first, last = asked["hops"]
    for hop in first:
        model = _model(hop, loaded)
        texts = [
            one[0] if one else ""
            for one in model.translate(texts, beam=asked["beam"], best=1, no_repeat=asked["no_repeat"])
        ]
    return _model(last, loaded).translate(texts, beam=asked["beam"], best=asked["best"], no_repeat=asked["no_repeat"])


def _model(folder: str, loaded: OrderedDict[str, Model]) -> Model:
    from service.translation.machine.decoding import Model

    if folder not in loaded:
        while len(loaded) >= _KEPT:
            loaded.popitem(last=False)
        loaded[folder] = Model(Path(folder))
    loaded.move_to_end(folder)
    return loaded[folder]


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # where memory runs out, this process goes before the service
        Path("/proc/self/oom_score_adj").write_text("800")
    own = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        serve(os.dup(0), own, float(sys.argv[1]))
