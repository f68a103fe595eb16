"""Yandex Market: every call may be repeated, and one bad item makes it refuse the whole batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from service.listings.connectors.calling import Answer, Signed
from service.listings.connectors.connector import Connector
from service.listings.connectors.outcomes import Fault, Outcome, Ticket, Told, field_named, said
from service.listings.forms.form import Request

__all__ = ["YandexMarket"]


class YandexMarket(Connector):
    """No numbers are learned: goods go by our own codes."""

    channel = "yandex_market"
    hosts: ClassVar[Mapping[str, str]] = {"": "https://api.partner.market.yandex.ru"}
    lists: ClassVar[Mapping[str, str]] = {
        "/v2/businesses/{businessId}/offer-mappings/update": "offerMappings",
        "/v2/businesses/{businessId}/offer-cards/update": "offersContent",
        "/v2/businesses/{businessId}/offer-prices/updates": "offers",
        "/v2/campaigns/{campaignId}/offer-prices/updates": "offers",
        "/v2/campaigns/{campaignId}/offers/update": "offers",
        "/v2/campaigns/{campaignId}/offers/stocks": "skus",
    }
    whole = True

    def sign(self, name: str, body: bytes) -> Signed:
        """One header."""
        return Signed({"Api-Key": self.keys["api_key"]})

    def codes_of(self, item: Any) -> list[str]:
        """offerId or sku, wherever it stands."""
        code = (item.get("offer") or item).get("offerId") or item.get("sku")
        return [str(code)] if code else []

    def refusals(self, request: Request, answer: Answer) -> list[Fault]:
        """{"status": "ERROR", "errors": [{"code", "message"}], "results": [{"offerId", "errors"}]}, with 400 or with 200."""
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status < 300 and data.get("status") != "ERROR":
            return []
        faults = [Fault(_code(answer, one), str(one.get("message", ""))[:500]) for one in data.get("errors") or []]
        faults += [fault for one in data.get("results") or [] for fault in self._faults(one, "errors")]
        return faults or [Fault(str(answer.status), answer.text[:500])]

    def blamed(self, request: Request, answer: Answer, faults: Sequence[Fault]) -> dict[int, list[Fault]]:
        """Those whose results hold errors, else those the words name."""
        places = {code: at for at, item in enumerate(self.items(request)) for code in self.codes_of(item)}
        found: dict[int, list[Fault]] = defaultdict(list)
        data = answer.data if isinstance(answer.data, dict) else {}
        for one in data.get("results") or []:
            if (at := places.get(str(one.get("offerId")))) is not None and one.get("errors"):
                found[at] += self._faults(one, "errors")
        return dict(found) or super().blamed(request, answer, faults)

    def read(self, request: Request, answer: Answer) -> Told:
        """Taken, but for those whose results hold errors; warnings stay with the taken."""
        data = answer.data if isinstance(answer.data, dict) else {}
        results = {str(one.get("offerId")): one for one in data.get("results") or []}
        told = Told()
        for code in self.codes(request):
            one = results.get(code, {})
            if errors := self._faults(one, "errors"):
                told.outcomes += said([code], "refused", *errors, call=request.call)
            else:
                told.outcomes.append(Outcome(code, "accepted", tuple(self._faults(one, "warnings")), request.call))
        return told

    def look(self, ticket: Ticket) -> Told:
        """Nothing of it waits."""
        return Told()

    def _faults(self, result: Mapping[str, Any], kind: str) -> list[Fault]:
        return [
            Fault(
                str(one.get("type", "")), self.keys.hide(str(one.get("message", "")))[:500],
                _field(self.channel, str(one.get("type", "")), one.get("parameterId")),
            )
            for one in result.get(kind) or []
        ]  # fmt: skip


_FIELDS = (("CATEGORY", "marketCategoryId"), ("PICKER", "pictures"), ("DIMENSIONS", "weightDimensions"), ("COMMODITY", "commodityCodes"))  # fmt: skip


def _field(channel: str, kind: str, parameter: Any) -> str | None:
    name = next((field for word, field in _FIELDS if word in kind), None)
    return f"parameterId {parameter}" if parameter else field_named(channel, name)


def _code(answer: Answer, error: Mapping[str, Any]) -> str:
    return str(answer.status) if answer.status in (420, 423) else str(error.get("code") or answer.status)
