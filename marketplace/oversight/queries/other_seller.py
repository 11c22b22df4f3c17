"""An invoice whose seller is not the producer of the order."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.queries.seen import INVOICES_SEEN, ORDERS_SEEN
from marketplace.oversight.queries.refs import REF, orders, ref_of
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.producers.queries import PRODUCER_MARKS

invoices, producer = INVOICES_SEEN.c, PRODUCER_MARKS.c


def find_other_seller(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Where somebody has copied the seller's code from the invoice."""
    rows = session.execute(
        select(
            *REF,
            invoices.id.label("invoice_id"),
            invoices.amount_fen,
            invoices.seller_uscc,
            invoices.registered_at,
            producer.uscc,
        )
        .select_from(ORDERS_SEEN)
        .join(INVOICES_SEEN, invoices.order_id == orders.id)
        .join(PRODUCER_MARKS, producer.id == orders.producer_id)
        .where(
            invoices.registered_at >= span.since,
            invoices.registered_at < span.until,
            invoices.amount_fen >= thresholds["least_fen"],
            invoices.seller_uscc != producer.uscc,
        )
        .order_by(invoices.id)
    )
    for row in rows:
        yield Flag(
            key=f"invoice:{row.invoice_id}",
            subject=("invoice", row.invoice_id),
            happened_on=day_of(row.registered_at),
            unit_id=row.unit_id,
            producer_id=row.producer_id,
            figures={
                "invoice_fen": row.amount_fen,
                "seller": row.seller_uscc,
                "producer": row.uscc,
            },
            orders=[ref_of(row)],
            things={"invoice": [row.invoice_id]},
        )
