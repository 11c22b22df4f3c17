"""Pages that everyone sees alike: drawn once, then taken from the shelf until what they show
changes. What belongs to one person (their name, their work, their tokens) is not drawn with the
page: there it has holes, and each person's pieces are put into them (`web.pieces`)."""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, cast

from flask import Flask, Response, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from marketplace.core.edition import Topic
from marketplace.core.identity import Identity
from marketplace.web.access import as_nobody, find_identity
from marketplace.web.drawn import TEXT, Drawn, Hole, Shelf, Version, version_of
from marketplace.web.kept import editions, look, may_keep
from marketplace.web.metrics import count_kept
from marketplace.web.pages import choose_locale
from marketplace.web.pieces import HOLES, draw_piece, drawing_with_holes
from marketplace.web.standing import (
    NO_TERMS,
    Terms,
    WSGIEnvironment,
    no_more,
    say_that_it_stands,
    say_whose_it_is,
)

Arguments = ParamSpec("Arguments")
View: TypeAlias = Callable[Arguments, str]
Answer: TypeAlias = Callable[Arguments, ResponseReturnValue]

LONGEST_ADDRESS = 400


def _is_plain() -> bool:
    """Whether this is a page by itself, and not a refused form shown once more."""
    return may_keep() and "refused" not in g and len(request.full_path) <= LONGEST_ADDRESS


def _nothing() -> str:
    return ""


def _take_or_draw(
    key: Hashable, topics: Sequence[Topic], draw: Callable[[], str], identity: Identity | None
) -> Drawn | None:
    """A page from the shelf, or drawn for this identity and put there; None where something for
    one browser alone came to stand on it, which makes it nobody else's."""
    shelf = cast(Shelf, current_app.extensions["shelf"])
    # Read before the page: a page newer than its editions is harmless, an older is not.
    version = version_of(editions(), topics)
    page = shelf.take(key, version)
    count_kept("pages", is_found=page is not None)
    if page is None:
        # The language is the reader's, and known before the reader is forgotten.
        get_locale()
        with drawing_with_holes(identity) as blank:
            text = look(topics, draw)
        if blank.is_written:
            return None
        page = _as_drawn(text, version)
        shelf.put(key, page)
    return page


def shelved_by(
    also: Callable[[], str], topics: Sequence[Topic] = (Topic.SHOWN,), *, stands: bool = False
) -> Callable[[View[Arguments]], Answer[Arguments]]:
    """Marks a public page that says the same to everyone, but for its pieces, for as long as the
    editions stay, `also` says the same, and it is given the same. It is drawn as nobody: it does
    not know who asks.

    One that `stands` is handed to visitors without asking its view again: what the view is given
    and what `also` says come from the address and from what is the same for every request. Of the
    others `also` tells what hangs on the person, the editions and the minute, or asks the database.
    """

    def shelve(view: View[Arguments]) -> Answer[Arguments]:
        @wraps(view)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not _is_plain():
                return view(*args, **kwargs)
            said = also()
            given = f"{choose_locale()} {said} {args} {kwargs}"
            key = f"{given} {request.script_root} {request.full_path}"
            page = _take_or_draw(key, topics, lambda: view(*args, **kwargs), None)
            if page is None:
                return view(*args, **kwargs)
            terms = Terms(also, said, g.get("each_time", no_more)) if stands else NO_TERMS
            if stands and not _is_own():
                say_that_it_stands(key, topics, terms)
            return _hand_out(page, terms)

        return answer

    return shelve


def text_for_everyone(
    also: Callable[[], str], make: Callable[[], str], each_time: Callable[[WSGIEnvironment], None]
) -> str:
    """A text that this address tells everyone who asks, made as nobody and kept for as long as
    the edition and what `also` says stay. Like a page that stands it is handed out again without
    asking for it; `each_time` is done even so."""
    said = also()
    key = f"text {choose_locale()} {said} {request.script_root} {request.full_path}"
    page = _take_or_draw(key, (Topic.SHOWN,), make, None) if _is_plain() else None
    if page is None:
        return make()
    if find_identity() is None:
        say_that_it_stands(key, (Topic.SHOWN,), Terms(also, said, each_time))
    return page.body.decode()


def kept_for_person(*topics: Topic) -> Callable[[View[Arguments]], Answer[Arguments]]:
    """Marks a page that is kept for whoever asked for it, and for nobody else, until one of the
    topics changes; they cover every table that it reads. It may depend on the person, their roles
    and the day, and on nothing else that goes by."""

    def keep(view: View[Arguments]) -> Answer[Arguments]:
        @wraps(view)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            identity = find_identity()
            if identity is None or not _is_plain():
                return view(*args, **kwargs)
            key = (identity, choose_locale(), request.script_root, request.full_path)
            page = _take_or_draw(key, topics, lambda: view(*args, **kwargs), identity)
            return view(*args, **kwargs) if page is None else _hand_out(page, NO_TERMS)

        return answer

    return keep


def shelved(view: View[Arguments]) -> Answer[Arguments]:
    """Marks a public page that says the same to everyone, but for its pieces."""
    return shelved_by(_nothing, stands=True)(view)


def _facts() -> dict[str, Any]:
    """What pieces show: what every template of the application is given."""
    facts: dict[str, Any] = {}
    current_app.update_template_context(facts)
    return facts


def _as_drawn(text: str, version: Version) -> Drawn:
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
    return Drawn(version, bytes(body), mark, tuple(holes))


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


def _is_own() -> bool:
    """Whether somebody's own pieces stand on the page."""
    return find_identity() is not None or "_flashes" in session


def _hand_out(page: Drawn, terms: Terms) -> Response:
    body, mark = page.body, page.mark
    if _is_own():
        # A message is shown once: then the cookie is written, and nothing is given again.
        body, mark = _for_person(page)
        say_whose_it_is((body, mark), terms)
    response = Response(body, content_type=TEXT)
    response.set_etag(mark)
    return cast(Response, response.make_conditional(request))


def init_app(app: Flask) -> None:
    app.extensions["shelf"] = Shelf()
