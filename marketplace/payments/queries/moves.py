"""Money that moved besides payments for purchases, as our own tables tell it: for the proof."""

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.ledger.rules import (
    DISPUTED,
    DISPUTES_LOST,
    ESCROW,
    GATEWAY,
    OUTGOING,
    SUSPENSE,
    TAX_WITHHELD,
    credit_account,
    producer_account,
)
from marketplace.payments.models import (
    BankLine,
    BankMatch,
    CommissionSettlement,
    Dispute,
    GatewayEvent,
    Payout,
)
from marketplace.payments.rules.commissions import payee_named
from marketplace.payments.rules.payouts import UNDONE

# A debit is positive, as in the books.
Move = tuple[str, int]


def money_that_moved(session: Session) -> list[Move]:
    """What payouts, disputes, strange events and the bank's lines must have done to accounts."""
    return [
        *_payouts(session),
        *_commissions(session),
        *_disputes(session),
        *_strange(session),
        *_lines(session),
        *_matches(session),
    ]


def _payouts(session: Session) -> Iterator[Move]:
    rows = session.execute(
        select(
            Payout.state,
            Payout.road,
            Payout.unit_id,
            Payout.person_id,
            Payout.producer_id,
            func.sum(Payout.amount_fen),
        )
        .where(Payout.state.not_in(UNDONE), Payout.kind != "COMMISSION")
        .group_by(Payout.state, Payout.road, Payout.unit_id, Payout.person_id, Payout.producer_id)
    )
    for state, road, unit_id, person_id, producer_id, amount_fen in rows:
        credit = credit_account(unit_id, person_id or 0)
        yield producer_account(producer_id) if producer_id else credit, int(amount_fen)
        left = {"BANK": ESCROW, "GATEWAY": GATEWAY}[road] if state == "PAID" else OUTGOING
        yield left, -int(amount_fen)


def _commissions(session: Session) -> Iterator[Move]:
    """What hosts and agencies are paid, and the tax that was withheld of it."""
    settled = CommissionSettlement
    rows = session.execute(
        select(settled.payee, Payout.state, func.sum(Payout.amount_fen), func.sum(settled.tax_fen))
        .join(settled, settled.id == Payout.commission_settlement_id)
        .where(Payout.state.not_in(UNDONE), Payout.kind == "COMMISSION")
        .group_by(settled.payee, Payout.state)
    )
    for payee, state, amount_fen, tax_fen in rows:
        yield payee_named(payee).account, int(amount_fen) + int(tax_fen)
        yield ESCROW if state == "PAID" else OUTGOING, -int(amount_fen)
        yield TAX_WITHHELD, -int(tax_fen)


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


def _lines(session: Session) -> Iterator[Move]:
    """Lines of the bank's statements: our account moved, for somebody yet to be found."""
    booked = select(func.sum(BankLine.amount_fen)).where(BankLine.state != "KNOWN")
    amount_fen = int(session.scalar(booked) or 0)
    yield ESCROW, amount_fen
    yield SUSPENSE, -amount_fen


def _matches(session: Session) -> Iterator[Move]:
    """What was found out: payments and payouts were booked against the money that waited."""
    outward = BankLine.amount_fen < 0
    rows = session.execute(
        select(
            BankMatch.unit_id,
            case((outward, -1), else_=1),
            func.sum(BankMatch.amount_fen),
        )
        .join(BankLine, BankLine.id == BankMatch.line_id)
        .group_by(BankMatch.unit_id, outward)
    )
    for unit_id, sign, amount_fen in rows:
        yield SUSPENSE, sign * int(amount_fen)
        yield credit_account(unit_id, 0) if unit_id else ESCROW, -sign * int(amount_fen)
