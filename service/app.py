"""Puts the service together: settings → database → domain routers → pages → error mapping."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service import __version__, logs
from service.catalog.api import router as catalog_router
from service.database import Database
from service.health import router as health_router
from service.http.describing import describe
from service.http.headers import SecurityHeaders
from service.http.limits import Limited
from service.http.observing import Metrics, Observed
from service.http.problems import answer_errors
from service.livestream.api import router as livestream_router
from service.people.api import router as people_router
from service.people.secrets import installation_key
from service.pricing.api import router as pricing_router
from service.settings import Settings
from service.web.pages import add_pages

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Its database is opened at start and its schema brought up to date."""
    settings = settings or Settings()
    logs.configure(settings.log_level, settings.log_format)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = Database(settings.database_url)
        app.state.database.upgrade()
        yield
        app.state.database.close()

    # No /docs: its scripts come from a CDN that works reliably in neither country; the description itself is served.
    app = FastAPI(
        title="AmurLive", version=__version__, lifespan=life, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )  # fmt: skip
    app.state.settings = settings
    app.state.key = installation_key(settings)
    app.state.metrics = Metrics()
    for router in (health_router, people_router, catalog_router, pricing_router, livestream_router):
        app.include_router(router)
    add_pages(app)
    answer_errors(app)
    describe(app)
    app.add_middleware(Limited, most=settings.max_body)
    app.add_middleware(Observed, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders)
    return app
