"""Pages that everyone sees alike: drawn once, then taken from the shelf until what they show
changes. What belongs to one person (their name, their work, their tokens) is not drawn with the
page: there it has holes, and each person's pieces are put into them (`web.pieces`)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeAlias, cast

from cachetools import LRUCache
from flask import Flask, Response, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from marketplace.core.clock import day_of
from marketplace.core.edition import Topic
from marketplace.web.access import as_nobody, find_identity
from marketplace.web.database import SAFE_METHODS, now
from marketplace.web.kept import editions
from marketplace.web.pages import choose_locale
from marketplace.web.pieces import HOLES, draw_piece, drawing_for_everyone

Arguments = ParamSpec("Arguments")
View: TypeAlias = Callable[Arguments, str]
Answer: TypeAlias = Callable[Arguments, ResponseReturnValue]

ROOM_BYTES = 32 * 1024 * 1024
LONGEST_ADDRESS = 400
TEXT = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Hole:
    """Where a piece of the visitors' page stands, and which it is."""

    start: int
    end: int
    name: str
    about: str


@dataclass(frozen=True)
class Drawn:
    """A page as it was drawn on a day under an edition: as visitors get it, with the places where
    others get something of their own."""

    edition: int
    day: date
    body: bytes
    mark: str
    holes: tuple[Hole, ...] = ()


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
    """Whether this is a page by itself, and not a refused form shown once more."""
    return (
        request.method in SAFE_METHODS
        and "refused" not in g
        and len(request.full_path) <= LONGEST_ADDRESS
    )


def _nothing() -> str:
    return ""


def shelved_by(also: Callable[[], str]) -> Callable[[View[Arguments]], Answer[Arguments]]:
    """Marks a public page that says the same to everyone, but for its pieces, for as long as the
    edition stays and `also` says the same. It is drawn as nobody: it does not know who asks."""

    def shelve(view: View[Arguments]) -> Answer[Arguments]:
        @wraps(view)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not _is_for_everyone():
                return view(*args, **kwargs)
            shelf = cast(Shelf, current_app.extensions["shelf"])
            # Read before the page: a page newer than its edition is harmless, an older is not.
            edition, day = editions().get(Topic.SHOWN, 0), day_of(now())
            key = f"{choose_locale()} {also()} {request.script_root} {request.full_path}"
            page = shelf.take(key, edition, day)
            if page is None:
                # The language is the reader's, and known before the reader is forgotten.
                get_locale()
                with drawing_for_everyone() as blank:
                    text = view(*args, **kwargs)
                if blank.is_written:
                    # Something for one browser alone went into the page: it is nobody else's.
                    return view(*args, **kwargs)
                page = _as_drawn(text, edition, day)
                shelf.put(key, page)
            return _hand_out(page)

        return answer

    return shelve


def shelved(view: View[Arguments]) -> Answer[Arguments]:
    """Marks a public page that says the same to everyone, but for its pieces."""
    return shelved_by(_nothing)(view)


def _facts() -> dict[str, Any]:
    """What pieces show: what every template of the application is given."""
    facts: dict[str, Any] = {}
    current_app.update_template_context(facts)
    return facts


def _as_drawn(text: str, edition: int, day: date) -> Drawn:
    """Fills the holes for visitors, and notes where they were."""
    with as_nobody():
        facts = _facts()
        body, holes, at = bytearray(), [], 0
        drawn = text.encode()
        for found in HOLES.finditer(drawn):
            name, about = found[1].decode(), found[2].decode()
            body += drawn[at : found.start()]
            piece = b"" if name == "toasts" else draw_piece(facts, name, about).encode()
            holes.append(Hole(len(body), len(body) + len(piece), name, about))
            body += piece
            at = found.end()
        body += drawn[at:]
    mark = hashlib.sha256(body).hexdigest()[:20]
    return Drawn(edition, day, bytes(body), mark, tuple(holes))


def _for_person(page: Drawn) -> tuple[bytes, str]:
    """The page with a person's own pieces, and a mark that changes with them."""
    facts, body, at = _facts(), memoryview(page.body), 0
    parts: list[bytes | memoryview] = []
    own = hashlib.sha256(page.mark.encode())
    for hole in page.holes:
        piece = draw_piece(facts, hole.name, hole.about).encode()
        own.update(piece + b"\0")
        parts += (body[at : hole.start], piece)
        at = hole.end
    parts.append(body[at:])
    return b"".join(parts), own.hexdigest()[:20]


def _hand_out(page: Drawn) -> Response:
    is_own = find_identity() is not None or "_flashes" in session
    body, mark = _for_person(page) if is_own else (page.body, page.mark)
    response = Response(body, content_type=TEXT)
    response.set_etag(mark)
    return cast(Response, response.make_conditional(request))


def init_app(app: Flask) -> None:
    app.extensions["shelf"] = Shelf()
