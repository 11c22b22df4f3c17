"""Keeping what was printed, and packing papers into one archive."""

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.core.archives import pack_files
from marketplace.core.closed import sealer_of
from marketplace.core.resealing import Sealed
from marketplace.documents.models import Paper, PaperPart
from marketplace.documents.queries.papers import count_unprinted, list_parts, packages_ready
from marketplace.documents.rules.kinds import ZIP
from marketplace.outbox.commands import put
from marketplace.uploads.queries import get_upload

PACK_JOB = "documents.pack"
SEALED = Sealed(Paper.id, (Paper.facts_sealed, Paper.content), at_once=20)


def keep_print(session: Session, paper_id: int, content: bytes, now: datetime) -> None:
    """Keeps a printed paper, once, and asks for the packages that waited only for it."""
    # Two last parts that end at the same moment would each see the other unprinted.
    packages = select(PaperPart.package_id).where(PaperPart.paper_id == paper_id)
    session.scalars(
        select(Paper.id).where(Paper.id.in_(packages)).order_by(Paper.id).with_for_update()
    ).all()
    _keep(session, paper_id, content, now)
    for package_id in packages_ready(session, paper_id):
        ask_to_pack(session, package_id, now)


def _keep(session: Session, paper_id: int, content: bytes, now: datetime) -> None:
    session.execute(
        update(Paper)
        .where(Paper.id == paper_id, Paper.done_at.is_(None))
        .values(
            content=sealer_of(session).seal_bytes(content),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            done_at=now,
        )
    )


def ask_to_pack(session: Session, package_id: int, now: datetime) -> None:
    number = session.scalars(select(Paper.number).where(Paper.id == package_id)).one()
    put(session, PACK_JOB, {"paper_id": package_id}, effect_key=f"pack:{number}", now=now)


def is_packable(session: Session, package_id: int) -> bool:
    """Whether every part is printed. The parts are held until this transaction ends: whoever prints
    the last of them at this moment sees the package afterwards, or is seen here. Other packages may
    name them all the same: two who did and then held them would wait for each other."""
    parts = select(PaperPart.paper_id).where(PaperPart.package_id == package_id)
    held = select(Paper.id).where(Paper.id.in_(parts)).order_by(Paper.id)
    session.execute(held.with_for_update(key_share=True)).all()
    return not count_unprinted(session, package_id)


def pack(session: Session, package_id: int, now: datetime) -> None:
    """Puts the parts, the files that belong to them and the manifest into one archive.

    The same parts at the same instant make the same bytes. One that was removed meanwhile is not
    packed any more.
    """
    wanted = select(Paper).where(Paper.id == package_id, Paper.format == ZIP)
    package = session.scalars(wanted).one_or_none()
    if package is None:
        return
    contents: dict[str, bytes] = {}
    for part in list_parts(session, package_id):
        assert part.content is not None, (package_id, part.name)
        contents[part.name] = part.content
    for name, upload_id in package.facts["files"].items():
        contents[name] = get_upload(session, upload_id).content
    _keep(session, package_id, pack_files(contents, package.asked_at), now)
