"""Categories and listed prices, for whoever compares prices over all products."""

from datetime import datetime

from sqlalchemy import Subquery, case, func, select

from marketplace.catalogue.models import PriceEntry, Product

CATEGORIES_SEEN = select(Product.id.label("product_id"), Product.category_code).subquery(
    "categories_seen"
)


def select_prices_at(moment: datetime) -> Subquery:
    """What each pack was listed at; for a pack that came later, its first price."""
    before = PriceEntry.at <= moment
    place = func.row_number().over(
        partition_by=PriceEntry.variant_id,
        order_by=(
            case((before, 0), else_=1),
            case((before, -PriceEntry.id), else_=PriceEntry.id),
        ),
    )
    ranked = select(PriceEntry.variant_id, PriceEntry.price_fen, place.label("place")).subquery()
    return (
        select(ranked.c.variant_id, ranked.c.price_fen)
        .where(ranked.c.place == 1)
        .subquery("prices_at")
    )
