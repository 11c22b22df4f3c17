"""A worker process that stops in the middle of its job until it is told to go on, or killed."""

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from marketplace.audit.commands import record
from marketplace.cli.worker import Bell, Worker
from marketplace.core.db import prepare_engine
from marketplace.outbox.rules import Job, Payload
from tests.conftest import NOON
from tests.engines import SEALER


def count(session: Session, _payload: Payload, now: datetime) -> None:
    """An effect that would show if it happened twice: nothing in the table stops a second row."""
    record(
        session,
        now,
        actor_id=None,
        action="counted",
        object_kind="test",
        object_id=1,
        before=None,
        after=None,
    )


def stand_still(_payload: Payload = {}, _effect_key: str = "") -> None:  # noqa: B006
    """Says that it is in the middle, and waits for a line: no clock is involved."""
    print("in the middle", flush=True)  # noqa: T201
    sys.stdin.readline()


def count_and_stand_still(session: Session, payload: Payload, now: datetime) -> None:
    count(session, payload, now)
    stand_still()


JOBS: Mapping[str, Mapping[str, Job]] = {
    "effect": {"count": Job(count_and_stand_still)},
    "outside": {"count": Job(count, outside=stand_still)},
    "turn": {"count": Job(count_and_stand_still, every=timedelta(minutes=1))},
}

if __name__ == "__main__":
    engine = create_engine(sys.argv[1])
    prepare_engine(engine, SEALER)
    bell = Bell()
    bell.hang()
    open_session = sessionmaker(engine, expire_on_commit=False)
    Worker("standing", open_session, JOBS[sys.argv[2]], lambda: NOON).run(bell)
