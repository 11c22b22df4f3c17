"""Sending less than was ordered: asked by the producer, agreed to or refused by the buyer.

The books move at acceptance, as for everything that does not arrive: until then only stock is
given back and the rest of the order can be on its way.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import release
from marketplace.catalogue.queries.batches import recalled_batches
from marketplace.core.errors import NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lines_of, note, open_order
from marketplace.ordering.models import (
    Order,
    OrderLineBatch,
    Purchase,
    ShortLine,
    ShortRequest,
)
from marketplace.ordering.queries.parts import count_listed
from marketplace.ordering.rules import (
    OrderState,
    ShipmentState,
    require_producer,
    require_reason,
    require_receiver,
    require_state,
)
from marketplace.ordering.rules.short import (
    NOTHING_SHORT,
    ShortAnswered,
    ShortAsked,
    ShortOfPeople,
    ShortOutdated,
    ShortWish,
    left_of,
    require_short,
)


def ask_short(
    session: Session, identity: Identity, order_id: int, wish: ShortWish, now: datetime
) -> ShortRequest:
    """The producer says what will not come. The same asked again is the same request.

    Raises WrongState, ShortOfPeople, ShortAsked, AllShort or InvalidInput by line.
    """
    purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    require_state(order.state, OrderState.CONFIRMED, OrderState.SHIPPED)
    if count_listed(session, purchase.id):
        raise ShortOfPeople
    packs = {line_id: number for line_id, number in wish.packs.items() if number}
    if not packs:
        raise invalid("lines", NOTHING_SHORT)
    reason = require_reason(wish.reason)
    open_one = _find_asked(session, order_id)
    if open_one is not None:
        if (_packs_of(session, open_one), open_one.reason) == (packs, reason):
            return open_one
        raise ShortAsked
    require_short(lines_of(session, order), packs)
    request = ShortRequest(
        order_id=order.id,
        state="ASKED",
        reason=reason,
        asked_by=identity.person_id,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    session.add_all(
        ShortLine(request_id=request.id, order_line_id=line_id, packs=number)
        for line_id, number in packs.items()
    )
    note(session, order, "SHORT_ASKED", identity, now, reason=reason, packs=sum(packs.values()))
    tell(session, "short_asked", request.id, now)
    session.flush()
    return request


def agree_short(
    session: Session, identity: Identity, request_id: int, now: datetime
) -> ShortRequest:
    """The buyer's side agrees: what is missing is no longer reserved, and the rest is whole."""
    request, order, is_new = _answer(session, identity, request_id, "AGREED", now)
    if not is_new:
        return request
    lines, packs = lines_of(session, order), _packs_of(session, request)
    if any(packs.get(line.id, 0) > left_of(line) for line in lines):
        raise ShortOutdated
    for line in lines:
        line.short_quantity += packs.get(line.id, 0)
    release(session, _given_back(session, packs), now)
    if order.state == OrderState.SHIPPED and not any(left_of(line) for line in lines):
        order.shipment_state = ShipmentState.SHIPPED
    note(session, order, "SHORT_AGREED", identity, now, packs=sum(packs.values()))
    tell(session, "short_agreed", request.id, now)
    session.flush()
    return request


def refuse_short(
    session: Session, identity: Identity, request_id: int, words: str, now: datetime
) -> ShortRequest:
    """The buyer's side wants everything that was ordered, and says why."""
    words = require_reason(words)
    request, order, is_new = _answer(session, identity, request_id, "REFUSED", now)
    if not is_new:
        return request
    request.answer = words
    note(session, order, "SHORT_REFUSED", identity, now, reason=words)
    tell(session, "short_refused", request.id, now)
    session.flush()
    return request


def withdraw_short(
    session: Session, identity: Identity, request_id: int, now: datetime
) -> ShortRequest:
    """The producer takes the request back."""
    request, _purchase, order = _open(session, identity, request_id)
    require_producer(identity, order.producer_id)
    if request.state == "WITHDRAWN":
        return request
    _close(request, identity, "WITHDRAWN", now)
    note(session, order, "SHORT_WITHDRAWN", identity, now)
    session.flush()
    return request


def _answer(
    session: Session, identity: Identity, request_id: int, state: str, now: datetime
) -> tuple[ShortRequest, Order, bool]:
    """The request with its answer, and whether it is new: a second click finds the first one's."""
    request, purchase, order = _open(session, identity, request_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    is_new = request.state != state
    if is_new:
        require_state(order.state, OrderState.CONFIRMED, OrderState.SHIPPED)
        _close(request, identity, state, now)
    return request, order, is_new


def _close(request: ShortRequest, identity: Identity, state: str, now: datetime) -> None:
    if request.state != "ASKED":
        raise ShortAnswered
    request.state, request.answered_by, request.answered_at = state, identity.person_id, now


def _open(
    session: Session, identity: Identity, request_id: int
) -> tuple[ShortRequest, Purchase, Order]:
    """A request with its order, locked. What was said of it before the lock came is read anew."""
    request = session.get(ShortRequest, request_id)
    if request is None:
        raise NotFound
    purchase, order = open_order(session, identity, request.order_id)
    session.refresh(request)
    return request, purchase, order


def _find_asked(session: Session, order_id: int) -> ShortRequest | None:
    wanted = select(ShortRequest).where(
        ShortRequest.order_id == order_id, ShortRequest.state == "ASKED"
    )
    return session.scalars(wanted).one_or_none()


def _packs_of(session: Session, request: ShortRequest) -> dict[int, int]:
    rows = session.execute(
        select(ShortLine.order_line_id, ShortLine.packs).where(ShortLine.request_id == request.id)
    )
    return {row.order_line_id: row.packs for row in rows}


def _given_back(session: Session, packs: Mapping[int, int]) -> dict[int, int]:
    """Which reserved batches are no longer needed: recalled ones first, then the youngest."""
    left, back = dict(packs), dict[int, int]()
    parts = session.scalars(
        select(OrderLineBatch)
        .where(OrderLineBatch.order_line_id.in_(list(packs)))
        .order_by(OrderLineBatch.order_line_id, OrderLineBatch.batch_id.desc())
    ).all()
    recalled = recalled_batches(session, {part.batch_id for part in parts})
    for part in sorted(parts, key=lambda one: one.batch_id not in recalled):
        free = part.quantity - part.shipped_quantity - part.released_quantity
        taken = min(free, left[part.order_line_id])
        if taken:
            part.released_quantity += taken
            left[part.order_line_id] -= taken
            back[part.batch_id] = back.get(part.batch_id, 0) + taken
    assert not any(left.values()), (packs, left)
    return back
