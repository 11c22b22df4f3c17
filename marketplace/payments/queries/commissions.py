"""Settlements of commission, what they are made of, and how far their payment is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import in_area, keys_in_area
from marketplace.core.clock import day_of
from marketplace.core.closed import columns_of, views_of
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.hosts.queries import agency_names, names_of
from marketplace.ledger.queries import accounts_in_debt
from marketplace.ledger.rules import agency_account, host_account
from marketplace.payments.models import CommissionSettlement, Payout
from marketplace.payments.queries.earnings import Earning, described
from marketplace.payments.queries.parts import LINE, entries_in
from marketplace.payments.queries.settlements import PeriodSum, SettlementPayout, sum_settled
from marketplace.payments.rules.commissions import AGENCY, HOST, Payee, payee_named, tax_on
from marketplace.payments.rules.payouts import UNDONE
from marketplace.payments.rules.settlement import is_carried, sums_by_month
from marketplace.payments.rules.tax import Withheld

_ROW = CommissionSettlement
STANDING = and_(Payout.commission_settlement_id == _ROW.id, Payout.state.not_in(UNDONE))


@dataclass(frozen=True)
class CommissionRow:
    id: int
    number: str
    period: str
    payee: Payee
    name: str
    carried_fen: int
    amount_fen: int
    closing_fen: int
    tax_fen: int
    invoice_number: str
    frozen_at: datetime
    # The payout that stands, if any, and when it was paid.
    payout_state: str | None
    paid_at: datetime | None

    @property
    def is_carried(self) -> bool:
        return is_carried(self.closing_fen)

    @property
    def withheld(self) -> Withheld:
        """What is taxed of it and how, by the rule of the day on which it was frozen."""
        return tax_on(self.payee, self.closing_fen, day_of(self.frozen_at))

    @property
    def net_fen(self) -> int:
        return self.closing_fen - self.tax_fen

    @property
    def needs_invoice(self) -> bool:
        """An agency that has not told us the number of its invoice yet."""
        return self.payee.kind == AGENCY and not self.is_carried and not self.invoice_number


@dataclass(frozen=True)
class CommissionView:
    row: CommissionRow
    lines: Sequence[Earning]
    payouts: Sequence[SettlementPayout]

    @property
    def months(self) -> list[tuple[str, int]]:
        """What was earned in earlier months and waited is said apart."""
        parts = ((day_of(line.at), line.amount_fen) for line in self.lines)
        return sums_by_month(parts, self.row.period)


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        _ROW.id,
        _ROW.number,
        _ROW.period,
        _ROW.payee,
        _ROW.carried_fen,
        _ROW.amount_fen,
        _ROW.closing_fen,
        _ROW.tax_fen,
        _ROW.invoice_number,
        _ROW.frozen_at,
        Payout.state,
        Payout.done_at,
    ).outerjoin(Payout, STANDING)


def _named(session: Session, rows: Sequence[Any]) -> list[CommissionRow]:
    """Rows with the names of whom they are of."""
    payees = [payee_named(row.payee) for row in rows]
    names = {
        HOST: names_of(session, {one.id for one in payees if one.kind == HOST}),
        AGENCY: agency_names(session, {one.id for one in payees if one.kind == AGENCY}),
    }
    return [
        CommissionRow(
            row.id,
            row.number,
            row.period,
            payee,
            names[payee.kind].get(payee.id, ""),
            *row[4:],
        )
        for payee, row in zip(payees, rows, strict=True)
    ]


def list_commissions(
    session: Session,
    page: PageRequest,
    *,
    period: str | None = None,
    payee: Payee | None = None,
    area: str = "",
) -> Page[CommissionRow]:
    """Settlements of a month, or of a host or agency, the newest month first."""
    wanted = in_area("commission_settlement", _ROW.id, area)
    if period is not None:
        wanted.append(_ROW.period == period)
    if payee is not None:
        wanted.append(_ROW.payee == str(payee))
    total = session.scalar(select(func.count()).select_from(_ROW).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(_ROW.period.desc(), _ROW.id)
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    return Page(_named(session, rows), page.page, page.per_page, total)


def find_commission(session: Session, payee: Payee, period: str) -> CommissionRow | None:
    """The settlement of a month, if there is one."""
    rows = session.execute(_rows().where(_ROW.payee == str(payee), _ROW.period == period)).all()
    return _named(session, rows)[0] if rows else None


def get_commission_row(session: Session, settlement_id: int) -> CommissionRow:
    """A settlement without its entries. Raises NotFound. Who may see it is asked before."""
    rows = session.execute(_rows().where(_ROW.id == settlement_id)).all()
    if not rows:
        raise NotFound
    return _named(session, rows)[0]


def get_commission(session: Session, settlement_id: int, now: datetime) -> CommissionView:
    """A settlement with all its entries. Raises NotFound. Who may see it is asked before."""
    row = get_commission_row(session, settlement_id)
    entries = entries_in(row.payee, None, now).where(LINE.settlement_id == settlement_id)
    lines = session.execute(entries.order_by("at", "entry_id")).all()
    payouts = session.execute(
        select(*columns_of(Payout, SettlementPayout))
        .where(Payout.commission_settlement_id == settlement_id)
        .order_by(Payout.id)
    )
    return CommissionView(
        row,
        described(session, row.payee, lines),
        views_of(session, SettlementPayout, payouts),
    )


def sum_commissions(session: Session, period: str, *, area: str = "") -> PeriodSum:
    """What a month came to, what of it is to be paid, and what is."""
    here = in_area("commission_settlement", _ROW.id, area)
    return sum_settled(session, _ROW, STANDING, [_ROW.period == period, *here])


def payees_to_settle(session: Session, period: str, *, area: str = "") -> list[Payee]:
    """Hosts and agencies with whom we are not even, and who have no settlement of the month or a
    later one: there may be something to settle, if its time has come."""
    settled = set(session.scalars(select(_ROW.payee).where(_ROW.period >= period)))
    return [one for one in _payees_in_debt(session, area) if str(one) not in settled]


def _payees_in_debt(session: Session, area: str) -> list[Payee]:
    found = []
    for kind, account in ((HOST, host_account(0)), (AGENCY, agency_account(0))):
        prefix = account.removesuffix("0")
        names = accounts_in_debt(session, prefix)
        numbers = sorted(int(name[len(prefix) :]) for name in names)
        place = kind.casefold()
        found += [Payee(kind, one) for one in keys_in_area(session, place, numbers, area)]
    return found


def name_of_payee(session: Session, payee: Payee) -> str:
    """The name of a host or an agency. Raises NotFound where there is none."""
    name_them = names_of if payee.kind == HOST else agency_names
    names = name_them(session, [payee.id])
    if payee.id not in names:
        raise NotFound
    return names[payee.id]
