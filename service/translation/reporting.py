"""How well drafts serve: what became of them by where they came from, and how far people's texts are from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.translation.models import Draft

__all__ = ["Productivity", "productivity"]


@dataclass(frozen=True)
class Productivity:
    """Drafts of one origin and engine into one language. `distance` is the mean of those taken, in thousandths (0: taken word for word);

    `seconds` the median a reader took, where the page told it; `signs` what they came to in characters of the source.
    """

    origin: str
    engine: str
    locale: str
    waiting: int
    accepted: int
    edited: int
    refused: int
    distance: int | None
    seconds: int | None
    signs: int


def productivity(session: Session, *, since: datetime | None = None) -> list[Productivity]:
    """By origin, engine and language; drafts decided since a moment, and those that wait."""
    query = select(
        Draft.origin, Draft.engine, Draft.locale, Draft.state, Draft.distance, Draft.seconds, Draft.source_text, Draft.decided_at
    ).where(Draft.state != "withdrawn")  # fmt: skip
    groups: dict[tuple[str, str, str], list[tuple[str, int | None, int | None, int]]] = defaultdict(list)
    for origin, engine, locale, state, distance, seconds, source, decided in session.execute(query):
        if since is None or decided is None or decided >= since:
            groups[origin, engine or "", locale].append((state, distance, seconds, len(source)))
    found = []
    for (origin, engine, locale), rows in sorted(groups.items()):
        states = [row[0] for row in rows]
        taken = [row for row in rows if row[0] in ("accepted", "edited")]
        distances = [row[1] for row in taken if row[1] is not None]
        times = [row[2] for row in rows if row[2] is not None]
        found.append(
            Productivity(
                origin, engine, locale, states.count("waiting"), states.count("accepted"), states.count("edited"), states.count("refused"),
                round(sum(distances) / len(distances)) if distances else None, round(median(times)) if times else None,
                sum(row[3] for row in taken),
            )
        )  # fmt: skip
    return found
