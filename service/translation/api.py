"""HTTP: texts that lack a counterpart, and drafts made for them; how drafts serve; installed models; files sent in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.sheets.api import UploadShown
from service.catalog.sheets.taking import keep_upload
from service.database import in_utc
from service.errors import NotFound
from service.http.kinds import KeyQuery
from service.http.languages import CallerLocale
from service.i18n import N_, Message
from service.jobs.api import JobShown, shown
from service.jobs.ordering import order
from service.people.guard import Guarded, reading, writing
from service.translation.answers import Language
from service.translation.filling import own_cards, undrafted, wanting
from service.translation.jobs import FillWanted
from service.translation.machine.packages import packages
from service.translation.machine.refusing import NoModel
from service.translation.machine.routes import route
from service.translation.reporting import productivity

router = APIRouter(route_class=Guarded, prefix="/api/v1/translations", tags=["translation"])
Reading = Annotated[Session, reading("texts:translate")]
Writing = Annotated[Session, writing("texts:translate")]
Reviewing = Annotated[Session, writing("texts:review")]
SHOWN = 200


class PlaceShown(BaseModel):
    """A text that lacks a counterpart in `locale`; `stale`: there is one, older than its source; `waiting`: a draft of it waits."""

    product: str
    field: str
    locale: Language
    stale: bool
    waiting: bool


class Lacking(BaseModel):
    """What lacks a counterpart: all counted, the first 200 named."""

    total: int
    waiting: int
    items: list[PlaceShown]


class ProductivityShown(BaseModel):
    """Drafts of one origin and engine into one language; `distance` in thousandths, `seconds` the median, `signs` of the source."""

    origin: str
    engine: str
    locale: Language
    waiting: int
    accepted: int
    edited: int
    refused: int
    distance: int | None
    seconds: int | None
    signs: int


class ProductivityTold(BaseModel):
    """How drafts have served."""

    items: list[ProductivityShown]


class ModelShown(BaseModel):
    """An installed package; `size` in bytes."""

    source: str
    target: str
    version: str
    size: int
    licence: str
    sha256: str
    synthetic: bool = Field(description="A test model, not a translator.")
    installed_at: datetime


class Models(BaseModel):
    """Installed packages, and the way from each language into the other; null: none leads there. The operator's command installs them."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [], "ways": {"zh": None, "ru": None}}})
    items: list[ModelShown]
    ways: dict[Language, str | None] = Field(description="By source language, such as zh>en>ru.")


@router.get("/fill")
def read_lacking(
    session: Reading, locale: Language | None = None, product: KeyQuery = None
) -> Lacking:  # fmt: skip
    """What filling would draft: texts of your own cards without a counterpart, or with one older than its source."""
    targets: tuple[Language, ...] = (locale,) if locale else ("zh", "ru")
    places = [one for card in own_cards(session, [product] if product else None) for one in wanting(card, targets)]
    open_ = set(undrafted(session, places))
    items = [
        PlaceShown(
            product=one.key, field=one.field, locale=one.target, stale=one.stale, waiting=one not in open_
        )
        for one in places[:SHOWN]
    ]  # fmt: skip
    return Lacking(total=len(places), waiting=len(places) - len(open_), items=items)


@router.post("/fill", status_code=202)
def post_fill(
    session: Writing, request: Request, response: Response, locale: CallerLocale, wanted: FillWanted
) -> JobShown:
    """Draft what lacks a counterpart: memory first, agreed words, the machine for the rest. A job; what is drafted already is passed over."""
    if wanted.products is not None:
        known = {card.key for card in own_cards(session, wanted.products)}
        for key in wanted.products:
            if key not in known:
                raise NotFound(kind=Message(N_("The product")), name=key)
    return job_ordered(session, request, response, locale, "translate.fill", wanted)


def job_ordered(
    session: Session, request: Request, response: Response, locale: CallerLocale, kind: str, wanted: BaseModel
) -> JobShown:
    """Order a job, told with where to follow it."""
    job = order(session, kind=kind, parameters=wanted)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return shown(job, locale, request.app.state.queue)


@router.get("/productivity")
def read_productivity(
    session: Reading, since: Annotated[datetime | None, Query(description="Decided since; without a time zone: UTC.")] = None
) -> ProductivityTold:  # fmt: skip
    """What became of drafts by where they came from, and how far people's texts are from them."""
    rows = productivity(session, since=in_utc(since))
    return ProductivityTold(items=[ProductivityShown.model_validate(vars(one)) for one in rows])


@router.get("/models")
def read_models(session: Reading, request: Request) -> Models:
    """Installed packages of the translation engine."""
    folder = request.app.state.settings.mt_dir
    names = list(ModelShown.model_fields)
    items = [ModelShown.model_validate({name: getattr(one, name) for name in names}) for one in packages(folder)]
    ways: dict[Language, str | None] = {"zh": _way("zh", "ru", folder), "ru": _way("ru", "zh", folder)}
    return Models(items=items, ways=ways)


def _way(source: Language, target: Language, folder: Path) -> str | None:
    try:
        return route(source, target, folder=folder).label
    except NoModel:
        return None


@router.post("/uploads", status_code=201)
def post_upload(
    session: Reviewing, content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)],
    name: Annotated[str, Query(max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\]+$", description="File name with its ending, such as all.tmx.")],
) -> UploadShown:  # fmt: skip
    """Send a file of pairs or terms as the body; kept for a week. Bring it in at /memory/import or /terms/import."""
    kept = keep_upload(session, name=name, content=content)
    return UploadShown(id=kept.id, name=kept.name, size=kept.size, at=kept.at)
