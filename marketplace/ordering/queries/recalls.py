"""Where the packs of a batch went: every line, its buyer, and what is paid back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.queries.batches import recalled_batches
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import (
    Order,
    OrderLine,
    OrderLineBatch,
    Refund,
    RefundLine,
)
from marketplace.ordering.rules import EXITS, OrderState
from marketplace.units.queries import UNIT_NAMES

GONE = (*EXITS, OrderState.DRAFT)


@dataclass(frozen=True)
class TracedLine:
    """Packs of a batch in a line of an order."""

    order_id: int
    order_number: str
    unit_name: str | None
    buyer_name: str | None
    state: str
    packs: int
    shipped: int
    released: int
    # What waits to be approved of the line, or was given back.
    refund_fen: int

    @property
    def waiting(self) -> int:
        """Packs that are still set aside."""
        return self.packs - self.shipped - self.released


def list_lines_with(session: Session, batch_id: int, page: PageRequest) -> Page[TracedLine]:
    """Every line that something of the batch was ever set aside for, the newest order first."""
    total = session.scalar(
        select(func.count()).select_from(OrderLineBatch).where(OrderLineBatch.batch_id == batch_id)
    )
    refunded = (
        select(func.coalesce(func.sum(RefundLine.amount_fen), 0))
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(RefundLine.order_line_id == OrderLine.id, Refund.state != "REJECTED")
        .correlate(OrderLine)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Order.id,
            Order.number,
            UNIT_NAMES.c.name,
            PERSON_NAMES.c.name,
            Order.state,
            OrderLineBatch.quantity,
            OrderLineBatch.shipped_quantity,
            OrderLineBatch.released_quantity,
            refunded,
        )
        .join(OrderLine, OrderLine.id == OrderLineBatch.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id)
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == Order.buyer_id)
        .where(OrderLineBatch.batch_id == batch_id)
        .order_by(Order.id.desc(), OrderLine.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [TracedLine(*row) for row in rows]
    return Page(found, page.page, page.per_page, total or 0)


def purchases_with(session: Session, batch_id: int) -> Sequence[int]:
    """Purchases with an order that holds or has had something of the batch, but for those that
    were left."""
    wanted = (
        select(Order.purchase_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(OrderLineBatch, OrderLineBatch.order_line_id == OrderLine.id)
        .where(OrderLineBatch.batch_id == batch_id, Order.state.not_in(GONE))
        .distinct()
        .order_by(Order.purchase_id)
    )
    return session.scalars(wanted).all()


def blocked_packs(session: Session, line_ids: Sequence[int]) -> dict[int, int]:
    """By line, packs set aside of batches that were recalled: they may not leave."""
    waiting = (
        OrderLineBatch.quantity - OrderLineBatch.shipped_quantity - OrderLineBatch.released_quantity
    )
    rows = session.execute(
        select(OrderLineBatch.order_line_id, OrderLineBatch.batch_id, waiting).where(
            OrderLineBatch.order_line_id.in_(line_ids), waiting > 0
        )
    ).all()
    recalled = recalled_batches(session, {batch_id for _line, batch_id, _packs in rows})
    blocked: dict[int, int] = {}
    for line_id, batch_id, packs in rows:
        if batch_id in recalled:
            blocked[line_id] = blocked.get(line_id, 0) + packs
    return blocked
