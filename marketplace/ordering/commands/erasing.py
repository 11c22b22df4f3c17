"""Forgetting people where no duty holds: baskets, drafts, and to whom parcels went."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of, years_after
from marketplace.ordering.models import (
    BasketLine,
    Order,
    OrderEvent,
    OrderLine,
    Purchase,
    PurchaseRecipient,
    RecipientPack,
    Refund,
    SavedList,
    SavedListLine,
)
from marketplace.ordering.rules.states import PurchaseState

# E-Commerce Law, article 31: at least three years after the transaction.
DUTY_YEARS = 3
KEEP_BASKETS = timedelta(days=365)
KEEP_DRAFTS = timedelta(days=2 * 365)
AT_ONCE = 500


def duty_ends(done_on: date) -> date:
    """The day on which a retail purchase need not be kept with its consignee any more."""
    return years_after(done_on, DUTY_YEARS)


def forget_buyer(session: Session, person_id: int) -> None:
    """Removes what a person kept here, and says of each of their own purchases when its consignee
    is to go. What a unit bought stays the unit's."""
    session.execute(delete(BasketLine).where(BasketLine.person_id == person_id))
    own = select(SavedList.id).where(SavedList.person_id == person_id)
    session.execute(delete(SavedListLine).where(SavedListLine.list_id.in_(own)))
    session.execute(delete(SavedList).where(SavedList.person_id == person_id))
    mine = (Purchase.buyer_id == person_id, Purchase.unit_id.is_(None))
    _drop_drafts(session, *mine)
    ended = func.max(func.coalesce(Order.completed_at, Purchase.decided_at, Purchase.created_at))
    of_it = select(Purchase.id, ended).join(Order, Order.purchase_id == Purchase.id)
    rows = session.execute(of_it.where(*mine).group_by(Purchase.id))
    for purchase_id, at in rows.all():
        until = duty_ends(day_of(at))
        session.execute(
            update(Purchase).where(Purchase.id == purchase_id).values(consignee_until=until)
        )


def erase_consignees(session: Session, now: datetime) -> Sequence[int]:
    """Empties name, telephone, address and note of purchases whose day has come; which ones."""
    due = (
        select(Purchase.id)
        .where(Purchase.consignee_until <= day_of(now))
        .order_by(Purchase.consignee_until, Purchase.id)
        .limit(AT_ONCE)
    )
    return session.scalars(
        update(Purchase)
        .where(Purchase.id.in_(due))
        .values(consignee_name="", consignee_address="", note="")
        .values(consignee_phone_sealed="", consignee_phone_mark="", consignee_until=None)
        .returning(Purchase.id)
        .execution_options(synchronize_session=False)
    ).all()


def objects_of(session: Session, purchase_ids: Sequence[int]) -> list[str]:
    """Purchases with their orders and refunds, as papers name what they are about."""
    inside = select(Order.id).where(Order.purchase_id.in_(purchase_ids))
    refunds = select(Refund.id).where(Refund.order_id.in_(inside))
    return [
        *(f"purchase:{one}" for one in purchase_ids),
        *(f"gifts:{one}" for one in purchase_ids),
        *(f"order:{one}" for one in session.scalars(inside)),
        *(f"refund:{one}" for one in session.scalars(refunds)),
    ]


def drop_old_baskets(session: Session, now: datetime) -> int:
    """Removes what lay in baskets for a year; how many lines."""
    old = delete(BasketLine).where(BasketLine.added_at < now - KEEP_BASKETS)
    return len(session.execute(old.returning(BasketLine.variant_id)).all())


def drop_old_drafts(session: Session, now: datetime) -> int:
    """Removes drafts that nobody handed in for two years; how many."""
    return _drop_drafts(session, Purchase.created_at < now - KEEP_DRAFTS)


def _drop_drafts(session: Session, *which: ColumnElement[bool]) -> int:
    """A draft that was ever handed in has a history, and stays."""
    untouched = ~exists().where(OrderEvent.purchase_id == Purchase.id)
    ids = session.scalars(
        select(Purchase.id)
        .where(*which, Purchase.state == PurchaseState.DRAFT, Purchase.submitted_at.is_(None))
        .where(untouched)
        .order_by(Purchase.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    orders = select(Order.id).where(Order.purchase_id.in_(ids))
    people = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id.in_(ids))
    session.execute(delete(RecipientPack).where(RecipientPack.recipient_id.in_(people)))
    session.execute(delete(PurchaseRecipient).where(PurchaseRecipient.purchase_id.in_(ids)))
    session.execute(delete(OrderLine).where(OrderLine.order_id.in_(orders)))
    session.execute(delete(Order).where(Order.purchase_id.in_(ids)))
    session.execute(delete(Purchase).where(Purchase.id.in_(ids)))
    return len(ids)
