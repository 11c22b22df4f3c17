"""Reads of traders' mandates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from marketplace.producers.queries import MAKER_NAMES, PRODUCER_NAMES, names_of
from marketplace.trading.models import TradeMandate
from marketplace.trading.rules import NoTradeMandate, WhichMaker


@dataclass(frozen=True)
class MandateRow:
    """A mandate with the names of both sides."""

    id: int
    trader_id: int
    trader_name: str
    maker_id: int
    maker_name: str
    from_on: date
    until_on: date
    ended_at: datetime | None
    reason: str

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and self.from_on <= day <= self.until_on


def in_force(day: date) -> ColumnElement[bool]:
    """Mandates that hold on a day."""
    row = TradeMandate
    return (row.ended_at.is_(None)) & (row.from_on <= day) & (row.until_on >= day)


def makers_of(session: Session, trader_id: int, day: date) -> dict[int, str]:
    """(id → name) of the producers whose goods a trader may sell on a day."""
    wanted = select(TradeMandate.maker_id).where(TradeMandate.trader_id == trader_id, in_force(day))
    return names_of(session, session.scalars(wanted.distinct()).all())


def require_mandate(session: Session, trader_id: int, maker_id: int, day: date) -> None:
    """Raises NoTradeMandate where the trader may not sell what the maker makes."""
    if maker_id not in makers_of(session, trader_id, day):
        raise NoTradeMandate(maker=names_of(session, [maker_id])[maker_id])


def mandated_pairs(session: Session, day: date) -> set[tuple[int, int]]:
    """(trader, maker) of all mandates that hold on a day."""
    rows = session.execute(
        select(TradeMandate.trader_id, TradeMandate.maker_id).where(in_force(day))
    )
    return {(row.trader_id, row.maker_id) for row in rows}


def only_maker(session: Session, trader_id: int, day: date) -> int:
    """Whose goods a table of a trader can only be. Raises WhichMaker."""
    makers = list(makers_of(session, trader_id, day))
    if len(makers) != 1:
        raise WhichMaker
    return makers[0]


def _rows() -> Select[*tuple[Any, ...]]:
    trader, maker = PRODUCER_NAMES, MAKER_NAMES
    row = TradeMandate
    return (
        select(
            row.id,
            row.trader_id,
            trader.c.name.label("trader_name"),
            row.maker_id,
            maker.c.name.label("maker_name"),
            row.from_on,
            row.until_on,
            row.ended_at,
            row.reason,
        )
        .join(trader, trader.c.id == row.trader_id)
        .join(maker, maker.c.id == row.maker_id)
        .order_by(row.until_on.desc(), row.id.desc())
    )


def mandates_of(session: Session, producer_id: int) -> Sequence[MandateRow]:
    """What a producer gave and what it holds, the latest first."""
    row = TradeMandate
    mine = (row.maker_id == producer_id) | (row.trader_id == producer_id)
    return [MandateRow(*one) for one in session.execute(_rows().where(mine)).all()]
