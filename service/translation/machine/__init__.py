"""Machine translation with Argos packages: installed from files, decoded by CTranslate2 in a process of its own, checked sentence by sentence.

What comes out is a draft for a person. The extra `mt` brings the libraries; without it the service starts all the same and the first
call says which command is missing.
"""

from service.translation.machine.engine import Sentence, Translated, translate
from service.translation.machine.guards import Finding
from service.translation.machine.packages import Package, install, packages, remove
from service.translation.machine.refusing import (
    EngineFailed,
    EngineMissing,
    NoModel,
    PackageRefused,
    TranslationStopped,
)
from service.translation.machine.routes import Route, route
from service.translation.machine.worker import Worker

__all__ = [
    "EngineFailed", "EngineMissing", "Finding", "NoModel", "Package", "PackageRefused", "Route", "Sentence", "Translated",
    "TranslationStopped", "Worker", "install", "packages", "remove", "route", "translate",
]  # fmt: skip
