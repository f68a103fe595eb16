"""What wants a person: alerts, lots near their end, and how long stock lasts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.http.languages import CallerLocale
from service.http.paging import After
from service.inventory.files import states, stock_rules
from service.inventory.places import SELLING, find_place, place_list, places_by_key
from service.inventory.watching.ageing import LotAge, ageing
from service.inventory.watching.alerts import KINDS, alert_page, watch
from service.inventory.watching.cover import cover
from service.inventory.watching.models import Alert
from service.people.guard import Guarded, reading
from service.web.layout import back, page
from service.web.stock import PlaceQuery, holding_places, link
from service.web.stock_acts import OURS, Writing
from service.web.stock_words import StockWords

router = APIRouter(route_class=Guarded, prefix="/stock", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
Kind = Literal["", "low", "expiring", "stuck", "cold_chain", "falling", "drift"]
Age = Literal["", "expired", "near", "good", "undated"]
ON_PAGE = 50
MOST = 300  # lots or SKUs that a page lists


@router.get("/alerts")
def alerts(
    session: Reading, request: Request, locale: CallerLocale, kind: Kind = "", over: bool = False, after: After = None,
    opened: Annotated[int | None, Query(ge=0, lt=2**31)] = None, closed: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> HTMLResponse:  # fmt: skip
    """Alerts, newest first; those that are over only if asked for."""
    rows, following = alert_page(session, after=after, limit=ON_PAGE, kind=kind or None, over=over)
    kept = {"kind": kind, "over": "true" if over else ""}
    return page(
        request, locale, "stock_alerts.html", rows=rows, kinds=KINDS, kept=kept, after=after, looked=(opened, closed),
        further=link("/stock/alerts", **kept, after=following) if following else "", places=places_by_key(session),
        skus=skus_by_code(session, _codes(rows), with_texts=True), steps=states(), zones={zone.key: zone for zone in stock_rules().zones},
        transports={one.key: one for one in stock_rules().transports}, says=StockWords(locale), link=link,
    )  # fmt: skip


def _codes(rows: list[Alert]) -> set[str]:
    return {str(row.data["sku"]) for row in rows if "sku" in row.data}


@router.post("/alerts/look", dependencies=OURS)
def look(session: Writing) -> Response:
    """Look at everything now; the service does so once an hour."""
    seen = watch(session)
    return back(f"/stock/alerts?opened={seen.opened}&closed={seen.closed}")


@router.get("/ageing")
def ages(
    session: Reading, request: Request, locale: CallerLocale, state: Age = "", place: PlaceQuery = ""
) -> HTMLResponse:
    """Lots and the days they have left: what is over or near its end first."""
    where = find_place(session, place) if place else None

    def some(*wanted: str, limit: int) -> list[LotAge]:
        return ageing(session, place=where, states=wanted, limit=limit) if limit > 0 else []

    if state:
        found = some(state, limit=MOST + 1)
    else:
        found = [lot for one in ("expired", "near") for lot in some(one, limit=MOST + 1)]
        found += some("good", "undated", limit=MOST + 1 - len(found))
    return page(
        request, locale, "stock_ageing.html", lots=found[:MOST], more=len(found) > MOST, most=MOST, kept={"state": state, "place": place},
        places=holding_places(session), rules=stock_rules(), says=StockWords(locale), link=link,
    )  # fmt: skip


@router.get("/cover")
def covers(session: Reading, request: Request, locale: CallerLocale, place: PlaceQuery = "") -> HTMLResponse:
    """How long each SKU lasts where it sells, when it runs out, and what to send by when."""
    found = cover(session, place=find_place(session, place) if place else None)
    sold, still = [one for one in found if one.days is not None], [one for one in found if one.days is None]
    days = stock_rules().cover_days
    return page(
        request, locale, "stock_cover.html", rows=sold[:MOST], more=len(sold) - MOST, still=still[:MOST], still_count=len(still),
        rules={"watched": stock_rules().sales_speed_days, "low": days.low, "target": days.target}, kept={"place": place},
        places=[one for one in place_list(session) if one.kind in SELLING], says=StockWords(locale), link=link,
    )  # fmt: skip
