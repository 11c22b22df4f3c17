"""Completion: the one page on which a sale becomes true for everybody at once.

Accepted and paid, an order completes by itself. Money, quota, villages and the running sums
move in one transaction, or none of them does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.attribution import commands as attribution
from marketplace.attribution.rules import AttributedLine, Origin, Part, Sale
from marketplace.audit.commands import record
from marketplace.catalogue.commands import add_sold
from marketplace.commission.queries.claims import Claim
from marketplace.core.clock import day_of
from marketplace.core.happenings import happen
from marketplace.ledger import commands as ledger
from marketplace.ledger.rules import Movement, goods_and_freight, pending_account, producer_account
from marketplace.ordering.commands.claims import earn_commission
from marketplace.ordering.commands.individual import counted_unit
from marketplace.ordering.commands.notify import News, tell_all
from marketplace.ordering.commands.record import Event, end, event_of, note_all
from marketplace.ordering.models import Order, OrderLine, OrderLineOrigin, Purchase
from marketplace.ordering.rules import OrderState, require_state
from marketplace.quota import commands as quota
from marketplace.quota.queries import rules_of_unit
from marketplace.quota.rules import CountedLine, CountedOrder
from marketplace.units.queries import get_unit


@dataclass(frozen=True)
class Accepted:
    """An accepted order among those of its purchase, all locked, and what its acceptance has
    still to write where both steps are taken at once."""

    purchase: Purchase
    order: Order
    orders: Sequence[Order]
    lines: Sequence[OrderLine]
    claims: Mapping[int, Claim]
    movements: Sequence[Movement] = ()
    events: Sequence[Event] = ()
    news: Sequence[News] = ()
    # What was counted as ordered and did not come, by line.
    short: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Entered:
    """What an order's entries say, and what they add to the running sums."""

    moves: Sequence[ledger.Move]
    counted: Sequence[Mapping[str, object]]
    sale: Sale
    parts: Sequence[Part]
    packs: Mapping[int, int]


def complete(session: Session, accepted: Accepted, now: datetime) -> None:
    """Completes an accepted and paid order. What was accepted, less what was refunded, counts."""
    complete_all(session, [accepted], now)


def complete_all(
    session: Session,
    accepted: Sequence[Accepted],
    now: datetime,
    *,
    moves: Sequence[ledger.Move] = (),
    counted: Sequence[Mapping[str, object]] = (),
) -> None:
    """Completes accepted and paid orders. `moves` and `counted` were entered already, and are
    added up with what these orders bring.

    What only they need is read and entered first. What others wait for, the running sums, comes
    last and always in this order: accounts, units, villages, products, each once for all orders.
    """
    entered = [_enter(session, one, now) for one in accepted]
    ledger.move_balances(session, [*moves, *(move for one in entered for move in one.moves)])
    quota.add_to_totals(session, [*counted, *(entry for one in entered for entry in one.counted)])
    attribution.add_sales(session, [(one.sale, one.parts) for one in entered])
    packs: Counter[int] = Counter()
    for one in entered:
        packs.update(one.packs)
    add_sold(session, packs, now)
    for _ in entered:
        happen(session, "completed")


def _enter(session: Session, accepted: Accepted, now: datetime) -> _Entered:
    """Everything for which nobody waits."""
    purchase, order = accepted.purchase, accepted.order
    require_state(order.state, OrderState.ACCEPTED)
    lines = [line for line in accepted.lines if line.accepted_fen > line.refunded_fen]
    origins = origins_of(session, lines)
    claims = accepted.claims
    counted = _entries_of_quota(session, accepted, as_counted(lines, origins), now)
    _write_down(session, accepted, now)

    commission = earn_commission(session, order, claims, kept_of(lines), now)
    owed = [*accepted.movements, *_owed_to_the_producer(order, lines), *commission]
    sale = sale_of(purchase, order, now)
    moves = ledger.enter(session, owed, now)
    quota.enter(session, counted)
    parts = attribution.enter(session, sale, attributed(lines, origins, claims), now)
    return _Entered(moves, counted, sale, parts, _packs_by_product(lines))


def _entries_of_quota(
    session: Session, accepted: Accepted, lines: Sequence[CountedLine], now: datetime
) -> list[dict[str, object]]:
    """What is to be entered for the unit that the order counts for, if there is one: what was
    counted as ordered and did not come is taken back, the rest counts."""
    order, today = accepted.order, day_of(now)
    short = quota.entries_taken_back(session, f"order:{order.id}/short", accepted.short, now)
    unit_id = counted_unit(session, accepted.purchase, now)
    if unit_id is None:
        return short
    ids = [line.order_line_id for line in lines]
    standing = rules_of_unit(session, unit_id, today.year, ids)
    facts = _counted_for((unit_id, standing.division_code), accepted.purchase, order, today)
    counted = quota.entries_of_completed(standing, facts, lines, order.freight_fen, now)
    return [*short, *counted]


