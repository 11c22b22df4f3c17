"""Forgetting applicants who were not admitted: name, numbers and the photograph of their paper."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from marketplace.hosts.models import HostApplication
from marketplace.hosts.rules.application import State
from marketplace.uploads.commands import drop

# Time enough to ask why, and to apply again with the same papers.
KEEP_REFUSED = timedelta(days=365)
NOT_ADMITTED = (State.REFUSED, State.WITHDRAWN)
AT_ONCE = 200
_EMPTY = ("name", "real_name_sealed", "identity_sealed", "phone_sealed", "identity_mark")


def forget_refused(session: Session, now: datetime) -> int:
    """Empties applications that were refused or withdrawn a year ago; how many."""
    ended = func.coalesce(HostApplication.decided_at, HostApplication.submitted_at)
    return _empty(session, ended < now - KEEP_REFUSED)


def forget_applicant(session: Session, person_id: int) -> int:
    """Empties what a person applied for in vain. Whoever was admitted is known for as long as the
    records of their sessions are kept."""
    return _empty(session, HostApplication.applicant_id == person_id)


def _empty(session: Session, *which: ColumnElement[bool]) -> int:
    rows = session.execute(
        select(HostApplication.id, HostApplication.upload_id)
        .where(*which, HostApplication.state.in_(NOT_ADMITTED))
        .where(HostApplication.real_name_sealed != "")
        .order_by(HostApplication.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    session.execute(
        update(HostApplication)
        .where(HostApplication.id.in_([row.id for row in rows]))
        .values(dict.fromkeys(_EMPTY, ""))
        .values(upload_id=None)
        .execution_options(synchronize_session=False)
    )
    drop(session, [row.upload_id for row in rows if row.upload_id is not None])
    return len(rows)
