"""Visitors who only look are answered in front of Flask, from the shelf.

Most who come are nobody in particular and ask for a page that lies on the shelf as it is. All that
Flask does for them comes out as it did the last time: which page it is, its headers, the name of
its endpoint. Asked anew is whether the page still stands (`web.shelf`); noted is what is noted of
every request. Whoever brings a session, a form or a body goes in, and so does whoever asks for
what is not on the shelf or has changed: `docs/decisions/0027`.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

import psycopg
from cachetools import LRUCache
from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags, remove_entity_headers

from marketplace.core.errors import Refusal
from marketplace.web.logs import note_answer
from marketplace.web.security import name_request
from marketplace.web.shelf import STANDS, Standing, take_standing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_KNOWN = 8192
# What tells one question from another; all else that a browser sends changes nothing of a page
# for visitors.
ASKED = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
# Whoever brings one of these means something else than the page alone.
INSIDE = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
# Belong to one answer, and are written anew for each.
OWN_HEADERS = frozenset({"etag", "content-length", "x-request-id"})

Question: TypeAlias = tuple[str, ...]
Lines: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """How a question was answered: from what on the shelf, and with which headers."""

    standing: Standing
    headers: Lines
    headers_of_same: Lines
    has_mark: bool


class Porch:
    """Stands in front of an application; remembers what it was asked and how it answered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inside: WSGIApplication = app.wsgi_app
        self.known: LRUCache[Question, Known] = LRUCache(MOST_KNOWN)
        self.lock = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        question = self._read(environ)
        if question is None:
            return self.inside(environ, start_response)
        with self.lock:
            known = self.known.get(question)
        body = self._answer(known, environ, start_response) if known else None
        return self._let_in(question, environ, start_response) if body is None else [body]

    def _read(self, environ: "WSGIEnvironment") -> Question | None:
        """What a visitor asks; None where this is more than a visitor looking at a page."""
        if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in INSIDE):
            return None
        if f"{self.app.config['SESSION_COOKIE_NAME']}=" in environ.get("HTTP_COOKIE", ""):
            return None
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            return None
        return tuple(environ.get(name, "") for name in ASKED)

    def _answer(
        self, known: Known, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> bytes | None:
        """The page, where it still stands; whatever is in the way is told inside."""
        began_s = perf_counter()
        standing = known.standing
        with self.app.app_context():
            try:
                page = take_standing(standing)
                if page is None:
                    return None
                standing.each_time(environ)
            except (Refusal, DBAPIError, sqlite3.Error, psycopg.Error):
                return None
            asked = environ.get("HTTP_IF_NONE_MATCH") if known.has_mark else None
            is_same = parse_etags(asked).contains(page.mark)
            request_id = name_request(environ.get("HTTP_X_REQUEST_ID", ""))
            note_answer(standing.endpoint, 304 if is_same else 200, began_s, request_id)
        own = [("X-Request-ID", request_id)]
        if known.has_mark:
            own.append(("ETag", f'"{page.mark}"'))
        if is_same:
            start_response("304 NOT MODIFIED", known.headers_of_same + own)
            return b""
        length = [("Content-Length", str(len(page.body)))]
        start_response("200 OK", known.headers + own + length)
        return page.body

    def _let_in(
        self, question: Question, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Asks the application, and remembers how it answered if that is the same for everyone."""
        told: list[tuple[str, Lines]] = []

        def start(status: str, headers: Lines, *failure: object) -> object:
            told.append((status, headers))
            return start_response(status, headers, *failure)  # type: ignore[arg-type]

        body = self.inside(environ, start)  # type: ignore[arg-type]
        standing = environ.get(STANDS)
        if isinstance(standing, Standing) and told:
            self._remember(question, standing, *told[-1])
        return body

    def _remember(
        self, question: Question, standing: Standing, status: str, headers: Lines
    ) -> None:
        names = {name.lower() for name, _ in headers}
        if status != "200 OK" or "set-cookie" in names:
            return
        shared = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        same = Headers(shared)
        remove_entity_headers(same)
        with self.lock:
            self.known[question] = Known(standing, shared, list(same), "etag" in names)


def init_app(app: Flask) -> None:
    """To be called before a proxy in front is believed: what that changes is part of a question."""
    app.wsgi_app = Porch(app)  # type: ignore[method-assign]
