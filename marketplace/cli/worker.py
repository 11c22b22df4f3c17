"""The worker: takes what is due, does it, and leaves nothing half done."""

import os
import select
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import perf_counter
from types import FrameType

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from structlog.contextvars import bound_contextvars

from marketplace.cli.indexer import indexing
from marketplace.cli.own_turns import OwnTurns
from marketplace.core.acting import acting
from marketplace.core.clock import Clock
from marketplace.core.db import reading
from marketplace.outbox import commands
from marketplace.outbox.queries import find_work
from marketplace.outbox.rules import LEASE, Job, LeasedMessage, Payload
from marketplace.web import metrics

IDLE_S = 1.0
TROUBLED_S = 5.0
SIGN_OF_LIFE = timedelta(seconds=20)

log = structlog.get_logger()


class UnknownJob(LookupError):
    """A message names a job this program does not have: perhaps yesterday's, or tomorrow's."""


class Bell:
    """Rung by SIGTERM or Ctrl-C: what is in flight is finished, then the worker goes home.

    A pipe and not a lock: a signal may arrive in any instruction, also while a lock is held.
    """

    def __init__(self) -> None:
        self.is_rung = False
        self._ear, self._cord = os.pipe()

    def ring(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self.is_rung = True
        os.write(self._cord, b"!")

    def hang(self) -> None:
        signal.signal(signal.SIGTERM, self.ring)
        signal.signal(signal.SIGINT, self.ring)

    def wait(self, timeout_s: float) -> None:
        """Sleeps until it is rung, at most so long."""
        select.select([self._ear], [], [], timeout_s)


class Worker:
    """Does one piece of work after the other; several may stand side by side."""

    def __init__(
        self, name: str, open_session: Callable[[], Session], jobs: Mapping[str, Job], clock: Clock
    ) -> None:
        self.name = name
        self.clock = clock
        self._open_session = open_session
        self._seen_at: datetime | None = None
        self.give(jobs)

    def give(self, jobs: Mapping[str, Job]) -> None:
        """What it does from now on."""
        self.jobs = jobs
        self._own = OwnTurns(jobs)
        self._repeating = {
            name: job
            for name, job in jobs.items()
            if job.every is not None and not job.on_each_machine
        }

    def begin(self) -> None:
        with self._transaction() as session:
            commands.begin_schedules(session, self.jobs, self.clock())

    def work(self) -> bool:
        """Does one piece of work, if any is due; whether there was any."""
        self._give_sign_of_life()
        if self._take_own_turn():
            return True
        with reading(), self._open_session() as session:
            due = find_work(session, self._repeating, self.clock())
        # A turn first: there are few, and they must not starve behind a flood of letters.
        did_turn = due.has_turn and self._take_turn()
        did_message = due.has_message and self._deliver()
        return did_turn or did_message

    def run(self, bell: Bell) -> None:
        """Works until the bell is rung."""
        has_begun = False
        while not bell.is_rung:
            try:
                if not has_begun:
                    self.begin()
                    has_begun = True
                if not self.work():
                    bell.wait(IDLE_S)
            except SQLAlchemyError as error:
                # The database is away: whatever was in flight is undone and due again.
                log.error("worker waits for the database", error=type(error).__name__)
                bell.wait(TROUBLED_S)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._open_session() as session, session.begin():
            yield session

    def _give_sign_of_life(self) -> None:
        now = self.clock()
        if self._seen_at is None or now - self._seen_at >= SIGN_OF_LIFE:
            with self._transaction() as session:
                commands.see_worker(session, self.name, now)
            self._seen_at = now

    def _take_own_turn(self) -> bool:
        taken = self._own.take(self.clock())
        if taken is None:
            return False
        started_s, name = perf_counter(), taken
        try:
            with self._transaction() as session:
                self._finish_turn(session, name, {}, started_s)
                # Nobody takes this turn from the table: it only shows when the last was.
                commands.skip_turn(session, name, self._own.jobs, self.clock())
            _note(name, "done", perf_counter() - started_s)
        except Exception as error:
            self._fail_turn(name, self._own.jobs, error)
        return True

    def _take_turn(self) -> bool:
        taken: list[str] = []
        try:
            return self._do_turn(taken)
        except Exception as error:
            if not taken:
                raise
            self._fail_turn(taken[0], self._repeating, error)
            return True

    def _fail_turn(self, name: str, jobs: Mapping[str, Job], error: Exception) -> None:
        _note(name, "failed", 0.0, error)
        with self._transaction() as session:
            commands.skip_turn(session, name, jobs, self.clock())
            commands.note_failure(session, name, _words(error), self.clock())

    def _do_turn(self, taken: list[str]) -> bool:
        started_s, now = perf_counter(), self.clock()
        with self._transaction() as session:
            name = commands.take_turn(session, self._repeating, now)
            if name is None:
                return False
            taken.append(name)
            job = self._repeating[name]
            if job.looks is None:
                self._finish_turn(session, name, {}, started_s)
        if job.looks is not None:
            found = self._look(job, {})
            with self._transaction() as session:
                self._finish_turn(session, name, found, started_s)
        _note(name, "done", perf_counter() - started_s)
        return True

    def _finish_turn(self, session: Session, name: str, payload: Payload, started_s: float) -> None:
        now = self.clock()
        with acting(f"job:{name}"), bound_contextvars(job=name):
            self.jobs[name].effect(session, payload, now)
        commands.note_turn(session, name, round((perf_counter() - started_s) * 1000), now)

    def _look(self, job: Job, payload: Payload) -> Payload:
        """What a job reads before it writes, in a transaction that keeps nobody waiting."""
        assert job.looks is not None
        with reading(), self._open_session() as session:
            return job.looks(session, payload, self.clock())

    def _deliver(self) -> bool:
        with self._transaction() as session:
            message = commands.take(session, self.clock())
        if message is None:
            return False
        with bound_contextvars(**_asked_by(message)):
            self._try(message)
        return True

    def _try(self, message: LeasedMessage) -> None:
        started_s = perf_counter()
        try:
            outcome = "done" if self._do(message) else "taken over"
        except Exception as error:
            _note(message.job, "failed", perf_counter() - started_s, error)
            with self._transaction() as session:
                commands.postpone(session, message, _words(error), self.clock())
            return
        _note(message.job, outcome, perf_counter() - started_s)

    def _do(self, message: LeasedMessage) -> bool:
        """The outside part, then effect and mark in one transaction. False: not ours any more."""
        job = self.jobs.get(message.job)
        if job is None:
            raise UnknownJob(message.job)
        payload = dict(message.payload)
        if job.lease > LEASE:
            with self._transaction() as session:
                commands.extend(session, message, self.clock() + job.lease)
        if job.outside is not None:
            payload |= job.outside(payload, message.effect_key) or {}
        if job.looks is not None:
            payload |= self._look(job, payload)
        with self._transaction() as session:
            if not commands.claim(session, message):
                return False
            with acting(f"job:{message.job}", message.request_id):
                job.effect(session, payload, self.clock())
            commands.finish(session, message, self.clock())
        return True


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _asked_by(message: LeasedMessage) -> dict[str, str]:
    """What stands in every line that is written while a message is worked on."""
    asked = {"request_id": message.request_id} if message.request_id else {}
    return {"job": message.job, **asked}


def _note(job: str, outcome: str, duration_s: float, error: Exception | None = None) -> None:
    metrics.count_job(job, outcome, duration_s)
    ms = round(duration_s * 1000, 1)
    if error is None:
        log.info("job", job=job, outcome=outcome, ms=ms)
    else:
        log.error("job", job=job, outcome=outcome, ms=ms, exc_info=error)


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Runs jobs until it is told to stop; several may run at once."""
    from marketplace.jobs import list_jobs
    from marketplace.web import db

    name = f"{socket.gethostname()}:{os.getpid()}"[:80]
    open_session = sessionmaker(db.engine, expire_on_commit=False)
    clock = current_app.extensions["clock"]
    bell = Bell()
    bell.hang()
    # The worker's machine keeps its copy of the search index; another indexer may stand by.
    with indexing(open_session, clock):
        Worker(name, open_session, list_jobs(current_app.config["SETTINGS"]), clock).run(bell)
