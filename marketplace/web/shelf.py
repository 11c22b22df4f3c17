"""Pages that everyone sees alike: drawn once, then taken from the shelf until what they show
changes. People who are logged in have their own name and work on every page, and get theirs
drawn for them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeAlias, cast

from cachetools import LRUCache
from flask import Flask, Response, current_app, request, session
from flask.typing import ResponseReturnValue

from marketplace.core.clock import day_of
from marketplace.core.edition import read_edition
from marketplace.web.access import find_identity
from marketplace.web.database import db, now
from marketplace.web.pages import choose_locale

Arguments = ParamSpec("Arguments")
View: TypeAlias = Callable[Arguments, str]
Answer: TypeAlias = Callable[Arguments, ResponseReturnValue]

ROOM_BYTES = 32 * 1024 * 1024
LONGEST_ADDRESS = 400
TEXT = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Drawn:
    """A page as it was drawn on a day under an edition."""

    edition: int
    day: date
    body: bytes
    mark: str


class Shelf:
    """The pages of this process, within so many bytes; the longest unread make room."""

    def __init__(self) -> None:
        self.pages: LRUCache[str, Drawn] = LRUCache(ROOM_BYTES, lambda page: len(page.body))
        self.lock = Lock()

    def take(self, key: str, edition: int, day: date) -> Drawn | None:
        with self.lock:
            page = self.pages.get(key)
        return page if page and (page.edition, page.day) == (edition, day) else None

    def put(self, key: str, page: Drawn) -> None:
        if len(page.body) <= ROOM_BYTES:
            with self.lock:
                self.pages[key] = page


def _is_for_everyone() -> bool:
    """Whether whoever asks is nobody in particular and has no message waiting."""
    return (
        find_identity() is None
        and "_flashes" not in session
        and len(request.full_path) <= LONGEST_ADDRESS
    )


def _nothing() -> str:
    return ""


def shelved_by(also: Callable[[], str]) -> Callable[[View[Arguments]], Answer[Arguments]]:
    """Marks a public page that says the same to everyone who is not logged in, for as long as
    the edition stays and `also` says the same."""

    def shelve(view: View[Arguments]) -> Answer[Arguments]:
        @wraps(view)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not _is_for_everyone():
                return view(*args, **kwargs)
            shelf = cast(Shelf, current_app.extensions["shelf"])
            key = f"{choose_locale()} {also()} {request.script_root} {request.full_path}"
            # Read before the page: a page newer than its edition is harmless, an older is not.
            edition, day = read_edition(db.engine), day_of(now())
            page = shelf.take(key, edition, day)
            if page is None:
                page = _draw(view(*args, **kwargs), edition, day)
                # Something for this browser alone went into the page: it is nobody else's.
                if not session.modified:
                    shelf.put(key, page)
            return _hand_out(page)

        return answer

    return shelve


def shelved(view: View[Arguments]) -> Answer[Arguments]:
    """Marks a public page that says the same to everyone who is not logged in."""
    return shelved_by(_nothing)(view)


def _draw(text: str, edition: int, day: date) -> Drawn:
    body = text.encode()
    return Drawn(edition, day, body, hashlib.sha256(body).hexdigest()[:20])


def _hand_out(page: Drawn) -> Response:
    response = Response(page.body, content_type=TEXT)
    response.set_etag(page.mark)
    return cast(Response, response.make_conditional(request))


def init_app(app: Flask) -> None:
    app.extensions["shelf"] = Shelf()
