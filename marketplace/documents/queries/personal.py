"""Papers that a person asked for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData, rows_of
from marketplace.documents.models import Paper


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Which papers, not what stands on them: they are about a purchase, a unit, a producer."""
    about = (Paper.number, Paper.kind, Paper.object, Paper.format, Paper.asked_at)
    wanted = select(*about).where(Paper.asked_by == person_id).order_by(Paper.id)
    return {"papers": rows_of(session, wanted)}
