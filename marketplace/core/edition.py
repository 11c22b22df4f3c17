"""The edition of the public pages: a number that changes with whatever they show.

A page drawn under an edition may be shown again, by any process, for as long as the edition is
the same. The number rises in the very transaction that changes a shown table, so that whoever
sees the change sees the new number too.
"""

import os
from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, Engine, event, text
from sqlalchemy.orm import Mapped, mapped_column
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


SUM = "SELECT COALESCE(SUM(number), 0) FROM edition"


def read_edition(engine: Engine) -> int:
    """The edition as it is now, asked for past the session: it is the one thing that every page
    from the shelf asks, and a session costs more than the page."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(SUM)
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])
    finally:
        connection.close()


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
