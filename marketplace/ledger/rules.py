"""The chart of accounts, and what a balanced entry is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.core.money import Fen

# The county's supervised account, into which all buyers pay.
ESCROW = "assets:bank:escrow"

# What the card gateway has taken for us and not yet paid out, and what a dispute holds back.
GATEWAY = "assets:gateway:stripe"
DISPUTED = "assets:gateway:disputed"
DISPUTES_LOST = "expenses:disputes"
# Transfers that came in and nobody has found out yet what they are for.
SUSPENSE = "liabilities:suspense"
# Payouts that were released to the bank and have not been confirmed by it.
OUTGOING = "liabilities:outgoing"
# Income tax withheld from what hosts are paid, owed to the tax office.
TAX_WITHHELD = "liabilities:tax:withheld"

# Accounts that nearly every sale touches are kept in this many parts, so writers do not queue.
SHARDS = 8
BUSY_ACCOUNTS = frozenset({ESCROW, GATEWAY, SUSPENSE, OUTGOING, TAX_WITHHELD})


def buyer_account(unit_id: int | None, person_id: int) -> str:
    """What a buyer has paid for orders (credit) or owes for what was accepted (debit)."""
    return f"liabilities:buyer:{_holder(unit_id, person_id)}"


def credit_account(unit_id: int | None, person_id: int) -> str:
    """What we hold for a buyer and no order needs: paid too much, or given back."""
    return f"liabilities:credit:{_holder(unit_id, person_id)}"


def _holder(unit_id: int | None, person_id: int) -> str:
    return f"unit:{unit_id}" if unit_id else f"person:{person_id}"


def pending_account(producer_id: int) -> str:
    """Accepted, but not yet owed to the producer, because the order is not complete."""
    return f"liabilities:pending:producer:{producer_id}"


def producer_account(producer_id: int) -> str:
    """What the marketplace owes a producer for completed orders."""
    return f"liabilities:producer:{producer_id}"


def host_account(host_id: int) -> str:
    """What a host has earned and was not paid; a debit is owed back, and netted."""
    return f"liabilities:host:{host_id}"


def agency_account(agency_id: int) -> str:
    """The same of an agency."""
    return f"liabilities:agency:{agency_id}"


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
    amounts = summed([(debit, amount_fen), (credit, -amount_fen)])
    return Movement(source, narration, amounts, order_id)


def goods_and_freight(
    source: str,
    number: str,
    *,
    debit: str,
    credit: str,
    sums: tuple[int, int],
    order_id: int,
) -> list[Movement]:
    """What is owed for an order, its freight in an entry of its own."""
    goods_fen, freight_fen = sums
    step = {"accepted": "验收", "completed": "完成"}[source.rpartition("/")[2]]
    parts = (
        (source, f"{step} {number}", goods_fen),
        (f"{source}/freight", f"{step} {number} 运费", freight_fen),
    )
    return [
        transfer(name, words, debit=debit, credit=credit, amount_fen=part_fen, order_id=order_id)
        for name, words, part_fen in parts
    ]


def summed(parts: Iterable[tuple[str, int]]) -> dict[str, Fen]:
    """Amounts by account, where an account may be named more than once."""
    amounts: dict[str, Fen] = {}
    for account, amount_fen in parts:
        amounts[account] = Fen(amounts.get(account, 0) + amount_fen)
    return amounts


def shard_of(account: str, entry_id: int) -> int:
    """Which part of the account's balance an entry adds to."""
    return entry_id % SHARDS if account in BUSY_ACCOUNTS else 0
