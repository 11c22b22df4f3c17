"""Whether the database, or somebody else, and not we, is why something failed."""

import sqlite3

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import DBAPIError, IntegrityError

# The first byte of SQLite's codes; what follows it is detail.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
# Classes of PostgreSQL's codes: the connection, two who wait for each other, no room, an operator
# who closes, the server's own disk.
_POSTGRESQL = ("08", "40", "53", "57P", "58", "55P03")


def is_away(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment."""
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    if isinstance(cause, psycopg.Error):
        # Without a code nobody answered: the connection broke, or could not be opened.
        is_cut = cause.sqlstate is None and isinstance(cause, psycopg.OperationalError)
        return error.connection_invalidated or is_cut or _tells_so(cause.sqlstate)
    return False


def _tells_so(sqlstate: str | None) -> bool:
    return sqlstate is not None and sqlstate.startswith(_POSTGRESQL)


def has_met_another(error: DBAPIError) -> bool:
    """Whether somebody wrote what only one can write, after this request had looked for it. SQLite
    has one writer: there nobody comes in between, and it is our own bug."""
    return isinstance(error, IntegrityError) and isinstance(error.orig, UniqueViolation)
