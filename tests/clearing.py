"""Clears the way of a show as people do it: tells the facts the check asks for, keeps papers and evidence, has it reviewed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.brands.licensing import LicenceGiven, grant
from service.catalog.brands.papers import CertificateGiven, keep_paper
from service.catalog.models import Sku
from service.compliance.declaring import SELF, declare, fields_about
from service.compliance.document import Finding
from service.compliance.entries import DeclaredField
from service.compliance.evidence import EvidenceGiven, keep_evidence
from service.compliance.reviewing import REVIEWED, ReviewGiven, review_broadcast
from service.compliance.rulebook import rulebook
from service.database import now
from service.livestream.complying import check_stored
from service.livestream.models import StoredScript
from service.livestream.shows import brief_of
from service.livestream.storing import restore
from service.people.models import Organisation
from service.people.reach import organisation_of
from service.pricing.models import Price
from service.pricing.paid import Deal, record_paid

__all__ = ["clear", "review"]

_TOLD = {
    "ai_avatar": False,
    "ai_content": False,
    "channel": "douyin",
    "food_licence": "JY12345678901234",
    "special_food": None,
}


def review(session: Session, stored: StoredScript) -> None:
    """Somebody has looked at everything and found it in order."""
    given = ReviewGiven(**dict.fromkeys(REVIEWED, True))
    review_broadcast(session, show=stored.show.key, version=stored.version, given=given)


def clear(session: Session, stored: StoredScript) -> list[Finding]:
    """Do what the findings ask for until nothing more can be done; returns what still stops the show."""
    before: set[Any] = set()
    while True:
        findings = check_stored(session, stored, restore(stored), brief_of(session, stored))
        stopping = [one for one in findings if one.stops]
        if not stopping or {(one.rule, one.place, one.start) for one in stopping} == before:
            return stopping
        before = {(one.rule, one.place, one.start) for one in stopping}
        for one in stopping:
            _mend(session, one, stored)


def _mend(session: Session, finding: Finding, stored: StoredScript) -> None:
    if "item.brand_covered" in finding.missing:
        _license(session, finding, stored)
        return
    if "item.lowest_paid" in finding.missing:
        _sell_before(session, finding)
        return
    for name in finding.missing:
        subject, _, fact = name.partition(".")
        if fact.startswith("papers."):
            kind = fact.removeprefix("papers.")
            card = next(item.sku.product.key for item in stored.show.items if item.sku.code == finding.sku)
            number = "CRUS" + f"{crc32(card.encode()):014}" if kind == "gacc_registration" else f"образец-{card}"
            paper = CertificateGiven(
                issuer="样例", country="CN", holder="样例", state="valid", valid_to=date(2099, 1, 1), products=[card]
            )
            keep_paper(session, kind=kind, number=number, given=paper)
            return
        known = fields_about(subject)  # type: ignore[arg-type]
        if fact in known:
            key = {"item": finding.sku, "show": stored.show.key, "seller": SELF}.get(subject)
            declare(session, of=subject, key=key or "", facts={fact: _value(known[fact])}, sample=True)  # type: ignore[arg-type]
    accepted = rulebook().rules[finding.rule].entry.clear.evidence
    if not any(fact for fact in finding.missing) and accepted:
        given = {"type": accepted[0], "title": "样例", "source": "样例", "locator": "1", "rules": [finding.rule]}
        scope = {"words": [finding.excerpt]} if finding.excerpt else {"skus": [finding.sku]}
        keep_evidence(session, EvidenceGiven.model_validate(given | scope))


def _license(session: Session, finding: Finding, stored: StoredScript) -> None:
    brand = next(item.sku.product.brand_key for item in stored.show.items if item.sku.code == finding.sku)
    me = session.get_one(Organisation, organisation_of(session)).key
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2099, 1, 1)}
    grant(
        session,
        brand=brand or "",
        number="образец-1",
        given=LicenceGiven(licensee="样例", organisation=me, source="样例", **days),
    )


def _sell_before(session: Session, finding: Finding) -> None:
    """Somebody bought it yesterday at the reference price."""
    price = session.scalars(
        select(Price).join(Sku).where(Sku.code == finding.sku, Price.reference.is_not(None))
    ).first()
    assert price is not None
    assert price.reference is not None
    deal = Deal(
        finding.sku or "", price.market, price.reference, 1, now() - timedelta(days=1), "shop", f"образец-{finding.sku}"
    )
    record_paid(session, [deal])


def _value(field: DeclaredField) -> Any:
    if field.key in _TOLD:
        return _TOLD[field.key]
    return {"text": "样例 / образец", "number": 1, "boolean": True, "date": "2026-11-25"}[field.type]
