"""What hosts and agencies earn in a month, line by line: how far each is, and why it is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session

from marketplace.commission.queries.reasons import Asked, claims_behind
from marketplace.commission.rules import shares_of
from marketplace.core.clock import bounds_of
from marketplace.core.money import PPM
from marketplace.core.paging import Page, PageRequest
from marketplace.hosts.queries import names_of
from marketplace.payments.queries.parts import OPEN, claims_in, entries_in
from marketplace.payments.rules.commissions import HOST, CommissionState, Payee

# Beyond this nobody reads; months of more lines than a spreadsheet takes are not expected.
EVERY_LINE = PageRequest(1, 200_000)
REVERSED = "REVERSED"


@dataclass(frozen=True)
class Earning:
    """An entry of the book, or a claim that has none yet. Never names the buyer."""

    at: datetime
    entry_id: int | None
    # OPEN, EARNED, REFUND, GRANTED, REVERSED.
    kind: str
    order_id: int
    number: str
    product_name: str
    host_name: str
    session_title: str
    state: str
    # The net amount, and this payee's part of the commission on it.
    base_fen: int
    rate_ppm: int
    agency_ppm: int
    amount_fen: int
    outcome: str
    facts: Mapping[str, Any]

    def share_ppm(self, payee: Payee) -> int:
        """The part of the commission that is the payee's: what its agency leaves to a host."""
        return PPM - self.agency_ppm if payee.kind == HOST else self.agency_ppm


@dataclass(frozen=True)
class StateSum:
    """All lines of a month in one state."""

    state: str
    lines: int
    amount_fen: int


@dataclass(frozen=True)
class Earnings:
    """A month of a host or agency: a page of its lines, and sums over all of them."""

    payee: Payee
    period: str
    page: Page[Earning]
    sums: Sequence[StateSum]

    @property
    def total_fen(self) -> int:
        """What stands in the book for the month or is expected to."""
        return sum(one.amount_fen for one in self.sums if one.state != CommissionState.VOIDED)

    @property
    def voided(self) -> StateSum | None:
        """What came to nothing: shown, and no part of the total."""
        return next((one for one in self.sums if one.state == CommissionState.VOIDED), None)


def earnings_of(
    session: Session, payee: Payee, period: str, page: PageRequest, now: datetime
) -> Earnings:
    """The month, `YYYY-MM`: entries counted in it, and what was ordered in it and stands in no
    entry yet. Over all months every fen stands exactly once."""
    days = bounds_of(period)
    entries, claims = entries_in(payee, days, now), claims_in(payee, days, now)
    sums = _sums(session, payee, (entries, claims))
    every = union_all(entries, claims).subquery("every")
    rows = session.execute(
        select(every)
        # Both databases: what has no entry stands below what has one of the same instant.
        .order_by(every.c.at.desc(), func.coalesce(every.c.entry_id, 0).desc())
        .order_by(every.c.order_line_id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    found = described(session, payee, rows)
    total = sum(one.lines for one in sums)
    return Earnings(payee, period, Page(found, page.page, page.per_page, total), sums)


def _sums(session: Session, payee: Payee, parts: tuple[Any, Any]) -> list[StateSum]:
    """Entries are summed as they are; what a claim would earn is worked out by its terms."""
    entries, claims = (part.subquery() for part in parts)
    sums: dict[str, tuple[int, int]] = {}
    for state, lines, amount_fen in session.execute(
        select(entries.c.state, func.count(), func.sum(entries.c.amount_fen)).group_by(
            entries.c.state
        )
    ):
        sums[state] = (lines, int(amount_fen))
    terms = (claims.c.state, claims.c.base_fen, claims.c.rate_ppm, claims.c.agency_ppm)
    for state, base_fen, rate_ppm, agency_ppm, lines in session.execute(
        select(*terms, func.count()).group_by(*terms)
    ):
        known, known_fen = sums.get(state, (0, 0))
        part_fen = _share(payee, (base_fen, rate_ppm, agency_ppm))
        sums[state] = (known + lines, known_fen + lines * part_fen)
    return [StateSum(state, *sums[state]) for state in CommissionState if state in sums]


def _share(payee: Payee, terms: tuple[int, int, int]) -> int:
    return shares_of(*terms)[0 if payee.kind == HOST else 1]


def described(session: Session, payee: Payee, rows: Sequence[Row[Any]]) -> list[Earning]:
    """Rows of parts with their reasons, in two statements however many there are."""
    asked = [
        Asked(row.order_line_id, row.host_id, row.session_id, row.kind == REVERSED, row.at)
        for row in rows
    ]
    behind = claims_behind(session, asked)
    hosts = names_of(session, {one.host_id for one in asked})
    found = []
    for one, row in zip(asked, rows, strict=True):
        reason, terms = behind[one].reason, behind[one].terms
        amount_fen = row.amount_fen
        if row.kind == OPEN:
            amount_fen = _share(payee, (row.base_fen, row.rate_ppm, row.agency_ppm))
        found.append(
            Earning(
                at=row.at,
                entry_id=row.entry_id,
                kind=row.kind,
                order_id=row.order_id,
                number=row.number,
                product_name=row.product_name,
                host_name=hosts.get(row.host_id, ""),
                session_title=str(terms.facts.get("session", "")),
                state=str(row.state),
                base_fen=int(row.base_fen),
                rate_ppm=terms.rate_ppm,
                agency_ppm=terms.agency_ppm if terms.agency_id is not None else 0,
                amount_fen=int(amount_fen),
                outcome=reason.outcome,
                facts=reason.facts,
            )
        )
    return found
