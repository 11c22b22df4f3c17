"""What has waited too long and whose people were not reminded yet, a batch at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from marketplace.ordering.models import Order, Purchase, PurchaseStep
from marketplace.ordering.queries.open_matters import AWAITS_PREPAYMENT
from marketplace.ordering.rules import OrderState, PurchaseState
from marketplace.ordering.rules.waits import (
    ACCEPTED_LATE,
    ACCEPTED_WITHIN,
    PREPAY_LAST,
    PREPAY_SOON,
    RECEIVED_WITHIN,
    REMINDED_FOR,
)
from marketplace.outbox.queries import is_asked_for
from marketplace.units.queries import UNIT_COUNTIES

Moment = InstrumentedAttribute[datetime | None]
Condition = Callable[[datetime], ColumnElement[bool]]


def _since(moment: Moment, before: datetime, now: datetime) -> ColumnElement[bool]:
    return moment.between(now - REMINDED_FOR, before)


# Event → which orders have come to it at a moment.
OVERDUE: Mapping[str, Condition] = {
    "receipt_due": lambda now: and_(
        Order.state == OrderState.SHIPPED, _since(Order.shipped_at, now - RECEIVED_WITHIN, now)
    ),
    "acceptance_due": lambda now: and_(
        Order.state == OrderState.RECEIVED, _since(Order.received_at, now - ACCEPTED_WITHIN, now)
    ),
    "acceptance_late": lambda now: and_(
        Order.state == OrderState.RECEIVED, _since(Order.received_at, now - ACCEPTED_LATE, now)
    ),
    "prepay_soon": lambda now: and_(
        AWAITS_PREPAYMENT, Order.due_at.between(now + PREPAY_LAST, now + PREPAY_SOON)
    ),
    "prepay_last": lambda now: and_(
        AWAITS_PREPAYMENT, Order.due_at.between(now, now + PREPAY_LAST)
    ),
}


def list_overdue(
    session: Session, event: str, key_prefix: str, now: datetime, most: int
) -> list[int]:
    """Ids of orders that have come to an event and whose people were not told of it yet."""
    asked = is_asked_for(literal(key_prefix) + cast(Order.id, String))
    wanted = select(Order.id).where(OVERDUE[event](now), ~asked).order_by(Order.id).limit(most)
    return list(session.scalars(wanted))


@dataclass(frozen=True)
class Counties:
    """Units of one county, or of all but some."""

    only: str = ""
    but: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """On purchases; nothing is asked of units where every county is meant."""
        county = select(UNIT_COUNTIES.c.county_code).where(UNIT_COUNTIES.c.id == Purchase.unit_id)
        if self.only:
            return [county.scalar_subquery() == self.only]
        return [county.scalar_subquery().not_in(self.but)] if self.but else []


EVERYWHERE = Counties()


@dataclass(frozen=True)
class UnapprovedWish:
    """Approvals that have waited since before an instant.

    What takes steps waits since its step was opened; `in_steps` leaves out what takes none.
    """

    before: datetime
    in_steps: bool = False
    counties: Counties = EVERYWHERE


def list_unapproved(
    session: Session, wish: UnapprovedWish, after_id: int, most: int
) -> list[tuple[int, datetime]]:
    """(purchase, since when) of what waits for approval, by id."""
    undecided = aliased(PurchaseStep)
    following = (
        select(func.min(undecided.position))
        .where(undecided.purchase_id == Purchase.id, undecided.decided_at.is_(None))
        .correlate(Purchase)
        .scalar_subquery()
    )
    its_step = and_(PurchaseStep.purchase_id == Purchase.id, PurchaseStep.position == following)
    since = func.coalesce(PurchaseStep.opened_at, Purchase.submitted_at)
    rows = session.execute(
        select(Purchase.id, since)
        .join(PurchaseStep, its_step, isouter=not wish.in_steps)
        .where(
            Purchase.state == PurchaseState.IN_APPROVAL,
            Purchase.id > after_id,
            since.between(wish.before - REMINDED_FOR, wish.before),
            *wish.counties.conditions(),
        )
        .order_by(Purchase.id)
        .limit(most)
    )
    return [(purchase_id, at) for purchase_id, at in rows if at is not None]
