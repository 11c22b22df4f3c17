"""The database: one metadata, types that refuse what would be wrong, and real transactions."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, cast

import psycopg
import psycopg.adapt
from psycopg.abc import Buffer
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    bindparam,
    column,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from marketplace.core.closed import give_sealer
from marketplace.core.money import Fen
from marketplace.core.sealing import Sealer

# Names of constraints that migrations can rely on.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def exactly_one(*columns: str) -> str:
    """The condition that of these columns one is filled and no other."""
    filled = (f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return f"{' + '.join(filled)} = 1"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. A naive value is refused: nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Name = Annotated[str, mapped_column(String(120))]
Code = Annotated[str, mapped_column(String(40))]
Text = Annotated[str, mapped_column(String(2000))]


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        Fen: BigInteger,
        int: BigInteger().with_variant(Integer, "sqlite"),
        str: String(200),
    }


# How a transaction of SQLite begins.
_WRITING, _READING, _LOOKING = "BEGIN IMMEDIATE", "BEGIN", ""
_begins: ContextVar[str] = ContextVar("begins", default=_WRITING)


def begin_reading() -> None:
    """What follows in this context only reads, so it need not wait for a writer (SQLite)."""
    _begins.set(_READING)


def begin_writing() -> None:
    """What follows in this context may write: the default."""
    _begins.set(_WRITING)


@contextmanager
def _beginning(begins: str) -> Iterator[None]:
    token = _begins.set(begins)
    try:
        yield
    finally:
        _begins.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    with _beginning(_READING):
        yield


@contextmanager
def beside(engine: Engine) -> Iterator[Connection]:
    """A connection for one look past the session, which costs more than most looks. It sees what
    is committed, and no transaction is begun for it."""
    with _beginning(_LOOKING), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late (before the first write), so two writers that
    # read first lose updates. We take over: no implicit transactions, BEGIN by hand.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=15000",
        "foreign_keys=ON",
        "synchronous=FULL",
        "cache_size=-20000",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    begin = _begins.get()
    if begin:
        connection.exec_driver_sql(begin)


class _Whole(psycopg.adapt.Loader):
    """PostgreSQL's exact decimals as whole numbers; a fraction breaks loudly."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: object) -> None:
    # Sums of whole numbers come as decimals there, and as whole numbers from SQLite. Everything
    # we keep is whole: fen, grams, pieces, parts per million.
    connection.adapters.register_loader("numeric", _Whole)


def prepare_engine(engine: Engine, sealer: Sealer | None = None) -> None:
    """Gives SQLite the settings under which concurrent writers lose nothing, makes sums of whole
    numbers whole on PostgreSQL, and says what seals and opens in this database."""
    if sealer is not None:
        give_sealer(engine, sealer)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgresql)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


# Rows of one INSERT in which a column is empty here and filled there stay one statement.
AS_ONE = {"render_nulls": True}


def kept_in_transaction(session: Session, name: str) -> dict[Any, Any]:
    """What was looked up under a name since this transaction began, for asking only once."""
    session.connection()
    transaction = session.get_transaction()
    kept_in, kept = session.info.get(name, (None, {}))
    if kept_in is not transaction:
        kept = {}
        session.info[name] = (transaction, kept)
    return cast(dict[Any, Any], kept)


def insert_into(session: Session, table: Table | type[Base]) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    # Both dialects write ON CONFLICT alike; only PostgreSQL's class is named in types.
    return cast(postgresql.Insert, sqlite.insert(table))


def count_removed(session: Session, statement: Delete) -> int:
    """Removes rows, and says how many there were."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def add_up(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    amounts: Sequence[str],
) -> None:
    """Adds each row's amounts to the row with the same keys, creating it where there is none.

    One statement for all rows, in the order of their keys, so that two transactions that
    touch the same totals take their locks in the same order.
    """
    if not rows:
        return
    ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
    adding = _adding(session.get_bind().dialect.name, table, tuple(keys), tuple(amounts))
    if session.get_bind().dialect.name == "postgresql":
        columns = (*keys, *amounts)
        session.execute(adding, {name: [row[name] for row in ordered] for name in columns})
    else:
        session.execute(adding, ordered)


@cache
def _adding(
    dialect: str, table: Table, keys: Sequence[str], amounts: Sequence[str]
) -> postgresql.Insert:
    """The statement is the same however many rows there are, so it is put together only once.
    PostgreSQL gets a list for each column, SQLite one row after the other."""
    if dialect == "postgresql":
        columns = [table.c[name] for name in (*keys, *amounts)]
        lists = (bindparam(one.name, type_=ARRAY(one.type)) for one in columns)
        names = (column(one.name, one.type) for one in columns)
        listed = func.unnest(*lists).table_valued(*names).render_derived()
        statement = postgresql.insert(table).from_select(columns, select(*listed.c))
    else:
        statement = cast(postgresql.Insert, sqlite.insert(table))
    return statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={name: table.c[name] + statement.excluded[name] for name in amounts},
    )
