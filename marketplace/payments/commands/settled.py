"""What settlements with producers and with hosts and agencies have in common."""

from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.payments.models import CommissionSettlement, Payout, Settlement
from marketplace.payments.rules.payouts import UNDONE
from marketplace.payments.rules.settlement import is_carried

Settled = TypeVar("Settled", Settlement, CommissionSettlement)


def latest(session: Session, kind: type[Settled], whose: ColumnElement[bool]) -> Settled | None:
    """Someone's settlement of the latest month."""
    return session.scalar(select(kind).where(whose).order_by(kind.period.desc()).limit(1))


def of_period(
    session: Session, kind: type[Settled], whose: ColumnElement[bool], period: str
) -> Settled | None:
    return session.scalar(select(kind).where(whose, kind.period == period))


def carried_from(last: Settlement | CommissionSettlement | None) -> int:
    """What the settlement before left unpaid."""
    return last.closing_fen if last is not None and is_carried(last.closing_fen) else 0


def lock_settled(session: Session, kind: type[Settled], settlement_id: int) -> Settled:
    """A settlement, held until this transaction ends. Raises NotFound."""
    settlement = session.scalar(
        select(kind)
        .where(kind.id == settlement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if settlement is None:
        raise NotFound
    return settlement


def is_paying(session: Session, payout_of_it: ColumnElement[bool]) -> bool:
    """Whether a payout of a settlement stands."""
    standing = select(Payout.id).where(payout_of_it, Payout.state.not_in(UNDONE))
    return session.scalar(standing) is not None
