"""Ten thousand random listings a channel: how many pass our rules, and whether any of those fails the platform's own schema.

The schemas are read where they stand (CHANNEL_SCHEMAS); without them nothing is measured and the line says so.
"""

from __future__ import annotations

from tests.listings.forms.gates import SCHEMAS, TODAY, clean, official, plan_of, sent
from tests.listings.forms.random_listings import account_for, random_listings

__all__ = ["rows"]

LISTINGS = 10_000
AT_ONCE = 500
_GATES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "yandex_market": {
        "offer-mappings/update": ("yandex.UpdateOfferMappingsRequest", ()), "offers/update": ("yandex.UpdateCampaignOffersRequest", ()),
    },
    "ozon": {"product/import": ("ozon.product_import", ()), "barcode/add": ("ozon.barcode_add", ())},
    "wildberries": {
        "cards/upload": ("wb.cards_upload", ("kizMarked",)), "cards/update": ("wb.cards_update", ("kizMarked",)), "media/save": ("wb.media_save", ()),
    },
    "vk_market": {"market.add": ("vk.market_add", ())},
}  # fmt: skip


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (channel, figures, aim), and what missed its aim."""
    if not SCHEMAS.is_dir():
        return [f"| the official schemas are not at {SCHEMAS} | not measured | 0 fail |"], []
    found, missed = [], []
    for key, gates in _GATES.items():
        schemas = {end: official(name, also=also) for end, (name, also) in gates.items()}
        passed = failed = requests = 0
        for start in range(0, LISTINGS, AT_ONCE):
            some = [one for one in random_listings(key, start, AT_ONCE) if clean(one, key)]
            passed += len(some)
            for request in plan_of(key, some, account_for(key, tuple(some)), TODAY).requests:
                gate = next((schema for end, schema in schemas.items() if request.call.endswith(end)), None)
                if gate is not None:
                    requests += 1
                    failed += not gate.is_valid(sent(request.body))
        found.append(f"| {key}: {passed:,} of {LISTINGS:,} random listings pass our rules, in {requests:,} requests | {failed} fail the official schema | 0 |")  # fmt: skip
        if failed:
            missed.append(f"{failed} requests of {key} pass our rules and fail the official schema")
    return found, missed


if __name__ == "__main__":
    print("\n".join(rows()[0]))
