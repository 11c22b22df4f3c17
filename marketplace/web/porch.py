"""Whoever only looks is answered in front of Flask, where the answer would be the same again.

Most who come are nobody in particular and ask for a page that lies on the shelf as it is; others
come back to a page within the minute. All that Flask does for them comes out as it did the last
time: which page it is, its headers, the name of its endpoint. Asked anew is whether the answer
still stands (`web.standing`); noted is what is noted of every request. Whoever brings a form or a
body goes in, and so does whoever asks for what is new or has changed: `docs/decisions/0027`.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import psycopg
from cachetools import Cache, LRUCache, TTLCache
from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags, remove_entity_headers

from marketplace.core.errors import Refusal
from marketplace.web.drawn import TEXT
from marketplace.web.logs import begin_answer, note_answer
from marketplace.web.security import name_request
from marketplace.web.standing import STANDS, OwnStanding, Standing, WSGIEnvironment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

MOST_KNOWN = 8192
# What was told to single browsers is remembered within so many bytes, and for the minute in which
# it may stand.
OWN_BYTES, OWN_S = 16 * 1024 * 1024, 60
# What an entry takes besides the page.
ENTRY_BYTES = 4096
# What tells one question from another; all else that a browser sends changes nothing of a page.
ASKED = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
# Whoever brings one of these means something else than the page alone.
INSIDE = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
# Answers that are remembered: a page, and that it is the one that the browser knows.
WHOLE, SAME = "200 OK", "304 NOT MODIFIED"
# Belong to one answer, and are written anew for each.
OWN_HEADERS = frozenset({"etag", "content-length", "x-request-id"})

Question: TypeAlias = tuple[str, ...]
Lines: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """How a question was answered, and with which headers."""

    standing: Standing | OwnStanding
    headers: Lines
    headers_of_same: Lines
    has_mark: bool


class Porch:
    """Stands in front of an application; remembers what it was asked and how it answered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inside: WSGIApplication = app.wsgi_app
        self.known: LRUCache[Question, Known] = LRUCache(MOST_KNOWN)
        self.own: TTLCache[Question, Known] = TTLCache(OWN_BYTES, OWN_S, getsizeof=_size)
        self.lock = Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        question = self._read(environ)
        if question is None:
            return self.inside(environ, start_response)
        with self.lock:
            known = self._room_for(question).get(question)
        body = self._answer(known, environ, start_response) if known else None
        return self._let_in(question, environ, start_response) if body is None else [body]

    def _read(self, environ: WSGIEnvironment) -> Question | None:
        """What is asked, and by which browser if it is known here; None where this is more than
        looking at a page."""
        if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in INSIDE):
            return None
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            return None
        cookies = environ.get("HTTP_COOKIE", "")
        is_known = f"{self.app.config['SESSION_COOKIE_NAME']}=" in cookies
        asked = (str(environ.get(name, "")) for name in ASKED)
        is_api = environ.get("PATH_INFO", "").startswith("/api/")
        language = environ.get("HTTP_ACCEPT_LANGUAGE", "") if is_api else ""
        return (*asked, language, cookies if is_known else "")

    def _room_for(self, question: Question) -> "Cache[Question, Known]":
        *_, browser = question
        return self.own if browser else self.known

    def _answer(
        self, known: Known, environ: WSGIEnvironment, start_response: "StartResponse"
    ) -> bytes | None:
        """What was told before, where it still stands; whatever is in the way is told inside."""
        began_s = begin_answer()
        with self.app.app_context():
            try:
                told = known.standing.take(environ)
            except (Refusal, DBAPIError, sqlite3.Error, psycopg.Error):
                return None
            if told is None:
                return None
            body, mark = told
            asked = environ.get("HTTP_IF_NONE_MATCH") if known.has_mark else None
            is_same = parse_etags(asked).contains(mark)
            request_id = name_request(environ.get("HTTP_X_REQUEST_ID", ""))
            status = 304 if is_same else 200
            standing = known.standing
            note_answer(standing.endpoint, status, began_s, request_id, standing.person)
        own = [("X-Request-ID", request_id)]
        if known.has_mark:
            own.append(("ETag", f'"{mark}"'))
        if is_same:
            start_response(SAME, known.headers_of_same + own)
            return b""
        start_response(WHOLE, [*known.headers, *own, ("Content-Length", str(len(body)))])
        return body

    def _let_in(
        self, question: Question, environ: WSGIEnvironment, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Asks the application, and remembers how it answered if that is the same for everyone."""
        told: list[tuple[str, Lines]] = []

        def start(status: str, headers: Lines, *failure: object) -> object:
            told.append((status, headers))
            return start_response(status, headers, *failure)  # type: ignore[arg-type]

        body = self.inside(environ, start)  # type: ignore[arg-type]
        standing = environ.get(STANDS)
        if standing is not None and told:
            self._remember(question, standing, *told[-1])
        return body

    def _remember(
        self, question: Question, standing: Standing | OwnStanding, status: str, headers: Lines
    ) -> None:
        names = {name.lower() for name, _ in headers}
        if status not in (WHOLE, SAME) or "set-cookie" in names:
            return
        shared = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        if status == SAME:
            # Browsers that come back know the page; whoever asks next may not.
            shared.append(("Content-Type", TEXT))
        same = Headers(shared)
        remove_entity_headers(same)
        known = Known(standing, shared, list(same), "etag" in names)
        if _size(known) <= OWN_BYTES:
            with self.lock:
                self._room_for(question)[question] = known


def _size(known: Known) -> int:
    return ENTRY_BYTES + known.standing.size


def init_app(app: Flask) -> None:
    """To be called before a proxy in front is believed: what that changes is part of a question."""
    app.wsgi_app = Porch(app)  # type: ignore[method-assign]
