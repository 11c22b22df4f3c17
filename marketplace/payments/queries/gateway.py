"""What the gateway told that somebody should look at, and refunds on their way through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.payments.models import Dispute, GatewayEvent, Payment, Payout

MOST = 100


@dataclass(frozen=True)
class OddEvent:
    event_id: str
    kind: str
    note: str
    moved_fen: int
    received_at: datetime
    purchase_id: int | None


@dataclass(frozen=True)
class OpenDispute:
    gateway_id: str
    amount_fen: int
    reason: str
    opened_at: datetime
    purchase_id: int


@dataclass(frozen=True)
class MoneyOnItsWay:
    number: str
    state: str
    amount_fen: int
    reason: str
    requested_at: datetime
    purchase_id: int


def list_odd_events(session: Session, page: PageRequest) -> Page[OddEvent]:
    """Events that did not fit, newest first."""
    is_odd = GatewayEvent.effect == "ODD"
    rows = session.execute(
        select(
            GatewayEvent.event_id,
            GatewayEvent.kind,
            GatewayEvent.note,
            GatewayEvent.moved_fen,
            GatewayEvent.received_at,
            Payment.purchase_id,
        )
        .outerjoin(Payment, Payment.id == GatewayEvent.payment_id)
        .where(is_odd)
        .order_by(GatewayEvent.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    total = session.scalar(select(func.count()).select_from(GatewayEvent).where(is_odd)) or 0
    return Page([OddEvent(*row) for row in rows], page.page, page.per_page, total)


def list_open_disputes(session: Session) -> Sequence[OpenDispute]:
    """What payers' banks took back and nobody has decided about, oldest first."""
    rows = session.execute(
        select(
            Dispute.gateway_id,
            Dispute.amount_fen,
            Dispute.reason,
            Dispute.opened_at,
            Payment.purchase_id,
        )
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Dispute.state == "OPEN")
        .order_by(Dispute.id)
        .limit(MOST)
    )
    return [OpenDispute(*row) for row in rows]


def list_money_on_its_way(session: Session) -> Sequence[MoneyOnItsWay]:
    """Refunds that the gateway has not finished, oldest first; then those that came back, the
    latest first: these stay, and must not hide the others."""
    waits_first = case((Payout.state == "RELEASED", Payout.id), else_=-Payout.id)
    rows = session.execute(
        select(
            Payout.number,
            Payout.state,
            Payout.amount_fen,
            Payout.reason,
            Payout.requested_at,
            Payment.purchase_id,
        )
        .join(Payment, Payment.id == Payout.payment_id)
        .where(Payout.road == "GATEWAY", Payout.state.in_(("RELEASED", "RETURNED")))
        .order_by(Payout.state, waits_first)
        .limit(MOST)
    )
    return [MoneyOnItsWay(*row) for row in rows]


def queue_of_gateway_disputes(session: Session) -> Queue:
    """What payers' banks took back and nobody has decided about."""
    return queue_of(session, Dispute.opened_at, Dispute.state == "OPEN")
