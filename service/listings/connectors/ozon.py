"""Ozon Seller API: cards are taken by tasks that are asked about later; stock and prices are answered item by item."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

from service.errors import DomainError
from service.listings.connectors.calling import Answer, Busy, Signed, Unclear
from service.listings.connectors.connector import Connector
from service.listings.connectors.outcomes import LATER, Fault, Learned, Outcome, Ticket, Told, field_named, said
from service.listings.forms.form import Request

__all__ = ["Ozon"]

_IMPORT, _ATTRIBUTES, _PRICES = "/v3/product/import", "/v1/product/attributes/update", "/v1/product/import/prices"
_STOCKS, _BARCODES = "/v2/products/stocks", "/v1/barcode/add"
_AT_ONCE = 1000  # goods of one question
_ROUNDS = 3  # times a pair that came too soon is sent again
_SOON = "TOO_MANY_REQUESTS"


class Ozon(Connector):
    """Refs learned: product_id, sku."""

    channel = "ozon"
    hosts: ClassVar[Mapping[str, str]] = {"": "https://api-seller.ozon.ru"}
    lists: ClassVar[Mapping[str, str]] = {
        _IMPORT: "items", _ATTRIBUTES: "items", _PRICES: "prices", _STOCKS: "stocks", _BARCODES: "barcodes",
    }  # fmt: skip
    creates = frozenset({_IMPORT})

    @classmethod
    def thing(cls, name: str, item: Any) -> Hashable:
        """A product in a warehouse for stock, a product for the rest."""
        code = item.get("offer_id") or item.get("product_id") or item.get("sku")
        return (code, item.get("warehouse_id")) if name == _STOCKS else code

    def sign(self, name: str, body: bytes) -> Signed:
        """Two headers."""
        return Signed({"Client-Id": self.keys["client_id"], "Api-Key": self.keys["api_key"]})

    def codes_of(self, item: Any) -> list[str]:
        """By our code, else by Ozon's numbers."""
        if code := item.get("offer_id"):
            return [str(code)]
        return self.known("product_id", item.get("product_id")) or self.known("sku", item.get("sku"))

    def refusals(self, request: Request, answer: Answer) -> list[Fault]:
        """{"code", "message", "details"}."""
        if answer.status < 300:
            return []
        data = answer.data if isinstance(answer.data, dict) else {}
        return [Fault(str(answer.status), str(data.get("message") or answer.text)[:500])]

    def read(self, request: Request, answer: Answer) -> Told:
        """A task's number, or results by item."""
        data = answer.data if isinstance(answer.data, dict) else {}
        name = self.name(request.call)
        if name in (_IMPORT, _ATTRIBUTES):
            task = (data.get("result") or data).get("task_id")
            if not task:
                return Told(said(self.codes(request), "unknown", call=request.call))
            return Told(tickets=[Ticket("import", str(task), tuple(self.codes(request)), request.call)])
        if name == _BARCODES:
            return self._barcodes(request, data)
        return self._results(request, data.get("result") or [], _ROUNDS)

    def look(self, ticket: Ticket) -> Told:
        """What became of a task's goods; of those taken, the numbers Ozon gave them."""
        answer = self.ask("POST /v1/product/import/info", {"task_id": int(ticket.number)})
        result = (answer.data or {}).get("result") or {} if isinstance(answer.data, dict) else {}
        told, open_codes = Told(), dict.fromkeys(ticket.codes)
        for item in result.get("items") or []:
            code, status = str(item.get("offer_id", "")), item.get("status")
            faults = tuple(self._fault(one) for one in item.get("errors") or [])
            if status not in ("imported", "skipped", "failed"):
                continue
            open_codes.pop(code, None)
            told.outcomes.append(Outcome(code, "refused" if status == "failed" else "accepted", faults, ticket.call))
            if status != "failed" and item.get("product_id"):
                told.learned.append(Learned(code, "product_id", str(item["product_id"])))
        if open_codes:
            told.tickets.append(ticket._replace(codes=tuple(open_codes)))
        fine = [one.code for one in told.outcomes if one.state == "accepted"]
        told.learned += [one for one in self._numbers(fine) if one.kind == "sku"]
        return told

    def lost(self, request: Request, reason: str) -> Told:
        """Goods that were not known before and are there now have arrived; of the others nobody can tell yet."""
        codes = self.codes(request)
        try:
            learned = self._numbers(codes)
        except (Busy, Unclear, DomainError):  # it has gone out all the same
            return super().lost(request, reason)
        new = {one.code for one in learned if "product_id" not in self.account.refs.get(one.code, {})}
        told = Told(said([one for one in codes if one in new], "accepted", call=request.call), list(learned))
        rest = Request(request.call, {"items": []}, tuple(one for one in codes if one not in new))
        return told.add(super().lost(rest, reason)) if rest.codes else told

    def _results(self, request: Request, results: Sequence[Any], rounds: int) -> Told:
        """Stock and prices: one entry for each item, known by its code, else by its place."""
        items = self.items(request)
        by_thing = {self._identity(item): at for at, item in enumerate(items)}
        told, seen, soon = Told(), set[int](), list[int]()
        for number, one in enumerate(results):
            at = by_thing.get(self._identity(one), number if len(results) == len(items) else None)
            if at is None:
                continue
            seen.add(at)
            faults = tuple(self._fault(error) for error in one.get("errors") or [])
            if not one.get("updated") and rounds and any(fault.code == _SOON for fault in faults):
                soon.append(at)
                continue
            state = "accepted" if one.get("updated") else "refused"
            told.outcomes += [Outcome(code, state, faults, request.call) for code in self._owners(request, at)]  # type: ignore[arg-type]
        for at in range(len(items)):
            if at not in seen:
                told.outcomes += said(self._owners(request, at), "unknown", call=request.call)
        return self.then(told, lambda: self._again(self.part(request, sorted(soon)), rounds - 1)) if soon else told

    def _again(self, request: Request, rounds: int) -> Told:
        """Items that came too soon once more; the pacer lets them pass when their time has come."""
        name = self.name(request.call)
        things = [self.thing(name, item) for item in self.items(request)]
        try:
            answer = self._call(name, request.call, request.body, things, again=True)
        except (Busy, Unclear):
            fault = Fault(_SOON, "", None, LATER)
            return Told(said(self.codes(request), "refused", fault, call=request.call))
        if faults := self.refusals(request, answer):
            return Told(said(self.codes(request), "refused", *faults, call=request.call))
        return self._results(request, (answer.data or {}).get("result") or [], rounds)

    def _barcodes(self, request: Request, data: Mapping[str, Any]) -> Told:
        """Only errors are named, by bar code and sku."""
        bad = {
            (str(one.get("barcode")), str(one.get("sku"))): Fault(str(one.get("code", "")), f"{one.get('error', '')} {one.get('barcode', '')}", "barcodes")
            for one in data.get("errors") or []
        }  # fmt: skip
        told = Told()
        for at, item in enumerate(self.items(request)):
            fault = bad.get((str(item.get("barcode")), str(item.get("sku"))))
            faults = (fault,) if fault else ()
            told.outcomes += said(self._owners(request, at), "refused" if fault else "accepted", *faults, call=request.call)  # fmt: skip
        return told

    def _numbers(self, codes: Sequence[str]) -> list[Learned]:
        learned: list[Learned] = []
        for at in range(0, len(codes), _AT_ONCE):
            answer = self.ask("POST /v3/product/info/list", {"offer_id": list(codes[at : at + _AT_ONCE])})
            data = answer.data if isinstance(answer.data, dict) else {}
            for item in data.get("items") or []:
                code = str(item.get("offer_id", ""))
                sku = item.get("sku") or next((one.get("sku") for one in item.get("sources") or []), None)
                learned += [Learned(code, kind, str(value)) for kind, value in (("product_id", item.get("id")), ("sku", sku)) if value]  # fmt: skip
        return learned

    def _identity(self, item: Mapping[str, Any]) -> tuple[str, str]:
        return str(item.get("offer_id") or item.get("product_id") or ""), str(item.get("warehouse_id") or "")

    def _fault(self, error: Mapping[str, Any]) -> Fault:
        texts = error.get("texts") or {}
        text = (
            error.get("description") or texts.get("description") or error.get("message") or texts.get("message") or ""
        )
        field = field_named(
            self.channel, error.get("field"), error.get("attribute_name") or texts.get("attribute_name")
        )
        return Fault(str(error.get("code", "")), self.keys.hide(str(text))[:500], field)
