"""The board of a session, for those who may see what it earns."""

from typing import Any, cast

from flask import current_app

from marketplace.api.door import Door
from marketplace.api.schemas.boards import BoardOut
from marketplace.broadcast.queries.sight import get_ours
from marketplace.broadcast.queries.watched import read_board
from marketplace.broadcast.rules.board import told_to_ours
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.core.errors import N_
from marketplace.web import allow, current_identity, now, session

door = Door("boards")


@door.call("GET", "/sessions/<id:session_id>/board", N_("一场直播此刻的数字"))
@allow()
@door.shows(BoardOut)
def board(session_id: int) -> dict[str, Any]:
    view = get_ours(session(), current_identity(), session_id, now())
    kept = cast(KeptBoards, current_app.extensions["boards"])
    found = read_board(session(), kept, view, now())
    return {**told_to_ours(found, now()), "as_of": now()}
