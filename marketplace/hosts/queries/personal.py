"""What hosts' applications hold about a person; what stands sealed is opened for them alone."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData
from marketplace.core.sealing import Sealer
from marketplace.hosts.models import HostApplication
from marketplace.hosts.queries.applications import Opened
from marketplace.hosts.rules.application import State

SHOWN = ("id", "kind", "state", "name", "code", "uscc", "agreement", "agreed_at", "submitted_at")


def personal_data(session: Session, person_id: int, sealer: Sealer) -> PersonalData:
    """A person's own applications in full."""
    wanted = select(HostApplication).where(HostApplication.applicant_id == person_id)
    rows = session.scalars(wanted.order_by(HostApplication.id)).all()
    told = ("decided_at", "answer", "host_id", "agency_id")
    return {
        "host_applications": [
            {
                **{name: getattr(row, name) for name in (*SHOWN, *told)},
                **vars(Opened.of(row, sealer)),
            }
            for row in rows
        ]
    }


def count_open_applications(session: Session, person_id: int) -> int:
    """Applications of a person that wait for the county."""
    own = HostApplication.applicant_id == person_id
    wanted = select(func.count()).where(own, HostApplication.state == State.WAITING)
    return session.scalar(wanted) or 0
