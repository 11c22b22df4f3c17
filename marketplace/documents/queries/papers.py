"""Papers that were asked for, as far as a person may see what they are about."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.closed import open_with, sealer_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.ids import read_code
from marketplace.core.paging import Page, PageRequest
from marketplace.core.sealing import Sealer, is_sealed
from marketplace.documents.models import Paper, PaperPart
from marketplace.documents.queries.composers import find_subject
from marketplace.documents.rules.kinds import (
    CERTIFICATE,
    KINDS,
    MEDIA_TYPES,
    Subject,
    file_name,
    read_subject,
)
from marketplace.documents.rules.sheet import Sheet, thaw


@dataclass(frozen=True)
class PaperView:
    """A paper without its content. `parts` and `parts_done` tell how far a package is."""

    id: int
    number: str
    kind: str
    object: str
    format: str
    facts_sha256: str
    asked_at: datetime
    asked_by_name: str
    done_at: datetime | None
    size: int | None
    sha256: str | None
    parts: int
    parts_done: int

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def state(self) -> str:
        return "WAITING" if self.done_at is None else "DONE"

    @property
    def file_name(self) -> str:
        return file_name(self.kind, self.object, self.number, self.format)


@dataclass(frozen=True)
class PaperFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Certificate:
    """A certificate as anyone sees it who holds its number."""

    number: str
    sheet: Sheet
    facts_sha256: str
    issued_at: datetime
    subject: Subject


def _rows() -> Select[*tuple[Any, ...]]:
    part = aliased(Paper)
    inside = select(func.count()).where(PaperPart.package_id == Paper.id).correlate(Paper)
    done = (
        select(func.count())
        .select_from(PaperPart)
        .join(part, part.id == PaperPart.paper_id)
        .where(PaperPart.package_id == Paper.id, part.done_at.is_not(None))
        .correlate(Paper)
    )
    own = ("id", "number", "kind", "object", "format", "facts_sha256", "asked_at")
    return select(
        *(getattr(Paper, name) for name in own),
        PERSON_NAMES.c.name,
        Paper.done_at,
        Paper.size,
        Paper.sha256,
        inside.scalar_subquery(),
        done.scalar_subquery(),
    ).join(PERSON_NAMES, PERSON_NAMES.c.id == Paper.asked_by)


def list_papers(
    session: Session, identity: Identity, subject: Subject, page: PageRequest
) -> Page[PaperView]:
    """The papers of an object, the newest first. Raises NotFound for whoever may not see it."""
    find_subject(session, identity, subject)
    of = Paper.object == str(subject)
    total = session.scalar(select(func.count()).select_from(Paper).where(of)) or 0
    wanted = _rows().where(of).order_by(Paper.id.desc()).offset(page.offset).limit(page.per_page)
    rows = [PaperView(*tuple(row)) for row in session.execute(wanted)]
    return Page(rows, page.page, page.per_page, total)


def get_paper(session: Session, identity: Identity, paper_id: int) -> PaperView:
    """A paper. Raises NotFound for whoever may not see what it is about."""
    row = session.execute(_rows().where(Paper.id == paper_id)).one_or_none()
    if row is None:
        raise NotFound
    paper = PaperView(*tuple(row))
    find_subject(session, identity, read_subject(paper.object))
    return paper


def get_file(session: Session, identity: Identity, paper_id: int) -> PaperFile:
    """The file of a paper that is done. Raises NotFound."""
    paper = get_paper(session, identity, paper_id)
    content = get_content(session, paper_id)
    if content is None:
        raise NotFound
    return PaperFile(paper.file_name, MEDIA_TYPES[paper.format], content)


def get_content(session: Session, paper_id: int) -> bytes | None:
    """The file of a paper that the asker may see; None while it is not printed."""
    content = session.scalar(select(Paper.content).where(Paper.id == paper_id))
    return open_content(session, content)


def open_content(session: Session, content: bytes | None) -> bytes | None:
    """A file as it was printed; what a former version kept in the clear as it stands."""
    if content is None or not is_sealed(content):
        return content
    return sealer_of(session).open_bytes(content)


def read_facts(sealer: Sealer, kept: str | dict[str, Any]) -> Mapping[str, Any]:
    """The facts of a paper, sealed or as they are."""
    if isinstance(kept, str):
        facts: dict[str, Any] = json.loads(open_with(sealer, kept))
        return facts
    return kept


def get_sheet(session: Session, paper_id: int) -> Sheet:
    """The frozen facts of a paper that the asker may see."""
    wanted = select(Paper.facts, Paper.facts_sealed).where(Paper.id == paper_id)
    facts, sealed = session.execute(wanted).one()
    return thaw(read_facts(sealer_of(session), sealed or facts))


def get_certificate(session: Session, typed: str) -> Certificate:
    """A certificate by the number on it. Raises NotFound; other papers are nobody's business."""
    row = session.execute(
        select(Paper.number, Paper.facts, Paper.facts_sha256, Paper.asked_at, Paper.object).where(
            Paper.number == (read_code(typed) or ""), Paper.kind == CERTIFICATE
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Certificate(
        row.number, thaw(row.facts), row.facts_sha256, row.asked_at, read_subject(row.object)
    )


@dataclass(frozen=True)
class PackedPart:
    """A part of a package with its content; None while it is not printed yet."""

    name: str
    content: bytes | None


def list_parts(session: Session, package_id: int) -> Sequence[PackedPart]:
    """The parts of a package, by their names in it."""
    rows = session.execute(
        select(PaperPart.name, Paper.content)
        .join(Paper, Paper.id == PaperPart.paper_id)
        .where(PaperPart.package_id == package_id)
        .order_by(PaperPart.name)
    )
    return [PackedPart(name, open_content(session, content)) for name, content in rows]


def count_unprinted(session: Session, package_id: int) -> int:
    """How many parts of a package are not printed yet."""
    wanted = select(func.count()).select_from(PaperPart).join(Paper, Paper.id == PaperPart.paper_id)
    return (
        session.scalar(wanted.where(PaperPart.package_id == package_id, Paper.done_at.is_(None)))
        or 0
    )


def packages_ready(session: Session, paper_id: int) -> Sequence[int]:
    """The packages that hold a paper and whose parts are all printed now."""
    part, sibling = aliased(PaperPart), aliased(Paper)
    unprinted = (
        select(part.paper_id)
        .join(sibling, sibling.id == part.paper_id)
        .where(part.package_id == PaperPart.package_id, sibling.done_at.is_(None))
    )
    wanted = select(PaperPart.package_id).where(PaperPart.paper_id == paper_id, ~unprinted.exists())
    return session.scalars(wanted.order_by(PaperPart.package_id)).all()
