"""A manned installation for tests: the park that runs it and two merchants, one person for each role, goods of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.catalog.brands.files import brand_lines
from service.catalog.brands.keeping import keep_brand
from service.catalog.brands.licensing import LicenceGiven, grant
from service.catalog.brands.papers import CertificateGiven, keep_paper
from service.catalog.checking import read_catalogue
from service.catalog.document import text_digest
from service.catalog.files import Pair
from service.catalog.listing import find_product
from service.catalog.media.keeping import keep_picture, put_on_card
from service.catalog.models import Batch
from service.catalog.sheets.taking import keep_upload
from service.catalog.writing import save_cards
from service.compliance.declaring import SELF, declare
from service.compliance.evidence import EvidenceGiven, keep_evidence
from service.compliance.reviewing import REVIEWED, CorrectionGiven, ReviewGiven, correct_on_air, review_broadcast
from service.database import Database
from service.inventory.acting import Receiving, receive
from service.inventory.counting.stocktakes import open_stocktake
from service.inventory.lots import LotGiven
from service.inventory.places import import_places
from service.inventory.reserving.deciding import Reserve, Want
from service.inventory.reserving.pools import promise
from service.inventory.reserving.settler import Settler
from service.inventory.shipping.packing import Packing, ShipmentGiven, draft
from service.listings.categories.snapshot import Attribute as Asked
from service.listings.categories.snapshot import Category, Told, Value
from service.listings.categories.storing import store
from service.listings.choosing import choose
from service.listings.forms.form import Offered
from service.listings.sealing import keep_keys
from service.listings.shops import Ref, add_shop, keep_refs
from service.listings.snapshots import Aim, changes, keep
from service.livestream.gathering import plan_of_skus
from service.livestream.shows import compose_show, save_show
from service.people.models import Membership, Person
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.people.rights import ROLES, rights_of
from service.people.tokens import make_token
from service.pricing.files import PriceEntry
from service.pricing.setting import set_prices
from service.translation.leaving import leave_finding
from service.translation.memory.keeping import UnitGiven, remember
from service.translation.models import Draft
from service.translation.reviewing import comment
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.editing import add_concept
from tests.pictures import digest_of, drawn

ORGANISATIONS = ("park", "amur", "heihe")
MERCHANTS = ("amur", "heihe")
PICTURES = {"amur": drawn(colour="#36c"), "heihe": drawn(colour="#3c6")}
DIGESTS = {key: digest_of(content) for key, content in PICTURES.items()}  # nothing of a plain PNG is taken away


def man(database: Database) -> dict[tuple[str, str], str]:
    """Fill the installation; returns a token for each (organisation, role), with all rights of the role."""
    with acting(database).writing() as session:
        for key in MERCHANTS:
            make_organisation(
                session, key=key, kind="merchant", name_zh=f"{key}商贸（样例）", name_ru=f"«{key}» (образец)"
            )
    tokens: dict[tuple[str, str], str] = {}
    for key in ORGANISATIONS:
        house = acting(database, key)
        with house.writing() as session:
            organisation = house.caller.organisation  # type: ignore[attr-defined]
            kind = "park" if key == "park" else "merchant"
            for role in ROLES:
                person = Person(login=f"{role}@{key}", name=f"{role} {key}")
                session.add(person)
                session.flush()
                session.add(Membership(person_id=person.id, organisation_id=organisation, role=role))
                session.flush()
                held = rights_of(frozenset({role}), kind=kind, host=key == "park")  # type: ignore[arg-type]
                tokens[key, role] = make_token(session, name="test", scopes=held, days=1, person=person.id)[1]
        with house.writing() as session:
            if key == "park":
                import_places(session)
            else:
                _stock(session, key)
                _goods(session, key)
                _listings(session, key)
                _translations(session, key)
        if key in MERCHANTS:
            with Settler(house) as settler:
                settler.do(
                    Reserve(organisation, f"{key}-sale", f"{key}-show", (Want(f"{key.upper()}-ONE", 1),), 86400, "-")
                )
    return tokens


def _stock(session, key: str) -> None:  # type: ignore[no-untyped-def]
    """One card with a price and a show whose script is composed; everything is named after its owner."""
    line, entry = read_catalogue().cards[0]
    sku = entry.skus[0].model_copy(update={"sku": f"{key.upper()}-ONE"})
    card = entry.model_copy(update={"key": f"{key}-secret", "skus": [sku]})
    save_cards(session, line=line, entries=[card])  # type: ignore[arg-type]
    keep_upload(session, name=f"{key}-secret.csv", content=b"sku")
    picture = keep_picture(session, name=f"{key}商贸.png", content=PICTURES[key])
    assert put_on_card(session, f"{key}-secret", digest=picture.digest).media.digest == DIGESTS[key]
    brand = brand_lines()["russian-goods"]
    named = brand.texts.model_copy(
        update={"name": Pair(zh=f"{key}商贸", ru=f"«{key}» (образец)"), "slogan": None, "story": None}
    )
    keep_brand(session, brand.model_copy(update={"key": key, "texts": named}))
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2099, 1, 1)}
    grant(
        session, brand=key, number="1", given=LicenceGiven(licensee=f"{key}商贸", organisation=key, source="-", **days)
    )
    paper = CertificateGiven(issuer=f"{key}商贸", country="CN", holder=f"{key}商贸", products=[f"{key}-secret"], **days)
    keep_paper(session, kind="organic", number="1", given=paper)
    session.add(Batch(kind="import", source=f"{key}-secret.csv", person=key, state="applied"))
    set_prices(session, {sku.sku: PriceEntry.model_validate({"CN": {"live": 990}, "RU": {"live": 9900}})})
    plan = plan_of_skus(
        [sku.sku], pattern_key="single-20", languages=["zh", "ru"], minutes=5, seed=1, key=f"{key}-show"
    )
    compose_show(session, save_show(session, plan), person=f"host {key}")
    proof = EvidenceGiven(
        type="survey", title=f"{key}商贸", source=f"{key}商贸", locator="1", rules=["CN-QUOTE"], skus=[sku.sku]
    )
    keep_evidence(session, proof, file=(f"{key}-secret.png", PICTURES[key]))
    declare(session, of="seller", key=SELF, facts={"name": f"{key}商贸"})
    review_broadcast(
        session, show=f"{key}-show", version=1, given=ReviewGiven(**dict.fromkeys(REVIEWED, True), note=f"host {key}")
    )
    correct_on_air(session, show=f"{key}-show", given=CorrectionGiven(wrong=f"{key}商贸", zh="更正一下。"))


def _goods(session, key: str) -> None:  # type: ignore[no-untyped-def]
    """Ten packs in the park's warehouse: some promised to the show, some on a shipment, and a count that is open."""
    sku, lot = f"{key.upper()}-ONE", LotGiven(code=f"{key}-secret", made_on=date(2026, 10, 1))
    receive(session, place="heihe-park", lines=[Receiving(sku=sku, quantity=10, lot=lot)], key=f"{key}-secret")
    promise(session, show=f"{key}-show", sku=sku, place="heihe-park", packs=5)
    packing = [Packing(sku=sku, quantity=1)]
    draft(
        session,
        ShipmentGiven(
            number=f"{key.upper()}-1",
            route="heihe-moscow",
            transport="heated",
            departs_on=date(2026, 11, 28),
            lines=packing,
        ),
    )
    open_stocktake(session, place="heihe-park", note=f"{key}-secret")


