"""Proving settlements: with producers, hosts and agencies, each entry once and every sum paid."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.commission.queries import proof as commission
from marketplace.ledger import queries as ledger
from marketplace.payments import queries as payments
from marketplace.reports.queries.comparison import Break, Comparison, compare


def settlements_add_up(session: Session, _orders: object) -> Iterator[Comparison]:
    """A settlement is its lines, a line its entry, and a payout what its settlement closed at."""
    breaks = (
        Break("settlement.sum", f"settlement:{number}", expected, found)
        for number, expected, found in payments.settlements_that_disagree(session)
    )
    yield Comparison("settlement.sum", tuple(breaks))
    settled = payments.settled_entries(session)
    posted = ledger.posted_amounts(session, "liabilities:producer:")
    expected = {entry: -int(posted.get(entry, 0)) for entry in settled}
    yield compare("settlement.line", expected, settled, lambda key: f"ledger_entry:{key}")


def commissions_add_up(session: Session, _orders: object) -> Iterator[Comparison]:
    """A settlement of commission is its lines and what was carried, its payout and tax are what
    it closed at, and a line is its payee's part of an entry of the book, once."""
    breaks = (
        Break("commission.settlement", f"commission_settlement:{number}", expected, found)
        for number, expected, found in payments.commissions_that_disagree(session)
    )
    yield Comparison("commission.settlement", tuple(breaks))
    settled, earned = payments.settled_parts(session), commission.parts_by_entry(session)
    nobodys = ("", 0)
    wrong = (
        Break("commission.line", f"commission_entry:{entry}", part_fen, fen, f"{whose} ≠ {payee}")
        for (kind, entry), (payee, fen) in sorted(settled.items())
        for whose, part_fen in [earned.get((kind, entry), nobodys)]
        if (whose, part_fen) != (payee, fen)
    )
    yield Comparison("commission.line", tuple(wrong), len(settled))
