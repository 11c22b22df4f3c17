"""A board as it is read, for tests of what it shows."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.broadcast.queries.watched import read_board
from marketplace.broadcast.rules.board import Board
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.livestream.queries.sessions import find_view
from tests.county import START


def board_of(
    session: Session, session_id: int, kept: KeptBoards | None = None, now: datetime = START
) -> Board:
    """What the books say of a session at this instant."""
    view = find_view(session, session_id)
    assert view is not None
    return read_board(session, kept or KeptBoards(), view, now)
