"""Whether what people were asked for still waits: one statement for any number of notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from marketplace.notices.queries import Check, while_true
from marketplace.notices.rules import OpenNotice
from marketplace.ordering.models import (
    Invoice,
    Order,
    Purchase,
    Reattribution,
    Refund,
    ShortRequest,
)
from marketplace.ordering.queries.approval import turns_of
from marketplace.ordering.queries.debts import IS_DEBT
from marketplace.ordering.rules import OrderState, PaymentTerms, PurchaseState
from marketplace.ordering.rules.invoices import LACKING

AWAITS_PREPAYMENT = and_(
    Order.state == OrderState.CONFIRMED,
    Order.payment_terms == PaymentTerms.PREPAY,
    Order.due_at.is_not(None),
)

NOT_ALL_SENT = select(Order.id).where(Order.state.in_((OrderState.CONFIRMED, OrderState.SHIPPED)))


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


_acceptance = while_true(Order.id, Order.state == OrderState.RECEIVED)
_debt = while_true(Order.id, IS_DEBT)
_prepayment = while_true(Order.id, AWAITS_PREPAYMENT)

# Kind of notice → whether it still waits.
CHECKS: dict[str, Check] = {
    "approval_waiting": _approval,
    "approval_reminder": _approval,
    "approval_fallback": _approval,
    "order_placed": while_true(Order.id, Order.state == OrderState.PLACED),
    "receipt_due": while_true(Order.id, Order.state == OrderState.SHIPPED),
    "acceptance_due": _acceptance,
    "acceptance_late": _acceptance,
    "pay_soon": _debt,
    "pay_due": _debt,
    "pay_late": _debt,
    "pay_very_late": _debt,
    "prepay_soon": _prepayment,
    "prepay_last": _prepayment,
    "order_uninvoiced": while_true(Order.id, Order.invoice_state.in_(LACKING)),
    "invoice_registered": while_true(Invoice.id, Invoice.state == "ISSUED"),
    "refund_requested": while_true(
        Refund.id, and_(Refund.state == "REQUESTED", Refund.stage == "ASKED")
    ),
    "short_asked": while_true(
        ShortRequest.id,
        and_(ShortRequest.state == "ASKED", ShortRequest.order_id.in_(NOT_ALL_SENT)),
    ),
    "reattribution_asked": while_true(Reattribution.id, Reattribution.state == "ASKED"),
}
