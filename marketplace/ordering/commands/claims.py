"""Whose sale an order is, what that earns, and what live offers allow one person to buy."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.commission.commands import claim, earn
from marketplace.commission.queries.claims import Claim, claim_beside, claims_beside
from marketplace.commission.rules import ClaimedLine, Earned, EarnedOrder
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.hosts.queries import agencies_of
from marketplace.ledger.rules import (
    Movement,
    agency_account,
    host_account,
    producer_account,
    summed,
)
from marketplace.livestream.commands.limits import Limited, give_back, list_limited, take
from marketplace.livestream.queries.claims import own_hosts, touches_of, verdicts_of
from marketplace.livestream.rules.claims import Signals
from marketplace.livestream.rules.links import Followed
from marketplace.ordering.commands.draft import Drafted
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.models import Order, OrderLine, Purchase


def claimed_lines_of(session: Session, order: Order) -> tuple[list[OrderLine], dict[int, Claim]]:
    """The lines of an order in the order of their ids, and the claims that hold for them."""
    beside = claims_beside(order.id)
    rows = session.execute(
        select(OrderLine, *beside.c)
        .outerjoin(beside, beside.c.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.id)
        .execution_options(populate_existing=True)
    ).all()
    claims = [found for row in rows if (found := claim_beside(row[1:])) is not None]
    return [row[0] for row in rows], {found.order_line_id: found for found in claims}


def claim_sale(session: Session, actor: Identity, drafted: Drafted, now: datetime) -> None:
    """Decides whose sale each line is, from what the buyer did until they handed it in, and
    writes the outcome down with its reason."""
    signals = _signals(session, actor, drafted.purchase)
    if signals is None:
        return
    lines = drafted.lines
    products = sorted({line.product_id for line in lines})
    verdicts = verdicts_of(session, products, signals)
    hosts = {verdict.host_id for verdict in verdicts.values() if verdict.host_id}
    agencies = agencies_of(session, hosts, day_of(signals.at)) if hosts else {}
    by_order: dict[int, list[ClaimedLine]] = {}
    for line in lines:
        by_order.setdefault(line.order_id, []).append(ClaimedLine(line.id, line.product_id))
    claim(session, by_order, verdicts, agencies, now)


def _signals(session: Session, actor: Identity, purchase: Purchase) -> Signals | None:
    """What points to a host; None where nothing does."""
    followed = [Followed(*touch) for touch in purchase.touches or ()]
    if purchase.host_id is None and not followed:
        return None
    is_buyer = actor.person_id == purchase.buyer_id
    buyer = actor if is_buyer else load_identity(session, purchase.buyer_id)
    assert buyer is not None and purchase.submitted_at is not None, purchase.id
    return Signals(
        code_host_id=purchase.host_id,
        touches=touches_of(session, followed),
        at=purchase.submitted_at,
        is_unit=purchase.unit_id is not None,
        own_hosts=own_hosts(session, buyer, purchase.submitted_at),
    )


def earn_commission(
    session: Session,
    order: Order,
    claims: Mapping[int, Claim],
    amounts: Mapping[int, int],
    now: datetime,
    *,
    refund_id: int | None = None,
) -> list[Movement]:
    """What recognised amounts (negative: given back) earn leaves the producer for hosts and
    their agencies, or comes back from them. Whoever calls posts it with what else moves."""
    if not claims:
        return []
    step = "completed" if refund_id is None else f"refund:{refund_id}"
    source = f"order:{order.id}/{step}"
    kind = "EARNED" if refund_id is None else "REFUND"
    facts = EarnedOrder(source, kind, order.id, order.producer_id, day_of(now))
    earned = earn(session, facts, amounts, now)
    return [owed(f"{source}/commission", order, earned)]


def owed(source: str, order: Order, *steps: Earned) -> Movement:
    """What hosts and agencies got or lost by one or more steps, as the producer pays it."""
    amounts = [
        (account, fen)
        for earned in steps
        for account, fen in (
            (producer_account(order.producer_id), earned.total_fen),
            *((host_account(host), -fen) for host, fen in earned.hosts.items()),
            *((agency_account(agency), -fen) for agency, fen in earned.agencies.items()),
        )
    ]
    return Movement(source, f"佣金 {order.number}", summed(amounts), order.id)


def limits_on(session: Session, drafted: Drafted, now: datetime) -> Limited:
    """What live offers limit of a purchase. Units have no such limit."""
    is_private = drafted.purchase.unit_id is None
    return list_limited(session, packs_of(drafted.lines), now) if is_private else ()


def keep_to_limits(session: Session, drafted: Drafted, limited: Limited) -> None:
    """A person buys no more of a live offer than it allows one person."""
    take(session, drafted.purchase.buyer_id, packs_of(drafted.lines), limited)


def free_limits(session: Session, order: Order) -> None:
    """What was not bought in the end counts against no limit."""
    if order.unit_id is None and order.placed_at is not None:
        packs = packs_of(lines_of(session, order))
        give_back(session, order.buyer_id, packs, order.placed_at)


def packs_of(lines: Sequence[OrderLine]) -> dict[int, int]:
    """Packs by product."""
    packs: dict[int, int] = {}
    for line in lines:
        packs[line.product_id] = packs.get(line.product_id, 0) + line.quantity
    return packs
