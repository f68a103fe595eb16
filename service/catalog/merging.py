"""Two cards of the same goods become one: its SKUs, prices, shows, pictures and papers move, the old key leads to the new card.

What the card said that is gone stays in its redirect, so that a merge can be taken back: `split`.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, undefer

from service.catalog.brands.models import CertificateProduct
from service.catalog.document import LOCALES, Document, copy_of, text_digest, unpack
from service.catalog.duplicates import SameCard
from service.catalog.editing import own_document
from service.catalog.media.models import ProductMedia
from service.catalog.models import Product, Redirect, Sku
from service.catalog.redirects import redirects
from service.catalog.storing import Change, Known, known, save
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.webhooks.telling import tell

__all__ = ["KeyTaken", "LinesDiffer", "joined", "merge", "split"]


class LinesDiffer(DomainError):
    """Goods of two product lines are not the same goods."""

    status = 409
    title = N_("“{key}” and “{into}” belong to different product lines.")
    remedy = N_("Correct the line of one of them first, or leave them as two.")


class KeyTaken(DomainError):
    """A merge cannot be taken back."""

    status = 409
    title = N_("“{key}” cannot be brought back: {what}.")
    remedy = N_("Make a new card under another key and move the SKUs by hand.")


def merge(session: Session, *, into: str, key: str) -> None:
    """Take the card `key` into the card `into`, which keeps what it says and gets what it lacks.

    Raises `NotFound`, `SameCard`, `LinesDiffer`.
    """
    target, source = own_document(session, into), own_document(session, key)
    if target.id == source.id:
        raise SameCard(key=key)
    if target.document["line"] != source.document["line"]:
        raise LinesDiffer(key=key, into=into)
    session.execute(update(Sku).where(Sku.product_id == source.id).values(product_id=target.id))
    moved = frozenset(sku["code"] for sku in source.document["skus"])
    save(session, [Change(into, target, joined(target.document, source.document), moved)], kind="merge")
    _move_what_hangs_on(session, source.id, target.id)
    session.execute(update(Redirect).where(Redirect.product_id == source.id).values(product_id=target.id))
    session.add(Redirect(key=key, product_id=target.id, document=source.packed.decode()))
    session.flush()
    session.execute(delete(Product).where(Product.id == source.id))
    session.expire_all()
    record(session, "product.merged", key, into=into)
    tell(session, "product.saved", {"product": into})


def joined(target: Document, source: Document) -> Document:
    """The target's content with what only the source says: facts, texts, SKUs. Of another family no attributes are taken."""
    after = copy_of(target)
    for name, value in source["facts"].items():
        if name == "attributes":
            if target["family"] == source["family"]:
                after["facts"]["attributes"] = {**value, **after["facts"].get("attributes", {})}
        elif name not in ("lexeme", "pinyin", "unverified"):
            after["facts"].setdefault(name, value)
    sources = after["texts"].get(after["source_locale"], {})
    for locale in LOCALES:
        texts = after["texts"].setdefault(locale, {})
        for field, text in source["texts"].get(locale, {}).items():
            if field in texts or field.startswith("spoken_name"):
                continue
            texts[field] = {**text}
            about = sources.get(field)
            was = source["texts"].get(after["source_locale"], {}).get(field)
            if locale != after["source_locale"] and about and was and about["value"] != was["value"]:
                texts[field]["made_from"] = text_digest(was["value"])
    after["skus"] += copy_of(source)["skus"]
    return after


def _move_what_hangs_on(session: Session, source: int, target: int) -> None:
    """Pictures and papers; what the target has already stays as it is."""
    shown = select(ProductMedia.media_id).where(ProductMedia.product_id == target).scalar_subquery()
    last = len(session.scalars(select(ProductMedia.id).where(ProductMedia.product_id == target)).all())
    mine = update(ProductMedia).where(ProductMedia.product_id == source, ProductMedia.media_id.not_in(shown))
    has_main = session.scalar(
        select(ProductMedia.id).where(ProductMedia.product_id == target, ProductMedia.role == "main")
    )
    if has_main:
        session.execute(mine.where(ProductMedia.role == "main").values(role="gallery"))
    session.execute(mine.values(product_id=target, position=ProductMedia.position + last))
    covered = select(CertificateProduct.certificate_id).where(CertificateProduct.product_id == target).scalar_subquery()
    session.execute(
        update(CertificateProduct)
        .where(CertificateProduct.product_id == source, CertificateProduct.certificate_id.not_in(covered))
        .values(product_id=target)
    )


def split(session: Session, *, key: str) -> None:
    """Take a merge back: the card `key` is there again with its SKUs; what the other card took over from it stays there too.

    Raises `NotFound`, `KeyTaken` if the key is in use again or one of its SKUs has gone elsewhere.
    """
    redirect = session.scalar(select(Redirect).where(Redirect.key == key).options(undefer(Redirect.document)))
    if redirect is None:
        raise NotFound(kind=Message(N_("The merged card")), name=key, known=redirects(session))
    into = session.scalar(select(Product.key).where(Product.id == redirect.product_id)) or ""
    target = own_document(session, into)
    then = unpack(redirect.document)
    codes = {sku["code"] for sku in then["skus"]}
    if known(session, [key]):
        raise KeyTaken(key=key, what=Message(N_("there is a card under this key again")))
    if gone := sorted(codes - {sku["code"] for sku in target.document["skus"]}):
        raise KeyTaken(key=key, what=Message(N_("its SKUs are no longer there: {skus}"), {"skus": gone}))
    bare = copy_of(then)
    bare["skus"] = []
    [number] = save(session, [Change(key, None, bare)], kind="restore")
    session.execute(update(Sku).where(Sku.product_id == target.id, Sku.code.in_(codes)).values(product_id=number))
    rest = copy_of(target.document)
    rest["skus"] = [sku for sku in rest["skus"] if sku["code"] not in codes]
    for texts in rest["texts"].values():
        for code in codes:
            texts.pop(f"sku.{code}.label", None)
    with_skus = copy_of(then)
    with_skus["skus"] = [sku for sku in copy_of(target.document)["skus"] if sku["code"] in codes]
    [back] = known(session, [key]).values()
    save(
        session,
        [Change(into, _without(target, codes), rest, frozenset(codes)), Change(key, back, with_skus, frozenset(codes))],
        kind="restore",
    )
    session.delete(redirect)
    record(session, "product.split", key, of=into)
    tell(session, "product.saved", {"product": key})


def _without(card: Known, codes: set[str]) -> Known:
    """The card as its rows are once these SKUs have moved away; its content on record is still the old one."""
    document = copy_of(card.document)
    document["skus"] = [sku for sku in document["skus"] if sku["code"] not in codes]
    return Known(card.id, card.version, document, card.packed)
