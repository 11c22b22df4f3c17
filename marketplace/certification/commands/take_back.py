"""A producer takes an application back, as long as the county has not begun to decide."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.certification.commands.steps import lock, step, tell_centre
from marketplace.certification.models import CertificationApplication
from marketplace.certification.rules import (
    NEXT_RUNG,
    TAKEN_BACK_FROM,
    DecidedAlready,
    Rung,
    State,
)
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind


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
