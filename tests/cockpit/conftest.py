"""A small county whose snapshot is taken on demand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from marketplace.cli.worker import Worker
from marketplace.cockpit.commands import take_snapshot
from marketplace.jobs import list_jobs
from tests.conftest import FrozenClock, settings_for
from tests.pages.conftest import Road, Visit, road, visit

__all__ = ["Road", "Visit", "road", "visit"]

Work = Callable[[], None]


@pytest.fixture
def count(session: Session, clock: FrozenClock) -> Work:
    """What the jobs of every five minutes do."""

    def do() -> None:
        session.rollback()
        take_snapshot(session, clock.now)
        session.commit()

    return do


@pytest.fixture
def worker(app: Flask, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Worker:
    """A worker with every job there is, that has begun."""
    jobs = list_jobs(settings_for(str(engine.url), tmp_path))
    made = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
    with app.app_context():
        made.begin()
    return made


@pytest.fixture
def work(app: Flask, worker: Worker) -> Work:
    """Lets the worker do all that is due."""

    def do() -> None:
        with app.app_context():
            for _ in range(300):
                if not worker.work():
                    return
        raise AssertionError("the worker finds no end")

    return do
