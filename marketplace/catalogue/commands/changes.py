"""Telling those who keep a copy of the catalogue what changed, in the same transaction."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from marketplace.catalogue.models import ChangeLog, ProductChange
from marketplace.catalogue.queries.changes import ONLY
from marketplace.core.db import count_removed
from marketplace.core.paging import in_parts

# A copy that has not looked for so long is built anew.
KEEP = timedelta(days=7)
AT_ONCE = 300
_TRANSACTION = text("CAST(CAST(pg_current_xact_id() AS text) AS bigint)")


def note_changes(session: Session, product_ids: Collection[int], now: datetime) -> None:
    """These products are no longer what a copy of the catalogue says they are."""
    for part in in_parts(sorted(set(product_ids)), AT_ONCE):
        position = _position(session)
        rows = [{"product_id": one, "position": position, "at": now} for one in part]
        session.execute(insert(ProductChange).values(rows))


def note_everything(session: Session, now: datetime) -> None:
    """Too much changed to say what: copies are built anew."""
    _note(session, None, now)


def forget_changes(session: Session, now: datetime) -> int:
    """Drops rows that every copy has had time to read; the newest row is always kept. How many."""
    newest = select(func.max(ProductChange.position)).scalar_subquery()
    old = (ProductChange.at < now - KEEP, ProductChange.position < newest)
    until = session.scalar(select(func.max(ProductChange.position)).where(*old))
    if until is None:
        return 0
    gone = count_removed(session, delete(ProductChange).where(ProductChange.position <= until))
    session.execute(update(ChangeLog).where(ChangeLog.id == ONLY).values(forgotten_until=until))
    return gone


def begin_log_anew(session: Session) -> None:
    """After a restore the past is another one: no copy made before may follow it."""
    session.execute(delete(ProductChange))
    values = {"name": secrets.token_hex(16), "forgotten_until": 0}
    session.execute(update(ChangeLog).where(ChangeLog.id == ONLY).values(**values))


def _note(session: Session, product_id: int | None, now: datetime) -> None:
    values = {"product_id": product_id, "position": _position(session), "at": now}
    session.execute(insert(ProductChange).values(**values))


def _position(session: Session) -> ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        return _TRANSACTION  # type: ignore[return-value]
    newest = select(func.coalesce(func.max(ProductChange.position), 0) + 1)
    return newest.scalar_subquery()
