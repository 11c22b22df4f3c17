"""A review that was written as soon as the goods had come."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.queries.seen import ORDERS_SEEN
from marketplace.oversight.queries.refs import REF, orders, ref_of
from marketplace.oversight.queries.seconds import seconds_between
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.reviews.queries import REVIEWS_SEEN

reviews = REVIEWS_SEEN.c


def find_quick_review(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Nobody has cooked and eaten it within a minute."""
    waited = seconds_between(reviews.written_at, orders.delivered_at)
    rows = session.execute(
        select(
            *REF,
            reviews.id.label("review_id"),
            reviews.product_id,
            reviews.author_id,
            reviews.written_at,
            waited.label("seconds"),
        )
        .select_from(ORDERS_SEEN)
        .join(REVIEWS_SEEN, reviews.order_id == orders.id)
        .where(
            reviews.written_at >= span.since,
            reviews.written_at < span.until,
            waited.between(0, thresholds["seconds"]),
        )
        .order_by(reviews.id)
    )
    for row in rows:
        yield Flag(
            key=f"review:{row.review_id}",
            subject=("review", row.review_id),
            happened_on=day_of(row.written_at),
            unit_id=row.unit_id,
            producer_id=row.producer_id,
            figures={"seconds": row.seconds},
            orders=[ref_of(row)],
            things={"product": [row.product_id], "review": [row.review_id]},
            people=[row.author_id],
        )
