"""Keeping files."""

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.core.resealing import Sealed
from marketplace.uploads.models import Upload
from marketplace.uploads.rules import GivenFile, fitting_name, require_kind


def as_it_came(content: bytes) -> bytes:
    return content


def keep(
    session: Session,
    identity: Identity,
    file: GivenFile,
    allowed: frozenset[str],
    now: datetime,
    *,
    seal: Callable[[bytes], bytes] = as_it_came,
) -> int:
    """Keeps a file of an allowed kind. Raises InvalidInput naming its field. Returns its id.

    With a `seal` the database holds its content sealed; size and hash are those of the file.
    """
    kind = require_kind(file, allowed)
    upload = Upload(
        name=fitting_name(file.name, kind),
        media_type=kind,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=seal(file.content),
        uploaded_by=identity.person_id,
        uploaded_at=now,
    )
    session.add(upload)
    session.flush()
    return upload.id


def sealed_among(ids: "Select[int | None]") -> Sealed:
    """Files that their owner keeps sealed."""
    return Sealed(Upload.id, (Upload.content,), Upload.id.in_(ids))


def drop(session: Session, upload_ids: Collection[int]) -> int:
    """Removes files for good. Whoever asks has let go of them in the same transaction."""
    gone = delete(Upload).where(Upload.id.in_(upload_ids)).returning(Upload.id)
    return len(session.execute(gone).all())
