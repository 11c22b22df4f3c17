"""Entries, their postings, and balances kept beside them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class LedgerEntry(Base):
    """A balanced set of postings. The source is unique: a retry cannot post twice."""

    __tablename__ = "ledger_entry"

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(80), unique=True)
    posted_at: Mapped[datetime]
    posted_on: Mapped[date] = mapped_column(index=True)
    narration: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(index=True)


class Posting(Base):
    """A debit (positive) or credit (negative) of one account, in fen."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        Index(None, "account", "entry_id"),
    )

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    account: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class AccountBalance(Base):
    """The running balance of an account. Busy accounts are spread over shards, read as one."""

    __tablename__ = "account_balance"

    account: Mapped[str] = mapped_column(String(60), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    balance_fen: Mapped[int] = mapped_column(BigInteger)
