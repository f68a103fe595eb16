"""Which packages lead from one language to the other: a direct one, else two through English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.translation.machine.packages import Package, packages
from service.translation.machine.refusing import NoModel

__all__ = ["Route", "route"]

_PIVOT = "en"


@dataclass(frozen=True)
class Route:
    """The packages a text goes through, in order."""

    hops: tuple[Package, ...]

    @property
    def label(self) -> str:
        """The languages: zh>ru, or zh>en>ru."""
        return ">".join([self.hops[0].source, *(hop.target for hop in self.hops)])

    def engine(self, beam: int) -> str:
        """What goes on record with each text: packages with versions and checksums, and the width of the search."""
        return f"argos {' + '.join(hop.label for hop in self.hops)}, beam {beam}"


def route(source: str, target: str, *, folder: Path | None = None, installed: Sequence[Package] | None = None) -> Route:
    """The way by what is installed now. Raises NoModel."""
    shelf = {(one.source, one.target): one for one in (packages(folder) if installed is None else installed)}
    for way in ([(source, target)], [(source, _PIVOT), (_PIVOT, target)]):
        if all(hop in shelf for hop in way):
            return Route(tuple(shelf[hop] for hop in way))
    raise NoModel(source=source, target=target, installed=", ".join(one.direction for one in shelf.values()) or "—")
