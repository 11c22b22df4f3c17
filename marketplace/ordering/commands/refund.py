"""After acceptance: goods or money given back, in every book at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.attribution.commands import reverse
from marketplace.attribution.rules import AttributedLine
from marketplace.catalogue.commands import add_sold
from marketplace.commission.queries.claims import claims_of_orders
from marketplace.core.errors import N_, invalid
from marketplace.core.identity import Identity
from marketplace.core.money import format_yuan, split
from marketplace.ledger import commands as ledger
from marketplace.ledger.rules import (
    Movement,
    buyer_account,
    pending_account,
    producer_account,
    transfer,
)
from marketplace.ordering.commands.aftersale import (
    begin_request,
    deadlines_of,
    end,
    open_request,
    require_decider,
    require_in_time,
    step,
)
from marketplace.ordering.commands.calloff import give_back_refunded
from marketplace.ordering.commands.claims import claimed_lines_of, earn_commission
from marketplace.ordering.commands.complete import (
    Accepted,
    attributed,
    complete_all,
    origins_of,
    sale_of,
)
from marketplace.ordering.commands.invoices import follow_invoices
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lines_of, lock_orders, open_order
from marketplace.ordering.commands.settle import is_paid, take_excess
from marketplace.ordering.models import Order, OrderLine, Purchase, Refund, RefundLine
from marketplace.ordering.queries.reattributions import holder_of
from marketplace.ordering.rules import (
    OrderState,
    RefundWish,
    TooMuchRefunded,
    WrongLines,
    refund_of_quantity,
    require_reason,
    require_receiver,
    require_state,
)
from marketplace.ordering.rules.aftersale import (
    MOST_PHOTOGRAPHS,
    TooManyPhotographs,
)
from marketplace.quota import commands as quota
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS


def request_refund(
    session: Session, identity: Identity, order_id: int, wish: RefundWish, now: datetime
) -> Refund:
    """Asks for money back on an accepted order: packs of lines, or an amount over all lines."""
    purchase, order = open_order(session, identity, order_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    require_state(order.state, OrderState.ACCEPTED, OrderState.COMPLETED)
    reason = require_reason(wish.reason)
    if len(wish.photographs) > MOST_PHOTOGRAPHS:
        raise TooManyPhotographs
    lines = _lines_in_time(session, order, wish, now)
    parts = parts_of_wish(lines, wish, asked_for(session, order.id))
    refund = Refund(
        order_id=order.id,
        state="REQUESTED",
        amount_fen=sum(amount for _line, _packs, amount in parts),
        reason=reason,
        ground=wish.ground,
        requested_by=identity.person_id,
        requested_at=now,
    )
    begin_request(refund, now)
    session.add(refund)
    session.flush()
    session.execute(insert(RefundLine), rows_of(refund, parts))
    kept = [keep(session, identity, file, PHOTOGRAPHS, now) for file in wish.photographs]
    step(session, order, refund, (identity, "REQUESTED", reason), now, uploads=kept)
    tell(session, "refund_requested", refund.id, now)
    return refund


def rows_of(refund: Refund, parts: Sequence[tuple[int, int, int]]) -> list[dict[str, int]]:
    """The lines' parts of a request, as they are kept."""
    return [
        {"refund_id": refund.id, "order_line_id": line, "quantity": packs, "amount_fen": amount}
        for line, packs, amount in parts
    ]


def _lines_in_time(
    session: Session, order: Order, wish: RefundWish, now: datetime
) -> Sequence[OrderLine]:
    """The lines that can still be asked back: those that were named must all be among them; an
    amount is spread over those that are."""
    lines = lines_of(session, order)
    deadlines = deadlines_of(session, order, lines, wish.ground)
    named = {wished.line_id for wished in wish.lines}
    require_in_time(deadlines, [line for line in lines if line.id in named], now)
    open_lines = [line for line in lines if now <= deadlines[line.id]]
    if not open_lines:
        require_in_time(deadlines, lines, now)
    return open_lines


Asked = dict[int, tuple[int, int]]


def asked_for(session: Session, order_id: int) -> Asked:
    """(packs, fen) of each line in requests that wait: they are spoken for."""
    rows = session.execute(
        select(
            RefundLine.order_line_id, func.sum(RefundLine.quantity), func.sum(RefundLine.amount_fen)
        )
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id, Refund.state == "REQUESTED")
        .group_by(RefundLine.order_line_id)
    )
    return {line: (packs, amount) for line, packs, amount in rows}


def parts_of_wish(
    lines: Sequence[OrderLine], wish: RefundWish, asked: Asked
) -> list[tuple[int, int, int]]:
    """(line, packs, fen) of each line that gets something back."""
    if bool(wish.lines) == (wish.amount_fen is not None):
        raise invalid("lines", N_("请填写要退的行和数量,或者填写退款金额,二选一。"))
    if wish.amount_fen is not None:
        return _parts_of_amount(lines, wish.amount_fen, asked)
    by_id = {line.id: line for line in lines}
    packs: dict[int, int] = {}
    for wished in wish.lines:
        packs[wished.line_id] = packs.get(wished.line_id, 0) + wished.quantity
    parts = []
    for line_id, quantity in packs.items():
        line = by_id.get(line_id)
        asked_packs, asked_fen = asked.get(line_id, (0, 0))
        left = line.accepted_quantity - line.refunded_quantity - asked_packs if line else 0
        if line is None or not 1 <= quantity <= left:
            raise WrongLines(name=line.product_name if line else str(line_id), most=left)
        returned = line.refunded_quantity + asked_packs + quantity
        given = line.refunded_fen + asked_fen
        amount = refund_of_quantity(line.accepted_fen, given, line.accepted_quantity, returned)
        if amount:
            parts.append((line_id, quantity, int(amount)))
    if not parts:
        raise TooMuchRefunded(most=format_yuan(0)).at("lines")
    return parts


