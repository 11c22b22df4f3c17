"""Many at one instant: each in a thread with a session of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier

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
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=50)
    if engine.dialect.name == "postgresql":
        # Of SQLite it would take over how transactions begin.
        prepare_engine(engine)
    return engine


def hesitate(connection: Connection) -> None:
    """Lets others in between two statements, where the database can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_sleep(0.02)"))


Act = Callable[[Session], object]


def goes_wrong_in_a_gap(url: str, case: Callable[[], tuple[Act, Act, Callable[[], bool]]]) -> bool:
    """Whether two acts go wrong that are no transaction: the second happens whole after the first
    look of the first, in a new case after the second look, and so on through all there are.

    A case makes the two acts, and says whether it went wrong. Nothing here is left to chance.
    """
    plain, gapped = without_guard(url), without_guard(url)
    looks = count(1)
    gap: tuple[int, Act]

    def look(_connection: Connection, statement: Executable, *_rest: object) -> None:
        if isinstance(statement, Select) and next(looks) == gap[0]:
            _do_heedlessly(plain, gap[1])

    event.listen(gapped, "after_execute", look)
    is_wrong, has_gap = False, True
    for place in count(1):
        first, other, went_wrong = case()
        looks, gap = count(1), (place, other)
        _do_heedlessly(gapped, first)
        is_wrong, has_gap = went_wrong(), next(looks) > place
        if is_wrong or not has_gap:
            break
    plain.dispose()
    gapped.dispose()
    return is_wrong and has_gap


def _do_heedlessly(engine: Engine, act: Act) -> None:
    """As somebody whom a refusal or the database stops halfway: what was written stays."""
    with suppress(Refusal, SQLAlchemyError), Session(engine) as session:
        act(session)
        session.commit()
