"""Packs by the names of their products."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Product, Variant
from marketplace.core.paging import in_parts


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
