"""Long reports read a copy of the database that follows it, where there is one.

It may be some seconds behind. So nothing reads there that writes, that must see what the person
has just done, or that is kept for others (a shelved page would stay behind for good). Who asks is
looked up in the database itself.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, has_request_context, request
from flask_sqlalchemy.session import Session as OneDatabase
from sqlalchemy import Connection, Engine, create_engine

from marketplace.core.db import prepare_engine
from marketplace.core.home import give_home
from marketplace.web import statements

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
READING = ("GET", "HEAD")
EXTENSION = "replica"


class TwoDatabases(OneDatabase):
    """A session that asks the copy while a long report is being drawn."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        replica: Engine | None = g.get(EXTENSION) if has_request_context() else None
        return replica or super().get_bind(*args, **kwargs)


def reads_replica() -> bool:
    """Whether what this request reads now may be some seconds old, and so must not be kept."""
    return has_request_context() and g.get(EXTENSION) is not None


def _forget() -> None:
    current_app.extensions["sqlalchemy"].session.remove()


def init_app(app: Flask) -> None:
    url = app.config["SETTINGS"].reports_database_url
    engine = create_engine(url, pool_pre_ping=True) if url else None
    if engine is not None:
        prepare_engine(engine, app.extensions["sealer"])
        give_home(engine, app.config["SETTINGS"].county_code)
        statements.watch(engine, app.config["SETTINGS"].slow_query_ms)
    app.extensions[EXTENSION] = engine


def from_replica(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Stands below the access rule: whoever asks is known by then."""

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        engine = current_app.extensions[EXTENSION]
        if engine is None or request.method not in READING:
            return view(*args, **kwargs)
        # What was read so far came from the other one.
        _forget()
        setattr(g, EXTENSION, engine)
        try:
            return view(*args, **kwargs)
        finally:
            g.pop(EXTENSION)
            _forget()

    return answer
