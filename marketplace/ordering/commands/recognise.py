"""Rules that count before completion: when placed, paid or accepted; and what stops counting."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.commands.complete import counted_order, origins_of
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.queries.counting import recognises_at
from marketplace.quota.commands import entries_counted, entries_taken_back, write_entries
from marketplace.quota.rules import CountedLine, RecognitionPoint


def reach(
    session: Session,
    purchase: Purchase,
    orders: Sequence[Order],
    point: RecognitionPoint,
    now: datetime,
) -> None:
    """Counts orders of a unit under the rules that recognise at this point, once each."""
    write_entries(session, entries_reached(session, purchase, orders, point, now))


def entries_reached(
    session: Session,
    purchase: Purchase,
    orders: Sequence[Order],
    point: RecognitionPoint,
    now: datetime,
) -> list[dict[str, object]]:
    """What is to be entered for it."""
    today = day_of(now)
    if purchase.unit_id is None or not orders:
        return []
    if not recognises_at(session, purchase.unit_id, point, today.year):
        return []
    entries = []
    for order in orders:
        lines = [line for line in lines_of(session, order) if worth_fen(order, line) > 0]
        origins = origins_of(session, lines)
        counted = [
            CountedLine(
                order_line_id=line.id,
                amount_fen=worth_fen(order, line),
                is_certified=line.is_certified,
                village_codes=tuple(origin.village_code for origin in origins[line.id]),
            )
            for line in lines
        ]
        facts = counted_order(session, purchase, order, purchase.unit_id, today)
        entries += entries_counted(session, facts, counted, (point,), now)
    return entries


def worth_fen(order: Order, line: OrderLine) -> int:
    """What of a line is bought as things stand: as ordered, and once accepted as accepted."""
    bought_fen = line.line_fen if order.accepted_at is None else line.accepted_fen
    return bought_fen - line.refunded_fen


def entries_stopped(session: Session, order: Order, now: datetime) -> list[dict[str, object]]:
    """What is to be entered of an order that left the road: it counts nowhere any more."""
    if order.unit_id is None or order.placed_at is None:
        return []
    amounts = {line.id: line.line_fen for line in lines_of(session, order)}
    return entries_taken_back(session, f"order:{order.id}/left", amounts, now)


def short_of(order: Order, lines: Sequence[OrderLine]) -> dict[int, int]:
    """What is short or rejected, by line: counted as ordered, it counts for the unit no more."""
    if order.unit_id is None:
        return {}
    missing = {line.id: line.line_fen - line.accepted_fen for line in lines}
    return {line_id: amount_fen for line_id, amount_fen in missing.items() if amount_fen}
