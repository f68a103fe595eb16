"""The machine as the road of a text takes it: by what is installed, with names of brands kept, never with a test model unless allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.translation.checks.pair import Name
from service.translation.drafting import Language, Machine
from service.translation.machine.engine import Translated, translate
from service.translation.machine.guards import TermCheck
from service.translation.machine.refusing import NoModel
from service.translation.machine.routes import route

__all__ = ["machines"]


def machines(
    names: Sequence[Name], *, progress: Callable[[int, int], None] | None = None, cancelled: Callable[[], bool] | None = None
) -> Callable[[Language, Language], Machine | None]:  # fmt: skip
    """For each direction the machine, or None where no package leads there."""

    def between(source: Language, target: Language) -> Machine | None:
        try:
            route(source, target)
        except NoModel:
            return None
        kept = {getattr(name, source): getattr(name, target) for name in names}

        def run(texts: Sequence[str], terms: TermCheck) -> list[Translated]:
            return translate(
                texts, source=source, target=target, protected_terms=kept, term_check=terms, on_progress=progress, cancelled=cancelled
            )  # fmt: skip

        return run

    return between
