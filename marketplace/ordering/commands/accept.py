"""Acceptance: what arrived is accepted line by line, and only that is owed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.ledger.commands import post
from marketplace.ledger.rules import Movement, buyer_account, goods_and_freight, pending_account
from marketplace.ordering.commands.acceptors import hold_to_acceptor
from marketplace.ordering.commands.calloff import give_back_unaccepted
from marketplace.ordering.commands.claims import claimed_lines_of
from marketplace.ordering.commands.complete import Accepted, complete
from marketplace.ordering.commands.fulfil import mark_received
from marketplace.ordering.commands.invoices import follow_invoices
from marketplace.ordering.commands.notify import tell_all
from marketplace.ordering.commands.recognise import entries_reached, short_of
from marketplace.ordering.commands.record import (
    Event,
    event_of,
    lines_of,
    note_all,
    open_among,
)
from marketplace.ordering.commands.settle import is_paid, release_unshipped, take_excess
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.rules import (
    LineVerdict,
    OrderState,
    PaymentTerms,
    WrongLines,
    WrongState,
    require_reason,
    require_state,
)
from marketplace.ordering.rules.debts import pay_by
from marketplace.quota.commands import entries_taken_back, write_entries
from marketplace.quota.rules import RecognitionPoint


def accept(
    session: Session,
    identity: Identity,
    order_id: int,
    verdicts: Sequence[LineVerdict],
    now: datetime,
) -> Order:
    """Accepts an order, in one transaction: what is accepted becomes owed, and the order
    completes if it is paid. Packs neither accepted nor rejected are short."""
    # Everything is written once, when it is known whether the order is complete.
    with session.no_autoflush:
        order = _accept(session, identity, order_id, verdicts, now)
    session.flush()
    return order


def _accept(
    session: Session,
    identity: Identity,
    order_id: int,
    verdicts: Sequence[LineVerdict],
    now: datetime,
) -> Order:
    purchase, order, orders = open_among(session, identity, order_id)
    hold_to_acceptor(session, identity, purchase, order, now)
    if order.accepted_at is not None:
        return _same_or_refuse(session, order, verdicts)
    require_state(order.state, OrderState.SHIPPED, OrderState.RECEIVED)
    if order.state == OrderState.SHIPPED:
        mark_received(session, identity, order, now)

    lines, claims = claimed_lines_of(session, order)
    _judge(lines, verdicts)
    release_unshipped(session, lines, now)
    give_back_unaccepted(session, purchase, lines, now)
    movements, events = _owe_what_was_accepted(session, purchase, order, lines, now)

    order.state = OrderState.ACCEPTED
    order.accepted_at = now
    if order.payment_terms == PaymentTerms.POSTPAY:
        order.pay_by = pay_by(day_of(now))
    accepted = Accepted(
        purchase,
        order,
        orders,
        lines,
        claims,
        movements,
        [*events, event_of(order, "ACCEPTED", identity, now, payable_fen=order.payable_fen)],
        [("order_accepted", order.id)],
        short_of(order, lines),
    )
    (complete if is_paid(order) else _wait_for_money)(session, accepted, now)
    return order


def _same_or_refuse(session: Session, order: Order, verdicts: Sequence[LineVerdict]) -> Order:
    """Whoever says something else than what was accepted is not told that it was done."""
    said = {one.line_id: (one.accepted, one.rejected) for one in verdicts}
    lines = lines_of(session, order)
    stands = {line.id: (line.accepted_quantity, line.rejected_quantity) for line in lines}
    if stands != {**dict.fromkeys(stands, (0, 0)), **said}:
        raise WrongState(state=str(order.state))
    return order


def _wait_for_money(session: Session, accepted: Accepted, now: datetime) -> None:
    """It is owed, and counts where a rule does not wait for the money."""
    purchase, order = accepted.purchase, accepted.order
    session.flush()
    note_all(session, accepted.events)
    tell_all(session, accepted.news, now)
    post(session, accepted.movements, now)
    # Entered at once: what others wait for is taken once, in its order.
    short = entries_taken_back(session, f"order:{order.id}/short", accepted.short, now)
    reached = entries_reached(session, purchase, [order], RecognitionPoint.ACCEPTED, now)
    write_entries(session, [*short, *reached])


def _judge(lines: Sequence[OrderLine], verdicts: Sequence[LineVerdict]) -> None:
    """Writes the verdict on each line; a line without one counts as short."""
    by_line = {verdict.line_id: verdict for verdict in verdicts}
    unknown = by_line.keys() - {line.id for line in lines}
    if unknown or len(by_line) != len(verdicts):
        raise WrongLines(name=", ".join(map(str, sorted(unknown or by_line))), most=0)
    for line in lines:
        verdict = by_line.get(line.id, LineVerdict(line.id, accepted=0, reason="未收到"))
        _judge_line(line, verdict)


def _judge_line(line: OrderLine, verdict: LineVerdict) -> None:
    counted = verdict.accepted + verdict.rejected
    if min(verdict.accepted, verdict.rejected) < 0 or counted > line.shipped_quantity:
        raise WrongLines(name=line.product_name, most=line.shipped_quantity)
    if verdict.rejected or verdict.accepted < line.shipped_quantity:
        line.acceptance_reason = require_reason(verdict.reason)
    line.accepted_quantity = verdict.accepted
    line.rejected_quantity = verdict.rejected
    line.accepted_fen = verdict.accepted * line.unit_price_fen


def _owe_what_was_accepted(
    session: Session,
    purchase: Purchase,
    order: Order,
    lines: Sequence[OrderLine],
    now: datetime,
) -> tuple[list[Movement], list[Event]]:
    """The buyer owes accepted goods and freight; what was paid above that goes back at once."""
    accepted_fen = sum(line.accepted_fen for line in lines)
    # Where nothing at all was fit to accept, the freight is not the buyer's to bear.
    order.payable_fen = accepted_fen + order.freight_fen if accepted_fen else 0
    follow_invoices(session, order)
    owed = goods_and_freight(
        f"order:{order.id}/accepted",
        order.number,
        debit=buyer_account(purchase.unit_id, purchase.buyer_id),
        credit=pending_account(order.producer_id),
        sums=(accepted_fen, order.payable_fen - accepted_fen),
        order_id=order.id,
    )
    returned_fen, back = take_excess(session, order, "accepted", now)
    if not returned_fen:
        return owed, []
    returned = event_of(order, "EXCESS_RETURNED", None, now, amount_fen=returned_fen)
    return [*owed, *back], [returned]
