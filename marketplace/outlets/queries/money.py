"""What outlets sold by month, what they cost, and what is left: from kept sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.queries.outlets import OutletRow, list_outlets, turn_outlets
from marketplace.core.paging import MAX_PER_PAGE, Page, PageRequest
from marketplace.outlets.models import OutletCost, OutletMonth
from marketplace.outlets.rules import CostKind

MOST_COSTS = 100


@dataclass(frozen=True)
class MonthRow:
    """A month of an outlet: what was sold of ours, what the place cost, what is left."""

    month: str
    receipts: int
    total_fen: int
    goods_fen: int
    eligible_fen: int
    rent_fen: int
    other_fen: int

    @property
    def left_fen(self) -> int:
        return self.goods_fen - self.rent_fen - self.other_fen


@dataclass(frozen=True)
class OutletSums:
    """An outlet with its sums of a year."""

    outlet: OutletRow
    year: MonthRow


@dataclass(frozen=True)
class CostRow:
    """A cost as it was entered, and whether it was taken back."""

    id: int
    month: str
    kind: str
    amount_fen: int
    words: str
    who: str
    entered_at: datetime
    reverses_id: int | None
    is_taken_back: bool


def list_months(session: Session, outlet_id: int) -> list[MonthRow]:
    """Every month with a sale or a cost, the newest first. Two queries."""
    month = OutletMonth
    sold = {
        name: (receipts, total, goods, eligible)
        for name, receipts, total, goods, eligible in session.execute(
            select(
                month.month, month.receipts, month.total_fen, month.goods_fen, month.eligible_fen
            ).where(month.outlet_id == outlet_id)
        )
    }
    cost = OutletCost
    is_rent = case((cost.kind == CostKind.RENT, cost.amount_fen), else_=0)
    spent = {
        name: (int(rent), int(whole) - int(rent))
        for name, rent, whole in session.execute(
            select(cost.month, func.sum(is_rent), func.sum(cost.amount_fen))
            .where(cost.outlet_id == outlet_id)
            .group_by(cost.month)
        )
    }
    return [
        MonthRow(name, *sold.get(name, (0, 0, 0, 0)), *spent.get(name, (0, 0)))
        for name in sorted(sold.keys() | spent.keys(), reverse=True)
    ]


def sum_up(name: str, months: Sequence[MonthRow]) -> MonthRow:
    """Several months as one."""
    return MonthRow(
        name,
        receipts=sum(one.receipts for one in months),
        total_fen=sum(one.total_fen for one in months),
        goods_fen=sum(one.goods_fen for one in months),
        eligible_fen=sum(one.eligible_fen for one in months),
        rent_fen=sum(one.rent_fen for one in months),
        other_fen=sum(one.other_fen for one in months),
    )


def list_with_sums(session: Session, year: int, *, area: str = "") -> list[OutletSums]:
    """Every outlet with what it sold and cost in a year. Three queries."""
    return _with_sums(session, list_outlets(session, with_closed=True, area=area), year)


def turn_with_sums(
    session: Session, year: int, page: PageRequest, *, area: str = ""
) -> Page[OutletSums]:
    """A page of the outlets with what they sold and cost in a year. Four queries."""
    found = turn_outlets(session, page, area=area)
    items = _with_sums(session, found.items, year)
    return Page(items, found.page, found.per_page, found.total)


def _with_sums(session: Session, outlets: Sequence[OutletRow], year: int) -> list[OutletSums]:
    few = [outlet.id for outlet in outlets] if len(outlets) <= MAX_PER_PAGE else None
    month, cost = OutletMonth, OutletCost
    sold = {
        outlet_id: (int(receipts), int(total), int(goods), int(eligible))
        for outlet_id, receipts, total, goods, eligible in session.execute(
            select(
                month.outlet_id,
                func.sum(month.receipts),
                func.sum(month.total_fen),
                func.sum(month.goods_fen),
                func.sum(month.eligible_fen),
            )
            .where(month.month.startswith(f"{year}-"), *_among(month.outlet_id, few))
            .group_by(month.outlet_id)
        )
    }
    is_rent = case((cost.kind == CostKind.RENT, cost.amount_fen), else_=0)
    spent = {
        outlet_id: (int(rent), int(whole) - int(rent))
        for outlet_id, rent, whole in session.execute(
            select(cost.outlet_id, func.sum(is_rent), func.sum(cost.amount_fen))
            .where(cost.month.startswith(f"{year}-"), *_among(cost.outlet_id, few))
            .group_by(cost.outlet_id)
        )
    }
    return [
        OutletSums(
            outlet,
            MonthRow(str(year), *sold.get(outlet.id, (0, 0, 0, 0)), *spent.get(outlet.id, (0, 0))),
        )
        for outlet in outlets
    ]


def _among(column: InstrumentedAttribute[int], few: Sequence[int] | None) -> list[Any]:
    """Of few outlets only theirs are added up, of many all."""
    return [] if few is None else [column.in_(few)]


def list_costs(session: Session, outlet_id: int) -> list[CostRow]:
    """The latest costs of an outlet."""
    back = select(OutletCost.reverses_id).where(OutletCost.reverses_id.is_not(None)).subquery()
    cost = OutletCost
    rows = session.execute(
        select(
            cost.id,
            cost.month,
            cost.kind,
            cost.amount_fen,
            cost.words,
            PERSON_NAMES.c.name,
            cost.entered_at,
            cost.reverses_id,
            back.c.reverses_id.is_not(None),
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == cost.entered_by)
        .outerjoin(back, back.c.reverses_id == cost.id)
        .where(cost.outlet_id == outlet_id)
        .order_by(cost.month.desc(), cost.id.desc())
        .limit(MOST_COSTS)
    )
    return [CostRow(*tuple(row)) for row in rows]
