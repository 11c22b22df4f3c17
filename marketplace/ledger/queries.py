"""Reading the books of money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from marketplace.core.money import Fen
from marketplace.core.paging import Page, PageRequest
from marketplace.ledger.models import AccountBalance, LedgerEntry, Posting


@dataclass(frozen=True)
class PostedAmount:
    """One posting with the entry it belongs to."""

    entry_id: int
    source: str
    narration: str
    posted_on: date
    posted_at: datetime
    order_id: int | None
    account: str
    amount_fen: int


def has_entry(session: Session, source: str) -> bool:
    """Whether this source is in the books already."""
    return session.scalar(select(LedgerEntry.id).where(LedgerEntry.source == source)) is not None


def balance_of(session: Session, account: str) -> Fen:
    """The kept balance: positive is a debit. A liability we owe is therefore negative."""
    total = session.scalar(
        select(func.sum(AccountBalance.balance_fen)).where(AccountBalance.account == account)
    )
    return Fen(total or 0)


def list_balances(session: Session) -> dict[str, Fen]:
    """Every account's kept balance."""
    rows = session.execute(
        select(AccountBalance.account, func.sum(AccountBalance.balance_fen)).group_by(
            AccountBalance.account
        )
    )
    return {account: Fen(balance) for account, balance in rows}


def list_accounts(session: Session, words: str, page: PageRequest) -> Page[tuple[str, Fen]]:
    """Accounts whose name holds the words, each with its kept balance, in the order of names."""
    balances = (
        select(AccountBalance.account, func.sum(AccountBalance.balance_fen))
        .where(AccountBalance.account.contains(words, autoescape=True))
        .group_by(AccountBalance.account)
    )
    total = session.scalar(select(func.count()).select_from(balances.subquery())) or 0
    rows = session.execute(
        balances.order_by(AccountBalance.account).offset(page.offset).limit(page.per_page)
    )
    found = [(account, Fen(balance)) for account, balance in rows]
    return Page(found, page.page, page.per_page, total)


def accounts_in_debt(session: Session, prefix: str) -> list[str]:
    """Accounts of a kind whose kept balance is not zero."""
    rows = session.scalars(
        select(AccountBalance.account)
        .where(AccountBalance.account.startswith(prefix, autoescape=True))
        .where(AccountBalance.balance_fen != 0)
    )
    return list(rows)


def posted_amounts(session: Session, prefix: str) -> dict[int, Fen]:
    """Entries with what they did to accounts that begin with the prefix."""
    rows = session.execute(
        select(Posting.entry_id, func.sum(Posting.amount_fen))
        .where(Posting.account.startswith(prefix, autoescape=True))
        .group_by(Posting.entry_id)
    )
    return {entry_id: Fen(amount) for entry_id, amount in rows}


def summed_balances(session: Session) -> dict[str, Fen]:
    """Every account's balance added up anew from its postings."""
    rows = session.execute(
        select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account)
    )
    return {account: Fen(balance) for account, balance in rows}


def unbalanced_entries(session: Session) -> list[tuple[str, int]]:
    """Sources of entries whose postings do not sum to zero, with the sum."""
    rows = session.execute(
        select(LedgerEntry.source, func.sum(Posting.amount_fen))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .group_by(LedgerEntry.id, LedgerEntry.source)
        .having(func.sum(Posting.amount_fen) != 0)
    )
    return [(source, total) for source, total in rows]


def _posted_amounts() -> tuple:  # type: ignore[type-arg]
    return (
        LedgerEntry.id,
        LedgerEntry.source,
        LedgerEntry.narration,
        LedgerEntry.posted_on,
        LedgerEntry.posted_at,
        LedgerEntry.order_id,
        Posting.account,
        Posting.amount_fen,
    )


def each_posting(session: Session) -> Iterator[PostedAmount]:
    """Every posting in the order of the books, without holding them all in memory."""
    rows = session.execute(
        select(*_posted_amounts())
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .order_by(LedgerEntry.posted_on, LedgerEntry.id, Posting.id)
        .execution_options(yield_per=2000)
    )
    for row in rows:
        yield PostedAmount(*row)


def list_postings(session: Session, account: str, limit: int = 100) -> list[PostedAmount]:
    """The latest postings of an account, newest first."""
    rows = session.execute(
        select(*_posted_amounts())
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(Posting.account == account)
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    )
    return [PostedAmount(*row) for row in rows]


def postings_between(
    session: Session, account: str, first: date, after: date
) -> list[PostedAmount]:
    """An account's postings from a day up to, not including, another, oldest first."""
    rows = session.execute(
        select(*_posted_amounts())
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(
            Posting.account == account,
            LedgerEntry.posted_on >= first,
            LedgerEntry.posted_on < after,
        )
        .order_by(LedgerEntry.id)
    )
    return [PostedAmount(*row) for row in rows]


def balance_before(session: Session, account: str, day: date) -> Fen:
    """An account's balance at the beginning of a day, from its postings."""
    total = session.scalar(
        select(func.sum(Posting.amount_fen))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(Posting.account == account, LedgerEntry.posted_on < day)
    )
    return Fen(total or 0)


def select_postings(account: str) -> Subquery:
    """An account's postings as a table to join: entry, order, day, source, words and amount."""
    return (
        select(
            LedgerEntry.id.label("entry_id"),
            LedgerEntry.order_id,
            LedgerEntry.posted_on,
            LedgerEntry.source,
            LedgerEntry.narration,
            Posting.amount_fen,
        )
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(Posting.account == account)
        .subquery()
    )


def amounts_by_order(session: Session, account_prefix: str) -> dict[int, Fen]:
    """The sum of each order's postings to accounts that begin with the prefix."""
    rows = session.execute(
        select(LedgerEntry.order_id, func.sum(Posting.amount_fen))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.order_id.is_not(None), Posting.account.startswith(account_prefix))
        .group_by(LedgerEntry.order_id)
    )
    return {order_id: Fen(total) for order_id, total in rows if order_id is not None}
