"""Answers of the database that are kept until what they tell changes.

`kept(topics, key, make)` gives what `make` found the last time, in this process, for as long as
the editions of the topics are the same and the day is; else it asks `make` again. A commit of any
process raises the editions of what it changed (`core.edition`, `tables.TOPICS`), so nothing is
ever older than the last commit. The rules for whoever uses it:

- the key holds everything that the answer depends on besides the tables: whoever asks, if it is
  about them, the year, the language, the minute;
- the topics cover every table that `make` reads (`tests/web/test_kept.py` looks at the statements);
- what is kept is shared by threads, so it must not be changed afterwards.

Only requests that read make use of it. Whoever writes looks for themselves.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast

from cachetools import LRUCache
from flask import Flask, current_app, has_request_context, request

from marketplace.core.clock import day_of
from marketplace.core.edition import Editions, Topic, editions_seen_by, read_editions
from marketplace.web.database import SAFE_METHODS, db, now, session
from marketplace.web.metrics import count_kept
from marketplace.web.replica import reads_replica

Answer = TypeVar("Answer")

MOST_KEPT = 4096
_EDITIONS = "marketplace.editions"


@dataclass(frozen=True)
class _Kept:
    """An answer under the editions and the day it was found under."""

    version: tuple[int, ...]
    day: date
    answer: Any


class Memory:
    """What this process keeps; the longest unread makes room."""

    def __init__(self) -> None:
        self.answers: LRUCache[Hashable, _Kept] = LRUCache(MOST_KEPT)
        self.lock = Lock()

    def take(self, key: Hashable, version: tuple[int, ...], day: date) -> _Kept | None:
        with self.lock:
            found = self.answers.get(key)
        return found if found and (found.version, found.day) == (version, day) else None

    def put(self, key: Hashable, found: _Kept) -> None:
        with self.lock:
            self.answers[key] = found


def editions() -> Editions:
    """The editions at the beginning of this request, asked for once.

    They must not be newer than what is read under them: what is newer than its edition does no
    harm, what is older would stay. A transaction of SQLite sees nothing newer than its beginning,
    so once one has begun it is asked itself.
    """
    known = request.environ.get(_EDITIONS)
    if known is None:
        opened = session()
        known = editions_seen_by(opened) if opened.in_transaction() else read_editions(db.engine)
        request.environ[_EDITIONS] = known
    return cast(Editions, known)


def may_keep() -> bool:
    """Whether this request reads, and reads what the editions vouch for: no copy that follows."""
    return has_request_context() and request.method in SAFE_METHODS and not reads_replica()


def look(_topics: Sequence[Topic], make: Callable[[], Answer]) -> Answer:
    """Asks the database; tests look here at what is read for which topics."""
    return make()


def kept(topics: Sequence[Topic], key: tuple[Hashable, ...], make: Callable[[], Answer]) -> Answer:
    """What `make` finds, or found under the same editions of these topics on this day."""
    if not may_keep():
        return make()
    memory = cast(Memory, current_app.extensions["kept"])
    known, day = editions(), day_of(now())
    version = tuple(known.get(topic, 0) for topic in topics)
    found = memory.take(key, version, day)
    count_kept("answers", is_found=found is not None)
    if found is None:
        found = _Kept(version, day, look(topics, make))
        memory.put(key, found)
    return cast(Answer, found.answer)


def init_app(app: Flask) -> None:
    app.extensions["kept"] = Memory()
