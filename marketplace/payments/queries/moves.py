"""Money that moved besides payments for purchases, as our own tables tell it: for the proof."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.ledger.rules import (
    DISPUTED,
    DISPUTES_LOST,
    ESCROW,
    GATEWAY,
    OUTGOING,
    SUSPENSE,
    credit_account,
)
from marketplace.payments.models import Dispute, GatewayEvent, Payout

# A debit is positive, as in the books.
Move = tuple[str, int]


def money_that_moved(session: Session) -> list[Move]:
    """What payouts, disputes and strange events must have done to each account."""
    return [*_payouts(session), *_disputes(session), *_strange(session)]


def _payouts(session: Session) -> Iterator[Move]:
    rows = session.execute(
        select(
            Payout.state, Payout.road, Payout.unit_id, Payout.person_id, func.sum(Payout.amount_fen)
        )
        .where(Payout.kind == "CREDIT", Payout.state.in_(("REQUESTED", "RELEASED", "PAID")))
        .group_by(Payout.state, Payout.road, Payout.unit_id, Payout.person_id)
    )
    for state, road, unit_id, person_id, amount_fen in rows:
        yield credit_account(unit_id, person_id or 0), int(amount_fen)
        left = {"BANK": ESCROW, "GATEWAY": GATEWAY}[road] if state == "PAID" else OUTGOING
        yield left, -int(amount_fen)


def _disputes(session: Session) -> Iterator[Move]:
    rows = session.execute(
        select(Dispute.state, func.sum(Dispute.amount_fen))
        .where(Dispute.state != "WON")
        .group_by(Dispute.state)
    )
    for state, amount_fen in rows:
        yield GATEWAY, -int(amount_fen)
        yield DISPUTED if state == "OPEN" else DISPUTES_LOST, int(amount_fen)


def _strange(session: Session) -> Iterator[Move]:
    moved_fen = int(session.scalar(select(func.sum(GatewayEvent.moved_fen))) or 0)
    yield GATEWAY, moved_fen
    yield SUSPENSE, -moved_fen
