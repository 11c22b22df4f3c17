"""What a buyer has with us: declared accounts, credit, payouts, and every move of their money."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.core.clock import bounds_of
from marketplace.core.closed import Closed, columns_of, views_of
from marketplace.core.money import Fen
from marketplace.ledger.queries import PostedAmount, balance_before, balance_of, postings_between
from marketplace.ledger.rules import buyer_account, credit_account
from marketplace.ordering.queries import order_numbers, owed_for_accepted
from marketplace.payments.models import BankAccount, Payout
from marketplace.payments.rules.accounts import Holder

MOST = 100


@dataclass(frozen=True)
class AccountView:
    id: int
    holder: str
    number: Closed
    bank: str
    declared_at: datetime


@dataclass(frozen=True)
class PayoutView:
    id: int
    number: str
    state: str
    amount_fen: int
    account_number: Closed
    requested_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class Balances:
    """Credit we hold, and what is paid for orders that are not accepted, or owed for accepted."""

    credit_fen: Fen
    prepaid_fen: Fen
    owed_fen: Fen


@dataclass(frozen=True)
class Move:
    """One entry on a buyer's two accounts; in is positive."""

    posted_on: date
    narration: str
    order_id: int | None
    number: str | None
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True)
class BuyerStatement:
    """A month of a buyer's money: what was there, what moved, what is there."""

    period: str
    opening_fen: int
    moves: Sequence[Move]
    closing_fen: int


def list_accounts_of(session: Session, holder: Holder) -> list[AccountView]:
    """The accounts that are declared now, the newest first."""
    rows = session.execute(
        select(*columns_of(BankAccount, AccountView))
        .where(*kept_for(holder))
        .order_by(BankAccount.id.desc())
    )
    return views_of(session, AccountView, rows)


def account_declared_last(session: Session, holder: Holder) -> BankAccount | None:
    """Where a holder's money goes."""
    return session.scalar(
        select(BankAccount).where(*kept_for(holder)).order_by(BankAccount.id.desc()).limit(1)
    )


def kept_for(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    """Accounts of one holder that are declared now."""
    whose = (getattr(BankAccount, name) == value for name, value in asdict(holder).items())
    return (*whose, BankAccount.withdrawn_at.is_(None))


def holder_of(row: BankAccount | Payout) -> Holder:
    """Whose it is."""
    return Holder(**{name: getattr(row, name) for name in Holder.__dataclass_fields__})


def list_payouts_of(session: Session, holder: Holder) -> list[PayoutView]:
    """The latest payouts of credit to a unit or person."""
    rows = session.execute(
        select(*columns_of(Payout, PayoutView))
        .where(Payout.unit_id == holder.unit_id, Payout.person_id == holder.person_id)
        .where(Payout.kind == "CREDIT", Payout.producer_id == holder.producer_id)
        .order_by(Payout.id.desc())
        .limit(MOST)
    )
    return views_of(session, PayoutView, rows)


def balances_of(session: Session, holder: Holder) -> Balances:
    """What we hold for a buyer, and what they owe. The books keep one account for what is paid and
    what is accepted; who must pay one order is not helped by having paid for another."""
    credit, paid = (-balance_of(session, account) for account in _accounts(holder))
    owed = owed_for_accepted(session, holder.unit_id, holder.person_id)
    return Balances(Fen(credit), Fen(max(0, paid + owed)), Fen(owed))


def credit_of(session: Session, unit_id: int | None, person_id: int) -> Fen:
    """What a buyer could pay a purchase with."""
    return Fen(max(0, -balance_of(session, credit_account(unit_id, person_id))))


def buyer_statement(session: Session, holder: Holder, period: str) -> BuyerStatement:
    """A month, `YYYY-MM`, of both accounts of a buyer together, entry by entry."""
    first, after = bounds_of(period)
    accounts = _accounts(holder)
    opening = -sum(balance_before(session, account, first) for account in accounts)
    postings = [
        posting
        for account in accounts
        for posting in postings_between(session, account, first, after)
    ]
    moves, balance = [], opening
    numbers = order_numbers(session, [one.order_id for one in postings if one.order_id])
    for entry in _by_entry(postings):
        balance -= entry.amount_fen
        number = numbers.get(entry.order_id) if entry.order_id else None
        words = (entry.posted_on, entry.narration, entry.order_id, number)
        moves.append(Move(*words, -entry.amount_fen, balance))
    return BuyerStatement(period, opening, moves, balance)


def _by_entry(postings: Sequence[PostedAmount]) -> list[PostedAmount]:
    """Entries with what they did to both accounts together; what only changed sides is left out."""
    entries: dict[int, PostedAmount] = {}
    for one in sorted(postings, key=lambda posting: (posting.posted_at, posting.entry_id)):
        known = entries.get(one.entry_id)
        amount_fen = one.amount_fen + (known.amount_fen if known else 0)
        entries[one.entry_id] = replace(one, amount_fen=amount_fen)
    return [entry for entry in entries.values() if entry.amount_fen]


def _accounts(holder: Holder) -> tuple[str, str]:
    whose = (holder.unit_id, holder.person_id or 0)
    return credit_account(*whose), buyer_account(*whose)
