"""Products and their packs: made, priced, certified, published, withdrawn."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.commands.lists import refresh_lists
from marketplace.catalogue.models import Category, Certification, PriceTier, Product, Variant
from marketplace.catalogue.rules import (
    Certificate,
    CertificateTaken,
    NewProduct,
    NewVariant,
    ProductIncomplete,
    UnknownVillage,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound, invalid
from marketplace.geography import queries as geography

MAX_PRICE_FEN = 100_000_000
MAX_PACK_GRAMS = 10_000_000
MAX_QUANTITY = 1_000_000


def create_product(session: Session, new: NewProduct, now: datetime) -> Product:
    """A draft of a product. Raises InvalidInput, or UnknownVillage for its place."""
    name = new.name.strip()
    category = session.get(Category, new.category_code)
    if not name or len(name) > 120:
        raise invalid("name", N_("品名需要 1 到 120 个字。"))
    if category is None:
        raise invalid("category", N_("没有这个品类,请从列表中选择。"))
    village = geography.find_village(session, new.village_code)
    if village is None:
        raise UnknownVillage(village=new.village_code)
    product = Product(
        producer_id=new.producer_id,
        workshop_id=new.workshop_id,
        category_code=category.code,
        name=name,
        description=new.description.strip(),
        picture=new.picture or category.picture,
        village_code=village.code,
        township_code=village.township_code,
    )
    session.add(product)
    session.flush()
    note_changes(session, [product.id], now)
    return product


def add_variant(session: Session, product_id: int, new: NewVariant, now: datetime) -> Variant:
    """One more pack of a product. Raises InvalidInput that names every wrong field."""
    product = lock_product(session, product_id)
    errors = tuple(_wrong_fields(new))
    if errors:
        raise InvalidInput(*errors)
    variant = Variant(
        product_id=product.id,
        name=new.name.strip(),
        price_fen=new.price_fen,
        pack_grams=new.pack_grams,
        minimum_quantity=new.minimum_quantity,
        carton_quantity=new.carton_quantity,
    )
    session.add(variant)
    refresh_lists(session, product, now)
    return variant


def change_price(session: Session, variant_id: int, price_fen: int, now: datetime) -> Variant:
    """A new price from now on; orders keep the one they were placed at. Tiers that would no
    longer be cheaper than a single pack end with it."""
    variant = session.get(Variant, variant_id)
    if variant is None:
        raise NotFound
    if not 0 < price_fen <= MAX_PRICE_FEN:
        raise InvalidInput(_PRICE)
    product = lock_product(session, variant.product_id)
    variant.price_fen = price_fen
    dear = (PriceTier.variant_id == variant_id, PriceTier.price_fen >= price_fen)
    session.execute(delete(PriceTier).where(*dear))
    refresh_lists(session, product, now)
    return variant


def publish(session: Session, product_id: int, now: datetime) -> Product:
    """Offers the product. Raises ProductIncomplete where no pack is on sale."""
    product = lock_product(session, product_id)
    offered = select(Variant.id).where(Variant.product_id == product.id, Variant.is_on_sale)
    if session.scalar(offered.limit(1)) is None:
        raise ProductIncomplete
    if product.state != "PUBLISHED":
        product.state = "PUBLISHED"
        product.published_at = product.published_at or now
    refresh_lists(session, product, now)
    return product


def withdraw(session: Session, product_id: int, now: datetime) -> Product:
    """Takes the product off the shelves; a second time changes nothing."""
    product = lock_product(session, product_id)
    if product.state != "WITHDRAWN":
        product.state = "WITHDRAWN"
        session.flush()
        note_changes(session, [product.id], now)
    return product


def certify(
    session: Session, product_id: int, certificate: Certificate, now: datetime
) -> Certification:
    """Registers a recognition. Raises CertificateTaken where the number is in use."""
    product = lock_product(session, product_id)
    if certificate.valid_until < certificate.valid_from:
        raise invalid("valid_until", N_("有效期的结束日期不能早于开始日期。"))
    if session.get(Certification, certificate.number) is not None:
        raise CertificateTaken(number=certificate.number)
    certification = Certification(
        number=certificate.number,
        product_id=product.id,
        issuer=certificate.issuer,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
    )
    session.add(certification)
    refresh_lists(session, product, now)
    return certification


def withdraw_certificate(
    session: Session, number: str, now: datetime, *, reason: str | None = None
) -> Certification:
    """From this day on the recognition no longer holds; what was ordered before keeps it."""
    certification = session.get(Certification, number)
    if certification is None:
        raise NotFound
    product = lock_product(session, certification.product_id)
    if certification.withdrawn_on is None:
        certification.withdrawn_on, certification.withdrawal_reason = day_of(now), reason
    refresh_lists(session, product, now)
    return certification


def lock_product(session: Session, product_id: int) -> Product:
    """The product, its row ours until the end: its list columns are written by one at a time."""
    product = session.get(Product, product_id, with_for_update=True, populate_existing=True)
    if product is None:
        raise NotFound
    return product


_PRICE = FieldError("price_fen", N_("价格需要大于零,且不超过 100 万元。"))


def _wrong_fields(new: NewVariant) -> list[FieldError]:
    errors = []
    if not 0 < len(new.name.strip()) <= 60:
        errors.append(FieldError("name", N_("规格名称需要 1 到 60 个字。")))
    if not 0 < new.price_fen <= MAX_PRICE_FEN:
        errors.append(_PRICE)
    if not 0 <= new.pack_grams <= MAX_PACK_GRAMS:
        errors.append(FieldError("pack_grams", N_("每件重量需要在 0 到 10 吨之间。")))
    if not 1 <= new.minimum_quantity <= MAX_QUANTITY:
        errors.append(FieldError("minimum_quantity", N_("起订数量至少为 1。")))
    if not 1 <= new.carton_quantity <= MAX_QUANTITY:
        errors.append(FieldError("carton_quantity", N_("每箱件数至少为 1。")))
    return errors
