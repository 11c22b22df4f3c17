"""What ordering holds about a person, and what of theirs is not finished."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData, rows_of
from marketplace.ordering.models import (
    AfterSaleStep,
    ApprovalSubstitute,
    BasketLine,
    Order,
    OrderEvent,
    OrderLine,
    Purchase,
    Refund,
    SavedList,
    SavedListLine,
)
from marketplace.ordering.rules.states import EXITS, AfterSaleState, OrderState

ENDED = (OrderState.DRAFT, OrderState.COMPLETED, *EXITS)
UNSETTLED = (AfterSaleState.OPEN, AfterSaleState.IN_MEDIATION, AfterSaleState.AGREED)


def personal_data(session: Session, person_id: int) -> PersonalData:
    """A person's basket, lists, purchases with whom they were sent to, and refunds."""
    wanted = {**_bought(person_id), **_kept(person_id), **_said(person_id)}
    return {name: rows_of(session, statement) for name, statement in wanted.items()}


def _bought(person_id: int) -> dict[str, Select[*tuple[Any, ...]]]:
    purchase = (Purchase.number, Purchase.unit_id, Purchase.fund, Purchase.channel, Purchase.state)
    money = (Purchase.goods_fen, Purchase.freight_fen, Purchase.created_at, Purchase.submitted_at)
    sent = (Purchase.consignee_name, Purchase.consignee_phone_sealed, Purchase.consignee_address)
    order = (Order.number, Order.producer_id, Order.state, Order.payment_state, Order.payable_fen)
    line = (OrderLine.product_name, OrderLine.variant_name, OrderLine.quantity, OrderLine.line_fen)
    own = Purchase.buyer_id == person_id
    return {
        "purchases": select(*purchase, *money).where(own).order_by(Purchase.id),
        # Of a unit's purchase the unit says where it goes; that is nobody's own address.
        "consignees": select(Purchase.number, *sent, Purchase.note)
        .where(own, Purchase.unit_id.is_(None))
        .order_by(Purchase.id),
        "orders": select(*order, Order.paid_fen, Order.refunded_fen, Order.placed_at)
        .add_columns(Order.shipped_at, Order.accepted_at, Order.completed_at)
        .where(Order.buyer_id == person_id)
        .order_by(Order.id),
        "order_lines": select(Order.number, *line, OrderLine.accepted_quantity)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.buyer_id == person_id)
        .order_by(OrderLine.id),
    }


def _kept(person_id: int) -> dict[str, Select[*tuple[Any, ...]]]:
    listed = SavedListLine.list_id == SavedList.id
    stands_in = ApprovalSubstitute.substitute_id == person_id
    days = (ApprovalSubstitute.from_on, ApprovalSubstitute.until_on)
    return {
        "basket": select(BasketLine.variant_id, BasketLine.quantity, BasketLine.added_at)
        .where(BasketLine.person_id == person_id)
        .order_by(BasketLine.added_at),
        "saved_lists": select(SavedList.name, SavedList.made_at)
        .add_columns(SavedListLine.variant_id, SavedListLine.quantity)
        .outerjoin(SavedListLine, listed)
        .where(SavedList.person_id == person_id)
        .order_by(SavedList.id),
        "substitutions": select(ApprovalSubstitute.unit_id, *days, ApprovalSubstitute.ended_at)
        .where(or_(ApprovalSubstitute.person_id == person_id, stands_in))
        .order_by(ApprovalSubstitute.id),
    }


def _said(person_id: int) -> dict[str, Select[*tuple[Any, ...]]]:
    refund = (Refund.state, Refund.amount_fen, Refund.ground, Refund.reason, Refund.requested_at)
    event = (OrderEvent.at, OrderEvent.kind, OrderEvent.reason)
    step = (AfterSaleStep.at, AfterSaleStep.kind, AfterSaleStep.words)
    return {
        "refunds": select(Order.number, *refund, Refund.decided_at)
        .join(Refund, Refund.order_id == Order.id)
        .where(Refund.requested_by == person_id)
        .order_by(Refund.id),
        "order_events": select(Purchase.number, *event)
        .join(OrderEvent, OrderEvent.purchase_id == Purchase.id)
        .where(OrderEvent.actor_id == person_id)
        .order_by(OrderEvent.id),
        "after_sale_words": select(Order.number, *step)
        .join(Refund, Refund.order_id == Order.id)
        .join(AfterSaleStep, AfterSaleStep.refund_id == Refund.id)
        .where(AfterSaleStep.actor_id == person_id)
        .order_by(AfterSaleStep.id),
    }


@dataclass(frozen=True)
class Unfinished:
    """A person's own orders that still run, and those with goods in dispute."""

    orders: int
    after_sales: int


def unfinished_of(session: Session, person_id: int) -> Unfinished:
    """Orders of units are the unit's matter, whoever bought."""
    own = (Order.buyer_id == person_id, Order.unit_id.is_(None))
    running = Order.state.not_in(ENDED)
    row = session.execute(
        select(
            func.count().filter(running),
            func.count().filter(Order.after_sale_state.in_(UNSETTLED)),
        ).where(*own)
    ).one()
    return Unfinished(*tuple(row))
