"""Batches of payouts for the bank: made by one, released by another, and what came of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.areas import in_area
from marketplace.core.clock import day_of
from marketplace.core.errors import FieldError, InvalidInput, NotFound, Refusal
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.payments.commands.payouts import call_off, lock_payout, mark_paid, mark_returned
from marketplace.payments.commands.statements import (
    is_imported,
    is_noted,
    wait_for_statements,
)
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.rules.payouts import (
    NUMBER,
    NoSuchPayout,
    PayoutReferenceUsed,
    Result,
    ReturnUnnumbered,
    require_payout_state,
)
from marketplace.payments.rules.settlement import (
    BatchDecided,
    EmptyBatch,
    require_cash_desk,
    require_releaser,
)


def make_batch(
    session: Session, identity: Identity, payout_ids: Collection[int], now: datetime
) -> PayoutBatch:
    """Puts payouts that wait into one batch. What another batch holds by now stays there."""
    require_cash_desk(identity)
    waiting = session.scalars(
        select(Payout)
        .where(Payout.id.in_(payout_ids), Payout.state == "REQUESTED")
        .where(Payout.road == "BANK", Payout.batch_id.is_(None))
        .order_by(Payout.id)
        .with_for_update()
    ).all()
    if not waiting:
        raise EmptyBatch
    batch = PayoutBatch(
        number=f"B{day_of(now):%Y%m%d}{new_code(5)}",
        state="DRAFT",
        made_by=identity.person_id,
        made_at=now,
    )
    session.add(batch)
    session.flush()
    for payout in waiting:
        payout.batch_id = batch.id
    amounts = [payout.amount_fen for payout in waiting]
    session.flush()
    _leave_a_trail(session, batch, identity, {"payouts": len(amounts), "sum": sum(amounts)}, now)
    return batch


def _lock_batch(session: Session, batch_id: int) -> PayoutBatch:
    batch = session.scalar(
        select(PayoutBatch)
        .where(PayoutBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise NotFound
    return batch


def release_batch(
    session: Session, identity: Identity, batch_id: int, now: datetime
) -> PayoutBatch:
    """A second person has looked: from now on the file can be had and nothing is called off."""
    batch = _lock_batch(session, batch_id)
    require_releaser(identity, batch.made_by)
    if batch.state == "RELEASED":
        return batch
    if batch.state != "DRAFT":
        raise BatchDecided
    batch.state, batch.released_by, batch.released_at = "RELEASED", identity.person_id, now
    held = session.scalars(
        select(Payout).where(Payout.batch_id == batch_id).order_by(Payout.id).with_for_update()
    ).all()
    if not held:
        raise EmptyBatch
    for payout in held:
        require_payout_state(payout.state, "REQUESTED")
        payout.state = "RELEASED"
    session.flush()
    _leave_a_trail(session, batch, identity, {"payouts": len(held)}, now)
    return batch


def discard_batch(
    session: Session, identity: Identity, batch_id: int, now: datetime
) -> PayoutBatch:
    """Takes a batch apart that nobody has released; its payouts wait for another."""
    require_cash_desk(identity)
    batch = _lock_batch(session, batch_id)
    if batch.state == "DISCARDED":
        return batch
    if batch.state != "DRAFT":
        raise BatchDecided
    batch.state = "DISCARDED"
    session.execute(update(Payout).where(Payout.batch_id == batch_id).values(batch_id=None))
    session.flush()
    _leave_a_trail(session, batch, identity, {}, now)
    return batch


def cancel_settlement_payout(
    session: Session, identity: Identity, payout_id: int, now: datetime
) -> Payout:
    """The cashier calls off what waits: it is owed to the producer, host or agency again."""
    require_cash_desk(identity)
    payout = lock_payout(session, payout_id)
    if payout.kind not in ("SETTLEMENT", "COMMISSION"):
        raise NotFound
    call_off(session, payout, identity, now)
    return payout


def note_results(
    session: Session, identity: Identity, results: Sequence[Result], now: datetime
) -> int:
    """Writes down what the bank did, all of it or nothing. Told again, it changes nothing.

    Returns how many payouts changed.
    """
    require_cash_desk(identity)
    errors: list[FieldError] = []
    changed = 0
    held = _hold(session, identity, [result.number for result in results])
    for result in sorted(results, key=lambda one: held[one.number].id if one.number in held else 0):
        try:
            changed += _note(session, identity, held.get(result.number), result, now)
        except Refusal as refusal:
            if result.row is None:
                raise
            params = tuple(refusal.params.items())
            errors.append(FieldError(NUMBER, refusal.message, params, result.row))
    if errors:
        raise InvalidInput(*sorted(errors, key=lambda error: error.row or 0))
    return changed


def _hold(session: Session, identity: Identity, numbers: Sequence[str]) -> dict[str, Payout]:
    """The bank's payouts of these numbers in the area of whoever asks, all held before the first
    is changed: two who note the same ones follow each other, in whatever order they name them."""
    wait_for_statements(session)
    wanted = (
        select(Payout)
        .where(Payout.number.in_(numbers), Payout.road == "BANK")
        .where(*in_area("payout", Payout.id, identity.area))
        .order_by(Payout.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {payout.number: payout for payout in session.scalars(wanted)}


def _note(
    session: Session, identity: Identity, payout: Payout | None, result: Result, now: datetime
) -> bool:
    if payout is None:
        raise NoSuchPayout(number=result.number)
    if result.is_paid:
        if payout.state == "PAID" and payout.reference == result.reference:
            return False
        _require_new(session, result.reference)
        payout.reference = result.reference
        mark_paid(session, payout, identity, now)
        return True
    if payout.state == "RETURNED":
        return False
    if payout.state == "PAID":
        # The money was out and came back: by which transfer is written down too.
        if not result.reference:
            raise ReturnUnnumbered
        _require_new(session, result.reference)
        payout.returned_reference = result.reference
    payout.reason = result.reason
    mark_returned(session, payout, identity, now)
    return True


def _require_new(session: Session, reference: str) -> None:
    if not reference or is_noted(session, reference) or is_imported(session, reference):
        raise PayoutReferenceUsed


def _leave_a_trail(
    session: Session,
    batch: PayoutBatch,
    identity: Identity,
    facts: dict[str, int],
    now: datetime,
) -> None:
    record(
        session,
        actor_id=identity.person_id,
        action=f"batch.{batch.state.lower()}",
        object_kind="payout_batch",
        object_id=str(batch.id),
        before=None,
        after={"number": batch.number, **facts},
        now=now,
    )
