"""What was ordered, counted, and then refunded."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.core.money import PPM
from marketplace.oversight.queries.refs import refs_of
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.quota.queries.taken import list_taken_back


def find_refunded(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Orders that counted under a rule, and came back for the most part before long."""
    rows = list_taken_back(
        session, span.since, span.until, thresholds["share_ppm"], thresholds["least_fen"]
    )
    soon = [one for one in rows if (one.taken_on - one.counted_on).days <= thresholds["days"]]
    refs = refs_of(session, [one.order_id for one in soon])
    for one in soon:
        ref = refs.get(one.order_id)
        if ref is None:
            continue
        yield Flag(
            key=f"order:{one.order_id}",
            subject=("order", one.order_id),
            happened_on=one.taken_on,
            unit_id=one.unit_id,
            producer_id=ref.producer_id,
            figures={
                "counted_fen": one.counted_fen,
                "refunded_fen": one.taken_fen,
                "part_ppm": one.taken_fen * PPM // one.counted_fen,
                "counted_on": one.counted_on.isoformat(),
                "refunded_on": one.taken_on.isoformat(),
                "days": (one.taken_on - one.counted_on).days,
            },
            orders=[ref],
        )
