"""Made-up licences and certificates, so that pages and alerts can be seen before there are real ones. Never imported unasked."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.brands.files import SampleCertificate, SampleLicence, sample_papers
from service.catalog.brands.keeping import own_brand
from service.catalog.brands.licensing import LicenceGiven, grant
from service.catalog.brands.papers import CertificateGiven, keep_paper, own_paper
from service.catalog.models import Product
from service.people.models import Organisation
from service.people.reach import organisation_of

__all__ = ["import_samples"]


def import_samples(session: Session, *, on: date) -> int:
    """Take the made-up papers over for the caller's organisation; returns how many. Numbers that are there are left alone.

    Raises `NotFound` where the brands were not imported. Certificates are put on those of their cards the organisation has.
    """
    samples = sample_papers()
    licences = sum(_licence(session, one, on) for one in samples.licences)
    return licences + sum(_certificate(session, one, on) for one in samples.certificates)


def _licence(session: Session, sample: SampleLicence, on: date) -> bool:
    if any(one.number == sample.number for one in own_brand(session, sample.brand).licences):
        return False
    given = LicenceGiven(
        licensee=sample.licensee, organisation=session.get_one(Organisation, organisation_of(session)).key,
        families=sample.families, skus=sample.skus, valid_from=on + timedelta(sample.began),
        valid_to=on + timedelta(sample.ends), state=sample.state, source=sample.source,
    )  # fmt: skip
    grant(session, brand=sample.brand, number=sample.number, given=given)
    return True


def _certificate(session: Session, sample: SampleCertificate, on: date) -> bool:
    if own_paper(session, sample.kind, sample.number):
        return False
    own = select(Product.key).where(Product.organisation_id == organisation_of(session))
    given = CertificateGiven(
        issuer=sample.issuer, country=sample.country, holder=sample.holder, valid_from=on + timedelta(sample.began),
        valid_to=None if sample.ends is None else on + timedelta(sample.ends), state=sample.state, note=sample.note,
        products=list(session.scalars(own.where(Product.key.in_(sample.products)))),
    )  # fmt: skip
    keep_paper(session, kind=sample.kind, number=sample.number, given=given)
    return True
