"""What requests have in common: they wait once, are decided once, by another, or taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.administration.models import Asked, RoleRequest, SettingRequest
from marketplace.administration.queries import get_role_request, get_setting_request
from marketplace.administration.rules import (
    AlreadyAsked,
    Decision,
    OwnRequest,
    State,
    asks,
    decides,
    require_undecided,
)
from marketplace.audit.commands import record
from marketplace.core.db import insert_into
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity

Request = type[RoleRequest] | type[SettingRequest]
# Who asks, and in which county.
Place = tuple[Identity, str]


def put_request(
    session: Session, table: Request, place: Place, values: dict[str, Any], now: datetime
) -> int:
    """Writes a request; its id. Raises AlreadyAsked where the same one waits, also where it was
    asked for at this very moment."""
    identity, county_code = place
    wanted = insert_into(session, table).values(
        **values,
        county_code=county_code,
        state=State.ASKED,
        asked_by=identity.person_id,
        asked_at=now,
        answer="",
    )
    once = wanted.on_conflict_do_nothing(index_elements=["open_for"]).returning(table.id)
    request_id = session.scalar(once)
    if request_id is None:
        raise AlreadyAsked
    return int(request_id)


def close_request(
    session: Session, request: Asked, identity: Identity, decision: Decision, now: datetime
) -> None:
    """Raises Forbidden, Decided, OwnRequest."""
    if not decides(identity):
        raise Forbidden
    require_undecided(request.state)
    if request.asked_by == identity.person_id:
        raise OwnRequest
    request.state = State.GRANTED if decision.is_granted else State.REFUSED
    request.decided_by, request.decided_at = identity.person_id, now
    request.answer, request.open_for = decision.answer, None
    session.flush()


def note_request(
    session: Session, action: str, request: RoleRequest | SettingRequest, now: datetime, by: int
) -> None:
    """Notes in the trail what became of a request."""
    record(
        session,
        now,
        actor_id=by,
        action=action,
        object_kind=request.__tablename__,
        object_id=request.id,
        before=None,
        after=_facts(request),
    )


def _facts(request: RoleRequest | SettingRequest) -> dict[str, Any]:
    if isinstance(request, SettingRequest):
        return {"name": request.name, "value": request.value, "state": request.state}
    return {
        "ask": request.ask,
        "person_id": request.person_id,
        "kind": request.organisation_kind,
        "organisation_id": request.organisation_id,
        "role": request.role,
        "state": request.state,
    }


def withdraw_role(
    session: Session, identity: Identity, place: tuple[str, int], now: datetime
) -> None:
    """Takes back what waits. `place` is the county and the request."""
    county_code, request_id = place
    request = get_role_request(session, request_id, county_code)
    _withdraw(session, identity, request, now)


def withdraw_setting(
    session: Session, identity: Identity, place: tuple[str, int], now: datetime
) -> None:
    """Takes back what waits. `place` is the county and the request."""
    county_code, request_id = place
    request = get_setting_request(session, request_id, county_code)
    _withdraw(session, identity, request, now)


def _withdraw(
    session: Session, identity: Identity, request: RoleRequest | SettingRequest, now: datetime
) -> None:
    if not asks(identity):
        raise Forbidden
    require_undecided(request.state)
    request.state, request.open_for = State.WITHDRAWN, None
    session.flush()
    note_request(session, "request.withdrawn", request, now, identity.person_id)


def latest(session: Session, table: Request, request_id: int) -> Any:
    return session.scalars(select(table).where(table.id == request_id)).one()
