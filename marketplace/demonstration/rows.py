"""Rows by the hundred thousand: written table by table, the quickest way each database has."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import JSON, Column, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.core.db import Base, UtcDateTime

Row = Mapping[str, Any]


class Rows:
    """Rows waiting to be written, with ids given out before the database sees them.

    The rooms' own commands write one row at a time and check each; this is the road by which a
    whole county arrives at once, as in a restore. What is written this way is proved afterwards
    by `reconcile`, and nobody else may be writing meanwhile.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.pending: dict[str, list[Row]] = {}
        self.totals: dict[str, dict[tuple[Any, ...], list[int]]] = {}
        self._ids: dict[str, count[int]] = {}

    def new_id(self, table_name: str) -> int:
        """The next free id of a table."""
        if table_name not in self._ids:
            column = Base.metadata.tables[table_name].c.id
            self._ids[table_name] = count((self.session.scalar(select(func.max(column))) or 0) + 1)
        return next(self._ids[table_name])

    def add(self, table_name: str, **row: Any) -> None:
        self.pending.setdefault(table_name, []).append(row)

    def add_with_id(self, table_name: str, **row: Any) -> int:
        row["id"] = self.new_id(table_name)
        self.add(table_name, **row)
        return int(row["id"])

    def add_up(self, table_name: str, key: tuple[Any, ...], *amounts: int) -> None:
        """Adds amounts to a running total; the key is the table's primary key in its order."""
        totals = self.totals.setdefault(table_name, {})
        known = totals.get(key)
        if known is None:
            totals[key] = list(amounts)
        else:
            for place, amount in enumerate(amounts):
                known[place] += amount

    @property
    def waiting(self) -> int:
        return sum(map(len, self.pending.values())) + sum(map(len, self.totals.values()))

    def write(self) -> None:
        """Writes what waits, parents before children, and keeps the counters of ids in step."""
        for table in Base.metadata.sorted_tables:
            rows = self.pending.pop(table.name, ())
            if rows:
                _insert(self.session, table, rows)
        for table_name, totals in self.totals.items():
            _add_up(self.session, Base.metadata.tables[table_name], totals)
        self.totals.clear()
        if self.session.get_bind().dialect.name == "postgresql":
            _advance_sequences(self.session, self._ids)


def _insert(session: Session, table: Table, rows: Sequence[Row]) -> None:
    columns = list(table.columns)
    cells = [_cell(column, session.get_bind().dialect.name) for column in columns]
    values = [tuple(cell(row) for cell in cells) for row in rows]
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        _copy(driver, table, values)
    else:
        statement = str(table.insert().compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, values)


def _copy(driver: psycopg.Connection[Any], table: Table, values: Sequence[tuple[Any, ...]]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for value in values:
            copy.write_row(value)


def _cell(column: Column[Any], dialect: str) -> Callable[[Row], Any]:
    """How a column's cell is read from a row, as the driver wants it."""
    name, default = column.name, _default(column)
    convert = _conversion(column, dialect)
    if convert is None:
        return lambda row: row.get(name, default)

    def read(row: Row) -> Any:
        value = row.get(name, default)
        return None if value is None else convert(value)

    return read


def _default(column: Column[Any]) -> Any:
    default = column.default
    if default is None:
        return None
    return {} if default.is_callable else default.arg  # type: ignore[attr-defined]


def _conversion(column: Column[Any], dialect: str) -> Callable[[Any], Any] | None:
    if isinstance(column.type, JSON):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if dialect != "sqlite":
        return None
    if isinstance(column.type, UtcDateTime):
        return _sqlite_moment
    if column.type.python_type.__name__ == "date":
        return lambda value: value.isoformat()
    return None


def _sqlite_moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _add_up(session: Session, table: Table, totals: Mapping[tuple[Any, ...], list[int]]) -> None:
    keys = [column.name for column in table.primary_key]
    amounts = [column.name for column in table.columns if not column.primary_key]
    names = [*keys, *amounts]
    rows = [dict(zip(names, (*key, *sums), strict=True)) for key, sums in totals.items()]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={amount: table.c[amount] + statement.excluded[amount] for amount in amounts},
        ),
        rows,
    )


def _advance_sequences(session: Session, tables: Mapping[str, object]) -> None:
    # Ids were given out here, so the database's own counters must learn of them.
    for name in tables:
        sequence = session.scalar(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{name}"'}
        )
        highest = session.scalar(select(func.max(Base.metadata.tables[name].c.id)))
        if sequence and highest:
            session.execute(select(func.setval(sequence, highest)))
