"""Boards that somebody watches: counted anew only when something may have changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.broadcast.queries.board import count_board, pulse_of
from marketplace.broadcast.rules.board import Board
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.livestream.queries.sessions import SessionView


def read_board(session: Session, kept: KeptBoards, view: SessionView, now: datetime) -> Board:
    """The board as the books stand at this instant.

    The pulse is read before the figures: figures newer than their pulse are counted once more than
    was needed, older ones would stay wrong.
    """
    pulse = pulse_of(session, view.id, now)
    known = kept.find(view.id, pulse)
    if known is not None:
        return known
    board = count_board(session, view, now)
    kept.keep(view.id, pulse, board)
    return board
