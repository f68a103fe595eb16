"""How the service does, for those who run it: alive, ready, measured."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from prometheus_client import generate_latest
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.database import Database
from service.http.observing import Metrics
from service.people.guard import Guarded, reading

router = APIRouter(route_class=Guarded, tags=["operating"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """What work needs: database reached, its schema the one this version knows; `walls` tells whether PostgreSQL's hold."""

    status: str
    database: str
    schema_version: str | None
    walls: str


@router.get("/healthz")
def alive() -> Alive:
    """The process lives. Looks at nothing else."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready, "description": "Not ready: do not send requests here."}})
def ready(request: Request, response: Response) -> Ready:
    """Requests may be sent here."""
    database: Database = request.app.state.database
    state = database.state()
    good = state.reached and state.schema == state.newest
    response.status_code = 200 if good else 503
    return Ready(
        status="ready" if good else "not ready",
        database="reached" if state.reached else "not reached",
        schema_version=state.schema,
        walls={True: "second wall stands", False: "second wall is off: the database user is a superuser", None: "SQLite has one wall"}[state.walled],
    )  # fmt: skip


@router.get("/metrics", response_class=Response)
def metrics(_session: Annotated[Session, reading("operate")], request: Request) -> Response:
    """For Prometheus, which sends a token with the scope `operate`."""
    found: Metrics = request.app.state.metrics
    return Response(generate_latest(found.registry), media_type="text/plain; version=0.0.4; charset=utf-8")
