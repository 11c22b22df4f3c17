"""Texts in force and to come, their history, and the drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of
from marketplace.core.errors import NotFound
from marketplace.texts.models import LegalDraft, LegalText
from marketplace.texts.rules import Kind


@dataclass(frozen=True)
class VersionView:
    """A version without its words."""

    kind: Kind
    version: int
    title: str
    reason: str
    written_by: int | None
    published_by: int | None
    published_at: datetime
    in_force_from: date


@dataclass(frozen=True)
class Shelf:
    """Every version of a kind, the newest first, as they stand on a day."""

    kind: Kind
    versions: Sequence[VersionView]
    today: date

    @property
    def in_force(self) -> VersionView | None:
        return next((one for one in self.versions if one.in_force_from <= self.today), None)

    @property
    def coming(self) -> Sequence[VersionView]:
        """Published, and not in force yet; the next one first."""
        return [one for one in reversed(self.versions) if one.in_force_from > self.today]

    @property
    def newest(self) -> VersionView | None:
        return self.versions[0] if self.versions else None

    def before(self, version: int) -> VersionView | None:
        return next((one for one in self.versions if one.version < version), None)


_COLUMNS = [getattr(LegalText, name) for name in VersionView.__dataclass_fields__]


def _view(row: Row[*tuple[Any, ...]]) -> VersionView:
    return VersionView(Kind(row[0]), *row[1:])


def shelf_of(session: Session, kind: Kind, today: date) -> Shelf:
    """The history of one kind."""
    wanted = select(*_COLUMNS).where(LegalText.kind == kind).order_by(LegalText.version.desc())
    return Shelf(kind, [_view(row) for row in session.execute(wanted)], today)


def list_shelves(session: Session, today: date) -> list[Shelf]:
    """All kinds, those without any text too."""
    rows = session.execute(select(*_COLUMNS).order_by(LegalText.version.desc()))
    views = [_view(row) for row in rows]
    return [Shelf(kind, [one for one in views if one.kind is kind], today) for kind in Kind]


def list_coming(session: Session, today: date) -> list[VersionView]:
    """What is published and not in force yet: the law wants it seen on the first page."""
    wanted = select(*_COLUMNS).where(LegalText.in_force_from > today)
    rows = session.execute(wanted.order_by(LegalText.in_force_from, LegalText.id))
    return [_view(row) for row in rows]


def get_body(session: Session, kind: Kind, version: int) -> str:
    """The words of a version. Raises NotFound."""
    wanted = select(LegalText.body).where(LegalText.kind == kind, LegalText.version == version)
    body = session.scalar(wanted)
    if body is None:
        raise NotFound
    return body


@dataclass(frozen=True)
class DraftView:
    kind: Kind
    title: str
    body: str
    reason: str
    in_force_from: date | None
    edition: int
    written_by: int | None
    written_at: datetime


def find_draft(session: Session, kind: Kind) -> DraftView | None:
    draft = session.get(LegalDraft, kind)
    if draft is None:
        return None
    names = list(DraftView.__dataclass_fields__)[1:]
    return DraftView(kind, *(getattr(draft, name) for name in names))


def list_drafts(session: Session) -> dict[str, datetime]:
    """Kinds that are being written, and when each was last changed."""
    rows = session.execute(select(LegalDraft.kind, LegalDraft.written_at))
    return {row.kind: row.written_at for row in rows}


def names_in(session: Session, shelf: Shelf, draft: DraftView | None) -> dict[int, str]:
    """Who wrote and published, for the desk; the public sees no names."""
    people = {one.written_by for one in shelf.versions}
    people |= {one.published_by for one in shelf.versions}
    people |= {draft.written_by if draft else None}
    return names_of(session, {one for one in people if one is not None})
