"""The board of a session: a screen for everyone, one for the host's side, and their figures."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, render_template, request
from werkzeug.datastructures import Headers

from marketplace.broadcast.queries.board import pulse_of
from marketplace.broadcast.queries.sight import get_ours
from marketplace.broadcast.queries.watched import read_board
from marketplace.broadcast.routes.room import blueprint
from marketplace.broadcast.rules.board import Board, bars, told_to_all, told_to_ours, window
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.broadcast.rules.wire import JSON, MAY_BE_KEPT, as_told
from marketplace.core.clock import SHANGHAI
from marketplace.livestream.queries.sessions import SessionView, get_public
from marketplace.web import allow, current_identity, now, public, session
from marketplace.web.shelf import shelved_by

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class ForEveryone(Response):
    """An answer that looks at no cookie. That our sessions look at it on the way out would make a
    proxy keep one for each viewer."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers.remove("Vary")
        return headers


def kept_boards() -> KeptBoards:
    """What this process remembers of boards."""
    return cast(KeptBoards, current_app.extensions["boards"])


@blueprint.app_template_filter("clock")
def clock(instant: datetime) -> str:
    """The hour and minute in China."""
    return f"{instant.astimezone(SHANGHAI):%H:%M}"


def _pulse_here() -> str:
    return str(pulse_of(session(), (request.view_args or {})["session_id"], now()))


@blueprint.get("/live/<int:session_id>")
@public
@shelved_by(_pulse_here)
def live(session_id: int) -> str:
    """For everyone, and for a screen in the hall: without what anybody earns."""
    return _page("broadcast/live.html", get_public(session(), session_id))


@blueprint.get("/live/<int:session_id>.json")
@public
def live_figures(session_id: int) -> Response:
    """The same for everyone, so that whatever stands between may keep it for a second."""
    told = kept_boards().fresh(session_id, now())
    if told is None:
        view = get_public(session(), session_id)
        told = as_told(told_to_all(_board(view), now()), now())
        kept_boards().put(session_id, told)
    return _answer(ForEveryone(told.body, content_type=JSON), told.mark, MAY_BE_KEPT)


@blueprint.get("/host/sessions/<int:session_id>/board")
@allow()
def board(session_id: int) -> str:
    """For a phone on a tripod, two metres away."""
    return _page("broadcast/board.html", get_ours(session(), current_identity(), session_id, now()))


@blueprint.get("/host/sessions/<int:session_id>/board.json")
@allow()
def board_figures(session_id: int) -> Response:
    view = get_ours(session(), current_identity(), session_id, now())
    told = as_told(told_to_ours(_board(view), now()), now())
    return _answer(Response(told.body, content_type=JSON), told.mark, "private, no-cache")


def _board(view: SessionView) -> Board:
    return read_board(session(), kept_boards(), view, now())


def _page(template: str, view: SessionView) -> str:
    board, moment = _board(view), now()
    minutes = window(board, moment)
    return render_template(
        template,
        board=board,
        minutes=minutes,
        bars=bars(minutes),
        as_of=f"{moment.astimezone(SHANGHAI):%H:%M:%S}",
    )


def _answer(response: Response, mark: str, keeping: str) -> Response:
    response.headers["Cache-Control"] = keeping
    response.set_etag(mark, weak=True)
    return cast(Response, response.make_conditional(request))
