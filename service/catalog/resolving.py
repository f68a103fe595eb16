"""The words of a card for a reader of one language, and openly told where another language's words stand in for them.

Nothing stands in unless it is asked for. What the law demands on a label never does (`catalogs/columns.yaml`, `legal`): a
reader who meets another language's allergens must not take them for a translation somebody answers for.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog.columns import legal_fields
from service.catalog.document import LOCALES
from service.catalog.listing import find_product

__all__ = ["Resolved", "resolved"]


@dataclass(frozen=True)
class Resolved:
    """One field for a reader. `resolved_from` is the language the words are in; None: there are none."""

    field: str
    value: str | None
    resolved_from: str | None
    is_fallback: bool
    legal: bool
    reviewed: bool
    stale: bool


def resolved(session: Session, key: str, locale: str, *, fallback: bool = False) -> list[Resolved]:
    """Every field the card has in any language, in the words of `locale`; raises `NotFound`.

    With `fallback`, fields without words in it show the other language's, marked; legal fields stay empty.
    """
    product = find_product(session, key)
    texts = {(text.locale, text.field): text for text in product.texts}
    found = []
    for field in sorted({field for _, field in texts}):
        legal = field in legal_fields()
        order = (locale, *(one for one in LOCALES if one != locale)) if fallback and not legal else (locale,)
        text = next((texts[one, field] for one in order if (one, field) in texts), None)
        found.append(
            Resolved(
                field, text.value if text else None, text.locale if text else None,
                text is not None and text.locale != locale, legal,
                text is not None and text.reviewer is not None, text is not None and text.stale,
            )
        )  # fmt: skip
    return found
