"""Verbs of roles: one asks, another gives; whoever gives may also take away at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, end_membership, grant
from marketplace.accounts.queries import get_person, roles_of
from marketplace.accounts.rules.logins import check_role
from marketplace.accounts.rules.separation import require_apart
from marketplace.administration.commands.asked import (
    Place,
    close_request,
    latest,
    note_request,
    put_request,
)
from marketplace.administration.models import RoleRequest
from marketplace.administration.queries import get_role_request
from marketplace.administration.rules import (
    Ask,
    Decision,
    NothingToChange,
    OwnAccess,
    OwnRequest,
    asks,
    decides,
)
from marketplace.audit.commands import record
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind


@dataclass(frozen=True)
class WantedRole:
    """A role that somebody is to get or to lose, and why."""

    ask: str
    role: Grant
    reason: str


def ask_for_role(session: Session, place: Place, wanted: WantedRole, now: datetime) -> int:
    """Asks; the request's id. Raises Forbidden, NotFound, InvalidInput, NothingToChange,
    DutiesApart, AlreadyAsked, OwnRequest."""
    identity, _county = place
    if not asks(identity):
        raise Forbidden
    role = wanted.role
    check_role(role.kind, role.role)
    get_person(session, role.person_id)
    if role.person_id == identity.person_id:
        raise OwnRequest
    held = roles_of(session, role.person_id, role.kind, role.organisation_id)
    if (role.role in held) == (wanted.ask == Ask.GIVE):
        raise NothingToChange
    if wanted.ask == Ask.GIVE:
        in_centre = roles_of(session, role.person_id, OrganisationKind.CENTRE)
        require_apart(role.kind, role.role, in_centre)
    values = {
        "ask": wanted.ask,
        "person_id": role.person_id,
        "organisation_kind": role.kind,
        "organisation_id": role.organisation_id,
        "role": role.role,
        "reason": wanted.reason,
        "open_for": f"{role.person_id}:{role.kind}:{role.organisation_id}:{role.role}",
    }
    request_id = put_request(session, RoleRequest, place, values, now)
    asked = latest(session, RoleRequest, request_id)
    note_request(session, "role.asked", asked, now, identity.person_id)
    return request_id


def decide_role(
    session: Session, place: Place, request_id: int, decision: Decision, now: datetime
) -> RoleRequest:
    """Gives or ends the role, or refuses. Raises NotFound, Forbidden, Decided, OwnRequest,
    DutiesApart."""
    identity, county_code = place
    request = get_role_request(session, request_id, county_code)
    if request.person_id == identity.person_id:
        raise OwnRequest
    close_request(session, request, identity, decision, now)
    note_request(session, "role.decided", request, now, identity.person_id)
    if decision.is_granted:
        change = grant if request.ask == Ask.GIVE else end_membership
        change(session, _role_in(request), now, actor_id=identity.person_id)
    return request


def end_role(session: Session, identity: Identity, held: Grant, reason: str, now: datetime) -> None:
    """Takes a role away at once: there is danger in waiting. Raises Forbidden, NotFound,
    OwnAccess."""
    if not decides(identity):
        raise Forbidden
    if held.person_id == identity.person_id:
        raise OwnAccess
    if held.role not in roles_of(session, held.person_id, held.kind, held.organisation_id):
        raise NotFound
    end_membership(session, held, now, actor_id=identity.person_id)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="role.ended_at_once",
        object_kind="person",
        object_id=held.person_id,
        before={"kind": held.kind, "organisation_id": held.organisation_id, "role": held.role},
        after={"reason": reason},
    )


def _role_in(request: RoleRequest) -> Grant:
    return Grant(
        request.person_id, request.organisation_kind, request.organisation_id, request.role
    )
