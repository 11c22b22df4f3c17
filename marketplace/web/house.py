"""Flask as this house needs it: what comes out the same for every request is done once."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    """Signed cookies exactly as Flask's own; their signer is not made anew by each request."""

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


class Json(DefaultJSONProvider):
    """JSON as Flask reads and writes it; what nests without end is no JSON, rather than our bug."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class House(Flask):
    """Without coroutines: each function would be asked at each request whether it is one."""

    session_interface = Sessions()
    json_provider_class = Json

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
