"""The life of money that leaves: asked for, paid, come back, called off. Each once."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ledger.commands import post
from marketplace.ledger.rules import (
    ESCROW,
    GATEWAY,
    OUTGOING,
    TAX_WITHHELD,
    Movement,
    agency_account,
    credit_account,
    host_account,
    producer_account,
    summed,
)
from marketplace.payments.commands.telling import tell_of_payout
from marketplace.payments.models import BankAccount, CommissionSettlement, Payout
from marketplace.payments.queries.accounts import holder_of
from marketplace.payments.rules.payouts import new_number, require_payout_state

LEAVES_FROM = {"BANK": ESCROW, "GATEWAY": GATEWAY}


def lock_payout(session: Session, payout_id: int) -> Payout:
    """The payout, held until this transaction ends. Raises NotFound."""
    payout = session.scalar(
        select(Payout)
        .where(Payout.id == payout_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if payout is None:
        raise NotFound
    return payout


def owed_account(payout: Payout) -> str:
    """The account that the money was taken from, and goes back to if it comes back."""
    if payout.producer_id is not None:
        return producer_account(payout.producer_id)
    if payout.host_id is not None:
        return host_account(payout.host_id)
    if payout.agency_id is not None:
        return agency_account(payout.agency_id)
    return credit_account(payout.unit_id, payout.person_id or 0)


def ask_bank(
    session: Session,
    identity: Identity,
    account: BankAccount,
    amount_fen: int,
    now: datetime,
    *,
    kind: str,
    **settlement: int,
) -> Payout:
    """Asks for a payout to a declared account, as it is now, with the next batch of the bank's."""
    payout = Payout(
        number=new_number(),
        kind=kind,
        road="BANK",
        state="REQUESTED",
        amount_fen=amount_fen,
        **asdict(holder_of(account)),
        **settlement,
        holder=account.holder,
        account_number_sealed=account.number_sealed,
        bank=account.bank,
        requested_by=identity.person_id,
        requested_at=now,
    )
    return begin(session, payout, now)


def begin(session: Session, payout: Payout, now: datetime) -> Payout:
    """Takes the money off the account of whom it is owed to: it cannot be spent twice."""
    session.add(payout)
    session.flush()
    tax_fen = _tax_of(session, payout)
    owed = (owed_account(payout), payout.amount_fen + tax_fen)
    _move(session, payout, "asked", [owed, (OUTGOING, -payout.amount_fen), *_tax(-tax_fen)], now)
    _leave_a_trail(session, payout, payout.requested_by, now)
    return payout


def mark_paid(
    session: Session,
    payout: Payout,
    actor: Identity | None,
    now: datetime,
    *,
    left_from: str | None = None,
) -> None:
    """The money has left, from our account or out of a line of the bank's that waited."""
    require_payout_state(payout.state, "RELEASED")
    payout.state, payout.done_at = "PAID", now
    left = left_from or LEAVES_FROM[payout.road]
    moved = [(OUTGOING, payout.amount_fen), (left, -payout.amount_fen)]
    _move(session, payout, "paid", moved, now)
    _leave_a_trail(session, payout, actor.person_id if actor else None, now)
    tell_of_payout(session, payout, now)


def mark_returned(
    session: Session,
    payout: Payout,
    actor: Identity | None,
    now: datetime,
    *,
    came_to: str | None = None,
) -> None:
    """The money did not reach its account: it is owed again, and may be paid anew."""
    require_payout_state(payout.state, "RELEASED", "PAID")
    held = came_to or LEAVES_FROM[payout.road]
    debit = held if payout.state == "PAID" else OUTGOING
    payout.state, payout.done_at = "RETURNED", now
    _owe_again(session, payout, "returned", debit, now)
    _leave_a_trail(session, payout, actor.person_id if actor else None, now)
    tell_of_payout(session, payout, now)


def call_off(session: Session, payout: Payout, actor: Identity, now: datetime) -> None:
    """Before it is in the hands of the bank, a payout can be called off."""
    if payout.state == "CANCELLED":
        return
    require_payout_state(payout.state, "REQUESTED")
    payout.state, payout.done_at, payout.batch_id = "CANCELLED", now, None
    _owe_again(session, payout, "cancelled", OUTGOING, now)
    _leave_a_trail(session, payout, actor.person_id, now)


def _owe_again(session: Session, payout: Payout, step: str, debit: str, now: datetime) -> None:
    """What was owed is owed again, whole: the tax withheld of it was not due."""
    tax_fen = _tax_of(session, payout)
    owed = (owed_account(payout), -payout.amount_fen - tax_fen)
    _move(session, payout, step, [(debit, payout.amount_fen), owed, *_tax(tax_fen)], now)


def _tax_of(session: Session, payout: Payout) -> int:
    """What was withheld of the settlement that the payout pays."""
    kept = select(CommissionSettlement.tax_fen).where(
        CommissionSettlement.id == payout.commission_settlement_id
    )
    return session.scalar(kept) or 0 if payout.commission_settlement_id else 0


def _tax(amount_fen: int) -> list[tuple[str, int]]:
    return [(TAX_WITHHELD, amount_fen)] if amount_fen else []


def _move(
    session: Session, payout: Payout, step: str, parts: list[tuple[str, int]], now: datetime
) -> None:
    words = "原路退回" if payout.road == "GATEWAY" else "付款"
    moved = Movement(f"payout:{payout.id}/{step}", f"{words} {payout.number}", summed(parts))
    post(session, [moved], now)
    session.flush()


def _leave_a_trail(session: Session, payout: Payout, actor_id: int | None, now: datetime) -> None:
    record(
        session,
        actor_id=actor_id,
        action=f"payout.{payout.state.lower()}",
        object_kind="payout",
        object_id=str(payout.id),
        before=None,
        after={"amount_fen": payout.amount_fen, "number": payout.number},
        now=now,
    )
