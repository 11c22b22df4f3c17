"""Many at one instant: each in a thread with a session of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

from sqlalchemy import Connection, Engine, Select, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from marketplace.core.db import prepare_engine
from marketplace.core.errors import Refusal


def all_at_once(engine: Engine, number: int, act: Callable[[Session, int], object]) -> list[str]:
    """Runs an act for each of many at the same moment and commits it; how each of them fared:
    `done`, or the code of the refusal. Anything else that goes wrong is raised."""
    barrier = Barrier(number)

    def one(place: int) -> str:
        with Session(engine) as session:
            barrier.wait(timeout=30)
            try:
                act(session, place)
                session.commit()
            except Refusal as refusal:
                session.rollback()
                return refusal.code
            return "done"

    with ThreadPoolExecutor(number) as crowd:
        return list(crowd.map(one, range(number)))


def without_guard(url: str) -> Engine:
    """An engine on which each statement stands alone: for controls that show a race is real."""
    return create_engine(url, isolation_level="AUTOCOMMIT", pool_size=50)


def hesitate(connection: Connection) -> None:
    """Lets others in between two statements, where the database can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_sleep(0.02)"))


@contextmanager
def standing_alone(url: str) -> Iterator[Engine]:
    """An engine without the guard on which each look lingers: what a command is without its
    transaction, its order and its locks."""
    plain = without_guard(url)
    event.listen(plain, "after_execute", _linger)
    if plain.dialect.name == "postgresql":
        # Of SQLite it would take over how transactions begin.
        prepare_engine(plain)
    try:
        yield plain
    finally:
        plain.dispose()


def _linger(_connection: Connection, statement: Executable, *_rest: object) -> None:
    if isinstance(statement, Select):
        Event().wait(0.005)


def heedless(act: Callable[[Session, int], object]) -> Callable[[Session, int], None]:
    """The act of somebody whom the database stopped halfway: what was written stays."""

    def go(session: Session, place: int) -> None:
        try:
            act(session, place)
        except SQLAlchemyError:
            session.rollback()

    return go


def comes_to_pass(went_wrong: Callable[[], bool]) -> bool:
    """Whether a control sees what it waits for. One crowd may by chance go in file; it does not
    do so twenty times."""
    return any(went_wrong() for _ in range(20))
