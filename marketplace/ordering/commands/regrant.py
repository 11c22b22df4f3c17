"""Giving the sale of lines to another host, in every book at once: the claim, what it earned, the
money, and the villages' entries that name the host."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.attribution.commands import move
from marketplace.catalogue.queries.named import counties_of
from marketplace.commission.commands import claim_again, earn, take_back
from marketplace.commission.queries.claims import Claim, claims_of_orders
from marketplace.commission.rules import ClaimedLine, EarnedOrder
from marketplace.commission.rules.disputes import BoughtByTheHost, NothingChanges
from marketplace.core.clock import day_of
from marketplace.hosts.queries import agencies_of, names_of
from marketplace.ledger.commands import post
from marketplace.livestream.queries.claims import own_hosts, rule_at
from marketplace.livestream.queries.disputed import HeldOffer
from marketplace.livestream.rules.claims import Outcome, Verdict
from marketplace.ordering.commands.claims import owed
from marketplace.ordering.commands.complete import attributed, kept_of, origins_of, sale_of
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.queries.reattributions import holder_of
from marketplace.ordering.rules import OrderState


@dataclass(frozen=True)
class Granting:
    """A dispute that is granted: to which host, what was answered, and the source of it all."""

    dispute_id: int
    host_id: int
    answer: str

    @property
    def source(self) -> str:
        return f"dispute:{self.dispute_id}"


def regrant(
    session: Session,
    sold: tuple[Purchase, Order],
    granting: Granting,
    offers: Mapping[int, HeldOffer],
    now: datetime,
) -> set[int]:
    """Gives lines (by id) to the host under the offers chosen. Returns the hosts that lose them.

    Raises BoughtByTheHost, NothingChanges.
    """
    purchase, order = sold
    _require_not_own(session, purchase, granting.host_id)
    before = claims_of_orders(session, [order.id])
    verdicts = _verdicts(session, purchase, granting, offers)
    lines = [
        line
        for line in lines_of(session, order)
        if line.id in verdicts and _changes(before.get(line.id), verdicts[line.id])
    ]
    if not lines:
        raise NothingChanges
    sold_on = day_of(purchase.submitted_at or now)
    agency = agencies_of(session, [granting.host_id], sold_on).get(granting.host_id)
    named = {ClaimedLine(line.id, line.product_id): verdicts[line.id] for line in lines}
    claim_again(session, order.id, named, agency, now)
    if order.state == OrderState.COMPLETED:
        _move_commission(session, order, granting, lines, now)
        _move_villages(session, sold, granting, lines, before, now=now)
    losers = {before[line.id].host_id for line in lines if line.id in before}
    return {host for host in losers if host is not None} - {granting.host_id}


def _require_not_own(session: Session, purchase: Purchase, host_id: int) -> None:
    buyer = load_identity(session, purchase.buyer_id)
    if (
        buyer is not None
        and purchase.submitted_at is not None
        and host_id in own_hosts(session, buyer, purchase.submitted_at)
    ):
        raise BoughtByTheHost


def _verdicts(
    session: Session,
    purchase: Purchase,
    granting: Granting,
    offers: Mapping[int, HeldOffer],
) -> dict[int, Verdict]:
    """What is decided of each line: the rate of its offer, save where the county's rule of the day
    gives nothing for what units buy."""
    products = {offer.product_id for offer in offers.values()}
    counties = counties_of(session, products)
    assert purchase.submitted_at is not None, purchase.id
    rules = {
        county: rule_at(session, county, purchase.submitted_at) for county in set(counties.values())
    }
    name = names_of(session, [granting.host_id])[granting.host_id]
    verdicts = {}
    for line_id, offer in offers.items():
        rule = rules[counties[offer.product_id]]
        earns = purchase.unit_id is None or rule.units_earn
        facts = (("host", name), ("session", offer.title), ("answer", granting.answer))
        verdicts[line_id] = Verdict(
            Outcome.DISPUTE_GRANTED,
            granting.host_id,
            offer.session_id,
            offer.offer_id,
            offer.rate_ppm if earns else 0,
            facts,
            rule.id,
        )
    return verdicts


def _changes(held: Claim | None, verdict: Verdict) -> bool:
    """Whether it is another's, another session's, or earns another rate."""
    return held is None or (held.host_id, held.session_id, held.rate_ppm) != (
        verdict.host_id,
        verdict.session_id,
        verdict.rate_ppm,
    )


def _move_commission(
    session: Session, order: Order, granting: Granting, lines: Sequence[OrderLine], now: datetime
) -> None:
    """What stands with the one is taken back whole; the other earns on what is left of the sale."""
    facts = EarnedOrder(granting.source, "GRANTED", order.id, order.producer_id, day_of(now))
    back = take_back(session, facts, [line.id for line in lines], now)
    given = earn(session, facts, kept_of(lines), now)
    post(session, [owed(f"{granting.source}/commission", order, back, given)], now)


def _move_villages(
    session: Session,
    sold: tuple[Purchase, Order],
    granting: Granting,
    lines: Sequence[OrderLine],
    before: Mapping[int, Claim],
    *,
    now: datetime,
) -> None:
    """Out of the entries that name the one host into such that name the other, host by host."""
    purchase, order = sold
    after = claims_of_orders(session, [order.id])
    origins = origins_of(session, lines)
    unit_id = holder_of(session, order)
    entered = any(claim.host_id == granting.host_id for claim in before.values())
    for loser in sorted({_host(before, line.id) for line in lines}):
        theirs = [line for line in lines if _host(before, line.id) == loser]
        leaves = loser and loser not in {claim.host_id for claim in after.values()}
        step = f"{granting.source}/{loser}"
        sales = [
            replace(sale_of(purchase, order, now, step=f"{step}/{side}"), unit_id=unit_id)
            for side in ("from", "to")
        ]
        move(
            session,
            (sales[0], sales[1]),
            attributed(theirs, origins, before),
            now,
            into=attributed(theirs, origins, after),
            orders=(-1 if leaves else 0, 0 if entered else 1),
        )
        entered = True


def _host(claims: Mapping[int, Claim], line_id: int) -> int:
    """The host of a line, or 0: nobody's."""
    return (claims[line_id].host_id or 0) if line_id in claims else 0
