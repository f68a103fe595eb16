"""Wildberries: three hosts, one token. A card taken is not a card made: errors and numbers are asked for until up to half an hour later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from service.errors import DomainError
from service.listings.connectors.calling import Answer, Busy, Signed, Unclear
from service.listings.connectors.connector import Connector
from service.listings.connectors.outcomes import Fault, Learned, Outcome, Ticket, Told, said
from service.listings.forms.form import Request

__all__ = ["Wildberries"]

_UPLOAD, _ADD, _UPDATE = "/content/v2/cards/upload", "/content/v2/cards/upload/add", "/content/v2/cards/update"
_MEDIA, _STOCKS, _PRICES = "/content/v3/media/save", "/api/v3/stocks/{warehouseId}", "/api/v2/upload/task"
_HOSTS = (("/content/", "content"), ("/api/v3/", "marketplace"), ("/api/v2/", "prices"))
_SKEW = timedelta(minutes=5)  # by which their clock may differ from ours
_PAGE = 100
_PAGES = 50


class Wildberries(Connector):
    """Refs learned: nm_id, imt_id, and chrt_id of cards of one size."""

    channel = "wildberries"
    hosts: ClassVar[Mapping[str, str]] = {
        "content": "https://content-api.wildberries.ru",
        "marketplace": "https://marketplace-api.wildberries.ru",
        "prices": "https://discounts-prices-api.wildberries.ru",
    }
    lists: ClassVar[Mapping[str, str]] = {
        _UPLOAD: "", _ADD: "cardsToAdd", _UPDATE: "", _MEDIA: "", _STOCKS: "stocks", _PRICES: "data",
    }  # fmt: skip
    creates = frozenset({_UPLOAD, _ADD})

    def sign(self, name: str, body: bytes) -> Signed:
        """The token, as it is."""
        return Signed({"Authorization": self.keys["token"]})

    def place(self, name: str, call: str) -> tuple[str, str, str]:
        """The host goes by the beginning of the path."""
        verb, _, path = call.partition(" ")
        return verb, next(host for start, host in _HOSTS if path.startswith(start)), path

    def weigh(self, name: str, status: int) -> int:
        """A refused change of stock counts as ten calls."""
        return 10 if name == _STOCKS and 400 <= status < 500 else 1

    def codes_of(self, item: Any) -> list[str]:
        """The codes of a group's cards, or what our refs know a number by."""
        if "variants" in item:
            return [str(one["vendorCode"]) for one in item["variants"]]
        if code := item.get("vendorCode"):
            return [str(code)]
        number = ("chrt_id", item["chrtId"]) if "chrtId" in item else ("nm_id", item.get("nmID", item.get("nmId")))
        return self.known(*number)

    def marks(self, item: Any) -> list[str]:
        """Codes and numbers."""
        return [*self.codes_of(item), *(str(item[one]) for one in ("chrtId", "nmID", "nmId") if one in item)]

    def refusals(self, request: Request, answer: Answer) -> list[Fault]:
        """Three shapes: a list by sizes, {"error", "errorText", "additionalErrors"}, and {"title", "detail", "code"}."""
        data = answer.data
        if isinstance(data, list):
            return [fault for one in data for fault in _of_sizes(one)] if answer.status >= 300 else []
        data = data if isinstance(data, dict) else {}
        if answer.status < 300 and not data.get("error"):
            return []
        more = data.get("additionalErrors")
        if isinstance(more, dict) and more:
            return [Fault("card_error", f"{key}: {text}") for key, texts in more.items() for text in _texts(texts)]
        text = data.get("errorText") or data.get("detail") or data.get("message") or data.get("title") or answer.text
        return [Fault(str(data.get("code") or answer.status), str(text)[:500])]

    def read(self, request: Request, answer: Answer) -> Told:
        """Cards and prices are decided later; stock and pictures are taken at once."""
        codes, name = self.codes(request), self.name(request.call)
        if name in (_UPLOAD, _ADD, _UPDATE):
            return Told(tickets=[self._cards_ticket(request)])
        data = answer.data if isinstance(answer.data, dict) else {}
        if name == _PRICES and (number := (data.get("data") or {}).get("id")):
            return Told(tickets=[Ticket("prices", str(number), tuple(codes), request.call)])
        return Told(said(codes, "accepted", call=request.call))

    def look(self, ticket: Ticket) -> Told:
        """What became of cards sent at a moment, or of an upload of prices."""
        return self._prices(ticket) if ticket.kind == "prices" else self._cards(ticket)

    def lost(self, request: Request, reason: str) -> Told:
        """Cards that are there, or in the list of those with errors, have arrived."""
        try:
            told = self._cards(self._cards_ticket(request))
        except (Busy, Unclear, DomainError):  # it has gone out all the same
            return super().lost(request, reason)
        rest = tuple(code for one in told.tickets for code in one.codes)
        told.tickets = []
        return told.add(super().lost(Request(request.call, [], rest), reason)) if rest else told

    def _cards_ticket(self, request: Request) -> Ticket:
        sent = datetime.fromtimestamp(self.clock.wall(), UTC)
        return Ticket("cards", sent.isoformat(timespec="seconds"), tuple(self.codes(request)), request.call)

    def _cards(self, ticket: Ticket) -> Told:
        """Errors first: a card that was changed badly is in both lists."""
        since = datetime.fromisoformat(ticket.number) - _SKEW
        waiting, told = dict.fromkeys(ticket.codes), Told()
        for packet in self._errors(since):
            for code, texts in (packet.get("errors") or {}).items():
                if code in waiting:
                    waiting.pop(code)
                    faults = tuple(Fault("card_error", self.keys.hide(text)[:500]) for text in _texts(texts))
                    told.outcomes.append(Outcome(code, "refused", faults, ticket.call))
        if waiting:
            for card in self._newest(since):
                code = str(card.get("vendorCode", ""))
                told.learned += _numbers(code, card) if code in ticket.codes else []
                if code in waiting:
                    waiting.pop(code)
                    told.outcomes.append(Outcome(code, "accepted", (), ticket.call))
                if not waiting:
                    break
        if waiting:
            told.tickets.append(ticket._replace(codes=tuple(waiting)))
        return told

    def _errors(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        cursor: dict[str, Any] = {"limit": _PAGE}
        for _ in range(_PAGES):
            answer = self.ask("POST /content/v2/cards/error/list", {"cursor": cursor, "order": {"ascending": False}})
            data = (answer.data or {}).get("data") or {} if isinstance(answer.data, dict) else {}
            for packet in data.get("items") or []:
                if _moment(packet.get("updatedAt")) < since:
                    return
                yield packet
            after = data.get("cursor") or {}
            if not after.get("next"):
                return
            cursor = {"limit": _PAGE, "updatedAt": after.get("updatedAt"), "batchUUID": after.get("batchUUID")}

    def _newest(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        cursor: dict[str, Any] = {"limit": _PAGE}
        for _ in range(_PAGES):
            settings = {"sort": {"ascending": False}, "cursor": cursor, "filter": {"withPhoto": -1}}
            answer = self.ask("POST /content/v2/get/cards/list", {"settings": settings})
            data = answer.data if isinstance(answer.data, dict) else {}
            cards = data.get("cards") or []
            for card in cards:
                if _moment(card.get("updatedAt")) < since:
                    return
                yield card
            after = data.get("cursor") or {}
            if len(cards) < _PAGE:
                return
            cursor = {"limit": _PAGE, "updatedAt": after.get("updatedAt"), "nmID": after.get("nmID")}

    def _prices(self, ticket: Ticket) -> Told:
        call = f"GET /api/v2/history/goods/task?limit=1000&offset=0&uploadID={int(ticket.number)}"
        answer = self.ask(call, None)
        data = (answer.data or {}).get("data") or {} if isinstance(answer.data, dict) else {}
        waiting, told = dict.fromkeys(ticket.codes), Told()
        for item in data.get("historyGoods") or []:
            codes = [one for one in self.known("nm_id", item.get("nmID")) if one in waiting]
            text = self.keys.hide(str(item.get("errorText") or ""))[:500]
            code = "price_quarantine" if "quarantine" in text.lower() else ""
            faults = (Fault(code, text, "price"),) if text else ()
            told.outcomes += said(
                codes, "refused" if item.get("status") == 3 else "accepted", *faults, call=ticket.call
            )
            for one in codes:
                waiting.pop(one)
        if waiting:
            told.tickets.append(ticket._replace(codes=tuple(waiting)))
        return told


def _of_sizes(error: Mapping[str, Any]) -> list[Fault]:
    """One fault for each size it names, so that it finds its item."""
    code, text = str(error.get("code", "")), str(error.get("message", ""))
    sizes = [one.get("chrtId") for one in error.get("data") or [] if one.get("chrtId")]
    return [Fault(code, f"{text} (chrtId {one})", "stock") for one in sizes] or [Fault(code, text, "stock")]


def _numbers(code: str, card: Mapping[str, Any]) -> list[Learned]:
    sizes = [one for one in card.get("sizes") or [] if one.get("chrtID")]
    found: list[tuple[str, Any]] = [("nm_id", card.get("nmID")), ("imt_id", card.get("imtID"))]
    if len(sizes) == 1:
        found.append(("chrt_id", sizes[0]["chrtID"]))
    return [Learned(code, kind, str(value)) for kind, value in found if value]


def _texts(value: Any) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