def _parts_of_amount(
    lines: Sequence[OrderLine], amount_fen: int, asked: Asked
) -> list[tuple[int, int, int]]:
    """An amount spread over the lines in proportion to what is left on each."""
    left = [line.accepted_fen - line.refunded_fen - asked.get(line.id, (0, 0))[1] for line in lines]
    if not 1 <= amount_fen <= sum(left):
        raise TooMuchRefunded(most=format_yuan(sum(left)))
    parts = zip(lines, split(amount_fen, left), strict=True)
    return [(line.id, 0, int(part)) for line, part in parts if part]


def approve_refund(session: Session, identity: Identity, refund_id: int, now: datetime) -> Refund:
    """Agrees to a refund: the producer of the order, or the operations centre.

    The money goes back to the buyer's account; whatever the sale had moved is moved back. An
    accepted order of which nothing is left to pay is complete with it.
    """
    purchase, order, refund = open_request(session, identity, refund_id)
    require_decider(identity, order)
    if refund.state == "DONE":
        return refund
    require_state(refund.state, "REQUESTED")
    refund.state = "DONE"
    refund.decided_by = identity.person_id
    refund.decided_at = now
    end(refund)
    step(session, order, refund, (identity, "DONE", ""), now)
    tell(session, "refund_done", refund.id, now)
    _move_back(session, purchase, order, refund, now)
    return refund


def _move_back(
    session: Session, purchase: Purchase, order: Order, refund: Refund, now: datetime
) -> None:
    lines = {line.id: line for line in lines_of(session, order)}
    parts = session.scalars(
        select(RefundLine)
        .where(RefundLine.refund_id == refund.id)
        .order_by(RefundLine.order_line_id)
    ).all()
    for part in parts:
        lines[part.order_line_id].refunded_quantity += part.quantity
        lines[part.order_line_id].refunded_fen += part.amount_fen
    give_back_refunded(session, (purchase, refund), lines, parts, now)
    completed = order.state == OrderState.COMPLETED
    back = _give_back_money(session, purchase, order, refund, now)
    amounts = {part.order_line_id: part.amount_fen for part in parts}
    if not completed:
        _take_back_before_completion(session, (purchase, order, refund), back, amounts, now=now)
        return
    claims = claims_of_orders(session, [order.id])
    returned = {line_id: -amount_fen for line_id, amount_fen in amounts.items()}
    commission = earn_commission(session, order, claims, returned, now, refund_id=refund.id)
    # As when it was completed: accounts before units, units before villages, then products.
    ledger.post(session, [*back, *commission], now)
    quota.take_back(session, f"refund:{refund.id}", amounts, now)
    everything = list(lines.values())
    taken = attributed(everything, origins_of(session, everything), claims, returned)
    _take_back_from_villages(session, (purchase, order, refund), taken, now)
    add_sold(session, _packs_given_back(lines, parts), now)


def _give_back_money(
    session: Session, purchase: Purchase, order: Order, refund: Refund, now: datetime
) -> list[Movement]:
    """Less is owed to the producer and by the buyer; what was paid above that goes back."""
    completed = order.state == OrderState.COMPLETED
    order.payable_fen -= refund.amount_fen
    follow_invoices(session, order)
    owed = producer_account if completed else pending_account
    back = transfer(
        f"refund:{refund.id}",
        f"退款 {order.number}",
        debit=owed(order.producer_id),
        credit=buyer_account(purchase.unit_id, purchase.buyer_id),
        amount_fen=refund.amount_fen,
        order_id=order.id,
    )
    _fen, excess = take_excess(session, order, f"refund:{refund.id}", now)
    return [back, *excess]


def _take_back_before_completion(
    session: Session,
    subject: tuple[Purchase, Order, Refund],
    back: Sequence[Movement],
    amounts: Mapping[int, int],
    *,
    now: datetime,
) -> None:
    """No village has got anything of it yet. Where what is given back is all that was still to
    be paid, no payment comes any more that would complete the order: it is complete now."""
    purchase, order, refund = subject
    moves = ledger.enter(session, back, now)
    counted = quota.entries_taken_back(session, f"refund:{refund.id}", amounts, now)
    quota.enter(session, counted)
    orders = lock_orders(session, purchase.id)
    paid = [order] if is_paid(order) else []
    accepted = [Accepted(purchase, one, orders, *claimed_lines_of(session, one)) for one in paid]
    complete_all(session, accepted, now, moves=moves, counted=counted)


def _take_back_from_villages(
    session: Session,
    subject: tuple[Purchase, Order, Refund],
    taken: Sequence[AttributedLine],
    now: datetime,
) -> None:
    """Villages lose what the buyer got back, each fen where it had been counted."""
    purchase, order, refund = subject
    sale = sale_of(purchase, order, now, step=f"refund:{refund.id}")
    reverse(session, replace(sale, unit_id=holder_of(session, order)), taken, now)


def _packs_given_back(
    lines: Mapping[int, OrderLine], parts: Sequence[RefundLine]
) -> dict[int, int]:
    """Packs of each product, negative; several lines may be of one product."""
    packs: dict[int, int] = {}
    for part in parts:
        product_id = lines[part.order_line_id].product_id
        packs[product_id] = packs.get(product_id, 0) - part.quantity
    return {product_id: number for product_id, number in packs.items() if number}
