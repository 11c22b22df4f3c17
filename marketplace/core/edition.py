"""The edition of the public pages: a number that changes with whatever they show.

A page drawn under an edition may be shown again, by any process, for as long as the edition is
the same. The number rises in the very transaction that changes a shown table, so that whoever
sees the change sees the new number too.
"""

import os
from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, Engine, event, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase

from marketplace.core.db import Base

CHANGED = "shown tables changed"
# Each process raises a row of its own, as far as they go, so that writers do not queue.
SHARDS = 16
RAISE = text(
    "INSERT INTO edition (shard, number) VALUES (:shard, 1) "
    "ON CONFLICT (shard) DO UPDATE SET number = edition.number + 1"
)


class Edition(Base):
    """One process's part of the number; the edition is the sum."""

    __tablename__ = "edition"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)


_SUM = select(func.coalesce(func.sum(Edition.number), 0))


def read_edition(session: Session) -> int:
    """The edition that this transaction sees."""
    return int(session.execute(_SUM).scalar_one())


def follow(engine: Engine, shown: Collection[str]) -> None:
    """Raises the edition with every transaction of this engine that writes to a shown table."""
    names = frozenset(shown)

    def note(connection: Connection, statement: Executable, *_: object) -> None:
        if isinstance(statement, UpdateBase) and getattr(statement.table, "name", "") in names:
            connection.info[CHANGED] = True

    def close(connection: Connection) -> None:
        # The very last statement: nobody waits for this row while we still want another lock.
        if connection.info.pop(CHANGED, False):
            connection.execute(RAISE, {"shard": os.getpid() % SHARDS})

    def forget(connection: Connection) -> None:
        connection.info.pop(CHANGED, None)

    event.listen(engine, "after_execute", note)
    event.listen(engine, "commit", close)
    event.listen(engine, "rollback", forget)
