"""What outlets cost: entered by month, taken back by an entry."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.selling import hold_outlet
from marketplace.core.clock import day_of, month_of
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity, Role
from marketplace.outlets.models import OutletCost
from marketplace.outlets.rules import CostThere, NewCost

MONTHS_AHEAD = N_("月份要在 2020 年 1 月到本月之间。")


def enter_cost(
    session: Session, identity: Identity, outlet_id: int, new: NewCost, now: datetime
) -> OutletCost:
    """What an outlet costs in a month. Raises NotFound, Forbidden, CostThere."""
    hold_outlet(session, outlet_id, [])
    _require_operator(identity)
    if not "2020-01" <= new.month <= month_of(day_of(now)):
        raise invalid("month", MONTHS_AHEAD)
    if _is_there(session, outlet_id, new):
        raise CostThere
    cost = OutletCost(
        outlet_id=outlet_id,
        month=new.month,
        kind=new.kind,
        amount_fen=new.amount_fen,
        words=new.words,
        entered_by=identity.person_id,
        entered_at=now,
    )
    return _add(session, cost, now)


def reverse_cost(
    session: Session, identity: Identity, outlet_id: int, cost_id: int, now: datetime
) -> OutletCost:
    """Takes an entry back by another; a second time it is the same. Raises NotFound."""
    hold_outlet(session, outlet_id, [])
    _require_operator(identity)
    cost = session.get(OutletCost, cost_id)
    if cost is None or cost.outlet_id != outlet_id or cost.reverses_id is not None:
        raise NotFound
    known = session.scalar(select(OutletCost).where(OutletCost.reverses_id == cost.id))
    if known is not None:
        return known
    back = OutletCost(
        outlet_id=outlet_id,
        month=cost.month,
        kind=cost.kind,
        amount_fen=-cost.amount_fen,
        words=cost.words,
        entered_by=identity.person_id,
        entered_at=now,
        reverses_id=cost.id,
    )
    return _add(session, back, now)


def _is_there(session: Session, outlet_id: int, new: NewCost) -> bool:
    taken_back = select(OutletCost.reverses_id).where(OutletCost.reverses_id.is_not(None))
    same = select(OutletCost.id).where(
        OutletCost.outlet_id == outlet_id,
        OutletCost.month == new.month,
        OutletCost.kind == new.kind,
        OutletCost.amount_fen == new.amount_fen,
        OutletCost.words == new.words,
        OutletCost.id.not_in(taken_back),
    )
    return session.scalar(same.limit(1)) is not None


def _require_operator(identity: Identity) -> None:
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden


def _add(session: Session, cost: OutletCost, now: datetime) -> OutletCost:
    session.add(cost)
    session.flush()
    record(
        session,
        now,
        actor_id=cost.entered_by,
        action="outlet.cost",
        object_kind="outlet_cost",
        object_id=cost.id,
        before=None,
        after={
            "outlet_id": cost.outlet_id,
            "month": cost.month,
            "kind": cost.kind,
            "amount_fen": cost.amount_fen,
            "words": cost.words,
        },
    )
    return cost
