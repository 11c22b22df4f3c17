"""The applicant's part: handing in, and taking back what waits."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.core.numbers import normal_uscc, plain_identity
from marketplace.core.sealing import Sealer
from marketplace.hosts.commands.steps import leave_a_trail, lock_application
from marketplace.hosts.models import Agency, Host, HostApplication
from marketplace.hosts.rules import is_a_host
from marketplace.hosts.rules.application import (
    CODE_TAKEN,
    HOST,
    USCC_KNOWN,
    AlreadyAHost,
    ApplicationDecided,
    ApplicationWaits,
    GivenApplication,
    State,
    wrong_application,
)
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS


def apply(
    session: Session, identity: Identity, given: GivenApplication, sealer: Sealer, now: datetime
) -> int:
    """Hands an application in: who it is stands in it sealed. Returns its id.

    Raises InvalidInput naming every field, AlreadyAHost, ApplicationWaits.
    """
    if given.kind == HOST and is_a_host(identity):
        raise AlreadyAHost
    errors = wrong_application(given, day_of(now)) or _taken(session, given)
    if errors:
        raise InvalidInput(*errors)
    assert given.photo is not None, given.kind
    upload_id = keep(session, identity, given.photo, PHOTOGRAPHS, now, seal=sealer.seal_bytes)
    statement = insert_into(session, HostApplication).values(
        kind=given.kind,
        county_code=given.county_code,
        state=State.WAITING,
        applicant_id=identity.person_id,
        open_for=identity.person_id,
        name=given.name,
        code=given.code if given.kind == HOST else "",
        uscc="" if given.kind == HOST else normal_uscc(given.uscc),
        **_sealed(given, sealer),
        upload_id=upload_id,
        agreement=given.agreement,
        agreed_at=now,
        submitted_at=now,
        answer="",
    )
    statement = statement.on_conflict_do_nothing(index_elements=["open_for"])
    made: int | None = session.scalar(statement.returning(HostApplication.id))
    if made is None:
        raise ApplicationWaits
    facts = {"kind": given.kind, "name": given.name, "agreement": given.agreement}
    what = ("host_application", made)
    leave_a_trail(session, identity.person_id, "host.applied", what, facts, now=now)
    return made


def _sealed(given: GivenApplication, sealer: Sealer) -> dict[str, str]:
    number = plain_identity(given.identity)
    return {
        "real_name_sealed": sealer.seal(given.real_name),
        "identity_sealed": sealer.seal(number),
        "phone_sealed": sealer.seal(given.phone),
        "identity_mark": sealer.mark(number),
    }


def _taken(session: Session, given: GivenApplication) -> list[FieldError]:
    """Whether the code belongs to somebody, or the licence to an agency."""
    if given.kind == HOST:
        known = session.scalar(select(Host.id).where(func.upper(Host.code) == given.code).limit(1))
        params = (("code", given.code),)
        return [FieldError("code", CODE_TAKEN, params)] if known or _waits(session, given) else []
    uscc = normal_uscc(given.uscc)
    known = session.scalar(select(Agency.id).where(Agency.uscc == uscc))
    return [FieldError("uscc", USCC_KNOWN)] if known else []


def _waits(session: Session, given: GivenApplication) -> bool:
    """Whether the code is wished for in an application that waits."""
    row = HostApplication
    waiting = select(row.id).where(row.code == given.code, row.state == State.WAITING)
    return session.scalar(waiting.limit(1)) is not None


def withdraw(
    session: Session, identity: Identity, application_id: int, now: datetime
) -> HostApplication:
    """The applicant takes it back while it waits; once more changes nothing."""
    application = lock_application(session, application_id)
    if application.applicant_id != identity.person_id:
        raise NotFound
    if application.state == State.WITHDRAWN:
        return application
    if application.state != State.WAITING:
        raise ApplicationDecided
    application.state, application.open_for = State.WITHDRAWN, None
    application.decided_at = now
    session.flush()
    what = ("host_application", application.id)
    leave_a_trail(session, identity.person_id, "host.withdrawn", what, {}, now=now)
    return application
