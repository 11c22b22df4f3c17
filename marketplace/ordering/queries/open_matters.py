"""Whether what people were asked for still waits: one statement for any number of notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.notices.queries import Check
from marketplace.notices.rules import OpenNotice, about
from marketplace.ordering.models import Invoice, Order, Purchase, Reattribution, Refund
from marketplace.ordering.queries.approval import turns_of
from marketplace.ordering.queries.debts import IS_DEBT
from marketplace.ordering.rules import OrderState, PaymentTerms, PurchaseState

AWAITS_PREPAYMENT = and_(
    Order.state == OrderState.CONFIRMED,
    Order.payment_terms == PaymentTerms.PREPAY,
    Order.due_at.is_not(None),
)


def _while_true(key: InstrumentedAttribute[int], holds: ColumnElement[bool]) -> Check:
    """A check of notices that wait as long as a condition holds for their object."""

    def still(session: Session, notices: Sequence[OpenNotice], _now: datetime) -> set[int]:
        wanted = select(key).where(key.in_({one.object_id for one in notices}), holds)
        return about(notices, set(session.scalars(wanted)))

    return still


def _approval(session: Session, notices: Sequence[OpenNotice], now: datetime) -> set[int]:
    """An approval waits for a person as long as it is their turn. In purchases that take no
    steps it is every approver's."""
    wanted = {one.object_id for one in notices}
    waiting = set(
        session.scalars(
            select(Purchase.id).where(
                Purchase.id.in_(wanted), Purchase.state == PurchaseState.IN_APPROVAL
            )
        )
    )
    turns = turns_of(session, waiting, now) if waiting else {}
    return {
        one.id
        for one in notices
        if one.object_id in waiting and one.person_id in turns.get(one.object_id, {one.person_id})
    }


_acceptance = _while_true(Order.id, Order.state == OrderState.RECEIVED)
_debt = _while_true(Order.id, IS_DEBT)
_prepayment = _while_true(Order.id, AWAITS_PREPAYMENT)

# Kind of notice → whether it still waits.
CHECKS: dict[str, Check] = {
    "approval_waiting": _approval,
    "approval_reminder": _approval,
    "approval_fallback": _approval,
    "order_placed": _while_true(Order.id, Order.state == OrderState.PLACED),
    "receipt_due": _while_true(Order.id, Order.state == OrderState.SHIPPED),
    "acceptance_due": _acceptance,
    "acceptance_late": _acceptance,
    "pay_soon": _debt,
    "pay_due": _debt,
    "pay_late": _debt,
    "pay_very_late": _debt,
    "prepay_soon": _prepayment,
    "prepay_last": _prepayment,
    "invoice_registered": _while_true(Invoice.id, Invoice.state == "ISSUED"),
    "refund_requested": _while_true(
        Refund.id, and_(Refund.state == "REQUESTED", Refund.stage == "ASKED")
    ),
    "reattribution_asked": _while_true(Reattribution.id, Reattribution.state == "ASKED"),
}
