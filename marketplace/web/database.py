"""The session of a request, and the one place where it commits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from flask import Flask, current_app, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.core.away import is_away
from marketplace.core.clock import Clock
from marketplace.core.db import Base, begin_reading, begin_writing, prepare_engine
from marketplace.core.edition import Topic, follow
from marketplace.core.home import give_home
from marketplace.web import replica, statements
from marketplace.web.replica import TwoDatabases

db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": TwoDatabases, "expire_on_commit": False},
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def session() -> Session:
    """The database session of this request or job."""
    return cast(Session, db.session())


def commit() -> None:
    """Makes everything the request has done so far last. Called by routes and jobs only."""
    db.session.commit()


def begin_again(*, writing: bool) -> None:
    """Ends what was read so far and begins a new transaction of the given kind.

    For the rare request that must do slow work (a password hash) between reading and writing,
    and would otherwise make all other writers wait for it on SQLite.
    """
    db.session.rollback()
    (begin_writing if writing else begin_reading)()


def now() -> datetime:
    """This moment by the application's clock."""
    return cast(Clock, current_app.extensions["clock"])()


def this_minute() -> int:
    """For what goes by with time, and is kept for no longer than a minute."""
    return int(now().timestamp()) // 60


def _choose_transaction() -> None:
    (begin_reading if request.method in SAFE_METHODS else begin_writing)()


def _let_go(_error: BaseException | None) -> None:
    """Before the session is closed: a connection that was cut while an answer was made cannot be
    ended in good order any more, and the answer stands all the same."""
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except DBAPIError as error:
        if not is_away(error):
            raise
        db.session().invalidate()


def init_app(app: Flask, topics: Mapping[Topic, Collection[str]]) -> None:
    """`topics` names the tables whose changes make what was kept of them be looked up anew."""
    db.init_app(app)
    # Whoever comes last is asked first, so this runs before the extension's own.
    app.teardown_appcontext(_let_go)
    with app.app_context():
        prepare_engine(db.engine, app.extensions["sealer"])
        give_home(db.engine, app.config["SETTINGS"].county_code)
        follow(db.engine, topics)
        statements.watch(db.engine, app.config["SETTINGS"].slow_query_ms)
    replica.init_app(app)
    app.before_request(_choose_transaction)
