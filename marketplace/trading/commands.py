"""Giving mandates to traders, and ending them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.producers.commands import lock_producer
from marketplace.producers.queries import find_by_uscc
from marketplace.trading.models import TradeMandate
from marketplace.trading.rules import (
    NO_SUCH_TRADER,
    GivenTradeMandate,
    TradeMandateDouble,
    works_for,
    wrong_span,
)


def give_trade_mandate(
    session: Session, identity: Identity, maker_id: int, given: GivenTradeMandate, now: datetime
) -> TradeMandate:
    """A producer lets a trader sell what it makes, from a day until another.

    Raises NotFound for others, InvalidInput by field, or TradeMandateDouble.
    """
    if not works_for(identity, maker_id):
        raise NotFound
    trader = find_by_uscc(session, given.uscc)
    if trader is None or not trader.is_trader or trader.id == maker_id:
        raise invalid("uscc", NO_SUCH_TRADER)
    errors = wrong_span(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    lock_producer(session, maker_id)
    _require_single(session, trader.id, maker_id, given)
    mandate = TradeMandate(
        trader_id=trader.id,
        maker_id=maker_id,
        from_on=given.from_on,
        until_on=given.until_on,
        given_by=identity.person_id,
        given_at=now,
    )
    session.add(mandate)
    session.flush()
    span = {"from_on": given.from_on.isoformat(), "until_on": given.until_on.isoformat()}
    _leave_a_trail(session, identity, mandate, {"trader_id": trader.id, **span}, now)
    return mandate


def _require_single(
    session: Session, trader_id: int, maker_id: int, given: GivenTradeMandate
) -> None:
    row = TradeMandate
    double = select(row.id).where(
        row.trader_id == trader_id,
        row.maker_id == maker_id,
        row.ended_at.is_(None),
        row.from_on <= given.until_on,
        row.until_on >= given.from_on,
    )
    if session.scalar(double.limit(1)) is not None:
        raise TradeMandateDouble


def end_trade_mandate(
    session: Session, identity: Identity, mandate_id: int, reason: str, now: datetime
) -> TradeMandate:
    """The producer ends a mandate at once; a second time changes nothing. Raises NotFound."""
    mandate = session.get(TradeMandate, mandate_id)
    if mandate is None or not works_for(identity, mandate.maker_id):
        raise NotFound
    lock_producer(session, mandate.maker_id)
    session.refresh(mandate)
    if mandate.ended_at is None:
        mandate.ended_at, mandate.ended_by = now, identity.person_id
        mandate.reason = reason.strip()
        session.flush()
        facts: dict[str, object] = {"trader_id": mandate.trader_id, "reason": mandate.reason}
        _leave_a_trail(session, identity, mandate, facts, now)
    return mandate


def _leave_a_trail(
    session: Session,
    identity: Identity,
    mandate: TradeMandate,
    facts: dict[str, object],
    now: datetime,
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="trade_mandate.ended" if mandate.ended_at else "trade_mandate.given",
        object_kind="producer",
        object_id=mandate.maker_id,
        before=None,
        after=facts,
    )
