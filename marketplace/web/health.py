"""What machines ask: is the process up, may people be sent here, how busy is it."""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import cast

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import config
from marketplace.core import happenings
from marketplace.core.errors import NotFound
from marketplace.web import metrics
from marketplace.web.access import public
from marketplace.web.database import db, now
from marketplace.web.database import session as open_session

# A part of the shop that must be there, and a figure to watch: facts of higher ranks, given
# down by create_app.
Part = Callable[[Session, datetime], bool]
Figure = Callable[[Session, datetime], float]

MIGRATIONS = config.ROOT / "migrations" / "versions"

blueprint = Blueprint("health", __name__)


@cache
def revisions() -> tuple[str, frozenset[str]]:
    """The newest, and all that this program knows: they are numbered, and their files begin with
    the number."""
    known = frozenset(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
    return max(known), known


def is_migrated(session: Session, _now: datetime) -> bool:
    """Whether the database has the tables this program was written for, or those of a version to
    come: while nodes are renewed one after the other, yesterday's program goes on serving."""
    head, known = revisions()
    found = session.scalars(text("SELECT version_num FROM alembic_version")).all()
    return len(found) == 1 and (found[0] == head or found[0] not in known)


def _answers(session: Session, _now: datetime) -> bool:
    return bool(session.scalar(text("SELECT 1")) == 1)


def _is_there(part: Part) -> bool:
    """Whether a part is there; one that cannot even be asked is not."""
    try:
        return part(open_session(), now())
    except SQLAlchemyError as error:
        structlog.get_logger().warning("not ready", error=type(error).__name__)
        db.session.rollback()
        return False


def _read(figure: Figure) -> float | None:
    """A figure of this moment. Counts are told also while the database cannot be asked."""
    try:
        return figure(open_session(), now())
    except SQLAlchemyError as error:
        structlog.get_logger().warning("figure not read", error=type(error).__name__)
        db.session.rollback()
        return None


@blueprint.get("/healthz")
@public
def is_up() -> ResponseReturnValue:
    return jsonify(up=True)


def begin_closing(app: Flask) -> None:
    """From now on nobody should be sent here; whoever is here is still answered."""
    app.extensions["health_closing"] = True


@blueprint.get("/readyz")
@public
def is_ready() -> ResponseReturnValue:
    if current_app.extensions["health_closing"]:
        return jsonify(ready=False, parts={"open": False}), 503
    parts = cast(Mapping[str, Part], current_app.extensions["health_parts"])
    found = {name: _is_there(part) for name, part in parts.items()}
    return jsonify(ready=all(found.values()), parts=found), 200 if all(found.values()) else 503


@blueprint.get("/metrics")
@public
def show_metrics() -> ResponseReturnValue:
    """For whoever holds METRICS_TOKEN; to all others there is nothing here. Only a shop that is
    not open yet may do without."""
    settings = current_app.config["SETTINGS"]
    token = settings.metrics_token
    if settings.production and not token:
        raise NotFound
    given = request.headers.get("Authorization", "")
    if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFound
    figures = cast(Mapping[str, Figure], current_app.extensions["health_figures"])
    found = {name: _read(figure) for name, figure in figures.items()}
    values = {name: value for name, value in found.items() if value is not None}
    return Response(metrics.expose(values), content_type=metrics.CONTENT_TYPE)


def init_app(app: Flask, parts: Mapping[str, Part], figures: Mapping[str, Figure]) -> None:
    ground: dict[str, Part] = {"database": _answers, "migrations": is_migrated}
    app.extensions["health_parts"] = {**ground, **parts}
    app.extensions["health_figures"] = figures
    app.extensions["health_closing"] = False
    happenings.listen(metrics.count_orders)
    app.register_blueprint(blueprint)
