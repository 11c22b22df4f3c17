"""Plans and sessions for tests, made by the commands that people's pages call."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.livestream.commands.offers import add_offer
from marketplace.livestream.commands.plans import offer_plan
from marketplace.livestream.commands.sessions import plan_session
from marketplace.livestream.models import CommissionPlan, LiveSession, SessionOffer
from marketplace.livestream.queries.record import list_entries
from marketplace.livestream.rules.plans import PlanWish
from marketplace.livestream.rules.sessions import OfferWish, SessionWish, Talk
from marketplace.notices.models import Notice
from tests.county import START, County, Goods
from tests.livestream.sessions import TABLES

KEY = "a-key-for-links-" * 3
TODAY = date(2026, 11, 23)
NEXT_MONTH = date(2026, 12, 22)
OPEN = PlanWish("OPEN", None, None, 120_000, TODAY, NEXT_MONTH)
# In two hours, for three.
EVENING = SessionWish("秋菇专场", START + timedelta(hours=2), START + timedelta(hours=5))
# The first instant at which it may start.
SOON = EVENING.starts_at - timedelta(minutes=30)


def offered(
    session: Session, county: County, wish: PlanWish = OPEN, **changes: Any
) -> CommissionPlan:
    """A plan of the first producer."""
    return offer_plan(session, county.clerk, county.producer_id, replace(wish, **changes), START)


def planned(
    session: Session,
    host: tuple[int, Identity],
    wish: SessionWish = EVENING,
    now: datetime = START,
) -> LiveSession:
    host_id, identity = host
    return plan_session(session, identity, (host_id, "420304"), wish, now)


def added(
    session: Session,
    host: tuple[int, Identity],
    live: LiveSession,
    goods: Goods,
    rate_ppm: int = 100_000,
    **talk: Any,
) -> SessionOffer:
    wish = OfferWish(goods.product_id, rate_ppm, Talk(**talk))
    return add_offer(session, host[1], live.id, wish, key=KEY, now=START)


def untrust(session: Session, host_id: int) -> None:
    """From now on the county looks at this host's sessions first."""
    table = TABLES["host"]
    session.execute(table.update().where(table.c.id == host_id).values(trusted_at=None))
    session.expire_all()


def suspend(session: Session, host_id: int) -> None:
    table = TABLES["host"]
    session.execute(table.update().where(table.c.id == host_id).values(suspended_at=START))
    session.expire_all()


def told(session: Session, identity: Identity) -> list[str]:
    """Kinds of what somebody was told, in order."""
    wanted = select(Notice.kind).where(Notice.person_id == identity.person_id).order_by(Notice.id)
    return list(session.scalars(wanted))


def entries(session: Session, live: LiveSession) -> list[str]:
    """Kinds of the entries of a record, in order."""
    return [entry.kind for entry in reversed(list_entries(session, live.id))]
