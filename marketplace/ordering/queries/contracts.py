"""The orders behind what was called off a contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.queries.contracts import CalledOrder
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import PurchaseState


@dataclass(frozen=True)
class CallOff:
    """An order called off, and what of it the contract still bears."""

    order_id: int
    number: str
    state: str
    placed_at: datetime | None
    packs: int
    amount_fen: int


def list_called(session: Session, called: Sequence[CalledOrder]) -> list[CallOff]:
    """The newest first, as the entries were given."""
    rows = session.execute(
        select(Order.id, Order.number, Order.state, Order.placed_at).where(
            Order.id.in_([one.order_id for one in called])
        )
    )
    orders = {row.id: row for row in rows}
    return [
        CallOff(
            one.order_id,
            orders[one.order_id].number,
            orders[one.order_id].state,
            orders[one.order_id].placed_at,
            one.packs,
            one.amount_fen,
        )
        for one in called
        if one.order_id in orders
    ]


def waiting_fen_of(session: Session, contract_id: int) -> int:
    """What of a contract is asked for by purchases that nobody has approved yet. They take
    nothing from it until then."""
    waiting = select(func.coalesce(func.sum(Purchase.goods_fen), 0)).where(
        Purchase.contract_id == contract_id, Purchase.state == PurchaseState.IN_APPROVAL
    )
    return int(session.scalar(waiting) or 0)
