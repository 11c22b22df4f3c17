"""Products and their packs: made, priced, certified, published, withdrawn."""

from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.commands.lists import refresh_lists
from marketplace.catalogue.models import (
    Category,
    Certification,
    PriceEntry,
    PriceTier,
    Product,
    Variant,
)
from marketplace.catalogue.rules import (
    Certificate,
    CertificateTaken,
    NewProduct,
    NewVariant,
    ProductIncomplete,
    UnknownVillage,
)
from marketplace.catalogue.rules.prices import CHANGED_PRICE, FIRST_PRICE, PriceReason
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound, invalid
from marketplace.geography import queries as geography
from marketplace.producers.queries import get_producer, require_verified
from marketplace.producers.queries.workshops import workshops_of
from marketplace.trading.queries import makers_of, require_mandate
from marketplace.trading.rules import CHOOSE_MAKER, OWN_GOODS

MAX_PRICE_FEN = 100_000_000
MAX_PACK_GRAMS = 10_000_000
MAX_QUANTITY = 1_000_000


def create_product(session: Session, new: NewProduct, now: datetime) -> Product:
    """A draft of a product. Raises InvalidInput, or UnknownVillage for its place."""
    category = check_product(session, new)
    _check_maker(session, new, day_of(now))
    village = geography.get_village(session, new.village_code)
    product = Product(
        producer_id=new.producer_id,
        maker_id=new.maker_id,
        workshop_id=new.workshop_id,
        category_code=category.code,
        name=new.name.strip(),
        description=new.description.strip(),
        picture=new.picture or category.picture,
        village_code=village.code,
        township_code=village.township_code,
    )
    session.add(product)
    session.flush()
    note_changes(session, [product.id], now)
    return product


def _check_maker(session: Session, new: NewProduct, day: date) -> None:
    """A trader names one of those whose mandate it holds, others nobody. Raises InvalidInput."""
    is_trader = get_producer(session, new.producer_id).is_trader
    if is_trader and new.maker_id not in makers_of(session, new.producer_id, day):
        raise invalid("maker_id", CHOOSE_MAKER)
    if not is_trader and new.maker_id is not None:
        raise invalid("maker_id", OWN_GOODS)


def check_product(session: Session, new: NewProduct) -> Category:
    """The category of a product that can be. Raises InvalidInput that names every wrong field, or
    UnknownVillage."""
    errors = []
    category = session.get(Category, new.category_code)
    if not 0 < len(new.name.strip()) <= 120:
        errors.append(FieldError("name", N_("品名需要 1 到 120 个字。")))
    if category is None:
        errors.append(FieldError("category", N_("没有这个品类,请从列表中选择。")))
    if new.workshop_id is not None and new.workshop_id not in {
        workshop.id for workshop in workshops_of(session, new.producer_id)
    }:
        errors.append(FieldError("workshop_id", N_("这个车间不属于本供应商,请从列表中选择。")))
    if category is None or errors:
        raise InvalidInput(*errors)
    if geography.find_village(session, new.village_code) is None:
        raise UnknownVillage(village=new.village_code)
    return category


def add_variant(
    session: Session,
    product_id: int,
    new: NewVariant,
    now: datetime,
    *,
    by: PriceReason = FIRST_PRICE,
) -> Variant:
    """One more pack of a product. Raises InvalidInput that names every wrong field."""
    product = lock_product(session, product_id)
    errors = wrong_variant(new)
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
    _note_price(session, variant, by, now)
    return variant


def change_price(
    session: Session,
    variant_id: int,
    price_fen: int,
    now: datetime,
    *,
    by: PriceReason = CHANGED_PRICE,
) -> Variant:
    """A new price from now on; orders keep the one they were placed at. Tiers that would no
    longer be cheaper than a single pack end with it."""
    if not 0 < price_fen <= MAX_PRICE_FEN:
        raise InvalidInput(_PRICE)
    product_of = select(Variant.product_id).where(Variant.id == variant_id)
    product = lock_product(session, session.scalar(product_of))
    # As it is now: whoever held the product before may have changed the price.
    variant = session.get_one(Variant, variant_id, populate_existing=True)
    variant.price_fen = price_fen
    dear = (PriceTier.variant_id == variant_id, PriceTier.price_fen >= price_fen)
    session.execute(delete(PriceTier).where(*dear))
    _note_price(session, variant, by, now)
    refresh_lists(session, product, now)
    return variant


def _note_price(session: Session, variant: Variant, by: PriceReason, now: datetime) -> None:
    facts = {"variant_id": variant.id, "price_fen": variant.price_fen, "at": now}
    session.execute(insert(PriceEntry).values(**facts, **vars(by)))


def publish(session: Session, product_id: int, now: datetime) -> Product:
    """Offers the product. Raises ProductIncomplete where no pack is on sale, ProducerUnverified
    where its producer's papers are overdue, NoTradeMandate where its maker gave none."""
    product = lock_product(session, product_id)
    offered = select(Variant.id).where(Variant.product_id == product.id, Variant.is_on_sale)
    if session.scalar(offered.limit(1)) is None:
        raise ProductIncomplete
    if product.state != "PUBLISHED":
        require_verified(session, product.producer_id, day_of(now))
        if product.maker_id is not None:
            require_mandate(session, product.producer_id, product.maker_id, day_of(now))
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
    product_of = select(Certification.product_id).where(Certification.number == number)
    product = lock_product(session, session.scalar(product_of))
    certification = session.get_one(Certification, number, populate_existing=True)
    if certification.withdrawn_on is None:
        certification.withdrawn_on, certification.withdrawal_reason = day_of(now), reason
    refresh_lists(session, product, now)
    return certification


def lock_product(session: Session, product_id: int | None) -> Product:
    """The product, its row ours until the end: its list columns are written by one at a time.
    Raises NotFound, also for what belongs to none."""
    if product_id is None:
        raise NotFound
    product = session.get(Product, product_id, with_for_update=True, populate_existing=True)
    if product is None:
        raise NotFound
    return product


_PRICE = FieldError("price_fen", N_("价格需要大于零,且不超过 100 万元。"))


def wrong_variant(new: NewVariant) -> list[FieldError]:
    """What is wrong with a pack, by field."""
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
