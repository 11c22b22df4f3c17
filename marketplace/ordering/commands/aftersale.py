"""Requests after the sale: answered by the producer, else by the county, or given up."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.queries import fresh_products, last_days
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lock_orders, lock_purchase, note, open_order
from marketplace.ordering.models import (
    AfterSaleStep,
    Order,
    OrderLine,
    OrderLineBatch,
    Purchase,
    Refund,
)
from marketplace.ordering.rules import require_reason, require_receiver, require_state
from marketplace.ordering.rules.aftersale import (
    ANSWER_WITHIN,
    CALL_WITHIN,
    Stage,
    TooLateForRefund,
    after_sale_state,
    open_until,
    require_turn,
)

AT_ONCE = 200


def deadlines_of(
    session: Session, order: Order, lines: Sequence[OrderLine], ground: str
) -> dict[int, datetime]:
    """Until when each line of an accepted order can be asked back on this ground."""
    assert order.accepted_at is not None
    fresh = fresh_products(session, {line.product_id for line in lines})
    served = session.execute(
        select(OrderLineBatch.order_line_id, OrderLineBatch.batch_id).where(
            OrderLineBatch.order_line_id.in_([line.id for line in lines])
        )
    ).all()
    last = last_days(session, {row.batch_id for row in served})
    expires: dict[int, date] = {}
    for line_id, batch_id in served:
        if batch_id in last:
            expires[line_id] = max(last[batch_id], expires.get(line_id, date.min))
    return {
        line.id: open_until(
            order.accepted_at,
            ground,
            is_fresh=line.product_id in fresh,
            expires_on=expires.get(line.id),
        )
        for line in lines
    }


def require_in_time(
    deadlines: dict[int, datetime], lines: Sequence[OrderLine], now: datetime
) -> None:
    """Raises TooLateForRefund naming the first line whose time has passed."""
    for line in lines:
        until = deadlines[line.id]
        if now > until:
            raise TooLateForRefund(name=line.product_name, until=day_of(until))


def open_request(
    session: Session, identity: Identity, refund_id: int
) -> tuple[Purchase, Order, Refund]:
    """A request with its order, locked. Raises NotFound for whoever may not see the order."""
    order_id = session.scalar(select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        raise NotFound
    purchase, order = open_order(session, identity, order_id)
    return purchase, order, _fresh(session, refund_id)


def _fresh(session: Session, refund_id: int) -> Refund:
    return session.get_one(Refund, refund_id, populate_existing=True)


def require_decider(identity: Identity, order: Order) -> None:
    """The producer of the order, or the operations centre."""
    producer = identity.has_role(OrganisationKind.PRODUCER, order.producer_id)
    if not producer and not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden


def refuse_refund(
    session: Session, identity: Identity, refund_id: int, reason: str, now: datetime
) -> Refund:
    """The producer says no, and why; the operations centre does so for good."""
    _purchase, order, refund = open_request(session, identity, refund_id)
    require_decider(identity, order)
    producer = identity.has_role(OrganisationKind.PRODUCER, order.producer_id)
    if producer and refund.stage == Stage.REFUSED:
        return refund
    require_state(refund.state, "REQUESTED")
    reason = require_reason(reason)
    if producer:
        require_turn(refund.stage, Stage.ASKED)
        refund.stage, refund.due_at = Stage.REFUSED, now + CALL_WITHIN
        step(session, order, refund, (identity, "REFUSED", reason), now)
        tell(session, "refund_refused", refund.id, now)
    else:
        _reject(session, order, refund, (identity, "REJECTED", reason), now)
    return refund


def call_county(
    session: Session, identity: Identity, refund_id: int, reason: str, now: datetime
) -> Refund:
    """The buyer does not accept the producer's no: the operations centre decides."""
    purchase, order, refund = open_request(session, identity, refund_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if refund.stage == Stage.MEDIATION:
        return refund
    require_state(refund.state, "REQUESTED")
    require_turn(refund.stage, Stage.REFUSED)
    _hand_to_county(session, order, refund, (identity, "CALLED", require_reason(reason)), now)
    return refund


def withdraw_refund(session: Session, identity: Identity, refund_id: int, now: datetime) -> Refund:
    """The buyer gives the request up; its packs can be asked for again."""
    purchase, order, refund = open_request(session, identity, refund_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if refund.state == "REJECTED":
        return refund
    require_state(refund.state, "REQUESTED")
    _reject(session, order, refund, (identity, "WITHDRAWN", ""), now)
    return refund


def turn_due(session: Session, now: datetime, limit: int = AT_ONCE) -> int:
    """What nobody answered goes to the county; a no that nobody contested stands."""
    due = session.scalars(
        select(Refund.id)
        .where(Refund.stage.in_((Stage.ASKED, Stage.REFUSED)), Refund.due_at <= now)
        .order_by(Refund.due_at, Refund.id)
        .limit(limit)
    ).all()
    for refund_id in due:
        _turn(session, refund_id, now)
    return len(due)


def _turn(session: Session, refund_id: int, now: datetime) -> None:
    """Like every step, it locks the purchase first: who comes at the same moment comes after."""
    about = select(Order.purchase_id, Order.id).join(Refund, Refund.order_id == Order.id)
    purchase_id, order_id = session.execute(about.where(Refund.id == refund_id)).one()
    lock_purchase(session, purchase_id)
    order = next(one for one in lock_orders(session, purchase_id) if one.id == order_id)
    refund = _fresh(session, refund_id)
    if refund.state != "REQUESTED" or refund.due_at is None or refund.due_at > now:
        return
    if refund.stage == Stage.ASKED:
        _hand_to_county(session, order, refund, (None, "NO_ANSWER", ""), now)
    elif refund.stage == Stage.REFUSED:
        _reject(session, order, refund, (None, "LAPSED", ""), now)


Deed = tuple[Identity | None, str, str]


def _hand_to_county(
    session: Session, order: Order, refund: Refund, deed: Deed, now: datetime
) -> None:
    refund.stage, refund.due_at = Stage.MEDIATION, None
    step(session, order, refund, deed, now)
    tell(session, "refund_in_mediation", refund.id, now)


def _reject(session: Session, order: Order, refund: Refund, deed: Deed, now: datetime) -> None:
    actor, kind, _words = deed
    refund.state, refund.decided_at = "REJECTED", now
    refund.decided_by = actor.person_id if actor else None
    end(refund)
    step(session, order, refund, deed, now)
    whom = "refund_withdrawn" if kind == "WITHDRAWN" else "refund_rejected"
    tell(session, whom, refund.id, now)


def begin_request(refund: Refund, now: datetime) -> None:
    """A request is the producer's turn first."""
    refund.stage, refund.due_at = Stage.ASKED, now + ANSWER_WITHIN


def end(refund: Refund) -> None:
    refund.stage, refund.due_at = Stage.ENDED, None


def step(
    session: Session,
    order: Order,
    refund: Refund,
    deed: Deed,
    now: datetime,
    *,
    uploads: Sequence[int] = (),
) -> None:
    """Writes down what was said or done about a request, and where the order stands with it."""
    actor, kind, words = deed
    session.add(
        AfterSaleStep(
            refund_id=refund.id,
            at=now,
            actor_id=actor.person_id if actor else None,
            kind=kind,
            words=words,
            uploads=list(uploads),
        )
    )
    session.flush()
    rows = session.execute(
        select(Refund.state, Refund.stage).where(Refund.order_id == order.id)
    ).all()
    order.after_sale_state = after_sale_state((state, stage) for state, stage in rows)
    note(session, order, f"REFUND_{kind}", actor, now, reason=words, amount_fen=refund.amount_fen)
    record(
        session,
        actor_id=actor.person_id if actor else None,
        action=f"refund.{kind.lower()}",
        object_kind="order",
        object_id=str(order.id),
        before=None,
        after={"refund": refund.id, "amount_fen": refund.amount_fen},
        now=now,
    )
    session.flush()
