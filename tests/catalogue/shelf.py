"""A village, a producer and one product to sell, for tests of the catalogue."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import (
    add_variant,
    create_product,
    publish,
    put_categories,
    receive_batch,
)
from marketplace.catalogue.models import Batch, Product, Variant
from marketplace.catalogue.rules import NewProduct, NewVariant, OriginShare, ReceivedBatch
from marketplace.geography.commands import load_divisions
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HUIGOU = "420304106205"
YUNCAI = "420304102209"
ALL_HUIGOU = (OriginShare(HUIGOU, 1_000_000),)


def open_shop(session: Session) -> int:
    """The county's places, the categories and one producer; gives the producer's id."""
    load_divisions(session)
    put_categories(session)
    new = NewProducer("会沟合作社", "COOPERATIVE", make_uscc("420304", 1), HUIGOU, "0719-7221234")
    return create_producer(session, new, NOW).id


def put_product(
    session: Session, producer_id: int, name: str = "椴木香菇", category: str = "shiitake"
) -> Product:
    return create_product(session, NewProduct(producer_id, category, name, HUIGOU), NOW)


def put_variant(session: Session, product: Product, price_fen: int = 6880) -> Variant:
    return add_variant(session, product.id, NewVariant("500 克", price_fen, 500), NOW)


def put_batch(
    session: Session,
    variant: Variant,
    quantity: int,
    *,
    code: str = "B-1",
    made: date = date(2026, 11, 1),
    days: int | None = 365,
    origin: tuple[OriginShare, ...] = ALL_HUIGOU,
) -> Batch:
    return receive_batch(
        session, ReceivedBatch(variant.id, code, made, days, quantity, origin), NOW
    )


def published(
    session: Session, producer_id: int, name: str = "椴木香菇", category: str = "shiitake"
) -> Product:
    """A product with one pack and one batch of ten, on the shelves."""
    product = put_product(session, producer_id, name, category)
    put_batch(session, put_variant(session, product), 10, code=f"P-{product.id}")
    return publish(session, product.id, NOW)
