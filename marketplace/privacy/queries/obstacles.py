"""What a person would leave unfinished if they were forgotten now."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.entering.queries import personal as entering
from marketplace.hosts.queries import personal as hosts
from marketplace.ordering.queries.personal import unfinished_of
from marketplace.payments.queries.personal import unsettled_of
from marketplace.privacy.rules import Matter, Obstacle


def obstacles_of(session: Session, person_id: int) -> Sequence[Obstacle]:
    """Each matter that only this person, or whoever gave them a role, can end."""
    identity = load_identity(session, person_id)
    orders, money = unfinished_of(session, person_id), unsettled_of(session, person_id)
    waiting = sum(one.count_open_applications(session, person_id) for one in (entering, hosts))
    found = {
        Matter.ROLES: len(identity.standings) if identity else 0,
        Matter.ORDERS: orders.orders,
        Matter.AFTER_SALES: orders.after_sales,
        Matter.CREDIT: money.credit_fen,
        Matter.OWED: money.owed_fen,
        Matter.PAYOUTS: money.payouts,
        Matter.APPLICATIONS: waiting,
    }
    return [Obstacle(matter, number) for matter, number in found.items() if number]
