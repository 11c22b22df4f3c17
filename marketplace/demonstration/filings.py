"""What the unit of the story has filed: this year approved, the next handed in and due."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.demonstration.money import who
from marketplace.filings.commands import (
    pass_filing,
    set_filing_due,
    submit_filing,
    write_filing,
)
from marketplace.filings.rules import GivenFiling
from marketplace.units.queries import headcount_on


def tell_of_filings(
    session: Session, unit_id: int, logins: Mapping[str, int], now: datetime
) -> None:
    """Through the marketplace's own commands, by finance@demo and official@demo."""
    finance, official = who(session, logins["finance"]), who(session, logins["official"])
    today = day_of(now)
    heads = headcount_on(session, unit_id, today)
    given = GivenFiling(heads, "OWN", "", heads * 300_000, heads * 150_000, "自办食堂,含加班餐")
    filing = write_filing(session, finance, unit_id, today.year, given, now=now)
    submit_filing(session, finance, filing.id, now)
    pass_filing(session, official, filing.id, now)
    set_filing_due(session, official, today.year + 1, date(today.year + 1, 1, 31), now)
    ahead = write_filing(session, finance, unit_id, today.year + 1, given, now=now)
    submit_filing(session, finance, ahead.id, now)
