"""Settlements, what they are made of, and how far their payment is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import in_area, keys_in_area
from marketplace.core.closed import Closed, columns_of, views_of
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.ledger.queries import accounts_in_debt, select_postings
from marketplace.ledger.rules import producer_account
from marketplace.ordering.queries import order_numbers
from marketplace.payments.models import (
    CommissionSettlement,
    Payout,
    Settlement,
    SettlementLine,
)
from marketplace.payments.rules.payouts import UNDONE
from marketplace.payments.rules.settlement import is_carried, sums_by_month
from marketplace.producers.queries import PRODUCER_NAMES

PREFIX = producer_account(0).removesuffix("0")


@dataclass(frozen=True)
class SettlementRow:
    id: int
    number: str
    period: str
    producer_id: int
    producer_name: str
    carried_fen: int
    amount_fen: int
    closing_fen: int
    frozen_at: datetime
    # The payout that stands, if any.
    payout_state: str | None

    @property
    def is_carried(self) -> bool:
        return is_carried(self.closing_fen)


@dataclass(frozen=True)
class SettledLine:
    """One entry of the books in a settlement."""

    entry_id: int
    posted_on: date
    narration: str
    order_id: int
    number: str
    amount_fen: int


@dataclass(frozen=True)
class SettlementPayout:
    number: str
    state: str
    amount_fen: int
    holder: str
    account_number: Closed
    batch_id: int | None
    reason: str
    reference: str | None
    requested_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class SettlementView:
    row: SettlementRow
    lines: Sequence[SettledLine]
    payouts: Sequence[SettlementPayout]

    @property
    def months(self) -> list[tuple[str, int]]:
        """What was sold in earlier months and waited is said apart."""
        parts = ((line.posted_on, line.amount_fen) for line in self.lines)
        return sums_by_month(parts, self.row.period)


@dataclass(frozen=True)
class PeriodSum:
    """A month over all who were settled with."""

    settlements: int
    amount_fen: int
    to_pay_fen: int
    paid_fen: int


STANDING = and_(Payout.settlement_id == Settlement.id, Payout.state.not_in(UNDONE))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Settlement.id,
            Settlement.number,
            Settlement.period,
            Settlement.producer_id,
            PRODUCER_NAMES.c.name,
            Settlement.carried_fen,
            Settlement.amount_fen,
            Settlement.closing_fen,
            Settlement.frozen_at,
            Payout.state,
        )
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Settlement.producer_id)
        .outerjoin(Payout, STANDING)
    )


def list_settlements(
    session: Session,
    page: PageRequest,
    *,
    period: str | None = None,
    producer_id: int | None = None,
    area: str = "",
) -> Page[SettlementRow]:
    """Settlements of a month or of a producer, the newest month first."""
    wanted = in_area("settlement", Settlement.id, area)
    if period is not None:
        wanted.append(Settlement.period == period)
    if producer_id is not None:
        wanted.append(Settlement.producer_id == producer_id)
    total = session.scalar(select(func.count()).select_from(Settlement).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(Settlement.period.desc(), Settlement.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [SettlementRow(*tuple(row)) for row in rows]
    return Page(found, page.page, page.per_page, total)


def sum_period(session: Session, period: str, *, area: str = "") -> PeriodSum:
    """What a month came to, what of it is to be paid, and what is."""
    here = in_area("settlement", Settlement.id, area)
    return sum_settled(session, Settlement, STANDING, [Settlement.period == period, *here])


def sum_settled(
    session: Session,
    kind: type[Settlement | CommissionSettlement],
    standing: ColumnElement[bool],
    wanted: Sequence[ColumnElement[bool]],
) -> PeriodSum:
    """Settlements of a kind, with the payouts of them that stand."""
    settlements, amount_fen = session.execute(
        select(func.count(), func.sum(kind.amount_fen)).where(*wanted)
    ).one()
    paid: dict[str, int] = {
        state: int(fen)
        for state, fen in session.execute(
            select(Payout.state, func.sum(Payout.amount_fen))
            .join(kind, standing)
            .where(*wanted)
            .group_by(Payout.state)
        )
    }
    paid_fen = paid.pop("PAID", 0)
    return PeriodSum(settlements, int(amount_fen or 0), sum(paid.values()), paid_fen)


def get_settlement(session: Session, settlement_id: int) -> SettlementView:
    """A settlement with all its entries. Raises NotFound. Who may see it is asked before."""
    found = session.execute(_rows().where(Settlement.id == settlement_id)).first()
    if found is None:
        raise NotFound
    row = SettlementRow(*tuple(found))
    posted = select_postings(producer_account(row.producer_id))
    lines = session.execute(
        select(
            SettlementLine.entry_id,
            posted.c.posted_on,
            posted.c.narration,
            SettlementLine.order_id,
            SettlementLine.amount_fen,
        )
        .join(posted, posted.c.entry_id == SettlementLine.entry_id)
        .where(SettlementLine.settlement_id == settlement_id)
        .order_by(posted.c.posted_on, SettlementLine.entry_id)
    ).all()
    numbers = order_numbers(session, [line.order_id for line in lines])
    settled = [
        SettledLine(entry, day, words, order_id, numbers[order_id], amount_fen)
        for entry, day, words, order_id, amount_fen in lines
    ]
    payouts = session.execute(
        select(*columns_of(Payout, SettlementPayout))
        .where(Payout.settlement_id == settlement_id)
        .order_by(Payout.id)
    )
    return SettlementView(row, settled, views_of(session, SettlementPayout, payouts))


def producers_to_settle(session: Session, period: str, *, area: str = "") -> list[int]:
    """Producers with whom we are not even, and who have no settlement of the month or a later
    one: there may be something to settle, if its time has come."""
    names = accounts_in_debt(session, PREFIX)
    owed = sorted(int(name.removeprefix(PREFIX)) for name in names)
    settled = set(
        session.scalars(select(Settlement.producer_id).where(Settlement.period >= period))
    )
    found = [one for one in owed if one not in settled]
    return keys_in_area(session, "producer", found, area)


def settlements_that_disagree(session: Session) -> Iterator[tuple[str, int, int]]:
    """(row, expected, found): a settlement is the sum of its lines, each line its entry in the
    books, and what stands of its payouts what it closed at."""
    lines = func.coalesce(func.sum(SettlementLine.amount_fen), 0)
    summed = session.execute(
        select(Settlement.number, lines, Settlement.amount_fen)
        .outerjoin(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .group_by(Settlement.id)
        .having(lines != Settlement.amount_fen)
    )
    yield from ((number, int(expected), found) for number, expected, found in summed)
    paid = session.execute(
        select(Settlement.number, Settlement.closing_fen, Payout.amount_fen)
        .join(Payout, STANDING)
        .where(Payout.amount_fen != Settlement.closing_fen)
    )
    yield from ((number, expected, found) for number, expected, found in paid)


def settled_entries(session: Session) -> dict[int, int]:
    """What every settled entry was settled at, by entry."""
    rows = session.execute(select(SettlementLine.entry_id, SettlementLine.amount_fen))
    return {entry_id: int(amount_fen) for entry_id, amount_fen in rows}
