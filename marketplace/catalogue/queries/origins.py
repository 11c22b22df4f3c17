"""Products as they stood on a day: certified or not, and which villages they came from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Certification, Product, Variant
from marketplace.core.money import PPM

OFFERED = ("PUBLISHED", "WITHDRAWN")


@dataclass(frozen=True)
class ProductOnDay:
    """A product, whether a certificate was in force, and its villages with parts per million."""

    product_id: int
    producer_id: int
    name: str
    workshop_id: int | None
    is_certified: bool
    origins: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class OwnProduct:
    """A product as its producer knows it: offered now or once, and until when it is certified."""

    product_id: int
    name: str
    is_offered: bool
    certified_until: date | None


def list_own_products(session: Session, producer_id: int) -> list[OwnProduct]:
    """All products of a producer, by name, those too that were never offered."""
    is_offered = Product.state.in_(OFFERED)
    rows = session.execute(
        select(Product.id, Product.name, is_offered, Product.certified_until)
        .where(Product.producer_id == producer_id)
        .order_by(Product.name, Product.id)
    )
    return [OwnProduct(row[0], row[1], bool(row[2]), row[3]) for row in rows]


def list_ever_offered(session: Session, producer_id: int) -> list[tuple[int, str]]:
    """(id, name) of what a producer offers or has offered, by name."""
    own = list_own_products(session, producer_id)
    return [(one.product_id, one.name) for one in own if one.is_offered]


def list_on_sale(session: Session, producer_id: int) -> list[tuple[int, str]]:
    """(id, name) of what a producer offers now, by name."""
    rows = session.execute(
        select(Product.id, Product.name)
        .where(Product.producer_id == producer_id, Product.state == "PUBLISHED")
        .order_by(Product.name, Product.id)
    )
    return [(row.id, row.name) for row in rows]


def products_on(
    session: Session, product_ids: Collection[int], day: date
) -> dict[int, ProductOnDay]:
    """Products as they stood on a day. Their villages are those of the newest batch made by
    then; where there is none, the village that the product is registered in."""
    certified = _certified_on(session, product_ids, day)
    shares = _newest_shares(session, product_ids, day)
    products = session.scalars(select(Product).where(Product.id.in_(product_ids)))
    return {
        product.id: ProductOnDay(
            product.id,
            product.producer_id,
            product.name,
            product.workshop_id,
            product.id in certified,
            shares.get(product.id) or ((product.village_code, PPM),),
        )
        for product in products
    }


def _certified_on(session: Session, product_ids: Collection[int], day: date) -> set[int]:
    held = select(Certification.product_id).where(
        Certification.product_id.in_(product_ids),
        Certification.valid_from <= day,
        Certification.valid_until >= day,
        or_(Certification.withdrawn_on.is_(None), Certification.withdrawn_on > day),
    )
    return set(session.scalars(held))


def _newest_shares(
    session: Session, product_ids: Collection[int], day: date
) -> dict[int, tuple[tuple[str, int], ...]]:
    made = session.execute(
        select(Variant.product_id, Batch.id)
        .join(Variant, Variant.id == Batch.variant_id)
        .where(Variant.product_id.in_(product_ids), Batch.produced_on <= day)
        .order_by(Batch.produced_on, Batch.id)
    )
    newest: dict[int, int] = {row.product_id: row.id for row in made}
    rows = session.execute(
        select(BatchOrigin.batch_id, BatchOrigin.village_code, BatchOrigin.share_ppm)
        .where(BatchOrigin.batch_id.in_(newest.values()))
        .order_by(BatchOrigin.batch_id, BatchOrigin.village_code)
    )
    shares: dict[int, tuple[tuple[str, int], ...]] = {}
    for batch_id, village_code, share_ppm in rows:
        shares[batch_id] = (*shares.get(batch_id, ()), (village_code, share_ppm))
    return {product_id: shares.get(batch_id, ()) for product_id, batch_id in newest.items()}
