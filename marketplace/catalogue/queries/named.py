"""Packs by the names of their products, those that are bought most, and where products are from."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Product, Variant
from marketplace.core.paging import in_parts
from marketplace.geography.rules import COUNTY_DIGITS

# Products as a table to join, for packages above that list their own rows by them.
GOODS = select(
    Product.id,
    Product.name,
    Product.producer_id,
    Product.state,
    Product.lowest_price_fen,
    Product.sold_quantity,
    Product.certified_from,
    Product.certified_until,
    Product.certification_number,
).subquery("goods")


def find_by_names(session: Session, names: Sequence[str]) -> list[int]:
    """Ids of the packs on sale of published products with these names."""
    found: list[int] = []
    for part in in_parts(names, 500):
        found += session.scalars(
            select(Variant.id)
            .join(Product, Product.id == Variant.product_id)
            .where(Product.name.in_(part), Product.state == "PUBLISHED", Variant.is_on_sale)
            .order_by(Variant.id)
        )
    return found


def list_best_sold(session: Session, today: date, most_fen: int, most: int) -> list[int]:
    """Ids of packs on sale up to a price: certified ones first, the best sold of them first."""
    in_force = and_(Product.certified_from <= today, Product.certified_until >= today)
    return list(
        session.scalars(
            select(Variant.id)
            .join(Product, Product.id == Variant.product_id)
            .where(Product.state == "PUBLISHED", Variant.is_on_sale, Variant.price_fen <= most_fen)
            .order_by(case((in_force, 0), else_=1), Product.sold_quantity.desc(), Variant.id)
            .limit(most)
        )
    )


def counties_of(session: Session, product_ids: Collection[int]) -> dict[int, str]:
    """The county (six digits) that each product comes from."""
    rows = session.execute(
        select(Product.id, Product.township_code).where(Product.id.in_(product_ids))
    )
    return {row.id: row.township_code[:COUNTY_DIGITS] for row in rows}