def _write_down(session: Session, accepted: Accepted, now: datetime) -> None:
    """The states, the history, the trail, and who is told."""
    purchase, order = accepted.purchase, accepted.order
    order.state = OrderState.COMPLETED
    order.completed_at = now
    events = [
        *accepted.events,
        event_of(order, "COMPLETED", None, now, payable_fen=order.payable_fen),
    ]
    if end(purchase, {one.state for one in accepted.orders}):
        events.append(event_of(purchase, purchase.state, None, now))
    session.flush()
    note_all(session, events)
    _leave_a_trail(session, order, now)
    tell_all(session, [*accepted.news, ("order_completed", order.id)], now)


def _owed_to_the_producer(order: Order, lines: Sequence[OrderLine]) -> list[Movement]:
    """What was pending, goods and freight, is now the producer's."""
    goods_fen = sum(kept_of(lines).values())
    return goods_and_freight(
        f"order:{order.id}/completed",
        order.number,
        debit=pending_account(order.producer_id),
        credit=producer_account(order.producer_id),
        sums=(goods_fen, order.payable_fen - goods_fen),
        order_id=order.id,
    )


def counted_order(
    session: Session, purchase: Purchase, order: Order, unit_id: int, counted_on: date
) -> CountedOrder:
    """What the lines of an order have in common when they count for a unit."""
    division_code = get_unit(session, unit_id).division_code
    return _counted_for((unit_id, division_code), purchase, order, counted_on)


def _counted_for(
    unit: tuple[int, str], purchase: Purchase, order: Order, counted_on: date
) -> CountedOrder:
    unit_id, division_code = unit
    assert order.placed_at is not None
    return CountedOrder(
        order_id=order.id,
        unit_id=unit_id,
        division_code=division_code,
        fund=purchase.fund,
        ordered_on=day_of(order.placed_at),
        counted_on=counted_on,
    )


def as_counted(
    lines: Sequence[OrderLine], origins: dict[int, tuple[Origin, ...]]
) -> list[CountedLine]:
    """The lines as far as the quota asks about them: what was accepted and not given back."""
    return [
        CountedLine(
            order_line_id=line.id,
            amount_fen=line.accepted_fen - line.refunded_fen,
            is_certified=line.is_certified,
            village_codes=tuple(origin.village_code for origin in origins[line.id]),
        )
        for line in lines
    ]


def origins_of(session: Session, lines: Sequence[OrderLine]) -> dict[int, tuple[Origin, ...]]:
    """Each line's villages and weights, as frozen when the stock was reserved."""
    frozen = session.execute(
        select(OrderLineOrigin)
        .where(OrderLineOrigin.order_line_id.in_([line.id for line in lines]))
        .order_by(
            OrderLineOrigin.order_line_id, OrderLineOrigin.batch_id, OrderLineOrigin.village_code
        )
    ).scalars()
    origins: dict[int, tuple[Origin, ...]] = {line.id: () for line in lines}
    for row in frozen:
        origin = Origin(row.batch_id, row.village_code, row.weight)
        origins[row.order_line_id] = (*origins[row.order_line_id], origin)
    return origins


def kept_of(lines: Sequence[OrderLine]) -> dict[int, int]:
    """What was accepted of each line and not given back."""
    return {line.id: line.accepted_fen - line.refunded_fen for line in lines}


def attributed(
    lines: Sequence[OrderLine],
    origins: Mapping[int, tuple[Origin, ...]],
    claims: Mapping[int, Claim],
    amounts: Mapping[int, int] | None = None,
) -> list[AttributedLine]:
    """The lines' goods amounts (or those named) to be split over their villages, each with the
    host and session it was sold by."""
    amounts = kept_of(lines) if amounts is None else amounts
    return [
        AttributedLine(
            order_line_id=line.id,
            product_id=line.product_id,
            workshop_id=line.workshop_id,
            amount_fen=amounts[line.id],
            origins=origins[line.id],
            host_id=claims[line.id].host_id if line.id in claims else None,
            session_id=claims[line.id].session_id if line.id in claims else None,
        )
        for line in lines
        if line.id in amounts
    ]


def sale_of(purchase: Purchase, order: Order, now: datetime, *, step: str = "completed") -> Sale:
    """What all entries of an order say; the step makes their sources unique."""
    return Sale(
        source=f"order:{order.id}/{step}",
        order_id=order.id,
        unit_id=purchase.unit_id,
        fund=purchase.fund,
        producer_id=order.producer_id,
        channel=purchase.channel,
        counted_on=day_of(now),
    )


def _packs_by_product(lines: Sequence[OrderLine]) -> dict[int, int]:
    packs: dict[int, int] = {}
    for line in lines:
        kept = line.accepted_quantity - line.refunded_quantity
        packs[line.product_id] = packs.get(line.product_id, 0) + kept
    return packs


def _leave_a_trail(session: Session, order: Order, now: datetime) -> None:
    record(
        session,
        actor_id=None,
        action="order.completed",
        object_kind="order",
        object_id=str(order.id),
        before={"state": OrderState.ACCEPTED},
        after={"state": OrderState.COMPLETED, "payable_fen": order.payable_fen},
        now=now,
    )
