"""Keeping this machine's search index true: beside the worker, or alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session, sessionmaker

from marketplace.core.clock import Clock
from marketplace.search.local import current_copy
from marketplace.search.local.indexer import Indexer
from marketplace.web import db

STOP_WITHIN_S = 5.0


@contextmanager
def indexing(open_session: Callable[[], Session], clock: Clock) -> Iterator[None]:
    """An indexer at work in a thread of its own for as long as the block runs."""
    copy = current_copy()
    indexer = Indexer(copy.folder, copy.engine, open_session, clock)
    stop = Event()
    thread = Thread(target=indexer.run, args=(stop.wait,), name="indexer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # Whoever builds a whole index anew need not finish: what is half built counts for nothing.
        thread.join(STOP_WITHIN_S)


@click.command("indexer")
@with_appcontext
def run_indexer() -> None:
    """Keeps the search index of a machine that has no worker."""
    from marketplace.cli.worker import Bell

    bell = Bell()
    bell.hang()
    open_session = sessionmaker(db.engine, expire_on_commit=False)
    with indexing(open_session, current_app.extensions["clock"]):
        while not bell.is_rung:
            bell.wait(3600)
