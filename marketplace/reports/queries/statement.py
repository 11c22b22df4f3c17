"""What a producer sold in a month, line by line, and what the marketplace owes for it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.clock import bounds_of
from marketplace.core.money import Fen
from marketplace.ledger.queries import balance_of, postings_between
from marketplace.ledger.rules import producer_account
from marketplace.ordering.queries import order_numbers


@dataclass(frozen=True)
class StatementLine:
    """A credit (positive: owed to the producer) or what was taken back (negative)."""

    posted_on: date
    order_id: int | None
    number: str | None
    narration: str
    amount_fen: int


@dataclass(frozen=True)
class Statement:
    producer_id: int
    period: str
    lines: tuple[StatementLine, ...]
    # What the marketplace owes the producer today, over all periods.
    balance_fen: Fen

    @property
    def total_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)


def producer_statement(session: Session, producer_id: int, period: str) -> Statement:
    """The statement of a month, `YYYY-MM`, from the entries of the producer's account."""
    first, after = bounds_of(period)
    account = producer_account(producer_id)
    postings = postings_between(session, account, first, after)
    numbers = order_numbers(session, [one.order_id for one in postings if one.order_id])
    lines = tuple(
        StatementLine(
            one.posted_on,
            one.order_id,
            numbers.get(one.order_id) if one.order_id else None,
            one.narration,
            -one.amount_fen,
        )
        for one in sorted(postings, key=lambda posting: posting.posted_on)
    )
    return Statement(producer_id, period, lines, Fen(-balance_of(session, account)))
