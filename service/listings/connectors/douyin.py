"""Douyin shops (抖店): every call is signed; one product, or one SKU's price, a call.

How calls are signed and answered is taken from the comments of an SDK of 2023; what error codes mean is not confirmed by any text we have.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, ClassVar

from service.errors import DomainError
from service.listings.connectors.calling import Answer, Busy, KeysRefused, Signed, Unclear
from service.listings.connectors.connector import Connector
from service.listings.connectors.outcomes import LATER, LOOK, Fault, Learned, Ticket, Told, said
from service.listings.forms.form import Request

__all__ = ["Douyin", "signature"]

_ADD, _ADD_ABROAD, _EDIT = "product.addV2", "product.addCbProduct", "product.editV2"
_STOCK, _STOCKS, _PRICE, _DETAIL = (
    "sku.syncStockBatch",
    "sku.syncStockBatchMultiProducts",
    "sku.editPrice",
    "product.detail",
)
_DONE = 10000


class Douyin(Connector):
    """Refs learned: product_id and sku_id."""

    channel = "douyin"
    hosts: ClassVar[Mapping[str, str]] = {"": "https://openapi-fxg.jinritemai.com"}
    lists: ClassVar[Mapping[str, str]] = {
        _ADD: "", _ADD_ABROAD: "", _EDIT: "", _STOCK: "sku_sync_list", _STOCKS: "items", _PRICE: "", "sku.syncStock": "",
    }  # fmt: skip
    creates = frozenset({_ADD, _ADD_ABROAD})

    @classmethod
    def name(cls, call: str) -> str:
        """ "POST /product/addV2" is product.addV2."""
        return super().name(_dotted(call))

    def sign(self, name: str, body: bytes) -> Signed:
        """HMAC-SHA-256 over application, method, body and second of sending."""
        at = str(int(self.clock.wall()))
        secret, key = self.keys["app_secret"], self.keys["app_key"]
        return Signed(
            {"x-open-no-old-err-code": "1"},
            {
                "app_key": key, "access_token": self.keys["access_token"], "method": name, "timestamp": at, "v": "2",
                "sign_method": "hmac-sha256", "sign": signature(key, secret, name, body.decode(), at),
            },
        )  # fmt: skip

    def place(self, name: str, call: str) -> tuple[str, str, str]:
        """The method's name, with strokes."""
        return "POST", "", f"/{name.replace('.', '/')}"

    def codes_of(self, item: Any) -> list[str]:
        """A product by our own code, an SKU by its number."""
        if code := item.get("outer_product_id"):
            return [str(code)]
        return self.known("sku_id", item.get("sku_id")) or self.known("product_id", item.get("product_id"))

    def marks(self, item: Any) -> list[str]:
        """SKU's numbers."""
        return [*self.codes_of(item), *([str(item["sku_id"])] if "sku_id" in item else [])]

    def repeatable(self, name: str, request: Request) -> bool:
        """Differences of stock may be repeated only under a mark of their own."""
        body = request.body
        return name not in self.creates and not (body.get("incremental") and not body.get("idempotent_id"))

    def busy(self, answer: Answer) -> bool:
        """Too many calls is an ordinary answer whose sub_code speaks of a limit."""
        data = answer.data if isinstance(answer.data, dict) else {}
        sub = str(data.get("sub_code", "")).lower()
        return (
            data.get("code") not in (None, _DONE)
            and sub.startswith("isp.")
            and any(one in sub for one in ("limit", "flow"))
        )

    def refusals(self, request: Request, answer: Answer) -> list[Fault]:
        """Anything but code 10000. Raises `KeysRefused` where it is about the token, the permission or the signature."""
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status < 300 and data.get("code") == _DONE:
            return []
        code, sub = str(data.get("code", answer.status)), str(data.get("sub_code") or "")
        text = self.keys.hide(str(data.get("sub_msg") or data.get("msg") or answer.text))[:500]
        if code in ("30001", "30002") or any(
            one in sub.lower() for one in ("token", "permission", "signature", "app-key")
        ):
            raise KeysRefused(host="Douyin", status=f"{code} {sub}".strip(), text=text)
        remedy = None
        if sub.startswith("isp."):  # trouble on their side: what they began, they may have done
            remedy = LATER if self.repeatable(self.name(request.call), request) else LOOK
        return [Fault(sub or code, text, None, remedy)]

    def read(self, request: Request, answer: Answer) -> Told:
        """Products get numbers at once; stock of many products is answered by SKU."""
        data = answer.data.get("data") or {}
        codes, name = self.codes(request), self.name(request.call)
        if name in (_ADD, _ADD_ABROAD, _EDIT):
            return Told(said(codes, "accepted", call=request.call), _numbers(codes, data))
        told, results = Told(), {str(one.get("sku_id")): one for one in data.get("results") or []}
        if name != _STOCKS:
            return Told(said(list(request.codes) or codes, "accepted", call=request.call))
        for at, item in enumerate(self.items(request)):
            one = results.get(str(item.get("sku_id")), {})
            bad = one.get("status_code") not in (None, 0, _DONE)
            faults = (
                (Fault(str(one.get("status_code")), str(one.get("status_message", ""))[:500], "stock"),) if bad else ()
            )
            told.outcomes += said(self._owners(request, at), "refused" if bad else "accepted", *faults, call=request.call)  # fmt: skip
        return told

    def look(self, ticket: Ticket) -> Told:
        """Nothing of it waits; whether a product passes the audit is seen in the cabinet."""
        return Told()

    def lost(self, request: Request, reason: str) -> Told:
        """A product that is there under our code has arrived."""
        codes = self.codes(request)
        if self.name(request.call) not in (_ADD, _ADD_ABROAD) or len(codes) != 1:
            return super().lost(request, reason)
        try:
            answer = self.ask(f"POST {_DETAIL}", {"out_product_id": codes[0], "show_draft": "true"}, name=_DETAIL)
        except (Busy, Unclear, DomainError):  # it has gone out all the same
            return super().lost(request, reason)
        data = answer.data if isinstance(answer.data, dict) else {}
        found = data.get("data") or {}
        if data.get("code") == _DONE and str(found.get("outer_product_id") or found.get("out_product_id")) == codes[0]:
            skus = {"product_id": found.get("product_id"), "sku": found.get("spec_prices")}
            return Told(said(codes, "accepted", call=request.call), _numbers(codes, skus))
        return super().lost(request, reason)


def signature(app_key: str, secret: str, method: str, param_json: str, timestamp: str) -> str:
    """What `sign` must be."""
    text = f"{secret}app_key{app_key}method{method}param_json{param_json}timestamp{timestamp}v2{secret}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _dotted(call: str) -> str:
    return call.rpartition(" ")[2].strip("/").replace("/", ".")


def _numbers(codes: list[str], data: Mapping[str, Any]) -> list[Learned]:
    product = data.get("product_id")
    learned = [Learned(code, "product_id", str(product)) for code in codes if product]
    for sku in data.get("sku") or []:
        code = str(sku.get("code") or sku.get("outer_sku_id") or "")
        if code and sku.get("sku_id"):
            learned.append(Learned(code, "sku_id", str(sku["sku_id"])))
            if product and code not in codes:
                learned.append(Learned(code, "product_id", str(product)))
    return learned
