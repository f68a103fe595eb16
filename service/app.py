"""Puts the service together: settings → database → domain routers → pages → error mapping."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response

from service import http, logs
from service.catalog.api import router as catalog_router
from service.database import Database
from service.livestream.api import router as livestream_router
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
    app = FastAPI(title="AmurLive", version="0.1.0", lifespan=life, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")  # fmt: skip
    app.state.settings = settings
    app.include_router(catalog_router, prefix="/api/v1")
    app.include_router(livestream_router, prefix="/api/v1")
    add_pages(app)
    http.answer_errors(app)
    app.middleware("http")(_with_request_id)
    return app


async def _with_request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every log line of a request carries its id; the caller gets it back."""
    structlog.contextvars.clear_contextvars()
    request_id = uuid.uuid4().hex[:12]
    structlog.contextvars.bind_contextvars(request=request_id)
    response = await call_next(request)
    response.headers["X-Request-Id"] = request_id
    return response
