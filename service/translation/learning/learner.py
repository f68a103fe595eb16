"""The training itself: rounds of steps, each followed by a look at the watched sentences, until they stop improving or time is up.

Everything random follows from the number of the step, so a training that was stopped goes on as if it had not been. Torch is imported
when it is needed.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.translation.learning.refusing import NothingLearnt, need_learner
from service.translation.learning.state import State, forget_state, write_state

__all__ = ["PIECES", "Progress", "exported", "learn"]

PIECES = "sentencepiece.model"
Pairs = Sequence[tuple[str, str]]
_BATCH, _ROUND, _WARMUP, _SEED = 64, 250, 400, 20261125
_PATIENCE = 6
"""Rounds through all sentences without a better loss."""
_SMOOTHING, _AVERAGED = 0.1, 0.998
_WAYS = 8
"""Ways to cut a text into pieces, likeliest first, of which each epoch draws one: little data teaches more about parts of words so."""
_PEAK = {96: 3e-3, 128: 2.5e-3, 192: 1.5e-3}


@dataclass(frozen=True)
class Progress:
    """After a round: how often all sentences were seen, losses on learnt and watched ones, seconds left of what was allowed."""

    epoch: float
    loss: float
    watched: float
    best: bool
    left: float


def learn(
    pairs: Pairs, watched: Pairs, *, folder: Path, state: State, minutes: float, told: Callable[[Progress], None] = lambda progress: None,
) -> State:  # fmt: skip
    """Train on pairs as the engine shows them, in a folder of checkpoints, from where `state` says. `minutes` are those of a clock.

    Raises LearnerMissing, and NothingLearnt if time was up before the first round.
    """
    need_learner()
    import torch

    torch.set_num_threads(1)  # matrices this small lose more by waiting for each other than two cores gain
    folder.mkdir(parents=True, exist_ok=True)
    if not state.rounds:
        forget_state(folder)
    begun, deadline = time.monotonic(), time.monotonic() + 60 * minutes
    vocabulary = _vocabulary(folder, state, pairs)
    course = _Course(state, [_coded(vocabulary, pair) for pair in pairs], [_drawn(_coded(vocabulary, pair)) for pair in watched], vocabulary.get_piece_size())  # fmt: skip
    if state.rounds:
        course.load(folder / f"round-{state.rounds}.pt")
    patience = math.ceil(_PATIENCE * course.per_epoch / course.per_round)
    while not state.ended and (loss := course.round(state.steps, deadline)) is not None:
        seen = course.watched_loss()
        passed, begun = time.monotonic() - begun, time.monotonic()
        if not math.isfinite(seen):
            state = replace(state, ended="diverged")
            break
        state = state.after(steps=course.per_round, loss=seen, seconds=passed)
        if state.rounds - state.best >= patience:
            state = replace(state, ended="settled")
        _kept(folder, state, course)
        told(Progress(state.steps / course.per_epoch, loss, seen, state.best == state.rounds, max(0.0, deadline - time.monotonic())))  # fmt: skip
    if not state.best:
        raise NothingLearnt(minutes=f"{minutes:g}")
    return state


def exported(folder: Path, state: State) -> Path:
    """The best weights as a folder of CTranslate2 beside the checkpoints."""
    need_learner()
    import sentencepiece
    import torch

    from service.translation.learning.exporting import export
    from service.translation.learning.network import Network

    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(folder / PIECES))
    network = Network(state.shape, vocabulary.get_piece_size())
    network.load_state_dict(torch.load(folder / f"best-{state.best}.pt", weights_only=True))
    export(network.eval(), [vocabulary.id_to_piece(i) for i in range(vocabulary.get_piece_size())], folder / "model")
    return folder / "model"


def _vocabulary(folder: Path, state: State, pairs: Pairs) -> Any:
    """Pieces of words of both languages; a training that goes on keeps its own."""
    import sentencepiece

    file = folder / PIECES
    if not state.rounds:
        with (folder / f".{PIECES}").open("wb") as out:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter([text for pair in pairs for text in pair]), model_writer=out, vocab_size=state.shape.words,
                character_coverage=1.0, split_digits=True, hard_vocab_limit=False, normalization_rule_name="identity",
                required_chars="".join(map(chr, range(33, 127))), minloglevel=2, num_threads=2,
            )  # fmt: skip
        os.replace(folder / f".{PIECES}", file)
    return sentencepiece.SentencePieceProcessor(model_file=str(file))


Coded = tuple[list[int], list[int]]
"""Pieces of a source and of its target, the latter between its marks of beginning and end."""


def _coded(vocabulary: Any, pair: tuple[str, str]) -> list[tuple[list[int], ...]]:
    """Both texts in several ways each."""
    return [tuple(vocabulary.nbest_encode(text, nbest_size=_WAYS, out_type=int)) for text in pair]


def _drawn(ways: list[tuple[list[int], ...]], dice: random.Random | None = None) -> Coded:
    """The likeliest way half of the time, and always without dice."""
    from service.translation.learning.network import LONGEST

    said, answered = (some[0] if dice is None or dice.random() < 0.5 else dice.choice(some) for some in ways)
    return said[:LONGEST], [1, *answered[: LONGEST - 2], 2]


def _kept(folder: Path, state: State, course: _Course) -> None:
    """Weights first, then the state that names them, then the old weights go."""
    import torch

    def save(content: object, name: str) -> None:
        torch.save(content, folder / f".{name}")
        os.replace(folder / f".{name}", folder / name)

    save(course.everything(), f"round-{state.rounds}.pt")
    if state.best == state.rounds:
        save(course.averaged.state_dict(), f"best-{state.best}.pt")
    write_state(folder, state)
    for old in folder.glob("*.pt"):
        if old.name not in (f"round-{state.rounds}.pt", f"best-{state.best}.pt"):
            old.unlink()


class _Course:
    """The network on its way, with the running average of its weights, which is what is measured and kept."""

    def __init__(self, state: State, coded: list[list[tuple[list[int], ...]]], watched: list[Coded], words: int) -> None:  # fmt: skip
        import copy

        import torch

        from service.translation.learning.network import Network

        torch.manual_seed(_SEED)
        self._coded, self._watched, self._peak = coded, watched, _PEAK[state.shape.width]
        self.network = Network(state.shape, words)
        self.averaged = copy.deepcopy(self.network).eval()
        self._optimizer = torch.optim.AdamW(self.network.parameters(), lr=self._peak, betas=(0.9, 0.98), weight_decay=0.01)  # fmt: skip
        self.per_epoch = math.ceil(len(coded) / _BATCH)
        self.per_round = min(self.per_epoch, _ROUND)

    def everything(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "network": self.network.state_dict(), "averaged": self.averaged.state_dict(), "optimizer": self._optimizer.state_dict(),
        }  # fmt: skip

    def load(self, file: Path) -> None:
        """Go on from a checkpoint."""
        import torch

        kept = torch.load(file, weights_only=True)
        self.network.load_state_dict(kept["network"])
        self.averaged.load_state_dict(kept["averaged"])
        self._optimizer.load_state_dict(kept["optimizer"])

    def round(self, done: int, deadline: float) -> float | None:
        """The steps of one round and their mean loss; None if time was up: what was begun is then forgotten."""
        import torch

        torch.manual_seed(_SEED + done)
        self.network.train()
        total = 0.0
        for step in range(done, done + self.per_round):
            if time.monotonic() > deadline:
                return None
            total += self._step(step)
        return total / self.per_round

    def _step(self, step: int) -> float:
        import torch

        self._optimizer.param_groups[0]["lr"] = self._peak * min((step + 1) / _WARMUP, math.sqrt(_WARMUP / (step + 1)))
        loss = self._loss(self.network, self._batch(step), smoothing=_SMOOTHING)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        keep = min(_AVERAGED, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.averaged.parameters()), list(self.network.parameters()), 1 - keep)
        return float(loss.detach())

    def _batch(self, step: int) -> list[Coded]:
        """Sentences of like length; their order is that of the epoch, drawn anew for each."""
        epoch, place = divmod(step, self.per_epoch)
        if getattr(self, "_epoch", None) != epoch:
            self._epoch, self._order = epoch, list(self._ordered(epoch))
        return self._order[place]

    def _ordered(self, epoch: int) -> Iterator[list[Coded]]:
        dice = random.Random(_SEED + epoch)
        mixed = [_drawn(ways, dice) for ways in dice.sample(self._coded, len(self._coded))]
        batches = []
        for start in range(0, len(mixed), 32 * _BATCH):
            stretch = sorted(mixed[start : start + 32 * _BATCH], key=lambda one: (len(one[1]), len(one[0])))
            batches += [stretch[i : i + _BATCH] for i in range(0, len(stretch), _BATCH)]
        yield from dice.sample(batches, len(batches))

    def watched_loss(self) -> float:
        """Of the averaged weights, in nats for each piece."""
        import torch

        total, count = 0.0, 0
        with torch.no_grad():
            for start in range(0, len(self._watched), _BATCH):
                batch = self._watched[start : start + _BATCH]
                pieces = sum(len(target) - 1 for _, target in batch)
                total += float(self._loss(self.averaged, batch)) * pieces
                count += pieces
        return total / count

    @staticmethod
    def _loss(network: Any, batch: list[Coded], *, smoothing: float = 0.0) -> Any:
        import torch
        from torch.nn.functional import cross_entropy

        from service.translation.learning.network import PADDING

        def padded(rows: list[list[int]]) -> Any:
            longest = max(map(len, rows))
            return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])

        source, target = padded([one[0] for one in batch]), padded([one[1] for one in batch])
        guess = network(source, target[:, :-1])
        return cross_entropy(guess.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PADDING, label_smoothing=smoothing)  # fmt: skip
