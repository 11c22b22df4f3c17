"""What every step of an application does: hold it, and write down who did what."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.audit.commands import record
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.entering.models import EntryApplication, EntryPaper, EntryStep
from marketplace.entering.rules.states import Hands, may_see
from marketplace.notices.commands import Matter, tell_each
from marketplace.units.queries import find_centre_over


def find_locked(session: Session, application_id: int) -> EntryApplication | None:
    """The application, held until this transaction ends."""
    return session.scalar(
        select(EntryApplication)
        .where(EntryApplication.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock(session: Session, identity: Identity, application_id: int) -> EntryApplication:
    """Raises NotFound for whoever may not see it."""
    application = find_locked(session, application_id)
    if application is None or not may_see(identity, application.applicant_id):
        raise NotFound
    return application


def hands_of(application: EntryApplication) -> Hands:
    return Hands(
        application.applicant_id,
        application.prechecked_by,
        application.recommended_by,
        application.decided_by,
    )


def kept_kinds(session: Session, application_id: int) -> frozenset[str]:
    """Of which kinds there are papers already."""
    wanted = select(EntryPaper.kind).where(EntryPaper.application_id == application_id)
    return frozenset(session.scalars(wanted))


def step(
    session: Session,
    actor_id: int | None,
    application: EntryApplication,
    deed: tuple[str, str],
    now: datetime,
) -> EntryStep:
    """Appends what was done, and to the trail what it came to."""
    kind, words = deed
    done = EntryStep(
        application_id=application.id, at=now, actor_id=actor_id, kind=kind, words=words
    )
    session.add(done)
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action=f"entering.{kind.lower()}",
        object_kind="entry_application",
        object_id=application.id,
        before=None,
        after={
            "state": application.state,
            "name": application.name,
            "uscc": application.uscc,
            "words": words,
        },
    )
    return done


def tell_applicant(
    session: Session, application: EntryApplication, kind: str, done: EntryStep, now: datetime
) -> None:
    tell_each(session, kind, _matter_of(application, done), [application.applicant_id], now)


def tell_officers(
    session: Session, application: EntryApplication, done: EntryStep, role: str, now: datetime
) -> None:
    """Those of the centre who may take the next step: whoever took one already may not."""
    centre = find_centre_over(session, application.village_code)
    if centre is None:
        return
    officers = member_ids(session, OrganisationKind.CENTRE, centre.id, role)
    people = officers - set(hands_of(application).all)
    tell_each(session, "entry_waiting", _matter_of(application, done), people, now)


def _matter_of(application: EntryApplication, done: EntryStep) -> Matter:
    params = {"name": application.name, "state": application.state}
    address, key = f"/enter/{application.id}", f"entry:{done.id}"
    return Matter("entry_application", application.id, params, address, key=key)
