"""An order bought under the wrong unit: asked by one side, agreed to by both, moved in the books.

The money stays where it was paid; what moves is for whom the order counts.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.attribution.commands import move
from marketplace.audit.commands import record
from marketplace.commission.queries.claims import claims_of_orders
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.complete import (
    as_counted,
    attributed,
    counted_order,
    origins_of,
    sale_of,
)
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lines_of, lock_orders, lock_purchase, note
from marketplace.ordering.models import Order, Purchase, Reattribution
from marketplace.ordering.queries.reattributions import find_open, holder_of
from marketplace.ordering.rules import OrderState, require_reason, require_state
from marketplace.ordering.rules.reattribution import (
    NO_SUCH_UNIT,
    SAME_UNIT,
    AlreadyAsked,
    ReattributionEnded,
    require_side,
    works_for,
)
from marketplace.quota.commands import reattribute
from marketplace.units.queries import find_units


def ask_reattribution(
    session: Session,
    identity: Identity,
    unit_id: int,
    wish: tuple[int, int, str],
    *,
    now: datetime,
) -> Reattribution:
    """Asks that a completed order (id) counts for another unit (id), with the reason."""
    return ask_reattribution_once(session, identity, unit_id, wish, now=now)[0]


def ask_reattribution_once(
    session: Session,
    identity: Identity,
    unit_id: int,
    wish: tuple[int, int, str],
    *,
    now: datetime,
) -> tuple[Reattribution, bool]:
    """The request, and whether it is new: the same asked again by the same person is the same.

    Raises NotFound where the order does not count for this unit or the person does not work
    for it, WrongState, InvalidInput, AlreadyAsked.
    """
    order_id, to_unit_id, reason = wish
    if not works_for(identity, unit_id):
        raise NotFound
    _purchase, order = _open(session, order_id)
    if holder_of(session, order) != unit_id:
        raise NotFound
    require_state(order.state, OrderState.COMPLETED)
    reason = require_reason(reason)
    _check_target(session, unit_id, to_unit_id)
    waiting = _find_same(session, identity, (order_id, to_unit_id, reason))
    if waiting is not None:
        return waiting, False
    asked = Reattribution(
        order_id=order_id,
        from_unit_id=unit_id,
        to_unit_id=to_unit_id,
        reason=reason,
        state="ASKED",
        asked_by=identity.person_id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    note(session, order, "REATTRIBUTION_ASKED", identity, now, reason=reason)
    tell(session, "reattribution_asked", asked.id, now)
    return asked, True


def _find_same(
    session: Session, identity: Identity, wish: tuple[int, int, str]
) -> Reattribution | None:
    """The request that waits for the order, where it says the same. Raises AlreadyAsked."""
    order_id, to_unit_id, reason = wish
    waiting = find_open(session, order_id)
    if waiting is None:
        return None
    said = (waiting.asked_by, waiting.to_unit_id, waiting.reason)
    if said != (identity.person_id, to_unit_id, reason):
        raise AlreadyAsked
    return waiting


def _check_target(session: Session, unit_id: int, to_unit_id: int) -> None:
    if to_unit_id == unit_id:
        raise invalid("to_unit_id", SAME_UNIT)
    if not find_units(session, to_unit_id):
        raise invalid("to_unit_id", NO_SUCH_UNIT)


def approve_reattribution(
    session: Session, identity: Identity, unit_id: int, request_id: int, now: datetime
) -> Reattribution:
    """Agrees for one side; with the second agreement the books move. A second click is quiet.

    Raises NotFound, Forbidden, OwnReattribution, ReattributionEnded.
    """
    purchase, order, asked = _open_request(session, identity, unit_id, request_id)
    giving = unit_id == asked.from_unit_id
    own, other = asked.from_approved_by, asked.to_approved_by
    if not giving:
        own, other = other, own
    if own == identity.person_id:
        return asked
    if asked.state != "ASKED":
        raise ReattributionEnded
    asker = asked.asked_by if giving else None
    require_side(identity, unit_id, asked_by=asker, other_side=other)
    if giving:
        asked.from_approved_by = identity.person_id
    else:
        asked.to_approved_by = identity.person_id
    if other is not None:
        _move(session, purchase, order, asked, now)
        _end(asked, identity, "DONE", now)
        note(session, order, "REATTRIBUTED", identity, now, to_unit_id=asked.to_unit_id)
    _leave_a_trail(session, identity, asked, now)
    session.flush()
    return asked


def refuse_reattribution(
    session: Session,
    identity: Identity,
    subject: tuple[int, int],
    reason: str,
    now: datetime,
) -> Reattribution:
    """Ends a request (unit, request) without effect: an approver of either side, or whoever
    asked and takes it back."""
    unit_id, request_id = subject
    _purchase, order, asked = _open_request(session, identity, unit_id, request_id)
    if asked.state == "REFUSED" and asked.ended_by == identity.person_id:
        return asked
    if asked.state != "ASKED":
        raise ReattributionEnded
    if identity.person_id != asked.asked_by:
        require_side(identity, unit_id, asked_by=None, other_side=None)
    asked.answer = require_reason(reason)
    _end(asked, identity, "REFUSED", now)
    note(session, order, "REATTRIBUTION_REFUSED", identity, now, reason=asked.answer)
    _leave_a_trail(session, identity, asked, now)
    session.flush()
    return asked


def _open(session: Session, order_id: int) -> tuple[Purchase, Order]:
    """An order with its purchase, locked; whoever may not see it was turned away before."""
    purchase_id = session.scalar(select(Order.purchase_id).where(Order.id == order_id))
    if purchase_id is None:
        raise NotFound
    purchase = lock_purchase(session, purchase_id)
    orders = lock_orders(session, purchase_id)
    return purchase, next(order for order in orders if order.id == order_id)


def _open_request(
    session: Session, identity: Identity, unit_id: int, request_id: int
) -> tuple[Purchase, Order, Reattribution]:
    found = session.get(Reattribution, request_id)
    if found is None or unit_id not in (found.from_unit_id, found.to_unit_id):
        raise NotFound
    if not works_for(identity, unit_id):
        raise Forbidden if identity.is_in_centre() else NotFound
    purchase, order = _open(session, found.order_id)
    session.refresh(found)
    return purchase, order, found


def _move(
    session: Session, purchase: Purchase, order: Order, asked: Reattribution, now: datetime
) -> None:
    """Quota and villages' entries, from the one unit to the other, for what is left of it."""
    lines = [line for line in lines_of(session, order) if line.accepted_fen > line.refunded_fen]
    origins = origins_of(session, lines)
    source = f"reattribution:{asked.id}"
    assert order.completed_at is not None
    facts = counted_order(session, purchase, order, asked.to_unit_id, day_of(order.completed_at))
    counted = as_counted(lines, origins)
    reattribute(session, source, facts, counted, now)
    sales = [
        replace(sale_of(purchase, order, now, step=f"{source}/{side}"), unit_id=unit_id)
        for side, unit_id in (("from", asked.from_unit_id), ("to", asked.to_unit_id))
    ]
    claims = claims_of_orders(session, [order.id])
    move(session, (sales[0], sales[1]), attributed(lines, origins, claims), now)


def _end(asked: Reattribution, identity: Identity, state: str, now: datetime) -> None:
    asked.state = state
    asked.ended_by = identity.person_id
    asked.ended_at = now


def _leave_a_trail(
    session: Session, identity: Identity, asked: Reattribution, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="order.reattribution",
        object_kind="order",
        object_id=asked.order_id,
        before={"unit_id": asked.from_unit_id},
        after={"unit_id": asked.to_unit_id, "state": asked.state, "answer": asked.answer},
    )
