"""The steps up to a settlement of commission, for tests that begin further along."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.closed import seal_words
from marketplace.core.identity import Identity, OrganisationKind, Role, Standing
from marketplace.ledger.queries import balance_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    freeze_commission,
    make_batch,
    note_results,
    release_batch,
)
from marketplace.payments.models import CommissionSettlement, Payout
from marketplace.payments.rules.commissions import AGENCY, HOST, Payee
from marketplace.payments.rules.payouts import Result
from tests.county import START, County
from tests.livestream.sessions import add
from tests.ordering.steps import lines_of
from tests.payments.settling import IN_DECEMBER, NOVEMBER


def host(host_id: int) -> Payee:
    return Payee(HOST, host_id)


def agency(agency_id: int) -> Payee:
    return Payee(AGENCY, agency_id)


def agent(county: County, agency_id: int) -> Identity:
    """Somebody of the agency's, who hands in its invoices."""
    standing = Standing(OrganisationKind.AGENCY, agency_id, Role.CLERK)
    return replace(county.shopper, standings=(standing,))


def has_account(session: Session, payee: Payee) -> None:
    """An account of the host's or the agency's, as they declare it."""
    add(
        session,
        "bank_account",
        host_id=payee.host_id,
        agency_id=payee.agency_id,
        holder="李云霞",
        number=seal_words(session, "6230000011112222"),
        bank="郧阳农商行",
        declared_at=START,
    )


def frozen(
    session: Session,
    county: County,
    payee: Payee,
    period: str = NOVEMBER,
    now: datetime = IN_DECEMBER,
) -> CommissionSettlement:
    settlement = freeze_commission(session, county.cashier, payee, period, now)
    assert settlement is not None
    return settlement


def given_back(
    session: Session, county: County, order_id: int, packs: int, now: datetime = START
) -> None:
    """Packs of the order's first line, for their quality."""
    line = lines_of(session, order_id)[0]
    wish = RefundWish((RefundedLine(line.id, packs),), None, "发霉", "QUALITY")
    asked = ordering.request_refund(session, county.shopper, order_id, wish, now)
    ordering.approve_refund(session, county.clerk, asked.id, now)


def released(session: Session, county: County, now: datetime = IN_DECEMBER) -> list[Payout]:
    """Everything that waits, in a batch that a second person released."""
    waiting = session.scalars(select(Payout).where(Payout.state == "REQUESTED")).all()
    batch = make_batch(session, county.cashier, [one.id for one in waiting], now)
    release_batch(session, county.operator, batch.id, now)
    return list(waiting)


def paid_out(session: Session, county: County, now: datetime = IN_DECEMBER) -> None:
    """Released, and done by the bank."""
    for payout in released(session, county, now):
        result = Result(payout.number, True, f"BANK-{payout.number}")
        note_results(session, county.cashier, [result], now)


def owed(session: Session, payee: Payee) -> int:
    return -balance_of(session, payee.account)
