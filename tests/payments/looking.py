"""Looking into the database of a test without keeping the shop from writing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ledger.queries import balance_of
from marketplace.payments.models import GatewayEvent, Payment


def payment_of(session: Session) -> Payment:
    session.expire_all()
    return session.scalars(select(Payment)).one()


def effects(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(GatewayEvent.effect).order_by(GatewayEvent.id)))


def holds(session: Session, account: str) -> int:
    session.rollback()
    return int(balance_of(session, account))
