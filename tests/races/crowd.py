"""Many at one instant: each in a thread with a session of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

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
