"""Disputes in a few words, for tests about what they move."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim
from marketplace.ordering.commands.disputes import dispute_sale, grant_dispute
from marketplace.ordering.models import Order
from tests.county import START, County
from tests.livestream.sessions import Held
from tests.ordering.steps import lines_of

WHY = "观众在我的场次下的单,口令没来得及填。"
ANSWER = "核对了回放,改判。"


def asked(session: Session, held: Held, order: Order, now=START) -> int:
    return dispute_sale(session, held.host, held.host_id, (order.number, WHY), now)


def granted(session: Session, county: County, held: Held, order: Order, now=START) -> int:
    """Asked by the host, and granted for every line that the session offers."""
    dispute_id = asked(session, held, order, now)
    chosen = {
        line.id: held.offers[line.product_id]
        for line in lines_of(session, order.id)
        if line.product_id in held.offers
    }
    grant_dispute(session, county.operator, dispute_id, (chosen, ANSWER), now)
    return dispute_id


def versions(session: Session, order: Order) -> list[tuple[int, str, int | None]]:
    """(version, outcome, host) of every claim of an order."""
    row = CommissionClaim
    rows = session.execute(
        select(row.version, row.outcome, row.host_id)
        .where(row.order_id == order.id)
        .order_by(row.order_line_id, row.version)
    )
    return [(version, outcome, host_id) for version, outcome, host_id in rows]
