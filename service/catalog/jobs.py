"""Background work of the catalogue."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from service.catalog.importing import import_catalogue
from service.i18n import N_
from service.jobs.kinds import Nothing, Outcome, Work, kind


@kind("catalogue.import", title=N_("Taking over the catalogue files"), right="catalogue:write")
def import_files(_work: Work, _wanted: Nothing) -> Outcome:
    """Take the shipped catalogue files over as cards of one's own; all or nothing."""

    def effect(session: Session) -> dict[str, Any]:
        report = import_catalogue(session)
        return {name: len(getattr(report, name)) for name in ("created", "updated", "unchanged")}

    return Outcome(effect=effect)
