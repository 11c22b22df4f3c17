"""Flask as this house needs it: what comes out the same for every request is done once."""

from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Any, cast

from cachetools import TTLCache
from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from marketplace.web.addresses import Address

MOST_READ, READ_FOR_S = 4096, 60


class Sessions(SecureCookieSessionInterface):
    """Signed cookies as Flask's own, with SHA-256 for its SHA-1. Their signer is not made anew by
    each request, and what stands in the cookie of a browser that asks again within the minute is
    known already."""

    digest_method = staticmethod(sha256)

    def __init__(self) -> None:
        self._made: dict[str, URLSafeTimedSerializer | None] = {}
        self._read: TTLCache[tuple[str, str], dict[str, Any]] = TTLCache(MOST_READ, READ_FOR_S)
        self._lock = Lock()

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        key = cast(str, app.secret_key)
        if key not in self._made:
            self._made[key] = super().get_signing_serializer(app)
        return self._made[key]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(self.get_cookie_name(app))
        if cookie is None:
            return self.session_class()
        key = cast(str, app.secret_key), cookie
        with self._lock:
            known = self._read.get(key)
        if known is not None:
            return self.session_class(known)
        opened = super().open_session(app, request)
        # What could be changed in its place belongs to one request alone.
        if opened and all(isinstance(value, str | int | bool) for value in opened.values()):
            with self._lock:
                self._read[key] = dict(opened)
        return opened


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
    url_rule_class = Address

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
