"""Who visits: a signed cookie names a person and the key of their session on this browser."""

from datetime import datetime

from flask import Response, current_app, request
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from marketplace.accounts.commands.sessions import (
    SEEN_EVERY,
    NewSession,
    begin_session,
    leave_session,
    note_seen,
)
from marketplace.accounts.forms import Visit
from marketplace.accounts.models import Person
from marketplace.accounts.queries import load_identity
from marketplace.accounts.queries.seats import find_seat
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.rules.logins import is_demonstration
from marketplace.accounts.rules.passwords import use_cheap_hashes
from marketplace.accounts.rules.second_step import Way
from marketplace.core.db import beside
from marketplace.core.edition import Topic
from marketplace.core.identity import Identity
from marketplace.core.seats import Seat
from marketplace.web import (
    begin_again,
    commit,
    current_identity,
    current_seat,
    db,
    find_identity,
    now,
    session,
)
from marketplace.web.access import Public, Visitor, rule_of
from marketplace.web.areas import READING
from marketplace.web.database import this_minute
from marketplace.web.kept import kept


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Gives the application its memory of visitors."""
    manager = LoginManager()
    # The cookie is signed and bound to a session; telling browsers apart as well would log
    # out everyone whose phone moves from one network to another.
    manager.session_protection = None
    manager.user_loader(find_visitor)
    manager.init_app(state.app)
    state.app.extensions["still_sits"] = still_sits
    if state.app.config["SETTINGS"].testing:
        use_cheap_hashes()


def find_visitor(visitor_id: str) -> Visitor | None:
    """The person of a cookie, or None where it stands for nobody (any more)."""
    # Calls of the API are admitted by their token alone: a cookie, which browsers send
    # along to whoever asks, would make every call forgeable from another site.
    if request.path.startswith("/api/"):
        return None
    person_id, _, key = visitor_id.partition(".")
    identity = _identity(int(person_id))
    seat = _seat(identity, key) if identity else None
    if identity is None or seat is None:
        return None
    if is_demonstration(identity.login) and not visit().demonstration:
        return None
    return Visitor(identity, seat, key)


def still_sits(visitor: Visitor) -> bool:
    """Whether somebody who was known a moment ago sits where they sat, and need not be noted."""
    seat = _seat(visitor.identity, visitor.key)
    return seat == visitor.seat and now() - visitor.seat.last_seen_at < SEEN_EVERY


def _seat(identity: Identity, key: str) -> Seat | None:
    with beside(db.engine) as connection:
        return find_seat(connection, identity, key, now())


@blueprint.before_app_request
def demand_before_public_forms() -> None:
    """Forms that anyone may send act for whoever is logged in: for those the county's demand holds
    as for all others. The door itself stays open."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in READING or request.blueprint == blueprint.name:
        return
    identity = find_identity() if view and rule_of(view) is Public else None
    if identity is not None:
        current_app.extensions["demand_second_step"](identity, current_seat())


def _identity(person_id: int) -> Identity | None:
    # What is changed in the database by hand shows within a minute.
    key = ("identity", person_id, this_minute())
    return kept((Topic.PEOPLE,), key, lambda: load_identity(session(), person_id))


def visit() -> Visit:
    """From where this request comes."""
    demonstration = not current_app.config["SETTINGS"].production
    return Visit(request.remote_addr, demonstration, request.headers.get("User-Agent", ""))


def remember(person: Person, way: Way, *, stays: bool, confirmed: bool = True) -> None:
    """Logs a person in on this browser: until it is closed, or for fourteen days if they stay.

    Always as a new session: whatever this browser was before, and whoever knew its key, is out.
    """
    _leave()
    here = visit()
    new = NewSession(way, here.address, here.browser, confirmed)
    key = begin_session(session(), person, new, now())
    # Not what is kept: that may be from before this very request.
    identity = load_identity(session(), person.id)
    seat = find_seat(session(), identity, key, now()) if identity else None
    assert identity is not None, person.id
    assert seat is not None, person.id
    # A form that was opened before logging in must not count for the person logged in.
    for name in ("csrf_token", "halfway", "passkey", "outside"):
        cookie.pop(name, None)
    cookie.permanent = stays
    login_user(Visitor(identity, seat, key))


def sit_anew(key: str) -> None:
    """The same person on the same browser, under another key of their session."""
    login_user(Visitor(current_identity(), current_seat(), key))


def forget() -> None:
    """Logs out on this browser; only the language chosen here stays."""
    _leave()
    logout_user()
    locale = cookie.get("locale")
    cookie.clear()
    if locale:
        cookie["locale"] = locale


def _leave() -> None:
    user = current_user._get_current_object()
    if isinstance(user, Visitor) and user.seat.session_id is not None:
        leave_session(session(), user.seat.session_id, now())


@blueprint.after_app_request
def note_presence(response: Response) -> Response:
    """Writes down that somebody was there, once the answer is made and at most every 5 minutes."""
    user = cookie.get("_user_id") and current_user._get_current_object()
    if isinstance(user, Visitor) and user.seat.session_id is not None:
        _note_presence(user.seat.session_id, user.seat.last_seen_at)
    return response


def _note_presence(session_id: int, last_seen_at: datetime) -> None:
    moment = now()
    if moment - last_seen_at < SEEN_EVERY:
        return
    begin_again(writing=True)
    try:
        note_seen(session(), session_id, moment)
        commit()
    except OperationalError:
        # Nobody waits for this: the next click notes it as well.
        db.session.rollback()
