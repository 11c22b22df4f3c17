"""Settling with producers: a month's entries are frozen, and what they come to is paid once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import bounds_of, day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.core.paging import in_parts
from marketplace.ledger.queries import select_postings
from marketplace.ledger.rules import producer_account
from marketplace.ordering.queries import ripe_orders
from marketplace.payments.commands.payouts import begin
from marketplace.payments.models import BankAccount, Payout, Settlement, SettlementLine
from marketplace.payments.rules.payouts import UNDONE, new_number
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
    last = _last(session, producer_id)
    if last is not None and last.period >= period:
        return _of_period(session, producer_id, period)
    entries = _entries_to_settle(session, producer_id, bounds_of(period)[1], now)
    if not entries:
        return None
    carried_fen = last.closing_fen if last and is_carried(last.closing_fen) else 0
    amount_fen = sum(entry.amount_fen for entry in entries)
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
    account = _account_of(session, producer_id)
    if account is not None and not is_carried(settlement.closing_fen):
        _pay(session, identity, settlement, account, now)
    return settlement


def _last(session: Session, producer_id: int) -> Settlement | None:
    return session.scalar(
        select(Settlement)
        .where(Settlement.producer_id == producer_id)
        .order_by(Settlement.period.desc())
        .limit(1)
    )


def _of_period(session: Session, producer_id: int, period: str) -> Settlement | None:
    return session.scalar(
        select(Settlement).where(Settlement.producer_id == producer_id, Settlement.period == period)
    )


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
    settlement = session.scalar(
        select(Settlement).where(Settlement.id == settlement_id).with_for_update()
    )
    if settlement is None:
        raise NotFound
    standing = select(Payout.id).where(
        Payout.settlement_id == settlement_id, Payout.state.not_in(UNDONE)
    )
    if is_carried(settlement.closing_fen) or session.scalar(standing) is not None:
        raise NothingToPayOut
    account = _account_of(session, settlement.producer_id)
    if account is None:
        raise NoBankAccount(name=get_producer(session, settlement.producer_id).name)
    return _pay(session, identity, settlement, account, now)


def _account_of(session: Session, producer_id: int) -> BankAccount | None:
    """The account that the producer declared last."""
    return session.scalar(
        select(BankAccount)
        .where(BankAccount.producer_id == producer_id, BankAccount.withdrawn_at.is_(None))
        .order_by(BankAccount.id.desc())
        .limit(1)
    )


def _pay(
    session: Session,
    identity: Identity,
    settlement: Settlement,
    account: BankAccount,
    now: datetime,
) -> Payout:
    payout = Payout(
        number=new_number(),
        kind="SETTLEMENT",
        road="BANK",
        state="REQUESTED",
        amount_fen=settlement.closing_fen,
        producer_id=settlement.producer_id,
        settlement_id=settlement.id,
        holder=account.holder,
        account_number_sealed=account.number_sealed,
        bank=account.bank,
        requested_by=identity.person_id,
        requested_at=now,
    )
    return begin(session, payout, now)


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
