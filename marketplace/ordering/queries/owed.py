"""What is still to be paid, by purchase."""

from collections.abc import Collection

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order
from marketplace.ordering.rules import OrderState

OWED = Order.payable_fen - Order.paid_fen + Order.refunded_fen
STILL_OWED = and_(OWED > 0, Order.state != OrderState.DRAFT)


def outstanding_of(session: Session, purchase_id: int) -> int:
    """What is still to be paid for a purchase, over its orders."""
    return outstanding_by_purchase(session, [purchase_id]).get(purchase_id, 0)


def outstanding_by_purchase(session: Session, purchase_ids: Collection[int]) -> dict[int, int]:
    """What is still to be paid, by purchase; those that owe nothing are not in it."""
    rows = session.execute(
        select(Order.purchase_id, func.sum(OWED))
        .where(Order.purchase_id.in_(purchase_ids), STILL_OWED)
        .group_by(Order.purchase_id)
    )
    return {purchase_id: int(owed_fen) for purchase_id, owed_fen in rows}


def owed_by_buyer(
    session: Session, unit_id: int | None, person_id: int | None, most: int
) -> dict[int, int]:
    """A unit's or private buyer's purchases that are not paid, the oldest first."""
    private = and_(Order.unit_id.is_(None), Order.buyer_id == person_id)
    rows = session.execute(
        select(Order.purchase_id, func.sum(OWED))
        .where(private if unit_id is None else Order.unit_id == unit_id, STILL_OWED)
        .group_by(Order.purchase_id)
        .order_by(Order.purchase_id)
        .limit(most)
    )
    return {purchase_id: int(owed_fen) for purchase_id, owed_fen in rows}


def owed_for_accepted(session: Session, unit_id: int | None, person_id: int | None) -> int:
    """What a unit or private buyer has accepted and not paid yet."""
    private = and_(Order.unit_id.is_(None), Order.buyer_id == person_id)
    owed = select(func.sum(OWED)).where(
        private if unit_id is None else Order.unit_id == unit_id,
        Order.state == OrderState.ACCEPTED,
        OWED > 0,
    )
    return int(session.scalar(owed) or 0)


def paid_of(session: Session, purchase_id: int) -> int:
    """What has ever been paid for a purchase, whatever went back afterwards."""
    paid = select(func.sum(Order.paid_fen)).where(Order.purchase_id == purchase_id)
    return int(session.scalar(paid) or 0)
