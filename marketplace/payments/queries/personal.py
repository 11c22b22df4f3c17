"""What payments hold about a person, and what money of theirs is not settled."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData, rows_of
from marketplace.payments.models import BankAccount, BankMatch, Payout
from marketplace.payments.queries.accounts import balances_of
from marketplace.payments.rules.accounts import Holder

ON_THEIR_WAY = ("REQUESTED", "RELEASED")


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Bank accounts a person declared, money paid back to them, and transfers credited."""
    account = (BankAccount.holder, BankAccount.number_sealed, BankAccount.bank)
    payout = (Payout.number, Payout.state, Payout.amount_fen, Payout.holder)
    wanted = {
        "bank_accounts": select(*account, BankAccount.declared_at, BankAccount.withdrawn_at)
        .where(BankAccount.person_id == person_id)
        .order_by(BankAccount.id),
        "payouts": select(*payout, Payout.account_number_sealed, Payout.bank)
        .add_columns(Payout.requested_at, Payout.done_at)
        .where(Payout.person_id == person_id)
        .order_by(Payout.id),
        "credited_transfers": select(BankMatch.amount_fen, BankMatch.matched_at)
        .where(BankMatch.person_id == person_id)
        .order_by(BankMatch.id),
    }
    return {name: rows_of(session, statement) for name, statement in wanted.items()}


@dataclass(frozen=True)
class Unsettled:
    """Credit we hold for a person, what they owe, and payouts that are on their way."""

    credit_fen: int
    owed_fen: int
    payouts: int


def unsettled_of(session: Session, person_id: int) -> Unsettled:
    balances = balances_of(session, Holder(person_id=person_id))
    waiting = select(func.count()).where(
        Payout.person_id == person_id, Payout.state.in_(ON_THEIR_WAY)
    )
    return Unsettled(
        credit_fen=balances.credit_fen,
        owed_fen=balances.owed_fen,
        payouts=session.scalar(waiting) or 0,
    )
