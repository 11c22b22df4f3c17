"""What individuals buy counts for their unit where they wish it, as long as they wish it."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.record import lines_of, note, open_purchase
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.queries.individual import counting_units
from marketplace.ordering.rules import OrderState, PurchaseWish
from marketplace.quota.commands import withdraw

CANNOT_COUNT = N_("这笔个人采购不能计入这个单位:您要属于它,它的规则也要计个人采购。")


def require_may_count(
    session: Session, identity: Identity, wish: PurchaseWish, now: datetime
) -> None:
    """An individual's purchase counts for a unit they belong to, whose rules count it."""
    unit_id = wish.counts_for_unit_id
    if unit_id is None:
        return
    if wish.unit_id is not None or unit_id not in counting_units(session, identity, day_of(now)):
        raise invalid("counts_for", CANNOT_COUNT)


def counted_unit(session: Session, purchase: Purchase, now: datetime) -> int | None:
    """The unit that a completed order counts for: that which bought it, or that which the buyer
    chose, if they still belong to it and have not thought better of it."""
    if purchase.unit_id is not None or purchase.counts_for_unit_id is None:
        return purchase.unit_id
    if purchase.counts_withdrawn_at is not None:
        return None
    buyer = load_identity(session, purchase.buyer_id)
    chosen = purchase.counts_for_unit_id
    still = buyer is not None and chosen in counting_units(session, buyer, day_of(now))
    return chosen if still else None


def withdraw_counting(
    session: Session, identity: Identity, purchase_id: int, now: datetime
) -> Purchase:
    """The buyer thinks better of it: what counted is taken out by entries, what is still on its
    way will not count. Raises NotFound, Forbidden."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if purchase.buyer_id != identity.person_id:
        raise Forbidden
    if purchase.counts_for_unit_id is None:
        raise NotFound
    if purchase.counts_withdrawn_at is not None:
        return purchase
    purchase.counts_withdrawn_at = now
    left = [
        (f"order:{order.id}/withdrawn", order.id, _kept(session, order))
        for order in orders
        if order.state == OrderState.COMPLETED
    ]
    withdraw(session, left, now)
    note(session, purchase, "COUNTING_WITHDRAWN", identity, now)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="purchase.counting_withdrawn",
        object_kind="purchase",
        object_id=purchase.id,
        before={"counts_for_unit_id": purchase.counts_for_unit_id},
        after=None,
    )
    session.flush()
    return purchase


def _kept(session: Session, order: Order) -> dict[int, int]:
    """What is left of the lines that were not given back whole."""
    return {
        line.id: line.accepted_fen - line.refunded_fen
        for line in lines_of(session, order)
        if line.accepted_fen > line.refunded_fen
    }
