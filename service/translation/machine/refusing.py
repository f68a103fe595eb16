"""Why the machine does not translate, or a package is not taken."""

from __future__ import annotations

import importlib.util

from service.errors import DomainError
from service.i18n import N_

__all__ = ["EngineFailed", "EngineMissing", "NoModel", "PackageRefused", "TranslationStopped", "need_engine"]


class EngineMissing(DomainError):
    """The extra `mt` is not installed."""

    status = 503
    title = N_("Machine translation is not installed: {module} is missing.")
    remedy = N_("Run: pip install 'amurlive[mt]'. Everything else works without it.")


class NoModel(DomainError):
    """No installed packages lead from one language to the other."""

    status = 503
    title = N_("No installed package leads from {source} to {target}.")
    remedy = N_(
        "Run: amurlive translate install FILE.argosmodel. Direct packages or two through English will do; installed: {installed}."
    )


class PackageRefused(DomainError):
    """The file is not a package that may be installed; nothing was changed."""

    title = N_("“{file}” is not installed: {reason}.")
    remedy = N_("Fetch the package again from where it is published and compare its checksum; nothing was changed.")


class EngineFailed(DomainError):
    """The process that translates ended, ran out of memory or took too long; the next call starts a new one."""

    status = 503
    title = N_("The translation engine gave up: {reason}.")
    remedy = N_("Try again with a shorter text; if it happens again, install the package anew or raise AMURLIVE_MT_MEMORY and AMURLIVE_MT_SECONDS.")  # fmt: skip


class TranslationStopped(DomainError):
    """Whoever asked for the translation called it off."""

    status = 409
    title = N_("The translation was stopped after {done} of {total} sentences.")
    remedy = N_("Start it again when you want it; nothing was kept.")


def need_engine() -> None:
    """Raises EngineMissing, without importing anything, unless all that the worker needs is there."""
    for module in ("ctranslate2", "sentencepiece", "argostranslate"):
        if importlib.util.find_spec(module) is None:
            raise EngineMissing(module=module)
