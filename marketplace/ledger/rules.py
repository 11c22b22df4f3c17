"""The chart of accounts, and what a balanced entry is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.core.money import Fen

# The county's supervised account, into which all buyers pay.
ESCROW = "assets:bank:escrow"

# Accounts that nearly every sale touches are kept in this many parts, so writers do not queue.
SHARDS = 8
BUSY_ACCOUNTS = frozenset({ESCROW})


def buyer_account(unit_id: int | None, person_id: int) -> str:
    """What we hold for a buyer (credit) or what they owe us (debit)."""
    return (
        f"liabilities:buyer:unit:{unit_id}" if unit_id else f"liabilities:buyer:person:{person_id}"
    )


def pending_account(producer_id: int) -> str:
    """Accepted, but not yet owed to the producer, because the order is not complete."""
    return f"liabilities:pending:producer:{producer_id}"


def producer_account(producer_id: int) -> str:
    """What the marketplace owes a producer for completed orders."""
    return f"liabilities:producer:{producer_id}"


@dataclass(frozen=True)
class Movement:
    """A balanced entry to be posted: amounts by account, debits positive, summing to zero."""

    source: str
    narration: str
    amounts: Mapping[str, Fen] = field(default_factory=dict)
    order_id: int | None = None


def transfer(
    source: str,
    narration: str,
    *,
    debit: str,
    credit: str,
    amount_fen: int,
    order_id: int | None = None,
) -> Movement:
    """A movement of one amount between two accounts."""
    amounts = {debit: Fen(amount_fen), credit: Fen(-amount_fen)}
    return Movement(source, narration, amounts, order_id)


def shard_of(account: str, entry_id: int) -> int:
    """Which part of the account's balance an entry adds to."""
    return entry_id % SHARDS if account in BUSY_ACCOUNTS else 0
