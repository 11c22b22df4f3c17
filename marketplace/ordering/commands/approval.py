"""Setting how a unit approves, and walking a purchase through its steps."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of
from marketplace.audit.commands import record
from marketplace.core.errors import FieldError, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import note
from marketplace.ordering.models import (
    ApprovalStep,
    ApprovalSubstitute,
    Purchase,
    PurchaseStep,
)
from marketplace.ordering.queries.approval import (
    approvers_of,
    decided_by,
    list_approvers,
    open_step,
    plan_of,
    whose_turn,
)
from marketplace.ordering.rules import PurchaseState
from marketplace.ordering.rules.approval import (
    MOST_STEPS,
    NOT_AN_APPROVER,
    NOT_FORWARD,
    NOT_YOURSELF,
    TOO_MANY_STEPS,
    TWICE,
    AnotherApprover,
    DecidedAlready,
    NobodyApproves,
    Step,
    steps_for,
)
from marketplace.units.commands import lock_unit
from marketplace.units.queries import get_visible_unit
from marketplace.units.rules import can_set_four_eyes


def set_steps(
    session: Session, identity: Identity, unit_id: int, steps: Sequence[Step], now: datetime
) -> None:
    """The steps that purchases submitted from now on take; those in approval keep theirs."""
    get_visible_unit(session, identity, unit_id)
    if not can_set_four_eyes(identity, unit_id):
        raise Forbidden
    lock_unit(session, unit_id)
    _require_people(session, unit_id, steps)
    before = [vars(step) for step in plan_of(session, unit_id)]
    session.execute(delete(ApprovalStep).where(ApprovalStep.unit_id == unit_id))
    for position, step in enumerate(steps, 1):
        session.add(ApprovalStep(unit_id=unit_id, position=position, **vars(step)))
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="unit.approval_steps",
        object_kind="unit",
        object_id=unit_id,
        before={"steps": before},
        after={"steps": [vars(step) for step in steps]},
    )


def _require_people(session: Session, unit_id: int, steps: Sequence[Step]) -> None:
    if len(steps) > MOST_STEPS:
        raise invalid("steps", TOO_MANY_STEPS, most=MOST_STEPS)
    approvers = {person_id for person_id, _name in list_approvers(session, unit_id)}
    errors, known = [], set()
    for place, step in enumerate(steps, 1):
        if step.approver_id not in approvers:
            errors.append(FieldError(f"approver-{place}", NOT_AN_APPROVER))
        elif step.approver_id in known:
            errors.append(FieldError(f"approver-{place}", TWICE))
        known.add(step.approver_id)
    if errors:
        raise InvalidInput(*errors)


def set_substitute(
    session: Session,
    identity: Identity,
    unit_id: int,
    wish: tuple[int, date, date],
    now: datetime,
) -> None:
    """Someone else approves in this approver's place on some days."""
    _require_substitute(session, identity, unit_id, wish)
    substitute_id, from_on, until_on = wish
    row = ApprovalSubstitute(
        unit_id=unit_id,
        person_id=identity.person_id,
        substitute_id=substitute_id,
        from_on=from_on,
        until_on=until_on,
        set_by=identity.person_id,
        set_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="unit.substitute",
        object_kind="unit",
        object_id=unit_id,
        before=None,
        after={
            "substitute_id": substitute_id,
            "from_on": from_on.isoformat(),
            "until_on": until_on.isoformat(),
        },
    )


def _require_substitute(
    session: Session, identity: Identity, unit_id: int, wish: tuple[int, date, date]
) -> None:
    substitute_id, from_on, until_on = wish
    _require_approver(identity, unit_id)
    if substitute_id == identity.person_id:
        raise invalid("substitute", NOT_YOURSELF)
    if substitute_id not in {one for one, _name in list_approvers(session, unit_id)}:
        raise invalid("substitute", NOT_AN_APPROVER)
    if until_on < from_on:
        raise invalid("until_on", NOT_FORWARD)


