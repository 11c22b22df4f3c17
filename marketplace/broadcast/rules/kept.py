"""What a process remembers of boards, so that a thousand viewers ask the books once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from cachetools import LRUCache

from marketplace.broadcast.rules.board import Board

# How old an answer may be that is given without looking, and while another request is looking.
# With the two seconds between two questions of a page both are part of how far it is behind.
FRESH = timedelta(milliseconds=400)
WHILE_LOOKING = timedelta(seconds=1)
MOST_BOARDS = 256


@dataclass(frozen=True)
class Told:
    """The public figures of a board as they go out, and when they were compared with the books."""

    body: bytes
    mark: str
    at: datetime
    asked_at: datetime


@dataclass(frozen=True)
class Pulse:
    """What differs when any figure of a board may: goods and books (the edition), events of
    orders, claims, the record of the session; and the minute, which ends the window."""

    marks: tuple[int, ...]
    minute: int


class KeptBoards:
    """Boards as this process counted and told them; those that nobody watches make room."""

    def __init__(self) -> None:
        self.told: LRUCache[int, Told] = LRUCache(MOST_BOARDS)
        self.counted: LRUCache[int, tuple[Pulse, Board]] = LRUCache(MOST_BOARDS)
        self.lock = Lock()

    def find(self, session_id: int, pulse: Pulse) -> Board | None:
        """The board that was counted under this pulse."""
        with self.lock:
            known = self.counted.get(session_id)
        return known[1] if known and known[0] == pulse else None

    def keep(self, session_id: int, pulse: Pulse, board: Board) -> None:
        with self.lock:
            self.counted[session_id] = (pulse, board)

    def fresh(self, session_id: int, now: datetime) -> Told | None:
        """What was told so lately that nobody need look."""
        with self.lock:
            told = self.told.get(session_id)
        return told if told and timedelta(0) <= now - told.at <= FRESH else None

    def take(self, session_id: int, now: datetime) -> Told | None:
        """The same for whoever cannot look: also what is a little older, while somebody looks.
        None: it is this question that has to be sent to somebody who looks."""
        with self.lock:
            told = self.told.get(session_id)
            if told is None or not timedelta(0) <= now - told.at <= WHILE_LOOKING:
                return None
            if now - told.at <= FRESH or now - told.asked_at <= FRESH:
                return told
            self.told[session_id] = replace(told, asked_at=now)
            return None

    def put(self, session_id: int, told: Told) -> None:
        with self.lock:
            self.told[session_id] = told
