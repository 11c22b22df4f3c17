"""Settling with producers: a month's entries are frozen, and what they come to is paid once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import bounds_of, day_of
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.core.paging import in_parts
from marketplace.ledger.queries import select_postings
from marketplace.ledger.rules import producer_account
from marketplace.ordering.queries import ripe_orders
from marketplace.payments.commands.payouts import ask_bank
from marketplace.payments.commands.settled import (
    carried_from,
    is_paying,
    latest,
    lock_settled,
    of_period,
)
from marketplace.payments.commands.telling import tell_settled
from marketplace.payments.models import BankAccount, Payout, Settlement, SettlementLine
from marketplace.payments.queries.accounts import account_declared_last
from marketplace.payments.rules.accounts import Holder
from marketplace.payments.rules.settlement import (
    NoBankAccount,
    NothingToPayOut,
    OpenEntry,
    is_carried,
    require_cash_desk,
    require_period,
    to_settle,
)
from marketplace.producers.commands import lock_producer
from marketplace.producers.queries import get_producer

FREEZE_JOB = "payments.freeze"


def freeze(
    session: Session, identity: Identity, producer_id: int, period: str, now: datetime
) -> Settlement | None:
    """Settles a producer's month: every entry once, and never again changed.

    None where there is nothing to settle. Frozen already, it is the same settlement; two who
    freeze at once follow each other at the producer.
    """
    require_cash_desk(identity)
    require_period(period, day_of(now))
    lock_producer(session, producer_id)
    of_producer = Settlement.producer_id == producer_id
    last = latest(session, Settlement, of_producer)
    if last is not None and last.period >= period:
        return of_period(session, Settlement, of_producer, period)
    entries = _entries_to_settle(session, producer_id, bounds_of(period)[1], now)
    if not entries:
        return None
    carried_fen, amount_fen = carried_from(last), sum(entry.amount_fen for entry in entries)
    settlement = Settlement(
        producer_id=producer_id,
        period=period,
        number=f"S{period.replace('-', '')}{new_code(6)}",
        carried_fen=carried_fen,
        amount_fen=amount_fen,
        closing_fen=carried_fen + amount_fen,
        frozen_at=now,
        frozen_by=identity.person_id,
    )
    session.add(settlement)
    session.flush()
    _add_lines(session, settlement, entries)
    _leave_a_trail(session, settlement, identity, len(entries), now)
    account = account_declared_last(session, Holder(producer_id=producer_id))
    tell_settled(session, settlement, now, has_account=account is not None)
    if account is not None and not is_carried(settlement.closing_fen):
        _pay(session, identity, settlement, account, now)
    return settlement


def _entries_to_settle(
    session: Session, producer_id: int, before: date, now: datetime
) -> list[OpenEntry]:
    posted = select_postings(producer_account(producer_id))
    rows = session.execute(
        select(posted.c.entry_id, posted.c.order_id, -posted.c.amount_fen)
        .outerjoin(SettlementLine, SettlementLine.entry_id == posted.c.entry_id)
        .where(SettlementLine.entry_id.is_(None))
        # Payouts are no sale: they have no order.
        .where(posted.c.order_id.is_not(None), posted.c.posted_on < before)
        .order_by(posted.c.entry_id)
    )
    entries = [OpenEntry(*row) for row in rows]
    orders = {entry.order_id for entry in entries}
    settled = {
        order_id
        for few in in_parts(sorted(orders), 500)
        for order_id in session.scalars(
            select(SettlementLine.order_id).where(SettlementLine.order_id.in_(few))
        )
        if order_id is not None
    }
    return to_settle(entries, ripe_orders(session, orders, now), settled)


def _add_lines(session: Session, settlement: Settlement, entries: Sequence[OpenEntry]) -> None:
    rows = [
        {
            "entry_id": entry.entry_id,
            "settlement_id": settlement.id,
            "order_id": entry.order_id,
            "amount_fen": entry.amount_fen,
        }
        for entry in entries
    ]
    session.execute(insert(SettlementLine), rows)


def pay_settlement(
    session: Session, identity: Identity, settlement_id: int, now: datetime
) -> Payout:
    """Asks for the payout of a settlement: the first, or anew after the bank sent it back."""
    require_cash_desk(identity)
    settlement = lock_settled(session, Settlement, settlement_id)
    if is_carried(settlement.closing_fen) or is_paying(
        session, Payout.settlement_id == settlement_id
    ):
        raise NothingToPayOut
    account = account_declared_last(session, Holder(producer_id=settlement.producer_id))
    if account is None:
        raise NoBankAccount(name=get_producer(session, settlement.producer_id).name)
    return _pay(session, identity, settlement, account, now)


def _pay(
    session: Session,
    identity: Identity,
    settlement: Settlement,
    account: BankAccount,
    now: datetime,
) -> Payout:
    return ask_bank(
        session,
        identity,
        account,
        settlement.closing_fen,
        now,
        kind="SETTLEMENT",
        settlement_id=settlement.id,
    )


def _leave_a_trail(
    session: Session, settlement: Settlement, identity: Identity, lines: int, now: datetime
) -> None:
    record(
        session,
        actor_id=identity.person_id,
        action="settlement.frozen",
        object_kind="settlement",
        object_id=str(settlement.id),
        before=None,
        after={
            "number": settlement.number,
            "lines": lines,
            "carried_fen": settlement.carried_fen,
            "amount_fen": settlement.amount_fen,
        },
        now=now,
    )
