"""The worker does what is due, once, whatever happens to it."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from marketplace.audit.models import AuditEntry
from marketplace.cli.worker import Bell, Worker
from marketplace.outbox.commands import put
from marketplace.outbox.models import OutboxMessage, Schedule, WorkerSeen
from marketplace.outbox.rules import LEASE, Job, Payload
from tests.cli.standing_worker import count
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parents[2]
A_MINUTE = timedelta(minutes=1)
COUNT = {"count": Job(count)}


@pytest.fixture
def make_worker(engine, clock) -> Callable[[Mapping[str, Job]], Worker]:
    def make(jobs: Mapping[str, Job]) -> Worker:
        worker = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
        worker.begin()
        return worker

    return make


@pytest.fixture
def look(engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def ask(session: Session, job: str = "count", key: str = "once") -> None:
    put(session, job, {}, effect_key=key, now=NOON)
    session.commit()


def count_effects(session: Session) -> int:
    number = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    session.rollback()
    return number


def find_message(session: Session) -> OutboxMessage:
    found = session.scalars(select(OutboxMessage).execution_options(populate_existing=True)).one()
    session.expunge(found)
    session.rollback()
    return found


def wait_for_rollback(session: Session, table: type[OutboxMessage] | type[Schedule]) -> None:
    """Waits until the database has noticed that the killed one is gone, and frees its row."""
    session.scalars(select(table).with_for_update()).one()
    session.rollback()


@contextmanager
def standing_worker(url: str, moment: str) -> Iterator["subprocess.Popen[str]"]:
    """A real process with a worker in it, in the middle of its job."""
    command = [sys.executable, "-m", "tests.cli.standing_worker", url, moment]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "in the middle\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("moment", ["effect", "outside"])
def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_no_effect(
    moment, database_url, look, make_worker, clock
):
    ask(look)
    with standing_worker(database_url, moment) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    wait_for_rollback(look, OutboxMessage)
    assert count_effects(look) == 0
    second = make_worker(COUNT)
    assert second.work() is False
    clock.advance(seconds=LEASE.total_seconds())
    assert second.work() is True
    assert count_effects(look) == 1
    assert find_message(look).done_at == clock.now
    assert second.work() is False


def test_a_worker_killed_in_its_turn_leaves_the_turn_to_the_next(
    database_url, look, make_worker, clock
):
    with standing_worker(database_url, "turn") as process:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    wait_for_rollback(look, Schedule)
    assert count_effects(look) == 0
    second = make_worker({"count": Job(count, every=A_MINUTE)})
    assert second.work() is True
    assert second.work() is False
    assert count_effects(look) == 1


def test_a_worker_asked_to_stop_finishes_what_is_in_flight_and_takes_nothing_more(
    database_url, look
):
    ask(look, key="first")
    ask(look, key="second")
    with standing_worker(database_url, "effect") as process:
        process.send_signal(signal.SIGTERM)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(30) == 0
    assert count_effects(look) == 1
    done = select(OutboxMessage.effect_key).where(OutboxMessage.done_at.is_not(None))
    assert look.scalars(done).all() == ["first"]


def test_a_job_that_fails_leaves_no_trace_but_its_reason(look, make_worker, clock):
    def count_and_fail(session: Session, payload: Payload, now: datetime) -> None:
        count(session, payload, now)
        raise ValueError("the day has no end")

    ask(look)
    worker = make_worker({"count": Job(count_and_fail)})
    assert worker.work() is True
    assert worker.work() is False
    message = find_message(look)
    assert (message.attempts, message.done_at) == (1, None)
    assert message.last_error == "ValueError: the day has no end"
    assert count_effects(look) == 0
    clock.advance(seconds=10)
    make_worker(COUNT).work()
    assert count_effects(look) == 1


def test_a_message_for_a_job_nobody_knows_waits_for_a_program_that_does(look, make_worker, clock):
    ask(look, job="tomorrow's")
    worker = make_worker(COUNT)
    assert worker.work() is True
    assert find_message(look).last_error == "UnknownJob: tomorrow's"
    clock.advance(minutes=1)
    make_worker({"tomorrow's": Job(count)}).work()
    assert find_message(look).done_at == clock.now


def test_a_repeating_job_runs_once_a_turn_however_many_workers_there_are(look, make_worker, clock):
    jobs = {"count": Job(count, every=A_MINUTE)}
    workers = [make_worker(jobs) for _ in range(3)]
    assert [worker.work() for worker in workers] == [True, False, False]
    clock.advance(seconds=59)
    assert not any(worker.work() for worker in workers)
    clock.advance(seconds=1)
    assert [worker.work() for worker in workers] == [True, False, False]
    assert count_effects(look) == 2


def test_a_job_about_a_machine_s_own_files_runs_at_every_worker(look, make_worker, clock):
    """Nobody can collect from a folder of another machine: a turn that another took is no turn."""
    jobs = {"count": Job(count, every=A_MINUTE, on_each_machine=True)}
    workers = [make_worker(jobs) for _ in range(3)]
    assert [worker.work() for worker in workers] == [True, True, True]
    clock.advance(seconds=59)
    assert not any(worker.work() for worker in workers)
    clock.advance(seconds=1)
    assert [worker.work() for worker in workers] == [True, True, True]
    assert count_effects(look) == 6


def test_a_machine_s_own_job_that_fails_waits_for_its_next_turn(make_worker, clock):
    def fail(_session: Session, _payload: Payload, _now: datetime) -> None:
        raise ValueError

    worker = make_worker({"count": Job(fail, every=A_MINUTE, on_each_machine=True)})
    assert [worker.work(), worker.work()] == [True, False]
    clock.advance(minutes=1)
    assert worker.work() is True


def test_the_table_shows_when_a_machine_s_own_job_was_last_done(look, make_worker, clock):
    worker = make_worker({"count": Job(count, every=A_MINUTE, on_each_machine=True)})
    worker.work()
    row = look.scalars(select(Schedule)).one()
    assert (row.done_at, row.next_at) == (clock.now, clock.now + A_MINUTE)


def test_turns_that_were_slept_through_are_not_made_up_for(look, make_worker, clock):
    worker = make_worker({"count": Job(count, every=A_MINUTE)})
    worker.work()
    clock.advance(hours=10, seconds=30)
    assert worker.work() is True
    assert worker.work() is False
    assert look.scalars(select(Schedule.next_at)).one() == clock.now + timedelta(seconds=30)


def test_a_repeating_job_that_fails_waits_for_its_next_turn(look, make_worker, clock):
    def fail(_session: Session, _payload: Payload, _now: datetime) -> None:
        raise ValueError

    worker = make_worker({"count": Job(fail, every=A_MINUTE)})
    assert worker.work() is True
    assert worker.work() is False
    clock.advance(minutes=1)
    assert worker.work() is True


def test_an_idle_worker_asks_one_question_a_look(engine, make_worker):
    worker = make_worker({"count": Job(count, every=A_MINUTE)})
    worker.work()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert worker.work() is False
    assert len(asked) == 1


def test_a_worker_gives_a_sign_of_life_while_it_is_idle(look, make_worker, clock):
    worker = make_worker(COUNT)
    worker.work()
    clock.advance(seconds=20)
    worker.work()
    assert look.scalars(select(WorkerSeen.seen_at)).one() == clock.now


def test_a_worker_waits_for_a_database_that_is_away(make_worker, engine):
    bell = Bell()
    waited: list[float] = []

    class Impatient(Bell):
        def wait(self, timeout_s: float) -> None:
            waited.append(timeout_s)
            self.ring()

    with engine.begin() as connection:
        connection.execute(text("DROP TABLE worker_seen"))
    make_worker(COUNT).run(Impatient())
    assert waited == [5.0]
    bell.ring()
    bell.wait(60)
    assert bell.is_rung
