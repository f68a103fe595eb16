"""All pages in one place: which routers there are, and where their static files lie."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from service.web import (
    account,
    audit,
    batches,
    brands,
    bulk,
    card_editing,
    card_history,
    cards,
    catalogue,
    compliance,
    compliance_evidence,
    compliance_shows,
    duplicates,
    entrance,
    jobs,
    listings,
    listings_categories,
    listings_choices,
    listings_composed,
    listings_exports,
    listings_filling,
    members,
    organisations,
    pictures,
    selling,
    sheets,
    shipments,
    shops,
    start,
    stock,
    stock_acts,
    stock_receive,
    stock_reports,
    stock_watch,
    stocktakes,
    translation,
    translation_drafts,
    translation_memory,
    translation_terms,
)
from service.web.layout import HERE, error_page

__all__ = ["add_pages"]


def add_pages(app: FastAPI) -> None:
    """Pages, static files, and errors as pages."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for room in (
        start,
        entrance,
        account,
        members,
        organisations,
        jobs,
        audit,
        brands,
        sheets,
        batches,
        bulk,
        duplicates,
        pictures,
        stock,
        stock_acts,
        stock_receive,
        stock_watch,
        selling,
        shipments,
        stocktakes,
        stock_reports,
        compliance_evidence,
        compliance_shows,
        compliance,
        shops,
        listings,
        listings_exports,
        listings_filling,
        listings_categories,
        listings_choices,
        listings_composed,
        translation,
        translation_drafts,
        translation_memory,
        translation_terms,
    ):
        app.include_router(room.router)
    # Last, so that no room above is taken for the key of a card.
    for router in (catalogue.router, card_editing.new_cards, cards.router, card_editing.router, card_history.router):
        app.include_router(router)
    app.state.error_page = error_page
