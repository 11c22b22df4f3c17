"""Keeping files."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.uploads.models import Upload
from marketplace.uploads.rules import GivenFile, plain_name, require_kind


def keep(
    session: Session,
    identity: Identity,
    file: GivenFile,
    allowed: frozenset[str],
    now: datetime,
) -> int:
    """Keeps a file of an allowed kind. Raises InvalidInput naming its field. Returns its id."""
    upload = Upload(
        name=plain_name(file.name),
        media_type=require_kind(file, allowed),
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
        uploaded_by=identity.person_id,
        uploaded_at=now,
    )
    session.add(upload)
    session.flush()
    return upload.id
