"""Flask as this house needs it: what comes out the same for every request is done once."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    """Signed cookies as Flask's own, with SHA-256 for its SHA-1; their signer is not made anew by
    each request."""

    digest_method = staticmethod(sha256)

    def __init__(self) -> None:
        self._made: dict[str, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        key = cast(str, app.secret_key)
        if key not in self._made:
            self._made[key] = super().get_signing_serializer(app)
        return self._made[key]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class House(Flask):
    """Without coroutines: each function would be asked at each request whether it is one."""

    session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
