"""Editions: numbers that change with what is shown, one for each topic.

Whatever was drawn or looked up under an edition may be shown again, by any process, for as long
as the edition is the same. The number rises in the very transaction that changes a table of the
topic, so that whoever sees the change sees the new number too.
"""

import os
from collections.abc import Collection, Mapping
from enum import IntEnum
from functools import cache

from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    PoolProxiedConnection,
    TextClause,
    event,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase

from marketplace.core.db import Base

CHANGED = "topics that changed"
# Each process raises rows of its own, as far as they go, so that writers do not queue.
SHARDS = 16


class Topic(IntEnum):
    """What may be kept together; `tables.TOPICS` names the tables. The numbers stand in the
    database: a topic that goes leaves its number free."""

    SHOWN = 0
    PEOPLE = 1
    NOTICES = 2
    BASKETS = 3
    ORDERS = 4
    QUOTA = 5
    ANNOUNCED = 6
    COCKPIT = 20


Editions = Mapping[int, int]


class Edition(Base):
    """One process's part of the number of a topic, whose rows are its number times SHARDS and
    the following; the edition is their sum."""

    __tablename__ = "edition"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)


# Written out as a number: a parameter would keep PostgreSQL from grouping by it.
SUMS = f"SELECT shard / {SHARDS}, SUM(number) FROM edition GROUP BY 1"  # noqa: S608
_SUMS = text(SUMS)


@cache
def _raise(topics: int) -> TextClause:
    """One statement for so many topics."""
    rows = ", ".join(f"(:shard{place}, 1)" for place in range(topics))
    return text(
        f"INSERT INTO edition (shard, number) VALUES {rows} "  # noqa: S608
        "ON CONFLICT (shard) DO UPDATE SET number = edition.number + 1"
    )


def read_editions(engine: Engine) -> Editions:
    """The editions as they are now, asked for past the session: it is the one thing that every
    page from the shelf asks, and a session costs more than the page."""
    connection = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            return _ask_once(connection)
        cursor = connection.cursor()
        try:
            cursor.execute(SUMS)
            return dict(cursor.fetchall())
        finally:
            cursor.close()
    finally:
        connection.close()


def _ask_once(connection: PoolProxiedConnection) -> Editions:
    """One way to the server and back, past the driver's cursors: no BEGIN, nothing to roll back."""
    server: PGconn = connection.driver_connection.pgconn  # type: ignore[union-attr]
    told = server.exec_(SUMS.encode())
    if told.status != ExecStatus.TUPLES_OK:
        raise error_from_result(told)
    rows = ((told.get_value(row, 0), told.get_value(row, 1)) for row in range(told.ntuples))
    return {int(topic or 0): int(number or 0) for topic, number in rows}


def editions_seen_by(session: Session) -> Editions:
    """The editions as a transaction sees them that has begun already."""
    return {int(topic): int(number) for topic, number in session.execute(_SUMS)}


def _topics_of(tables: Mapping[Topic, Collection[str]]) -> dict[str, frozenset[Topic]]:
    """The other way round: table → its topics."""
    topics: dict[str, frozenset[Topic]] = {}
    for topic, names in tables.items():
        for name in names:
            topics[name] = topics.get(name, frozenset()) | {topic}
    return topics


def follow(engine: Engine, tables: Mapping[Topic, Collection[str]]) -> None:
    """Raises the editions of all topics that a transaction of this engine writes to."""
    topics = _topics_of(tables)

    def note(connection: Connection, statement: Executable, *_: object) -> None:
        if isinstance(statement, UpdateBase):
            told = topics.get(getattr(statement.table, "name", ""))
            if told:
                connection.info[CHANGED] = connection.info.get(CHANGED, frozenset()) | told

    def close(connection: Connection) -> None:
        # The very last statement: nobody waits for these rows while we still want another lock.
        # Always in the same order, so that two of us cannot wait for each other.
        changed = sorted(connection.info.pop(CHANGED, ()))
        if changed:
            mine = os.getpid() % SHARDS
            rows = {f"shard{place}": topic * SHARDS + mine for place, topic in enumerate(changed)}
            connection.execute(_raise(len(changed)), rows)

    def forget(connection: Connection) -> None:
        # What was noted on a connection that is cut went with it, and cannot be asked for.
        if not connection.invalidated:
            connection.info.pop(CHANGED, None)

    event.listen(engine, "after_execute", note)
    event.listen(engine, "commit", close)
    event.listen(engine, "rollback", forget)
