"""What every item and request must pass: the platform's own schema with no key it does not name, and the keys of the channel's file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from service.listings.channels import channel
from service.listings.forms.form import Account, ApiForm, Offered, Plan, written
from service.listings.forms.registry import form_for
from service.listings.listing import Listing
from service.listings.validating import validate
from service.resources import root

__all__ = [
    "SCHEMAS",
    "TODAY",
    "api",
    "clean",
    "key_paths",
    "known_paths",
    "needs_schemas",
    "official",
    "plan_of",
    "sent",
]

TODAY = date(2026, 11, 25)
SCHEMAS = Path(os.environ.get("CHANNEL_SCHEMAS", root("catalogs").parent.parent / "shared" / "schemas"))
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason=f"the official schemas are not at {SCHEMAS} (CHANNEL_SCHEMAS)"
)


def api(key: str) -> ApiForm:
    """The form of a channel that takes requests."""
    form = form_for(channel(key))
    assert isinstance(form, ApiForm)
    return form


def clean(listing: Listing, key: str, day: date = TODAY) -> bool:
    """Whether a channel's rules find no error."""
    return all(one.level != "error" for one in validate(listing, channel(key), as_of=day))


def plan_of(key: str, listings: Sequence[Listing], account: Account, day: date = TODAY) -> Plan:
    """Listings as a channel's requests."""
    form = api(key)
    return form.requests([Offered(one.code, form.item(one, day, account)) for one in listings], day, account)


def sent(body: Any) -> Any:
    """A body as it goes over the line."""
    return json.loads(written(body))


@cache
def official(name: str, *, loosely: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> jsonschema_rs.Validator:
    """A platform's schema, closed: unknown keys are faults. `loosely`: keys not demanded; `also`: keys of newer texts."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(_closed(schema, frozenset(loosely), frozenset(also)))


def _closed(node: Any, loosely: frozenset[str], also: frozenset[str], *, part: bool = False) -> Any:
    if isinstance(node, list):
        return [_closed(one, loosely, also, part=part) for one in node]
    if not isinstance(node, dict):
        return node
    made = {
        name: {key: _closed(one, loosely, also) for key, one in value.items()} if name == "properties"
        else _closed(value, loosely, also, part=name == "allOf")
        for name, value in node.items()
    }  # fmt: skip
    if "required" in made:
        made["required"] = [one for one in made["required"] if one not in loosely]
    if "allOf" in made and not part:
        made["unevaluatedProperties"] = False
    elif "properties" in made and not part:
        made["properties"] |= {key: {} for key in also}
        made["additionalProperties"] = False
    return made


def known_paths(key: str, *prefixes: str) -> dict[str, str]:
    """The paths of a channel's file, without what stands before an item, and what each holds."""
    found: dict[str, str] = {}
    for entry in channel(key).content.fields:
        for path in entry.path.partition(" (")[0].split(" + "):
            start = next((one for one in prefixes if path.startswith(one)), "")
            found[path.removeprefix(start)] = entry.type
    return found


def key_paths(value: Any, at: str = "") -> Iterator[str]:
    """Where something stands in an item: variants[].dimensions.length."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from key_paths(one, f"{at}.{name}" if at else name)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for one in value:
            yield from key_paths(one, f"{at}[]")
    else:
        yield at
