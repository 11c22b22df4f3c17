"""The steps up to a settlement and its payout, for tests that begin further along."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import producer_account
from marketplace.notices.models import Notice
from marketplace.notices.rules.words import CHINESE, title_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    declare_account,
    freeze,
    make_batch,
    release_batch,
)
from marketplace.payments.models import Payout, Settlement
from marketplace.payments.rules.accounts import GivenAccount, Holder
from tests.county import START, County
from tests.ordering.steps import completed, lines_of

NOVEMBER, DECEMBER = "2026-11", "2026-12"
IN_DECEMBER = datetime(2026, 12, 5, 2, tzinfo=START.tzinfo)
IN_JANUARY = datetime(2027, 1, 15, 2, tzinfo=START.tzinfo)


def declare(session: Session, county: County) -> None:
    given = GivenAccount("会沟村食用菌合作社", "81010000111", "郧阳农商行")
    declare_account(session, county.clerk, Holder(producer_id=county.producer_id), given, START)


def sold(session: Session, county: County, packs: int = 2, now: datetime = START):
    return completed(session, county, county.wish((county.mushrooms, packs)), now)[1][0]


def refund(session: Session, county: County, order, packs: int, now: datetime) -> None:
    line = lines_of(session, order.id)[0]
    wish = RefundWish((RefundedLine(line.id, packs),), None, "发霉", "QUALITY")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, now)
    ordering.approve_refund(session, county.clerk, asked.id, now)


def frozen(
    session: Session, county: County, period: str = NOVEMBER, now: datetime = IN_DECEMBER
) -> Settlement:
    settlement = freeze(session, county.cashier, county.producer_id, period, now)
    assert settlement is not None
    return settlement


def released(session: Session, county: County, now: datetime = IN_DECEMBER) -> Payout:
    """The only payout that waits, in a batch that a second person released."""
    payout = session.scalars(select(Payout).where(Payout.state == "REQUESTED")).one()
    batch = make_batch(session, county.cashier, [payout.id], now)
    release_batch(session, county.operator, batch.id, now)
    return payout


def owed(session: Session, county: County) -> int:
    return -balance_of(session, producer_account(county.producer_id))


def told(session: Session, login: str) -> list[str]:
    """What somebody was told, in words."""
    wanted = select(Notice).join(Person, Person.id == Notice.person_id).where(Person.login == login)
    rows = session.scalars(wanted.order_by(Notice.id))
    return [title_of(one.kind, one.params, CHINESE) for one in rows]
