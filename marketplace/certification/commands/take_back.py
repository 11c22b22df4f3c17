"""A producer takes an application or a paper of it back, as long as the county has not begun to
decide."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.certification.commands.steps import lock, step, tell_centre
from marketplace.certification.models import ApplicationPaper, CertificationApplication
from marketplace.certification.rules import (
    NEXT_RUNG,
    TAKEN_BACK_FROM,
    DecidedAlready,
    PaperStays,
    Rung,
    State,
)
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.uploads.commands import drop
from marketplace.uploads.queries import get_upload, list_own


def take_back(
    session: Session, identity: Identity, application_id: int, now: datetime
) -> CertificationApplication:
    """Ends an application by its producer's own wish: its products are free for another, and
    those it waited for are told. A second time changes nothing. Raises NotFound, Forbidden,
    DecidedAlready."""
    application = lock(session, identity, application_id)
    if not identity.has_role(OrganisationKind.PRODUCER, application.producer_id):
        raise Forbidden
    if application.withdrawn_at is not None:
        return application
    if application.state not in TAKEN_BACK_FROM:
        raise DecidedAlready
    waited_for = NEXT_RUNG.get(State(application.state))
    application.state, application.withdrawn_at = State.REFUSED, now
    step(session, application, identity, (Rung.APPLICANT, "WITHDRAWN", ""), now)
    if waited_for is not None:
        tell_centre(session, application, waited_for, now, kind="certification_withdrawn")
    return application


def remove_paper(
    session: Session, identity: Identity, application_id: int, upload_id: int, now: datetime
) -> CertificationApplication:
    """Whoever handed a paper in takes it away again, for good; its name stays in the trail.
    Raises NotFound, Forbidden, PaperStays."""
    application = lock(session, identity, application_id)
    held = session.get(ApplicationPaper, (application_id, upload_id))
    if not identity.has_role(OrganisationKind.PRODUCER, application.producer_id):
        raise Forbidden
    if held is None:
        raise NotFound
    if upload_id not in list_own(session, [upload_id], identity.person_id):
        raise Forbidden
    if application.state not in TAKEN_BACK_FROM:
        raise PaperStays
    name = get_upload(session, upload_id).name
    mine = (ApplicationPaper.application_id == application_id,)
    session.execute(delete(ApplicationPaper).where(*mine, ApplicationPaper.upload_id == upload_id))
    drop(session, [upload_id])
    step(session, application, identity, (Rung.APPLICANT, "UNPAPERED", name), now)
    return application
