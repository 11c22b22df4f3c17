"""Who visits, kept by Flask-Login in a signed cookie that belongs to an epoch."""

from flask import current_app, request
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from flask_login import LoginManager, login_user, logout_user

from marketplace.accounts.forms import Visit
from marketplace.accounts.queries import load_identity
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.rules.logins import is_demonstration
from marketplace.accounts.rules.passwords import use_cheap_hashes
from marketplace.core.edition import Topic
from marketplace.core.identity import Identity
from marketplace.web import now, session
from marketplace.web.access import Visitor
from marketplace.web.kept import kept


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Gives the application its memory of visitors."""
    manager = LoginManager()
    # The cookie is signed and bound to an epoch; telling browsers apart as well would log
    # out everyone whose phone moves from one network to another.
    manager.session_protection = None
    manager.user_loader(find_visitor)
    manager.init_app(state.app)
    if state.app.config["SETTINGS"].testing:
        use_cheap_hashes()


def find_visitor(visitor_id: str) -> Visitor | None:
    """The person of a cookie, or None where it stands for nobody (any more)."""
    # Calls of the API are admitted by their token alone: a cookie, which browsers send
    # along to whoever asks, would make every call forgeable from another site.
    if request.path.startswith("/api/"):
        return None
    person_id, _, epoch = visitor_id.partition(".")
    identity = _identity(int(person_id))
    if identity is None or str(identity.session_epoch) != epoch:
        return None
    if is_demonstration(identity.login) and not visit().demonstration:
        return None
    return Visitor(identity)


def _identity(person_id: int) -> Identity | None:
    # What is changed in the database by hand shows within a minute.
    key = ("identity", person_id, int(now().timestamp()) // 60)
    return kept((Topic.PEOPLE,), key, lambda: load_identity(session(), person_id))


def visit() -> Visit:
    """From where this request comes."""
    return Visit(request.remote_addr, not current_app.config["SETTINGS"].production)


def remember(person_id: int, *, stays: bool) -> None:
    """Logs a person in on this browser: until it is closed, or for fourteen days if they stay."""
    identity = load_identity(session(), person_id)
    assert identity is not None, person_id
    # A form that was opened before logging in must not count for the person logged in.
    cookie.pop("csrf_token", None)
    cookie.permanent = stays
    login_user(Visitor(identity))


def forget() -> None:
    """Logs out on this browser; only the language chosen here stays."""
    logout_user()
    locale = cookie.get("locale")
    cookie.clear()
    if locale:
        cookie["locale"] = locale
