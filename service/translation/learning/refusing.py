"""Why nothing is learnt."""

from __future__ import annotations

import importlib.util

from service.errors import DomainError
from service.i18n import N_

__all__ = ["LearnerMissing", "MemoryChanged", "NothingLearnt", "NothingToResume", "TooFewPairs", "need_learner"]


class LearnerMissing(DomainError):
    """The extra `train` is not installed."""

    status = 503
    title = N_("Training is not installed: {module} is missing.")
    remedy = N_("Run: pip install 'amurlive[train,mt]' (1.5 GB with a CPU build of torch). Only this command needs it.")


class TooFewPairs(DomainError):
    """The memory does not hold enough different reviewed sentences to learn from and to be measured on."""

    title = N_(
        "The memory gives {found} reviewed sentences to learn from and {held} to measure with; {least} and {least_held} are needed."
    )
    remedy = N_("Review more drafts (amurlive translate queue), take in the pairs of cards (amurlive translate memory harvest) or bring reviewed pairs in: amurlive translate memory import FILE.tmx --reviewed.")  # fmt: skip


class NothingToResume(DomainError):
    """No training of this direction was begun."""

    status = 404
    title = N_("No training from {source} to {target} has been begun.")
    remedy = N_("Start it without --resume.")


class MemoryChanged(DomainError):
    """The pairs are no longer those the training began with."""

    status = 409
    title = N_("The memory or the names of brands have changed since this training from {source} to {target} began.")
    remedy = N_("Start it anew, without --resume; the half-trained model is replaced.")


class NothingLearnt(DomainError):
    """Time ran out before the first round through the pairs, or the weights came to nothing."""

    title = N_("Nothing usable was learnt in {minutes} min.")
    remedy = N_("Give it more time with --minutes.")


def need_learner() -> None:
    """Raises LearnerMissing, without importing anything."""
    for module in ("torch", "sentencepiece", "ctranslate2"):
        if importlib.util.find_spec(module) is None:
            raise LearnerMissing(module=module)
