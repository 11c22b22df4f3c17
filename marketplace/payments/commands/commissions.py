"""Settling commission: a month of a host or an agency is frozen, and what it comes to is paid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import bounds_of, day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.core.paging import in_parts
from marketplace.hosts.commands.locks import lock_agency, lock_host
from marketplace.ordering.commands import release_number, take_number
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
from marketplace.payments.models import (
    BankAccount,
    CommissionSettlement,
    CommissionSettlementLine,
    Payout,
)
from marketplace.payments.queries.accounts import account_declared_last
from marketplace.payments.queries.parts import LINE, came_to_nothing, part_of, settled
from marketplace.payments.rules.accounts import Holder
from marketplace.payments.rules.commissions import (
    AGENCY,
    HOST,
    InvoiceMissing,
    InvoiceSettled,
    NoInvoiceNeeded,
    Payee,
    PayeeHasNoAccount,
    belongs_to,
    payee_named,
    require_reader,
    tax_on,
)
from marketplace.payments.rules.settlement import (
    NothingToPayOut,
    OpenEntry,
    is_carried,
    require_cash_desk,
    require_period,
    to_settle,
)

FREEZE_COMMISSION_JOB = "payments.freeze_commission"


def freeze_commission(
    session: Session, identity: Identity, payee: Payee, period: str, now: datetime
) -> CommissionSettlement | None:
    """Settles a month of a host or an agency: every part of an entry once, never again changed.

    None where there is nothing to settle. Frozen already, it is the same settlement; two who
    freeze at once follow each other at the host or agency.
    """
    require_cash_desk(identity)
    require_period(period, day_of(now))
    name = _lock(session, payee)
    of_payee = CommissionSettlement.payee == str(payee)
    last = latest(session, CommissionSettlement, of_payee)
    if last is not None and last.period >= period:
        return of_period(session, CommissionSettlement, of_payee, period)
    entries = _entries_to_settle(session, payee, bounds_of(period)[1], now)
    if not entries:
        return None
    carried_fen, amount_fen = carried_from(last), sum(entry.amount_fen for entry in entries)
    closing_fen = carried_fen + amount_fen
    settlement = _settlement_of(
        payee,
        period,
        carried_fen=carried_fen,
        amount_fen=amount_fen,
        closing_fen=closing_fen,
        tax_fen=tax_on(payee, closing_fen, day_of(now)).tax_fen,
        frozen_at=now,
        frozen_by=identity.person_id,
    )
    session.add(settlement)
    session.flush()
    _add_lines(session, payee, settlement, entries)
    _leave_a_trail(session, settlement, identity, "frozen", now)
    has_account = _account_of(session, payee) is not None
    tell_settled(session, settlement, now, has_account=has_account)
    if has_account and payee.kind == HOST and not is_carried(closing_fen):
        _pay(session, identity, settlement, name, now)
    return settlement


def _settlement_of(payee: Payee, period: str, **facts: Any) -> CommissionSettlement:
    return CommissionSettlement(
        payee=str(payee),
        host_id=payee.host_id,
        agency_id=payee.agency_id,
        period=period,
        number=f"C{period.replace('-', '')}{new_code(6)}",
        **facts,
    )


def _lock(session: Session, payee: Payee) -> str:
    """Holds the host or the agency; its name."""
    lock = lock_host if payee.kind == HOST else lock_agency
    return lock(session, payee.id).name


def _entries_to_settle(
    session: Session, payee: Payee, before: date, now: datetime
) -> list[OpenEntry]:
    part = part_of(payee)
    rows = session.execute(
        select(part.c.entry_id, part.c.order_id, part.c.amount_fen)
        .outerjoin(LINE, settled(part, payee))
        .where(LINE.entry_id.is_(None), ~came_to_nothing(part, payee))
        .where(part.c.amount_fen != 0, part.c.counted_on < before)
        .order_by(part.c.entry_id)
    )
    entries = [OpenEntry(*tuple(row)) for row in rows]
    orders = {entry.order_id for entry in entries}
    known = {
        order_id
        for few in in_parts(sorted(orders), 500)
        for order_id in session.scalars(
            select(LINE.order_id)
            .join(CommissionSettlement, CommissionSettlement.id == LINE.settlement_id)
            .where(LINE.order_id.in_(few), CommissionSettlement.payee == str(payee))
        )
    }
    return to_settle(entries, ripe_orders(session, orders, now), known)


def _add_lines(
    session: Session, payee: Payee, settlement: CommissionSettlement, entries: Sequence[OpenEntry]
) -> None:
    rows = [
        {
            "payee": payee.kind,
            "entry_id": entry.entry_id,
            "settlement_id": settlement.id,
            "order_id": entry.order_id,
            "amount_fen": entry.amount_fen,
        }
        for entry in entries
    ]
    session.execute(insert(CommissionSettlementLine), rows)


def pay_commission_settlement(
    session: Session, identity: Identity, settlement_id: int, now: datetime
) -> Payout:
    """Asks for the payout of a settlement: the first, or anew after the bank sent it back."""
    require_cash_desk(identity)
    settlement = lock_settled(session, CommissionSettlement, settlement_id)
    payee = payee_named(settlement.payee)
    if is_carried(settlement.closing_fen) or _is_paying(session, settlement):
        raise NothingToPayOut
    if payee.kind == AGENCY and not settlement.invoice_number:
        raise InvoiceMissing
    return _pay(session, identity, settlement, _lock(session, payee), now)


def _is_paying(session: Session, settlement: CommissionSettlement) -> bool:
    return is_paying(session, Payout.commission_settlement_id == settlement.id)


def _account_of(session: Session, payee: Payee) -> BankAccount | None:
    return account_declared_last(session, Holder(host_id=payee.host_id, agency_id=payee.agency_id))


def _pay(
    session: Session,
    identity: Identity,
    settlement: CommissionSettlement,
    name: str,
    now: datetime,
) -> Payout:
    account = _account_of(session, payee_named(settlement.payee))
    if account is None:
        raise PayeeHasNoAccount(name=name)
    return ask_bank(
        session,
        identity,
        account,
        settlement.closing_fen - settlement.tax_fen,
        now,
        kind="COMMISSION",
        commission_settlement_id=settlement.id,
    )


def note_commission_invoice(
    session: Session, identity: Identity, settlement_id: int, number: str, now: datetime
) -> CommissionSettlement:
    """An agency writes down its invoice, whose number nobody else may have; who pays does not.
    Until it is paid with, a wrong number can be put right."""
    settlement = lock_settled(session, CommissionSettlement, settlement_id)
    payee = payee_named(settlement.payee)
    require_reader(identity, payee)
    if not belongs_to(identity, payee):
        raise Forbidden
    if settlement.invoice_number == number:
        return settlement
    if payee.kind == HOST or is_carried(settlement.closing_fen):
        raise NoInvoiceNeeded
    if _is_paying(session, settlement):
        raise InvoiceSettled
    holder = f"commission:{settlement.id}"
    take_number(session, number, holder, now)
    if settlement.invoice_number:
        release_number(session, settlement.invoice_number, holder)
    settlement.invoice_number = number
    session.flush()
    _leave_a_trail(session, settlement, identity, "invoiced", now)
    return settlement


def _leave_a_trail(
    session: Session, settlement: CommissionSettlement, identity: Identity, what: str, now: datetime
) -> None:
    record(
        session,
        actor_id=identity.person_id,
        action=f"commission_settlement.{what}",
        object_kind="commission_settlement",
        object_id=str(settlement.id),
        before=None,
        after={
            "number": settlement.number,
            "carried_fen": settlement.carried_fen,
            "amount_fen": settlement.amount_fen,
            "tax_fen": settlement.tax_fen,
            "invoice_number": settlement.invoice_number,
        },
        now=now,
    )
