"""Orders of a unit that do not count yet, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.queries.worth import KEPT
from marketplace.ordering.rules import ENDED, OrderState, PurchaseState, missing_for_completion
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.quota.rules import RecognitionPoint, Rule

MOST_SHOWN = 500


@dataclass(frozen=True)
class WaitingOrder:
    """An order on its way, what it would count, and what it waits for, in words of the rules."""

    order_id: int
    number: str
    purchase_id: int
    producer_name: str
    fund: str
    goods_fen: int
    certified_fen: int
    freight_fen: int
    created_at: datetime
    state: str
    payment_state: str
    missing: tuple[str, ...]
    # The points of recognition it has passed: rules that count there count it already.
    points: frozenset[str] = frozenset()


def would_count(rule: Rule, order: WaitingOrder) -> int:
    """What of a waiting order a rule would still count, once the order completes."""
    if order.fund not in rule.funds:
        return 0
    goods_fen = order.certified_fen if rule.certificate_required else order.goods_fen
    # Freight counts when the order is complete, whatever the point at which goods do.
    freight_fen = order.freight_fen if rule.freight_counts and goods_fen else 0
    counted = rule.recognition_point in order.points
    return freight_fen + (0 if counted else goods_fen)


def list_waiting(
    session: Session, unit_id: int, most: int | None = MOST_SHOWN
) -> list[WaitingOrder]:
    """A unit's orders between submission and completion, the oldest first, as many as a page
    bears unless told otherwise. One query."""
    found = select_on_their_way(Order.unit_id == unit_id)
    return [waiting_order(row) for row in session.execute(found.limit(most))]


def select_on_their_way(of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The rows that waiting orders are made of, the oldest first."""
    certified = func.sum(KEPT).filter(OrderLine.is_certified)
    return (
        select(
            Order,
            Purchase.fund,
            Purchase.created_at,
            PRODUCER_NAMES.c.name.label("producer_name"),
            func.sum(KEPT).label("goods_fen"),
            func.coalesce(certified, 0).label("certified_fen"),
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Order.producer_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            of,
            Order.state.not_in(list(ENDED)),
            Purchase.state.in_((PurchaseState.IN_APPROVAL, PurchaseState.PLACED)),
        )
        .group_by(Order.id, Purchase.id, PRODUCER_NAMES.c.name)
        .order_by(Order.id)
    )


def waiting_order(row: Any) -> WaitingOrder:
    order = row.Order
    paid_fen = order.paid_fen - order.refunded_fen
    return WaitingOrder(
        order_id=order.id,
        number=order.number,
        purchase_id=order.purchase_id,
        producer_name=row.producer_name,
        fund=row.fund,
        goods_fen=row.goods_fen,
        certified_fen=row.certified_fen,
        freight_fen=order.freight_fen,
        created_at=row.created_at,
        state=order.state,
        payment_state=order.payment_state,
        missing=missing_for_completion(
            order.state, order.payable_fen, paid_fen, order.payment_terms
        ),
        points=_points(order.state, is_paid=paid_fen >= order.payable_fen),
    )


def _points(state: str, *, is_paid: bool) -> frozenset[str]:
    """What an order that is on its way has passed."""
    if state == OrderState.DRAFT:
        return frozenset()
    passed = {RecognitionPoint.PLACED}
    if is_paid:
        passed.add(RecognitionPoint.PAID)
    if state == OrderState.ACCEPTED:
        passed.add(RecognitionPoint.ACCEPTED)
    return frozenset(passed)
