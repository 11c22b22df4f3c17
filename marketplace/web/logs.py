"""One line of JSON for each request and job: what was asked, how it ended, how long it took.

No personal data: no query strings, no paths (they carry codes of people's orders), no logins. Who
asked is a number, as in the trail; what was refused is a code of ours.
"""

import sys
from time import perf_counter
from typing import TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, WrappedLogger

from marketplace.web import metrics, statements
from marketplace.web.access import Visitor
from marketplace.web.lines import encoder, speak_plainly, without_words

log = structlog.get_logger()


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return encoder.encode(event)


def _tell_kind(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Failures without a word of what they say."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    return {**event, **without_words(error)} if error else event


def configure(stream: TextIO | None = None, *, has_visitors: bool = False) -> None:
    """Lines go to standard error, or to a stream that a test gives. Where there are visitors
    failures are told without what they say."""
    failures = _tell_kind if has_visitors else structlog.processors.format_exc_info
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            failures,
            _as_json,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def _start() -> None:
    g.started_s = perf_counter()
    statements.begin_counting()


def _note(response: Response) -> Response:
    # An endpoint is a name from our own list; an address that led nowhere has none.
    endpoint = request.endpoint or "none"
    # Set by _start unless something before it answered.
    began_s = g.get("started_s", perf_counter())
    _tell(request.method, endpoint, response.status_code, began_s, **_who_and_why())
    return response


def _tell(method: str, endpoint: str, status: int, began_s: float, **said: int | str) -> None:
    duration_s = perf_counter() - began_s
    asked = statements.count_asked()
    metrics.count_request(endpoint, method, status, duration_s)
    metrics.count_statements(endpoint, asked)
    log.info(
        "request",
        method=method,
        endpoint=endpoint,
        status=status,
        ms=round(duration_s * 1000, 1),
        statements=asked,
        **said,
    )


def begin_answer() -> float:
    """When a request began that is to be answered before it comes in (`web.porch`)."""
    statements.begin_counting()
    return perf_counter()


def note_answer(
    endpoint: str, status: int, began_s: float, request_id: str, person: int | None
) -> None:
    """The line of a request that was answered there."""
    structlog.contextvars.clear_contextvars()
    who = {} if person is None else {"person": person}
    _tell("GET", endpoint, status, began_s, request_id=request_id, **who)


def _who_and_why() -> dict[str, int | str]:
    """Who asked, where that is known already, and why they were refused, if they were."""
    user, code = g.get("_login_user"), g.get("refusal_code")
    said: dict[str, int | str] = {}
    if isinstance(user, Visitor):
        said["person"] = user.identity.person_id
    if code:
        said["refused"] = code
    return said


def init_app(app: Flask) -> None:
    """To be called before all others, so that the time covers all of them."""
    is_open = app.config["SETTINGS"].production
    configure(has_visitors=is_open)
    if is_open:
        speak_plainly()
    app.before_request(_start)
    app.after_request(_note)
