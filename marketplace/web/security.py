"""Headers that every answer carries, cookies, CSRF and the request's id."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache, wraps
from time import time
from typing import ParamSpec, cast

import structlog
from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.core.acting import NOWHERE, Acting, begin_acting
from marketplace.web.access import Visitor, find_identity
from marketplace.web.database import session

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]

csrf = CSRFProtect()

# Nothing inline and nothing from elsewhere: scripts and styles are files of ours.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
# What proxies call a request: nginx 32 digits, others a UUID. Nothing else could be told from
# words that somebody wants to read in our log.
_REQUEST_ID = re.compile(r"[0-9a-f]{16,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A_YEAR = "max-age=31536000; includeSubDomains"
# With this name browsers take the cookie from us alone, over TLS, and from no other host of ours.
SECURE_COOKIE = "__Host-session"


def _is_own_form() -> bool:
    """Whether the browser says that the form stood on a page of ours; programs say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    return request.headers.get("Origin") in {None, request.host_url.rstrip("/")}


def _ask_for_token() -> None:
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


@lru_cache(maxsize=4096)
def _signed(_minute: int, key: str, raw: str) -> str:
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def token() -> str:
    """The token of this browser's forms. Its signature, which Flask-WTF makes for each request,
    is kept for a minute: not for longer, so that what stands on compressed pages keeps changing."""
    raw = cookie.get("csrf_token")
    if not isinstance(raw, str):
        return cast(str, generate_csrf())
    return _signed(int(time() // 60), cast(str, current_app.secret_key), raw)


def for_everyone(view: View[Arguments]) -> View[Arguments]:
    """Marks a form on pages that are the same for everyone, and so carry no token.

    Where someone is logged in the page is theirs, and its token is asked for as everywhere.
    """

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if find_identity() is not None:
            _ask_for_token()
        elif not _is_own_form():
            raise CSRFError("The form came from another site.")
        return view(*args, **kwargs)

    exempt: View[Arguments] = csrf.exempt(answer)
    return exempt


def name_request(given: str) -> str:
    """The name that a proxy of ours gave this request, so that its log and ours agree."""
    has_proxy = current_app.config["SETTINGS"].trusted_proxies > 0
    return given if has_proxy and _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _name_request() -> None:
    g.request_id = name_request(request.headers.get("X-Request-ID", ""))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    way = "api" if request.path.startswith("/api/") else "web"
    begin_acting(Acting(f"{way}:{g.request_id}", _county, g.request_id))


def _end_acting(_error: BaseException | None) -> None:
    begin_acting(NOWHERE)


def _county() -> str:
    """Where whoever asks works. Looked up when a change is written, and only then."""
    if "county" not in g:
        identity = find_identity()
        county_of = current_app.extensions["county_of"]
        g.county = county_of(session(), identity) if identity else ""
    return str(g.county)


def _add_headers(response: Response) -> Response:
    # Asking the headers for one that is missing costs more than all the rest of this.
    there = {name.lower(): value for name, value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    response.headers.add("X-Request-ID", g.get("request_id", ""))
    # The server says when it answered. Werkzeug's moment, which it writes into conditional answers,
    # would stand beside that, and be told again by the porch for as long as the page stands.
    response.headers.pop("Date", None)
    if "location" in there:
        response.headers["Location"] = _without_host(there["location"])
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif there.get("cache-control") in (None, "no-cache"):
        response.headers["Cache-Control"] = _keeping(there)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = A_YEAR
    return response


def _without_host(location: str) -> str:
    """Where somebody is sent inside the shop, by the path alone: the host is whatever the request
    says, and Werkzeug writes it where only a slash is missing."""
    if not location.startswith(request.host_url):
        return location
    return "/" + location.removeprefix(request.host_url).lstrip("/\\")


def _keeping(there: Mapping[str, str]) -> str:
    """What is somebody's own stays in no browser, where the next one at that desk would find it.
    Pages of the shelf are the same for everyone but for a name, and keep their mark."""
    is_own = isinstance(g.get("_login_user"), Visitor) and "etag" not in there
    return "no-store" if is_own else "no-cache, private"


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    if settings.is_secure:
        app.config["SESSION_COOKIE_NAME"] = SECURE_COOKIE
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    # First: a form that is refused for its token has a name of its own too.
    app.before_request(_name_request)
    csrf.init_app(app)
    app.after_request(_add_headers)
    app.teardown_request(_end_acting)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
