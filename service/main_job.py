"""The main job in one go: database, catalogue, prices, sample stock, tonight's sample show, and its script as documents.

Each step looks whether there is anything to do: a second run writes nothing it need not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.authored import read
from service.catalog.importing import CardsTaken, import_catalogue
from service.compliance.document import Finding
from service.compliance.keeping import findings_of, last_check
from service.database import Database
from service.errors import FilesRejected
from service.inventory.opening import Opened, import_opening
from service.livestream.brief import Brief
from service.livestream.exports import FORMATS, render
from service.livestream.files import ShowPlan
from service.livestream.script import Script
from service.livestream.shows import brief_of, compose_show, save_show
from service.livestream.storing import restore
from service.livestream.writing import Written, write_documents
from service.pricing.importing import PriceImport, import_prices
from service.resources import root
from service.translation.filling import own_cards
from service.translation.memory.harvesting import remember_card
from service.translation.terms.storing import import_terms

__all__ = ["Done", "ShowDone", "prepare"]


@dataclass
class ShowDone:
    """One sample show with its documents."""

    script: Script
    brief: Brief
    version: int
    documents: list[Written]
    findings: list[Finding]


@dataclass
class Done:
    """What the main job did."""

    catalogue: CardsTaken
    prices: PriceImport
    stock: Opened
    shows: list[ShowDone]


def prepare(database: Database, *, out: Path, tell: Callable[[CardsTaken, PriceImport, Opened], None]) -> Done:
    """Bring everything up to date for the organisation this database acts for. Raises `FilesRejected` and whatever composing raises."""
    with database.writing() as session:
        catalogue = import_catalogue(session)
        prices = import_prices(session)
        stock = import_opening(session)
        import_terms(session)
        for card in own_cards(session, [*catalogue.created, *catalogue.updated]):
            remember_card(session, card)
    tell(catalogue, prices, stock)
    shows = [_show(database, plan, out) for plan in sample_shows()]
    return Done(catalogue, prices, stock, shows)


def sample_shows() -> list[ShowPlan]:
    """The plans in `catalogs/shows/`."""
    files = [read(path, ShowPlan) for path in sorted((root("catalogs") / "shows").glob("*.yaml"))]
    if problems := [problem for file in files for problem in file.problems]:
        raise FilesRejected(problems)
    return [file.content for file in files if file.content]


def _show(database: Database, plan: ShowPlan, out: Path) -> ShowDone:
    with database.writing() as session:
        show = save_show(session, plan)
        stored = compose_show(session, show, person="amurlive run")
        script, brief = restore(stored), brief_of(session, stored)
        version = stored.version
        kept = last_check(session, kind="show", key=show.key, version=version)
        findings = findings_of(kept) if kept else []
    names = [out / f"{plan.key}.{form.ending}" for form in FORMATS.values()]
    # The JSON document holds everything the others are made from; office files carry their time of writing inside.
    whole = out / f"{plan.key}.{FORMATS['json'].ending}"
    if all(path.is_file() for path in names) and whole.read_bytes() == render(script, brief, "json"):
        documents = [Written(path, form.purpose, False) for path, form in zip(names, FORMATS.values(), strict=True)]
    else:
        documents = write_documents(script, brief, folder=out, name=plan.key)
    return ShowDone(script, brief, version, documents, findings)
