"""A card before the checker: its texts in the language of a market, with the facts of its SKUs."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.catalog.listing import find_product
from service.catalog.models import Product
from service.compliance.checking import check
from service.compliance.document import Document, Finding, Language, Line
from service.compliance.entries import Market
from service.compliance.evidence import proofs_on
from service.compliance.gathering import item_facts

__all__ = ["check_card", "lines_of_card"]

_NOT_SHOWN = ("spoken_name", "pinyin")


def lines_of_card(product: Product, language: Language) -> tuple[Line, ...]:
    """The texts of a card in one language as lines, in the order of their fields; about its first SKU."""
    about = product.skus[0].code if product.skus else None
    texts = sorted(product.texts_of(language).items())
    return tuple(Line(field, {language: text}, about) for field, text in texts if field not in _NOT_SHOWN)


def check_card(session: Session, key: str, *, market: Market, on: date) -> list[Finding]:
    """Findings of a card as it would be listed in a market: its texts and the facts of all its SKUs. Raises `NotFound`."""
    product = find_product(session, key)
    items = item_facts(session, [sku.code for sku in product.skus], market=market, on=on)
    document = Document(lines=lines_of_card(product, "zh" if market == "CN" else "ru"), scope="listing", items=items)
    return check(document, market=market, on_date=on, proofs=proofs_on(session, on))
