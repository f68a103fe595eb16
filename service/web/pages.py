"""All pages in one place: which routers there are, and where their static files lie."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from service.web import account, audit, bulk, duplicates, entrance, jobs, members, organisations, start
from service.web.layout import HERE, error_page

__all__ = ["add_pages"]


def add_pages(app: FastAPI) -> None:
    """Pages, static files, and errors as pages."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for room in (start, entrance, account, members, organisations, jobs, audit, bulk, duplicates):
        app.include_router(room.router)
    app.state.error_page = error_page
