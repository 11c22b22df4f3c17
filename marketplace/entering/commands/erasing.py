"""Forgetting applicants who were not taken in, and drafts that nobody handed in."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.entering.models import EntryApplication, EntryPaper, EntryStep
from marketplace.entering.rules.states import WITH_THE_APPLICANT, EntryState
from marketplace.uploads.commands import drop

# Time enough to ask why, and to apply again with the same papers.
KEEP_REFUSED = timedelta(days=365)
KEEP_DRAFTS = timedelta(days=2 * 365)
AT_ONCE = 200
_EMPTY = (
    "phone",
    "story",
    "legal_name",
    "legal_tail",
    "bank",
    "bank_number_sealed",
    "food_number",
)
ERASABLE = (*WITH_THE_APPLICANT, EntryState.REFUSED)


def forget_refused(session: Session, now: datetime) -> int:
    """Empties applications that were refused a year ago, and removes their scans; how many."""
    lately = select(EntryStep.application_id).where(EntryStep.at >= now - KEEP_REFUSED)
    refused = EntryApplication.state == EntryState.REFUSED
    return _empty(session, refused, EntryApplication.id.not_in(lately))


def forget_drafts(session: Session, now: datetime) -> int:
    """Empties drafts that were not touched for two years; how many."""
    old = EntryApplication.written_at < now - KEEP_DRAFTS
    return _empty(session, EntryApplication.state.in_(WITH_THE_APPLICANT), old)


def forget_applicant(session: Session, person_id: int) -> int:
    """Empties what a person wrote that came to nothing. A producer's papers are the producer's."""
    own = EntryApplication.applicant_id == person_id
    return _empty(session, own, EntryApplication.state.in_(ERASABLE))


def _empty(session: Session, *which: ColumnElement[bool]) -> int:
    """The name of the applicant and the steps stay: they say what the county decided, and why."""
    scanned = EntryApplication.id.in_(select(EntryPaper.application_id))
    full = or_(scanned, *(getattr(EntryApplication, name) != "" for name in _EMPTY))
    ids = session.scalars(
        select(EntryApplication.id)
        .where(*which, full)
        .order_by(EntryApplication.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    session.execute(
        update(EntryApplication)
        .where(EntryApplication.id.in_(ids))
        .values(dict.fromkeys(_EMPTY, ""))
        .execution_options(synchronize_session=False)
    )
    papers = delete(EntryPaper).where(EntryPaper.application_id.in_(ids))
    drop(session, session.scalars(papers.returning(EntryPaper.upload_id)).all())
    return len(ids)
