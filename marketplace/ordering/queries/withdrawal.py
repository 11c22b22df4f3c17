"""What the withdrawal of a recognition does to what was ordered and to what is about to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.certified import variant_ids_of
from marketplace.ordering.models import BasketLine, Order, OrderLine, Purchase
from marketplace.ordering.rules import OrderState, PurchaseState
from marketplace.units.queries import UNIT_NAMES

ON_THE_ROAD = (
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.ACCEPTED,
)
MOST_LISTED = 50


@dataclass(frozen=True)
class KeepingOrder:
    """An order on its way that keeps the recognition it was placed with."""

    order_id: int
    number: str
    unit_name: str | None
    state: str
    line_fen: int


@dataclass(frozen=True)
class Effect:
    """Case 7: the status at ordering holds. Drafts and baskets have ordered nothing yet."""

    orders: Sequence[KeepingOrder]
    keeping: int
    keeping_fen: int
    in_approval: int
    drafts: int
    baskets: int

    @property
    def mark(self) -> str:
        """What a page has shown, in one word."""
        numbers = (self.keeping, self.keeping_fen, self.in_approval, self.drafts, self.baskets)
        return "-".join(map(str, numbers))


def effect_of(session: Session, product_id: int) -> Effect:
    """In five queries."""
    certified = (OrderLine.product_id == product_id, OrderLine.is_certified.is_(True))
    on_the_road = (*certified, Order.state.in_(ON_THE_ROAD))
    count, total_fen = session.execute(
        select(func.count(OrderLine.id), func.coalesce(func.sum(OrderLine.line_fen), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(*on_the_road)
    ).one()
    rows = session.execute(
        select(Order.id, Order.number, UNIT_NAMES.c.name, Order.state, OrderLine.line_fen)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id)
        .where(*on_the_road)
        .order_by(Order.id.desc())
        .limit(MOST_LISTED)
    )
    return Effect(
        orders=[KeepingOrder(*row) for row in rows],
        keeping=count,
        keeping_fen=int(total_fen),
        in_approval=_count_purchases(session, product_id, PurchaseState.IN_APPROVAL),
        drafts=_count_purchases(session, product_id, PurchaseState.DRAFT, PurchaseState.REJECTED),
        baskets=_count_baskets(session, product_id),
    )


def _count_purchases(session: Session, product_id: int, *states: PurchaseState) -> int:
    wanted = (
        select(func.count(Purchase.id.distinct()))
        .join(Order, Order.purchase_id == Purchase.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.product_id == product_id, Purchase.state.in_(states))
    )
    return session.scalar(wanted) or 0


def _count_baskets(session: Session, product_id: int) -> int:
    packs = variant_ids_of(session, product_id)
    wanted = select(func.count()).select_from(BasketLine).where(BasketLine.variant_id.in_(packs))
    return session.scalar(wanted) or 0
