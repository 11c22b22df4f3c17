"""Reading files back. Whoever asks has made sure that the person may see it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.personal import PersonalData, rows_of
from marketplace.uploads.models import Upload

# Which files are the same, for packages above that join them to their own rows.
UPLOAD_MARKS = select(Upload.id, Upload.sha256, Upload.uploaded_at).subquery("upload_marks")


@dataclass(frozen=True)
class KeptFile:
    name: str
    media_type: str
    content: bytes


def get_upload(session: Session, upload_id: int) -> KeptFile:
    """A file with its content. Raises NotFound."""
    row = session.execute(
        select(Upload.name, Upload.media_type, Upload.content).where(Upload.id == upload_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptFile(*row)


def list_own(session: Session, upload_ids: Collection[int], person_id: int) -> frozenset[int]:
    """Those of the files that this person handed in."""
    own = select(Upload.id).where(Upload.id.in_(upload_ids), Upload.uploaded_by == person_id)
    return frozenset(session.scalars(own))


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Files that a person handed in, without their content."""
    about = (Upload.id, Upload.name, Upload.media_type, Upload.size, Upload.uploaded_at)
    wanted = select(*about).where(Upload.uploaded_by == person_id).order_by(Upload.id)
    return {"uploads": rows_of(session, wanted)}
