"""Placing what was handed in: where stock is reserved and origins freeze."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands import reserve
from marketplace.catalogue.rules import Allocation
from marketplace.core.happenings import happen
from marketplace.core.identity import Identity
from marketplace.ordering.commands.calloff import take_from_contract
from marketplace.ordering.commands.claims import claim_sale, keep_to_limits, limits_on
from marketplace.ordering.commands.draft import Drafted, mark_placed
from marketplace.ordering.commands.notify import News, tell_all
from marketplace.ordering.commands.recognise import reach
from marketplace.ordering.commands.record import Event, event_of, note_all
from marketplace.ordering.models import Order, OrderLine, OrderLineBatch, OrderLineOrigin, Purchase
from marketplace.ordering.rules import PurchaseState
from marketplace.quota.rules import RecognitionPoint


def place(
    session: Session,
    drafted: Drafted,
    identity: Identity,
    now: datetime,
    *,
    events: Sequence[Event] = (),
) -> None:
    """Reserves the stock of all lines or of none, and freezes where it comes from.

    What others wait for comes last: everything that only this purchase needs is done before its
    stock is locked, and the lock is held until the commit. The events are those that led to it.
    """
    purchase, orders, lines = drafted.purchase, drafted.orders, drafted.lines
    purchase.state = PurchaseState.PLACED
    for order in orders:
        mark_placed(order, now)
    session.flush()
    placed = [event_of(order, "PLACED", identity, now) for order in orders]
    note_all(session, [*events, *placed])
    tell_all(session, _news_of(purchase, orders, identity), now)
    claim_sale(session, identity, drafted, now)
    limited = limits_on(session, drafted, now)
    record(
        session,
        actor_id=identity.person_id,
        action="purchase.placed",
        object_kind="purchase",
        object_id=str(purchase.id),
        before=None,
        after={"goods_fen": purchase.goods_fen, "freight_fen": purchase.freight_fen},
        now=now,
    )
    wanted = {line.variant_id: line.quantity for line in lines}
    _freeze(session, lines, reserve(session, wanted, now))
    take_from_contract(session, purchase, lines, now)
    keep_to_limits(session, drafted, limited)
    reach(session, purchase, orders, RecognitionPoint.PLACED, now)
    happen(session, "placed", len(orders))


def _news_of(purchase: Purchase, orders: Sequence[Order], identity: Identity) -> list[News]:
    """The producers hear of their orders, and whoever asked a unit for it that they may."""
    news = [("order_placed", order.id) for order in orders]
    if purchase.unit_id is not None and identity.person_id != purchase.buyer_id:
        news.append(("purchase_approved", purchase.id))
    return news


def _freeze(
    session: Session,
    lines: Sequence[OrderLine],
    reserved: Mapping[int, Sequence[Allocation]],
) -> None:
    """Writes which batches serve each line, and each village's weight in it."""
    batches = [
        {"order_line_id": line.id, "batch_id": part.batch_id, "quantity": part.quantity}
        for line in lines
        for part in reserved[line.variant_id]
    ]
    origins = [
        {
            "order_line_id": line.id,
            "batch_id": part.batch_id,
            "village_code": origin.village_code,
            "weight": part.quantity * origin.share_ppm,
        }
        for line in lines
        for part in reserved[line.variant_id]
        for origin in part.origins
    ]
    session.execute(insert(OrderLineBatch), batches)
    session.execute(insert(OrderLineOrigin), origins)
