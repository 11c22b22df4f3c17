"""Parts of entries with their state, and claims that have no entry yet, as tables."""

from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    exists,
    literal,
    null,
    select,
)

from marketplace.commission.queries.entries import open_claims_of, parts_of, standing_of
from marketplace.core.clock import start_of
from marketplace.ordering.queries.earning import lines_on_the_road
from marketplace.payments.models import CommissionSettlement, CommissionSettlementLine
from marketplace.payments.rules.commissions import CommissionState, Payee

LINE = CommissionSettlementLine
# What an open claim is called where entries have their kind.
OPEN = "OPEN"


def part_of(payee: Payee) -> Subquery:
    return parts_of(payee.host_id, payee.agency_id)


def settled(part: FromClause, payee: Payee) -> ColumnElement[bool]:
    """On which condition a settlement's line is that of the part."""
    return and_(LINE.entry_id == part.c.entry_id, LINE.payee == payee.kind)


def line_was_settled(part: Subquery, payee: Payee) -> ColumnElement[bool]:
    """Whether anything of the order line was settled with the payee before."""
    other = part_of(payee).alias("other")
    return exists(
        select(other.c.entry_id)
        .join(LINE, settled(other, payee))
        .where(other.c.order_line_id == part.c.order_line_id)
        .correlate(part)
    )


def order_was_settled(part: Subquery, payee: Payee) -> ColumnElement[bool]:
    """Whether anything of the order was settled with the payee before: what comes later is
    settled at once."""
    return exists(
        select(LINE.entry_id)
        .join(CommissionSettlement, CommissionSettlement.id == LINE.settlement_id)
        .where(LINE.order_id == part.c.order_id, CommissionSettlement.payee == str(payee))
        .correlate(part)
    )


def came_to_nothing(part: Subquery, payee: Payee) -> ColumnElement[bool]:
    """Everything of the line was given back, or given to another, before any of it was settled:
    its entries sum to nothing and need no settlement."""
    return and_(standing_of(part) == 0, ~line_was_settled(part, payee))


def entries_in(payee: Payee, period: tuple[date, date] | None, now: datetime) -> Select[tuple]:  # type: ignore[type-arg]
    """Entries of a payee counted from one day up to another (None: all), each with its state."""
    part, road = part_of(payee), lines_on_the_road(now)
    state = case(
        (LINE.entry_id.is_not(None), CommissionState.SETTLED),
        (came_to_nothing(part, payee), CommissionState.VOIDED),
        ((road.c.ripe == 1) | order_was_settled(part, payee), CommissionState.PAYABLE),
        else_=CommissionState.ESTIMATED,
    )
    wanted = (
        select(
            part.c.posted_at.label("at"),
            part.c.entry_id,
            part.c.kind,
            part.c.order_line_id,
            part.c.host_id,
            part.c.session_id,
            road.c.order_id,
            road.c.number,
            road.c.product_name,
            state.label("state"),
            part.c.base_fen,
            part.c.amount_fen,
            null().label("rate_ppm"),
            null().label("agency_ppm"),
        )
        .join(road, road.c.line_id == part.c.order_line_id)
        .outerjoin(LINE, settled(part, payee))
    )
    if period is None:
        return wanted
    return wanted.where(part.c.counted_on >= period[0], part.c.counted_on < period[1])


def claims_in(payee: Payee, period: tuple[date, date], now: datetime) -> Select[tuple]:  # type: ignore[type-arg]
    """Claims of a payee from orders placed in these days that stand in no entry: not completed
    yet, or never."""
    between = (start_of(period[0]), start_of(period[1]))
    claim, road = open_claims_of(payee.host_id, payee.agency_id, between), lines_on_the_road(now)
    nothing = (road.c.left == 1) | ((road.c.accepted == 1) & (road.c.net_fen == 0))
    state = case(
        (nothing, CommissionState.VOIDED),
        (road.c.accepted == 1, CommissionState.ESTIMATED),
        else_=CommissionState.PENDING,
    )
    return select(
        claim.c.decided_at.label("at"),
        null().label("entry_id"),
        literal(OPEN).label("kind"),
        claim.c.order_line_id,
        claim.c.host_id,
        claim.c.session_id,
        road.c.order_id,
        road.c.number,
        road.c.product_name,
        state.label("state"),
        road.c.net_fen.label("base_fen"),
        null().label("amount_fen"),
        claim.c.rate_ppm,
        claim.c.agency_ppm,
    ).join(road, road.c.line_id == claim.c.order_line_id)
