"""How far a training has come: a small file beside its weights, written whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from service.translation.learning.refusing import MemoryChanged, NothingToResume

__all__ = ["Shape", "State", "forget_state", "read_state", "resumed", "shape_for", "write_state"]

_NAME = "state.json"


@dataclass(frozen=True)
class Shape:
    """Size of a network: layers on each side, width, heads, inner width, pieces of words."""

    layers: int
    width: int
    heads: int
    inner: int
    words: int


@dataclass(frozen=True)
class State:
    """What must be known to go on. `data`: digest of the sentences; `losses`: on the watched ones, after each round of steps; `ended`: why

    it is over (stopped improving, came to nothing), empty if only time ran out.
    """

    source: str
    target: str
    data: str
    shape: Shape
    rounds: int = 0
    steps: int = 0
    losses: tuple[float, ...] = ()
    seconds: float = 0.0
    ended: str = ""

    @property
    def best(self) -> int:
        """The round with the least loss, counted from 1; 0 before the first."""
        return self.losses.index(min(self.losses)) + 1 if self.losses else 0

    def after(self, *, steps: int, loss: float, seconds: float) -> State:
        """One round later."""
        return replace(
            self, rounds=self.rounds + 1, steps=self.steps + steps, losses=(*self.losses, round(loss, 5)), seconds=round(self.seconds + seconds, 1)
        )  # fmt: skip


def shape_for(sentences: int, signs: int) -> Shape:
    """A network that so many sentences can fill, and that two cores train in minutes. `signs`: different ones in both languages."""
    if sentences < 3_000:
        layers, width, words = 2, 96, 1_000
    elif sentences < 20_000:
        layers, width, words = 3, 128, 2_000
    else:
        layers, width, words = 4, 192, 4_000
    return Shape(layers, width, width // 32 if width > 96 else 4, width * 3, max(words, signs + 500))


def write_state(folder: Path, state: State) -> None:
    """After its weights were written, which carry the number of the round in their name."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".{_NAME}"
    new.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    os.replace(new, folder / _NAME)


def forget_state(folder: Path) -> None:
    """Before anything is begun anew: weights and vocabulary will no longer be those the file tells of."""
    (folder / _NAME).unlink(missing_ok=True)


def read_state(folder: Path) -> State | None:
    """None where there is none, or none that can be read."""
    try:
        told = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        return State(**told | {"shape": Shape(**told["shape"]), "losses": tuple(told["losses"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def resumed(folder: Path, *, source: str, target: str, data: str) -> State:
    """The training to go on with. Raises NothingToResume, MemoryChanged."""
    state = read_state(folder)
    if state is None or (state.source, state.target) != (source, target):
        raise NothingToResume(source=source, target=target)
    if state.data != data:
        raise MemoryChanged(source=source, target=target)
    return state
