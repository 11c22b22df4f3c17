"""The county's part: opening what was sealed, admitting, refusing."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, grant
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.sealing import Sealer
from marketplace.hosts.commands.steps import leave_a_trail, lock_application, step
from marketplace.hosts.models import Agency, Host, HostApplication
from marketplace.hosts.queries.applications import Opened, get_application
from marketplace.hosts.rules.application import (
    HOST,
    AgencyAdmitted,
    ApplicationDecided,
    CodeGiven,
    OwnCase,
    State,
    Unsealable,
    decides,
)
from marketplace.notices.commands import Matter, tell_each
from marketplace.uploads.queries import KeptFile, get_upload

APPLY = "/host/apply"


def admit(
    session: Session, identity: Identity, application_id: int, now: datetime
) -> HostApplication:
    """The host or agency exists from now on, and the applicant works for it.

    Raises NotFound, Forbidden, OwnCase, ApplicationDecided, CodeGiven, AgencyAdmitted.
    """
    application = _take(session, identity, application_id)
    subject = _make(session, application, now)
    of_host = isinstance(subject, Host)
    application.host_id = subject.id if of_host else None
    application.agency_id = None if of_host else subject.id
    kind = OrganisationKind.HOST if of_host else OrganisationKind.AGENCY
    role = Role.HOST if of_host else Role.CLERK
    given = Grant(application.applicant_id, kind, subject.id, role)
    grant(session, given, now, actor_id=identity.person_id)
    step(session, subject, identity.person_id, ("ADMITTED", ""), now)
    _decide(session, application, identity, (State.ADMITTED, ""), now)
    return application


def _make(session: Session, application: HostApplication, now: datetime) -> Host | Agency:
    """Of two who are admitted at once with one code, the second is told."""
    county = application.county_code
    known: dict[str, Any] = {"name": application.name, "joined_at": now, "county_code": county}
    made: Host | Agency
    if application.kind == HOST:
        made = Host(code=application.code, **known)
    else:
        made = Agency(uscc=application.uscc, **known)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        if application.kind == HOST:
            raise CodeGiven(code=application.code) from None
        raise AgencyAdmitted(uscc=application.uscc) from None
    return made


def refuse(
    session: Session, identity: Identity, application_id: int, reason: str, now: datetime
) -> HostApplication:
    """Says no, and why: the applicant reads it and may apply again."""
    application = _take(session, identity, application_id)
    _decide(session, application, identity, (State.REFUSED, reason), now)
    return application


def _take(session: Session, identity: Identity, application_id: int) -> HostApplication:
    """An application that waits, held by an official who may decide about it."""
    if not identity.is_in_centre():
        raise NotFound
    if not decides(identity):
        raise Forbidden
    application = lock_application(session, application_id)
    if application.applicant_id == identity.person_id:
        raise OwnCase
    if application.state != State.WAITING:
        raise ApplicationDecided
    return application


def _decide(
    session: Session,
    application: HostApplication,
    identity: Identity,
    verdict: tuple[State, str],
    now: datetime,
) -> None:
    application.state, application.answer = verdict
    application.open_for = None
    application.decided_by, application.decided_at = identity.person_id, now
    session.flush()
    what = ("host_application", application.id)
    facts = {"state": application.state, "answer": application.answer}
    action = f"host.application_{application.state.lower()}"
    leave_a_trail(session, identity.person_id, action, what, facts, now=now)
    matter = Matter(*what, {"name": application.name}, APPLY, "decided")
    event = f"host_{application.state.lower()}"
    tell_each(session, event, matter, [application.applicant_id], now)


def reveal(
    session: Session, identity: Identity, application_id: int, sealer: Sealer, now: datetime
) -> Opened:
    """Opens name, number and telephone whole, and leaves in the trail who did.

    Raises NotFound, Forbidden, Unsealable.
    """
    application = _see(session, identity, application_id)
    opened = Opened.of(application, sealer)
    if not opened.identity:
        raise Unsealable
    what = ("host_application", application.id)
    leave_a_trail(session, identity.person_id, "host.revealed", what, {}, now=now)
    return opened


def open_photo(
    session: Session, identity: Identity, application_id: int, sealer: Sealer, now: datetime
) -> KeptFile:
    """The photograph of the paper, opened; the trail keeps who looked at it."""
    application = _see(session, identity, application_id)
    if application.upload_id is None:
        raise NotFound
    kept = get_upload(session, application.upload_id)
    content = sealer.open_bytes(kept.content)
    if content is None:
        raise Unsealable
    what = ("host_application", application.id)
    leave_a_trail(session, identity.person_id, "host.photo_opened", what, {}, now=now)
    return KeptFile(kept.name, kept.media_type, content)


def _see(session: Session, identity: Identity, application_id: int) -> HostApplication:
    if not identity.is_in_centre():
        raise NotFound
    if not decides(identity):
        raise Forbidden
    return get_application(session, application_id)
