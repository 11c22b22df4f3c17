"""The parts of a page that belong to whoever looks at it: the frame's names and counts, tokens.

A page that says the same to everyone is drawn once, as nobody, with holes where these parts
belong (`web.shelf`); for each person the holes are filled anew. In a template a part is
`{{ piece('basket') }}`: a hole where the page is drawn for everyone, else the part itself. What a
part shows comes with every page (`facts`: the person, and what the context processors say), so
the same part may stand on both kinds of pages.

Parts are drawn by macros of `components/_pieces.html` and kept by what they show: the same
words for the same values, whoever asks.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from flask import Flask, current_app, g, get_flashed_messages, request, session
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from marketplace.core.identity import Identity
from marketplace.web import access
from marketplace.web.pages import locale_code
from marketplace.web.security import token

Facts = Mapping[str, Any]
Piece = Callable[[Facts, str], Markup]

# Nobody outside of this process can write one: it never leaves.
_MARK = secrets.token_hex(16)
HOLES = re.compile(f"<!--{_MARK}:([a-z]+):([0-9]*)-->".encode())
TEMPLATE = "components/_pieces.html"

_PIECES: dict[str, Piece] = {}
_with_holes: ContextVar[bool] = ContextVar("with_holes", default=False)


def piece(name: str) -> Callable[[Piece], Piece]:
    """Names a part of pages."""

    def keep(draw: Piece) -> Piece:
        _PIECES[name] = draw
        return draw

    return keep


def draw_piece(facts: Facts, name: str, about: str) -> Markup:
    """A part as it is for the person of these facts."""
    return _PIECES[name](facts, about)


@lru_cache(maxsize=4096)
def _drawn(_locale: str, _root: str, macro: str, values: tuple[Any, ...]) -> Markup:
    module = current_app.jinja_env.get_template(TEMPLATE).module
    return cast(Markup, getattr(module, macro)(*values))


def draw(macro: str, *values: Any) -> Markup:
    """What a macro makes of values that can be compared."""
    return _drawn(locale_code(), request.script_root, macro, values)


@pass_context
def _place(context: Context, name: str, about: object = "") -> Markup:
    if _with_holes.get():
        return Markup(f"<!--{_MARK}:{name}:{about}-->")  # noqa: S704  (our own words and ids)
    return draw_piece(cast(Facts, context), name, str(about))


@dataclass
class Blank:
    """Whether what was drawn wrote into the blank cookie: then it belongs to one browser."""

    is_written: bool = False


@contextmanager
def drawing_with_holes(identity: Identity | None) -> Iterator[Blank]:
    """What is drawn inside is drawn as this person or as nobody, with a blank cookie in place of
    the browser's, so that nothing of anybody else can come to stand on it."""
    cookie, holes = _cookie_set_aside(), _with_holes.set(True)
    own_token = g.pop("csrf_token", None)
    try:
        with access.as_nobody() if identity is None else nullcontext(), cookie as blank:
            yield blank
    finally:
        _with_holes.reset(holes)
        g.pop("csrf_token", None)
        if own_token is not None:
            g.csrf_token = own_token


@contextmanager
def _cookie_set_aside() -> Iterator[Blank]:
    cookie, blank = session._get_current_object(), Blank()  # type: ignore[attr-defined]
    own, was_modified = dict(cookie), cookie.modified
    # Past the cookie's own methods, which note every change.
    dict.clear(cookie)
    cookie.modified = False
    try:
        yield blank
    finally:
        blank.is_written = cookie.modified
        dict.clear(cookie)
        dict.update(cookie, own)
        cookie.modified = was_modified


@piece("token")
def _token(facts: Facts, _about: str) -> Markup:
    """What a form brings back to prove that it stood on a page of this person's."""
    if facts["person"] is None:
        return Markup()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token())


@piece("toasts")
def _toasts(_facts: Facts, _about: str) -> Markup:
    messages = get_flashed_messages(with_categories=True)
    return draw("toasts", tuple(messages)) if messages else Markup()


def init_app(app: Flask) -> None:
    app.jinja_env.globals["piece"] = _place
