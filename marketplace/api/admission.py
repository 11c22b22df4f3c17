"""Who calls: a bearer token says it, and nothing else does. Cookies are not looked at."""

from typing import Any

from flask import abort, current_app, g, request
from flask_login import AnonymousUserMixin

from marketplace.accounts.queries import Seated, find_bearer
from marketplace.api.limits import call_limits
from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity
from marketplace.web import now, session
from marketplace.web.access import Public, Visitor, rule_of
from marketplace.web.database import SAFE_METHODS

LARGEST_BODY = 1024 * 1024


class TokenNeeded(Refusal):
    """The call needs to know who asks."""

    code = "token.needed"
    status = 401
    message = N_("请带上请求头 Authorization: Bearer 令牌。令牌由 POST /api/v1/tokens 取得。")

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": 'Bearer realm="bangfu"'}


class PackedBody(Refusal):
    """A body comes as it is."""

    code = "input.content_encoding"
    status = 415
    message = N_("请求正文不能压缩,请去掉请求头 Content-Encoding,按原样发送。")
    field = "Content-Encoding"


class TokenRefused(Refusal):
    """The token is unknown, expired or withdrawn: all three look the same."""

    code = "token.refused"
    status = 401
    message = N_("这个令牌无效或已过期,请重新取得令牌。")

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": 'Bearer realm="bangfu", error="invalid_token"'}


def admit() -> None:
    """Before every call: reads the body, finds out who asks, counts the call, demands a token."""
    view = current_app.view_functions[request.endpoint or ""]
    request.max_content_length = getattr(view, "largest_body", LARGEST_BODY)
    # A slow sender must not hold the one writer of SQLite, so the body is here before we begin.
    body = request.get_data(cache=True)
    _require_whole(body, request.max_content_length or 0)
    header = request.headers.get("Authorization")
    caller = _find_caller(header) if header else None
    g._login_user = Visitor(*caller) if caller else AnonymousUserMixin()
    call_limits().count(_kind(), _caller(caller[0] if caller else None))
    if header and caller is None:
        raise TokenRefused
    if caller is None and rule_of(view) is not Public:
        raise TokenNeeded


def _require_whole(body: bytes, most_bytes: int) -> None:
    """A body that tells no length is cut off where it grows too long; one that is packed is read
    by nobody here."""
    if request.content_length is None and len(body) >= most_bytes:
        abort(413)
    packed = request.headers.get("Content-Encoding", "identity").lower()
    if body and packed not in ("", "identity"):
        raise PackedBody


def count_visitor(environ: dict[str, Any]) -> None:
    """Counts a reading call of somebody without a token that is answered before it comes in."""
    call_limits().count("read", f"address:{environ.get('REMOTE_ADDR')}")


def _find_caller(header: str) -> Seated | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    return find_bearer(session(), token.strip(), now())


def _kind() -> str:
    if request.endpoint == "api_tokens.issue":
        return "token"
    return "read" if request.method in SAFE_METHODS else "write"


def _caller(identity: Identity | None) -> str:
    return f"person:{identity.person_id}" if identity else f"address:{request.remote_addr}"