def _listings(session, key: str) -> None:  # type: ignore[no-untyped-def]
    """A shop with keys and numbers, a category of its own, what is chosen in it, and what was exported."""
    sku, name = f"{key.upper()}-ONE", f"{key}商贸"
    shop = add_shop(session, key=f"{key}-shop", channel="ozon", currency="RUB", settings={"extras": {"brand": name}})
    keep_keys(session, shop, {"client_id": "714", "api_key": f"host-{key}"}, b"k" * 48)
    keep_refs(session, shop, [Ref(sku, "product_id", "17")])
    asked = Asked("85", "choice", False, name_zh=name, values=(Value("1", zh=name),))
    told = Told((Category(f"{key}-17", name_zh=name),), {f"{key}-17": (asked,)})
    store(session, "ozon", told, language="zh", day=date(2026, 11, 25))
    choose(
        session, "ozon", family=read_catalogue().cards[0][1].family, category=f"{key}-17", answers={"85": {"value": name}}
    )  # fmt: skip
    item = {"price": 9900, "currency": "RUB", "old": None, "vat": "none"}
    told_now = changes([Offered(sku, item)], {})
    day = date(2026, 11, 25)
    keep(session, Aim("ozon", "RU", shop.key, "prices"), told_now, [], as_of=day, revision=day)


def _translations(session, key: str) -> None:  # type: ignore[no-untyped-def]
    """A pair, a term and a draft that waits, with a comment and a finding somebody has left."""
    zh, ru = f"{key}商贸的样品。", f"Образец «{key}» (образец)."
    remember(session, [UnitGiven(zh, ru, "ru", reviewed=True, field="storage")])
    words = (Wording("zh", f"{key}商贸"), Wording("ru", f"«{key}» (образец)"))
    add_concept(session, Meaning(key, "brand", words, source=f"{key}商贸"))
    card = find_product(session, f"{key}-secret")
    waiting = Draft(
        product_id=card.id, locale="zh", field="storage", source_locale="ru", source_text=ru, source_digest=text_digest(ru), text=zh,
        origin="memory", score=100, sentences=[{"source": ru, "text": zh, "origin": "memory", "score": 100, "unit": 1}], findings=[], person=key,
    )  # fmt: skip
    session.add(waiting)
    session.flush()
    comment(session, waiting, f"host {key}")
    leave_finding(session, waiting, "len.ratio", reason=f"host {key}")


def bearer(token: str, lang: str = "ru") -> Mapping[str, str]:
    """Headers of a program."""
    return {"authorization": f"Bearer {token}", "accept-language": lang}
