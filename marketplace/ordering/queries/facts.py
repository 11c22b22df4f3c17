"""Sums over all orders, for proving the books against each other."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.core.paging import in_parts
from marketplace.ordering.models import Order, OrderEvent, OrderLine, Purchase
from marketplace.ordering.rules import EXITS, ROAD


@dataclass(frozen=True)
class OrderSums:
    """One order's money as the order itself tells it."""

    order_id: int
    purchase_id: int
    unit_id: int | None
    buyer_id: int
    producer_id: int
    state: str
    goods_fen: int
    freight_fen: int
    payable_fen: int
    paid_fen: int
    refunded_fen: int
    ordered_fen: int
    accepted_fen: int
    given_back_fen: int


def each_order(session: Session) -> Iterator[OrderSums]:
    """Every order with the sums of its lines."""
    rows = session.execute(
        select(
            Order.id,
            Order.purchase_id,
            Order.unit_id,
            Order.buyer_id,
            Order.producer_id,
            Order.state,
            Order.goods_fen,
            Order.freight_fen,
            Order.payable_fen,
            Order.paid_fen,
            Order.refunded_fen,
            func.sum(OrderLine.line_fen),
            func.sum(OrderLine.accepted_fen),
            func.sum(OrderLine.refunded_fen),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .group_by(Order.id)
        .execution_options(yield_per=5000)
    )
    for row in rows:
        yield OrderSums(*tuple(row))


def purchases_that_disagree(session: Session) -> list[tuple[str, int, int]]:
    """(number, kept sum, sum of its orders) of purchases whose sums differ."""
    orders_fen = func.sum(Order.goods_fen + Order.freight_fen)
    rows = session.execute(
        select(Purchase.number, Purchase.goods_fen + Purchase.freight_fen, orders_fen)
        .join(Order, Order.purchase_id == Purchase.id)
        .group_by(Purchase.id)
        .having(Purchase.goods_fen + Purchase.freight_fen != orders_fen)
    )
    return [(number, kept, summed) for number, kept, summed in rows]


def states_without_event(session: Session) -> list[tuple[str, str]]:
    """(number, state) of orders whose state no event tells of."""
    told = select(OrderEvent.id).where(
        OrderEvent.order_id == Order.id, OrderEvent.kind == Order.state
    )
    rows = session.execute(
        select(Order.number, Order.state).where(Order.state != ROAD[0], ~told.exists())
    )
    return [(number, state) for number, state in rows]


def purchase_numbers(session: Session, purchase_ids: Collection[int]) -> dict[int, str]:
    """Numbers of purchases by id."""
    wanted = select(Purchase.id, Purchase.number).where(Purchase.id.in_(purchase_ids))
    return {row.id: row.number for row in session.execute(wanted)}


def order_numbers(session: Session, order_ids: list[int]) -> dict[int, str]:
    """Numbers of orders by id."""
    numbers: dict[int, str] = {}
    for part in in_parts(order_ids, 5_000):
        rows = session.execute(select(Order.id, Order.number).where(Order.id.in_(part)))
        numbers.update({row.id: row.number for row in rows})
    return numbers


def called_by_order(session: Session) -> dict[int, int]:
    """What each order holds of a contract, as the order itself tells it: all it ordered until it
    was accepted, then what was kept; nothing where it came to nothing."""
    held = case(
        (Order.accepted_at.is_not(None), OrderLine.accepted_fen - OrderLine.refunded_fen),
        (Order.state.in_((*EXITS, ROAD[0])), 0),
        else_=OrderLine.line_fen,
    )
    rows = session.execute(
        select(Order.id, func.sum(held))
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Purchase.contract_id.is_not(None))
        .group_by(Order.id)
    )
    return {order_id: int(held_fen) for order_id, held_fen in rows}


def kept_of_purchase(session: Session, purchase_id: int) -> dict[str, int]:
    """Number of each order of a purchase → what was accepted of it and not given back."""
    rows = session.execute(
        select(Order.number, func.sum(OrderLine.accepted_fen - OrderLine.refunded_fen))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.purchase_id == purchase_id)
        .group_by(Order.id)
    )
    return {number: int(kept_fen) for number, kept_fen in rows}
