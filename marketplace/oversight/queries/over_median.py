"""Unit price above so much of the category's median for 500 g."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Subquery, cast, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.seen import CATEGORIES_SEEN
from marketplace.core.money import PPM
from marketplace.ordering.queries.seen import LINES_SEEN, ORDERS_SEEN
from marketplace.oversight.queries.priced import PER_500G, flags_of_prices, lines, lines_of_units
from marketplace.oversight.queries.refs import orders
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds

categories = CATEGORIES_SEEN.c


def find_over_median(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Against what everybody paid for goods of the category in the days before the month."""
    median = _medians(thresholds, span)
    chosen = (
        lines_of_units(
            thresholds["least_fen"],
            PER_500G.label("price"),
            median.c.median_fen.label("compared"),
        )
        .join(CATEGORIES_SEEN, categories.product_id == lines.product_id)
        .join(median, median.c.category_code == categories.category_code)
        .where(
            lines.pack_grams > 0,
            median.c.median_fen * thresholds["factor_ppm"] < PER_500G * PPM,
        )
    )
    yield from flags_of_prices(session, chosen, span)


def _medians(thresholds: Thresholds, span: Span) -> Subquery:
    """The middle price of each category; of an even number of lines the mean of the two."""
    sold = (
        select(categories.category_code, PER_500G.label("fen"))
        .select_from(ORDERS_SEEN)
        .join(LINES_SEEN, lines.order_id == orders.id)
        .join(CATEGORIES_SEEN, categories.product_id == lines.product_id)
        .where(
            orders.placed_at >= span.before_month(thresholds["days"]),
            orders.placed_at < span.month_since,
            lines.pack_grams > 0,
        )
        .subquery("sold")
    )
    category = sold.c.category_code
    ranked = select(
        category,
        sold.c.fen,
        func.row_number().over(partition_by=category, order_by=sold.c.fen).label("place"),
        func.count().over(partition_by=category).label("number"),
    ).subquery("ranked")
    middle = ranked.c.place.in_(((ranked.c.number + 1) // 2, (ranked.c.number + 2) // 2))
    # A sum is a decimal on PostgreSQL, and its half would be one.
    mean = cast(func.sum(ranked.c.fen), BigInteger) // func.count()
    return (
        select(ranked.c.category_code, mean.label("median_fen"))
        .where(middle, ranked.c.number >= thresholds["lines"])
        .group_by(ranked.c.category_code)
        .having(mean > 0)
        .subquery("medians")
    )
