"""Books under seal: which of their rows the trail has sealed, and whether they are still those."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, func, select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry, AuditLink
from marketplace.audit.rules import BrokenLink
from marketplace.audit.rules.books import BOOK, BookSeal, RowsDigest

AT_ONCE = 1000


@dataclass(frozen=True)
class SealedRows:
    """An entry of the trail that seals rows of a book."""

    entry_id: int
    position: int
    book: str
    at: datetime
    seal: BookSeal


def find_last_seal(session: Session, book: str) -> SealedRows | None:
    wanted = _seals().where(AuditEntry.object_id == book).order_by(AuditEntry.id.desc()).limit(1)
    row = session.execute(wanted).one_or_none()
    return _read(row) if row else None


def list_seals(session: Session, after_entry_id: int, most: int) -> list[SealedRows]:
    """Seals of all books, in the order in which they were made."""
    wanted = _seals().where(AuditEntry.id > after_entry_id).order_by(AuditEntry.id).limit(most)
    return [_read(row) for row in session.execute(wanted)]


def _seals() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEntry.id,
            func.coalesce(AuditLink.position, 0).label("position"),
            AuditEntry.object_id,
            AuditEntry.at,
            AuditEntry.after,
        )
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditEntry.object_kind == BOOK)
    )


def _read(row: Row[Any]) -> SealedRows:
    told = row._mapping
    seal = BookSeal.of(told["after"])
    return SealedRows(told["id"], told["position"], told["object_id"], told["at"], seal)


def highest_id(session: Session, book: Table) -> int | None:
    highest: int | None = session.scalar(select(func.max(book.c.id)))
    return highest


def digest_rows(
    session: Session, book: Table, columns: Sequence[str], between: tuple[int, int], most: int
) -> RowsDigest:
    """The hash over rows after the first id, up to and with the second; `most` at the most."""
    after_id, last_id = between
    wanted = (
        select(*(book.c[name] for name in columns))
        .where(book.c.id > after_id, book.c.id <= last_id)
        .order_by(book.c.id)
        .limit(most)
        .execution_options(yield_per=AT_ONCE)
    )
    digest = RowsDigest()
    with closing(session.execute(wanted)) as rows:
        for row in rows:
            digest.add(dict(zip(columns, row, strict=True)))
    return digest


def find_forged(
    session: Session, books: Mapping[str, Table], seals: Iterable[SealedRows]
) -> BrokenLink | None:
    """The first of the seals whose rows are no longer what was sealed."""
    for one in seals:
        why = _find_fault(session, books.get(one.book), one)
        if why is not None:
            return BrokenLink(one.position, one.entry_id, why)
    return None


def _find_fault(session: Session, book: Table | None, sealed: SealedRows) -> str | None:
    seal = sealed.seal
    if book is None or not set(seal.columns) <= set(book.c.keys()):
        return f"{sealed.book}: what was sealed has no place any more"
    between = (seal.after_id, seal.last_id)
    # One row more than were sealed is enough to know that some were put between.
    found = digest_rows(session, book, seal.columns, between, seal.rows + 1)
    if (found.rows, found.sha256) == (seal.rows, seal.sha256):
        return None
    return f"{sealed.book}: the {seal.rows} rows up to {seal.last_id} are not what was sealed"
