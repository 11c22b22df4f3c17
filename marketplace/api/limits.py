"""How often one person, or one address, may call."""

from time import monotonic, time
from typing import Any, cast

import structlog
from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from marketplace.core.errors import N_, Refusal

# A county's integration that polls orders every few seconds stays far below these.
RATES: dict[str, RateLimitItem] = {
    "read": parse("1200/minute"),
    "write": parse("300/minute"),
    # A wrong password is also slowed down by name and address; this bounds the hashing.
    "token": parse("30/minute"),
}
# How long a call waits for Redis, and how long nobody asks a Redis that did not answer.
PATIENCE_S = 0.25
AWAY_S = 5.0

log = structlog.get_logger()


class TooManyRequests(Refusal):
    """The caller is to wait; Retry-After says how many seconds."""

    code = "limit.exceeded"
    status = 429
    message = N_("请求太频繁了,请在 %(seconds)s 秒后再试。")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.headers = {"Retry-After": str(seconds)}


class CallLimits:
    """Counts calls in Redis for all machines; in this process where there is none, or it is away.

    A Redis that is away must neither close the shop nor open it to whoever asks without end.
    """

    def __init__(self, app: Flask, *, enabled: bool) -> None:
        self.enabled = enabled
        self.own = FixedWindowRateLimiter(MemoryStorage())
        url = app.config["SETTINGS"].redis_url
        self.shared = FixedWindowRateLimiter(_open_redis(url)) if url else None
        self._ask_again_s = 0.0
        self._is_away = False

    def count(self, kind: str, caller: str) -> None:
        """Counts one call. Raises TooManyRequests where it is one too many."""
        if not self.enabled:
            return
        wait_s = self._count_shared(kind, caller)
        if wait_s is None:
            wait_s = _count(self.own, kind, caller)
        if wait_s:
            raise TooManyRequests(wait_s)

    def _count_shared(self, kind: str, caller: str) -> int | None:
        """Seconds to wait, 0 for none; None where Redis did not count."""
        if self.shared is None or monotonic() < self._ask_again_s:
            return None
        try:
            wait_s = _count(self.shared, kind, caller)
        except self.shared.storage.base_exceptions as error:
            self._ask_again_s = monotonic() + AWAY_S
            self._note(away=True, error=type(error).__name__)
            return None
        self._note(away=False)
        return wait_s

    def _note(self, *, away: bool, **said: str) -> None:
        """One line when it goes, one when it is back."""
        if away and not self._is_away:
            log.warning("limits are counted by each process", **said)
        if self._is_away and not away:
            log.warning("limits are shared again")
        self._is_away = away


def _count(windows: FixedWindowRateLimiter, kind: str, caller: str) -> int:
    rate = RATES[kind]
    if windows.hit(rate, kind, caller):
        return 0
    window = windows.get_window_stats(rate, kind, caller)
    return max(1, int(window.reset_time - time() + 1))


def _open_redis(url: str) -> Storage:
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # The library has a name of its own for sockets.
    url = f"redis+{url}" if url.startswith("unix:") else url
    patience: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE_S,
        "socket_timeout": PATIENCE_S,
        "retry": Retry(NoBackoff(), 0),
    }
    # Only the kinds that speak with one server at once are ever asked for.
    return cast(Storage, storage_from_string(url, **patience))


def call_limits() -> CallLimits:
    """The limits of this application."""
    return cast(CallLimits, current_app.extensions["api-limits"])


def init_app(app: Flask) -> None:
    limits = CallLimits(app, enabled=not app.config["SETTINGS"].testing)
    app.extensions["api-limits"] = limits
