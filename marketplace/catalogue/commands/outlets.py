"""Outlets are opened and closed by the operations centre."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.models import Outlet
from marketplace.catalogue.queries.outlets import count_in_outlet
from marketplace.catalogue.rules.keeping import NewOutlet, OutletHolds, OutletKind, OutletNameTaken
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity, Role


def open_outlet(session: Session, identity: Identity, new: NewOutlet, now: datetime) -> Outlet:
    """A cabinet, hall or zone that goods can be sent to. Raises OutletNameTaken."""
    _require_operator(identity)
    name, place = new.name.strip(), new.place.strip()
    if not 0 < len(name) <= 60:
        raise invalid("name", N_("网点名称需要 1 到 60 个字。"))
    if new.kind not in tuple(OutletKind):
        raise invalid("kind", N_("请选择专柜、专馆或专区。"))
    if not 0 < len(place) <= 120:
        raise invalid("place", N_("地点需要 1 到 120 个字。"))
    if session.scalar(select(Outlet.id).where(Outlet.name == name)) is not None:
        raise OutletNameTaken(outlet=name)
    outlet = Outlet(
        name=name, kind=new.kind, place=place, opened_on=day_of(now), county_code=new.county_code
    )
    session.add(outlet)
    session.flush()
    _record(session, identity, outlet, "outlet.opened", now)
    return outlet


def close_outlet(session: Session, identity: Identity, outlet_id: int, now: datetime) -> Outlet:
    """Nothing more is sent there. Raises OutletHolds while something lies there."""
    _require_operator(identity)
    outlet = session.get(Outlet, outlet_id, with_for_update=True, populate_existing=True)
    if outlet is None:
        raise NotFound
    if outlet.closed_on is not None:
        return outlet
    there = count_in_outlet(session, outlet.id)
    if there:
        raise OutletHolds(outlet=outlet.name, there=there)
    outlet.closed_on = day_of(now)
    session.flush()
    _record(session, identity, outlet, "outlet.closed", now)
    return outlet


def _require_operator(identity: Identity) -> None:
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden


def _record(
    session: Session, identity: Identity, outlet: Outlet, action: str, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="outlet",
        object_id=outlet.id,
        before=None,
        after={"name": outlet.name, "kind": outlet.kind, "place": outlet.place},
    )
