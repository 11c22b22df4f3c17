"""How often one person, or one address, may call."""

import time
from typing import cast

import structlog
from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from marketplace.core.errors import N_, Refusal

# A county's integration that polls orders every few seconds stays far below these.
RATES: dict[str, RateLimitItem] = {
    "read": parse("1200/minute"),
    "write": parse("300/minute"),
    # A wrong password is also slowed down by name and address; this bounds the hashing.
    "token": parse("30/minute"),
}


class TooManyRequests(Refusal):
    """The caller is to wait; Retry-After says how many seconds."""

    code = "limit.exceeded"
    status = 429
    message = N_("请求太频繁了,请在 %(seconds)s 秒后再试。")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


class CallLimits:
    """Counts calls in this process, or in Redis for all processes and machines."""

    def __init__(self, app: Flask, *, enabled: bool) -> None:
        settings = app.config["SETTINGS"]
        self.enabled = enabled
        self.storage = storage_from_string(settings.redis_url or "memory://")
        self.windows = FixedWindowRateLimiter(self.storage)

    def count(self, kind: str, caller: str) -> None:
        """Counts one call. Raises TooManyRequests where it is one too many."""
        if not self.enabled:
            return
        rate = RATES[kind]
        try:
            if self.windows.hit(rate, kind, caller):
                return
            window = self.windows.get_window_stats(rate, kind, caller)
        except self.storage.base_exceptions as error:
            # A Redis that is away must not close the shop: calls then go uncounted.
            structlog.get_logger().warning("limits are not counted", error=str(error))
            return
        raise TooManyRequests(max(1, int(window.reset_time - time.time()) + 1))


def call_limits() -> CallLimits:
    """The limits of this application."""
    return cast(CallLimits, current_app.extensions["api-limits"])


def init_app(app: Flask) -> None:
    limits = CallLimits(app, enabled=not app.config["SETTINGS"].testing)
    app.extensions["api-limits"] = limits
