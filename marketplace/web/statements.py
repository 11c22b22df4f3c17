"""What is asked of the database: how much by each request, and what took long."""

import re
from contextvars import ContextVar
from time import perf_counter
from typing import Any

import structlog
from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event

from marketplace.web import metrics

log = structlog.get_logger()

LONGEST_TOLD = 2000
# Words may stand in a statement itself: what was typed is then told as little as parameters are.
_WORDS = re.compile(r"'[^']*'")

_asked: ContextVar[int] = ContextVar("asked", default=0)


def begin_counting() -> None:
    _asked.set(0)


def count_asked() -> int:
    """How many statements this request has asked so far."""
    return _asked.get()


def _note_slow(statement: str, duration_s: float) -> None:
    """Without parameters; the request's id or the job stands in every line by itself."""
    metrics.count_slow_statement()
    # A line is broken where the statement was written; what is told is one.
    told = _WORDS.sub("'…'", " ".join(statement.split()))[:LONGEST_TOLD]
    by = {"endpoint": request.endpoint or "none"} if has_request_context() else {}
    log.warning("slow statement", ms=round(duration_s * 1000, 1), statement=told, **by)


def watch(engine: Engine, slow_ms: int) -> None:
    """Counts what is asked of a database, and notes what takes so long or longer; 0: nothing."""
    slow_s = slow_ms / 1000

    def begin(*asked: Any) -> None:
        asked[4].begun_s = perf_counter()

    def end(_connection: Connection, _cursor: Any, statement: str, *asked: Any) -> None:
        context = asked[1]
        # Where a transaction begins nothing is asked yet; but it may have to wait for a writer.
        if not statement.startswith("BEGIN"):
            _asked.set(_asked.get() + 1)
        duration_s = perf_counter() - context.begun_s
        if 0 < slow_s <= duration_s:
            _note_slow(statement, duration_s)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
