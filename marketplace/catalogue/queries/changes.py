"""Following the catalogue: which products changed since one last looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.catalogue.models import ChangeLog, ProductChange

ONLY = 1
# The oldest transaction of this database that is still open: what lies before it is settled for
# good. Transactions of other databases on the same server have numbers of the same row, but
# nothing to write here; one that cannot be told apart counts as ours.
_OLDEST_OPEN = text("""
SELECT CAST(CAST(coalesce(
    (SELECT open FROM pg_snapshot_xip(s) AS open
     WHERE NOT EXISTS (
         SELECT 1 FROM pg_stat_activity AS other
         WHERE other.backend_xid = CAST(open AS xid) AND other.datname <> current_database())
     ORDER BY open LIMIT 1),
    pg_snapshot_xmax(s)) AS text) AS bigint)
FROM (SELECT pg_current_snapshot() AS s) AS moment
""")


@dataclass(frozen=True)
class Log:
    """Whose changes these are, and from where on they can still be read."""

    name: str
    forgotten_until: int


@dataclass(frozen=True)
class Changes:
    """What changed up to a position; None stands for everything."""

    until: int
    product_ids: Sequence[int] | None


def get_log(session: Session) -> Log:
    row = session.execute(
        select(ChangeLog.name, ChangeLog.forgotten_until).where(ChangeLog.id == ONLY)
    ).one()
    return Log(*row)


def read_position(session: Session) -> int:
    """The position before which everything is settled and visible to this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.execute(_OLDEST_OPEN).scalar_one())
    newest = session.scalar(select(func.max(ProductChange.position)))
    return 0 if newest is None else newest + 1


@dataclass(frozen=True)
class Backlog:
    """How much changed from a position on, and when the first of it did."""

    changes: int
    oldest_at: datetime | None


def backlog_since(session: Session, position: int) -> Backlog:
    """What a copy that has read up to a position does not know yet."""
    found = select(func.count(), func.min(ProductChange.at))
    row = session.execute(found.where(ProductChange.position >= position)).one()
    return Backlog(*row)


def list_changes(session: Session, since: int) -> Changes:
    """The products changed from a position on, each once, and where to read on next."""
    until = read_position(session)
    rows = session.scalars(
        select(ProductChange.product_id)
        .where(ProductChange.position >= since, ProductChange.position < until)
        .order_by(ProductChange.position, ProductChange.id)
    ).all()
    known = [product_id for product_id in dict.fromkeys(rows) if product_id is not None]
    return Changes(max(since, until), known if None not in rows else None)
