"""Papers on which an erased consignee would still stand."""

from collections.abc import Collection

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from marketplace.documents.models import Paper, PaperPart


def drop_papers(session: Session, objects: Collection[str]) -> int:
    """Removes every paper about these objects, `purchase:12`; how many."""
    ids = session.scalars(select(Paper.id).where(Paper.object.in_(objects))).all()
    session.execute(
        delete(PaperPart).where(or_(PaperPart.package_id.in_(ids), PaperPart.paper_id.in_(ids)))
    )
    session.execute(delete(Paper).where(Paper.id.in_(ids)))
    return len(ids)
