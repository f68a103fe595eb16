"""Puts the service together: settings → database → domain routers → pages → error mapping."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from anyio import to_thread
from fastapi import FastAPI

from service import __version__, logs
from service.catalog.api import router as catalog_router
from service.catalog.brands.api import router as brands_router
from service.catalog.brands.papers_api import router as papers_router
from service.catalog.bulk_api import router as bulk_router
from service.catalog.history_api import router as history_router
from service.catalog.media.api import router as media_router
from service.catalog.media.checking import MOST_BYTES
from service.catalog.search.api import router as search_router
from service.catalog.sheets.api import router as sheets_router
from service.compliance.api import router as compliance_router
from service.database import Database
from service.health import router as health_router
from service.http.describing import describe
from service.http.headers import SecurityHeaders
from service.http.limits import Limited
from service.http.observing import Metrics, Observed
from service.http.problems import answer_errors
from service.inventory.api import router as inventory_router
from service.inventory.counting.api import router as counting_router
from service.inventory.reserving.api import router as reserving_router
from service.inventory.reserving.settler import Settler
from service.inventory.shipping.api import router as shipping_router
from service.inventory.watching.api import router as watching_router
from service.jobs.api import router as jobs_router
from service.listings.api import router as listings_router
from service.listings.categories_api import router as categories_router
from service.listings.exports_api import router as exports_router
from service.listings.shops_api import router as shops_router
from service.livestream.api import router as livestream_router
from service.people.api import router as people_router
from service.people.guard import refuse_strangers
from service.people.secrets import installation_key
from service.pricing.api import router as pricing_router
from service.settings import Settings
from service.translation.api import router as translation_router
from service.translation.drafts_api import router as drafts_router
from service.translation.memory.following import close_followers
from service.translation.memory_api import router as memory_router
from service.translation.terms_api import router as terms_router
from service.web.pages import add_pages
from service.webhooks.api import router as webhooks_router
from service.worker.making import make_queue

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Its database is opened at start and its schema brought up to date."""
    settings = settings or Settings()
    logs.configure(settings.log_level, settings.log_format)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = database = Database(settings.database_url)
        database.upgrade()
        app.state.queue = queue = make_queue(settings, app.state.key, database)
        app.state.settler = settler = Settler(database)
        starting = Thread(target=queue.start, args=[settings.workers], name="workers") if settings.workers else None
        if starting:  # beside the first requests: the queue takes longer to import than they to answer
            starting.start()
        yield
        if starting:
            await to_thread.run_sync(starting.join)
        await to_thread.run_sync(settler.close)
        await to_thread.run_sync(queue.stop)
        await to_thread.run_sync(close_followers)
        database.close()

    # No /docs: its scripts come from a CDN that works reliably in neither country; the description itself is served.
    app = FastAPI(
        title="AmurLive", version=__version__, lifespan=life, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )  # fmt: skip
    app.state.settings = settings
    app.state.leaving = Event()  # set when the server is told to stop, so that streams end at once
    app.state.key = installation_key(settings)
    app.state.metrics = Metrics()
    rooms = (
        reserving_router,  # first: a rush pays for every route looked at before its own
        health_router,
        people_router,
        jobs_router,
        webhooks_router,
        catalog_router,
        history_router,
        sheets_router,
        search_router,
        bulk_router,
        brands_router,
        papers_router,
        media_router,
        pricing_router,
        inventory_router,
        shipping_router,
        counting_router,
        watching_router,
        translation_router,
        drafts_router,
        memory_router,
        terms_router,
        compliance_router,
        listings_router,
        shops_router,
        categories_router,
        exports_router,
        livestream_router,
    )
    for router in rooms:
        app.include_router(router)
    add_pages(app)
    answer_errors(app, first=refuse_strangers)
    describe(app)
    app.add_middleware(Limited, most=settings.max_body, uploads=settings.max_upload, picture=MOST_BYTES)
    app.add_middleware(Observed, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders)
    return app
