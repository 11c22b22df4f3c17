"""Sealing books: what was entered is hashed into the trail, whose chain nobody can rewrite."""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Table
from sqlalchemy.orm import Session

from marketplace.audit.commands.trail import keep_verdict, record
from marketplace.audit.queries import (
    digest_rows,
    find_forged,
    find_last_seal,
    highest_id,
    list_seals,
)
from marketplace.audit.rules import Verdict
from marketplace.audit.rules.books import BOOK, ROWS_OF_A_SEAL, SEALED, BookSeal

# Seals of one book made in one transaction: a long backlog is sealed in steps.
SEALS_AT_ONCE = 10
# Seals looked at again in one transaction at night.
LOOKED_AT = 5


def seal_books(session: Session, books: Mapping[str, Table], now: datetime) -> int:
    """Seals what was entered and has settled; how many seals were made."""
    return sum(_seal_backlog(session, book, now) for book in books.values())


def _seal_backlog(session: Session, book: Table, now: datetime) -> int:
    steps = (_seal_next(session, book, now) for _ in range(SEALS_AT_ONCE))
    return sum(takewhile(bool, steps))


def _seal_next(session: Session, book: Table, now: datetime) -> bool:
    """One seal more: over what was seen when the last one was made."""
    sealed = find_last_seal(session, book.name)
    last = sealed.seal if sealed else BookSeal.beginning()
    if not last.is_settled(now):
        return False
    columns = tuple(book.c.keys())
    between = (last.last_id, last.seen_id)
    found = digest_rows(session, book, columns, between, ROWS_OF_A_SEAL)
    seen_id = highest_id(session, book) or last.seen_id
    if not found.rows and seen_id == last.seen_id:
        return False
    more = found.rows == ROWS_OF_A_SEAL
    seal = BookSeal(
        columns=columns,
        after_id=last.last_id,
        last_id=found.last_id if more else last.seen_id,
        rows=found.rows,
        sha256=found.sha256,
        seen_id=last.seen_id if more else seen_id,
        seen_at=last.seen_at if more else now.isoformat(),
    )
    record(
        session,
        now,
        actor_id=None,
        action=SEALED,
        object_kind=BOOK,
        object_id=book.name,
        before=None,
        after=seal.facts(),
    )
    return True


def follow_seals(
    session: Session, books: Mapping[str, Table], after_entry_id: int, now: datetime
) -> int | Verdict | None:
    """Looks at some more seals: the entry it came to, or None where there are no more. Rows that
    are not what was sealed end it with a verdict that is kept."""
    seals = list_seals(session, after_entry_id, LOOKED_AT)
    broken = find_forged(session, books, seals)
    if broken is not None:
        return keep_verdict(session, Verdict(0, {}, 0, broken), now)
    return seals[-1].entry_id if seals else None
