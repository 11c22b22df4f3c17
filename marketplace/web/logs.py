"""One line of JSON for each request and job: what was asked, how it ended, how long it took.

No personal data: no query strings, no paths (they carry codes of people's orders), no logins.
"""

import json
import sys
from time import perf_counter
from typing import TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, WrappedLogger

from marketplace.web import metrics

log = structlog.get_logger()


# One encoder for all lines: json.dumps would make one for each.
_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _encoder.encode(event)


def configure(stream: TextIO | None = None) -> None:
    """Lines go to standard error, or to a stream that a test gives."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _as_json,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def _start() -> None:
    g.started_s = perf_counter()


def _note(response: Response) -> Response:
    # An endpoint is a name from our own list; an address that led nowhere has none.
    endpoint = request.endpoint or "none"
    # Set by _start unless something before it answered.
    duration_s = perf_counter() - g.get("started_s", perf_counter())
    metrics.count_request(endpoint, response.status_code, duration_s)
    log.info(
        "request",
        method=request.method,
        endpoint=endpoint,
        status=response.status_code,
        ms=round(duration_s * 1000, 1),
    )
    return response


def init_app(app: Flask) -> None:
    """To be called before all others, so that the time covers all of them."""
    configure()
    app.before_request(_start)
    app.after_request(_note)
