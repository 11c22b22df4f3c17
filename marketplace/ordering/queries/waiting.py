"""Orders of a unit that do not count yet, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.queries.worth import KEPT
from marketplace.ordering.rules import ENDED, OrderState, PurchaseState, missing_for_completion
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.quota.queries import codes_counting
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
    # The points of recognition it has passed, and the codes of rules that count it already: a
    # version that was published meanwhile may recognise earlier or later than the one before.
    points: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()


def would_count(rule: Rule, order: WaitingOrder) -> int:
    """What of a waiting order a rule would still count, once the order completes."""
    if order.fund not in rule.funds:
        return 0
    goods_fen = _goods_for(rule, order)
    # Freight counts when the order is complete, whatever the point at which goods do.
    freight_fen = order.freight_fen if rule.freight_counts and goods_fen else 0
    return freight_fen + (0 if is_counted(rule, order) else goods_fen)


def is_counted(rule: Rule, order: WaitingOrder) -> bool:
    """Whether the goods are behind a rule: a version of it counts them, or had nothing to count
    when they passed its point."""
    passed = rule.recognition_point in order.points
    nothing = bool(rule.origin_prefixes) or not _goods_for(rule, order)
    return rule.code in order.counted or (passed and nothing)


def _goods_for(rule: Rule, order: WaitingOrder) -> int:
    return order.certified_fen if rule.certificate_required else order.goods_fen


def list_waiting(
    session: Session, unit_id: int, most: int | None = MOST_SHOWN
) -> list[WaitingOrder]:
    """A unit's orders between submission and completion, the oldest first, as many as a page
    bears unless told otherwise. Two queries."""
    found = select_on_their_way(Order.unit_id == unit_id)
    return waiting_orders(session, session.execute(found.limit(most)).all())


def waiting_orders(session: Session, rows: Sequence[Any]) -> list[WaitingOrder]:
    """What rows of `select_on_their_way` tell, and which rules count each already."""
    placed = [row.Order.id for row in rows if row.Order.state != OrderState.DRAFT]
    counted = codes_counting(session, placed)
    return [_waiting_order(row, counted.get(row.Order.id, frozenset())) for row in rows]


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


def _waiting_order(row: Any, counted: frozenset[str]) -> WaitingOrder:
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
        counted=counted,
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