def end_substitute(
    session: Session, identity: Identity, unit_id: int, substitute_id: int, now: datetime
) -> None:
    """Takes one's own substitute back. Raises NotFound for anybody else's."""
    _require_approver(identity, unit_id)
    row = session.scalar(
        select(ApprovalSubstitute).where(
            ApprovalSubstitute.id == substitute_id,
            ApprovalSubstitute.unit_id == unit_id,
            ApprovalSubstitute.person_id == identity.person_id,
        )
    )
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
    session.flush()


def _require_approver(identity: Identity, unit_id: int) -> None:
    if not identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise NotFound


def open_steps(session: Session, purchase: Purchase, now: datetime) -> None:
    """Freezes the steps that a purchase takes when it is submitted; the first one is open.

    There are never more steps than people who may decide them. Raises NobodyApproves.
    """
    assert purchase.unit_id is not None
    able = approvers_of(session, purchase.unit_id, purchase.buyer_id)
    if not able:
        raise NobodyApproves
    total_fen = purchase.goods_fen + purchase.freight_fen
    taken = steps_for(plan_of(session, purchase.unit_id), purchase.fund, total_fen)
    for position, step in enumerate(taken[: len(able)], 1):
        session.add(
            PurchaseStep(
                purchase_id=purchase.id,
                position=position,
                approver_id=step.approver_id,
                opened_at=now if position == 1 else None,
            )
        )
    session.flush()
    _tell(session, purchase, 1, now)


def close_steps(session: Session, purchase: Purchase) -> None:
    """Forgets the steps of a purchase that is no longer submitted; its events still tell them."""
    session.execute(delete(PurchaseStep).where(PurchaseStep.purchase_id == purchase.id))


def require_turn(
    session: Session,
    identity: Identity,
    purchase: Purchase,
    steps: Sequence[PurchaseStep],
    now: datetime,
) -> PurchaseStep | None:
    """The open one of its steps, which must be this approver's to decide; None where it takes
    none and one approver does."""
    step = next((one for one in steps if one.decided_at is None), None)
    if step is None:
        return None
    if identity.person_id not in whose_turn(session, purchase, now):
        if identity.person_id in {one.decided_by for one in steps}:
            raise DecidedAlready
        raise AnotherApprover(name=names_of(session, [step.approver_id])[step.approver_id])
    return step


def has_decided(
    session: Session,
    identity: Identity,
    purchase: Purchase,
    steps: Sequence[PurchaseStep],
    now: datetime,
) -> bool:
    """Whether this person has said yes already, and the next word is somebody else's."""
    if identity.person_id not in {one.decided_by for one in steps}:
        return False
    return identity.person_id not in whose_turn(session, purchase, now)


def decide_step(
    session: Session, identity: Identity, purchase: Purchase, step: PurchaseStep, now: datetime
) -> bool:
    """Passes a step; whether it was the last one. Whose turn is next is told."""
    step.decided_by, step.decided_at = identity.person_id, now
    session.flush()
    following = open_step(session, purchase.id)
    if following is None:
        return True
    following.opened_at = now
    session.flush()
    note(session, purchase, "STEP_APPROVED", identity, now, step=step.position)
    _tell(session, purchase, following.position, now)
    return False


def restart_steps(session: Session, purchase: Purchase, now: datetime) -> None:
    """What was agreed to is no longer what would be bought: all steps are taken again. A placed
    purchase has left approval behind."""
    in_approval = purchase.state == PurchaseState.IN_APPROVAL
    if in_approval and decided_by(session, purchase.id):
        close_steps(session, purchase)
        open_steps(session, purchase, now)


def _tell(session: Session, purchase: Purchase, position: int, now: datetime) -> None:
    turn = f"/{now:%Y%m%d%H%M%S}/{position}"
    tell(session, "approval_waiting", purchase.id, now, turn=turn)
