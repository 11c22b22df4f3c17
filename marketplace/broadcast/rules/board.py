"""The board of a session: its figures, and what of them goes to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# How many minutes a board looks back, and how many goods it names.
LOOKS_BACK = 60
TOP_GOODS = 5


@dataclass(frozen=True)
class Minute:
    """What was ordered in a minute; minutes are counted since 1970 in UTC."""

    number: int
    orders: int = 0
    amount_fen: int = 0

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(60 * self.number, UTC)


@dataclass(frozen=True)
class Good:
    """What was sold of a product."""

    product_id: int
    name: str
    orders: int
    packs: int
    amount_fen: int


@dataclass(frozen=True)
class Left:
    """Packs of a product that can still be ordered."""

    product_id: int
    name: str
    available: int


@dataclass(frozen=True)
class Board:
    """A session as it stands: what was ordered and not called off, refused or given back."""

    session_id: int
    host_id: int
    host_name: str
    title: str
    state: str
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    amount_fen: int
    # Of all that stands, whether it has been recognised already or not.
    host_fen: int
    agency_fen: int
    village_names: tuple[str, ...]
    stock: tuple[Left, ...]
    goods: tuple[Good, ...]
    minutes: tuple[Minute, ...]

    @property
    def orders(self) -> int:
        # An order is placed in one minute only.
        return sum(minute.orders for minute in self.minutes)

    @property
    def commission_fen(self) -> int:
        return self.host_fen + self.agency_fen

    @property
    def peak(self) -> Minute | None:
        """The minute with most orders, the earliest of several."""
        return max(self.minutes, key=lambda one: (one.orders, -one.number), default=None)


def minute_of(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def window(board: Board, now: datetime) -> list[Minute]:
    """Every minute of the last hour of a session, until now or its end, busy or not."""
    if board.started_at is None:
        return []
    last = minute_of(board.ended_at or now)
    first = max(minute_of(board.started_at), last - LOOKS_BACK + 1)
    busy = {minute.number: minute for minute in board.minutes}
    return [busy.get(number, Minute(number)) for number in range(first, last + 1)]


def told_to_all(board: Board, now: datetime) -> dict[str, Any]:
    """What everyone may read: nothing of what anybody earns."""
    return {
        "id": board.session_id,
        "title": board.title,
        "host": board.host_name,
        "state": board.state,
        "started_at": board.started_at,
        "ended_at": board.ended_at,
        "orders": board.orders,
        "amount_fen": board.amount_fen,
        "villages": len(board.village_names),
        "village_names": list(board.village_names),
        "stock": [vars(one) for one in board.stock],
        "goods": [vars(one) for one in board.goods[:TOP_GOODS]],
        "per_minute": [_minute(one) for one in window(board, now)],
        "peak": _minute(board.peak) if board.peak else None,
    }


def told_to_ours(board: Board, now: datetime) -> dict[str, Any]:
    """What the host's side and the operations centre read."""
    earned = {
        "commission_fen": board.commission_fen,
        "host_fen": board.host_fen,
        "agency_fen": board.agency_fen,
    }
    return {**told_to_all(board, now), **earned}


def _minute(minute: Minute) -> dict[str, Any]:
    return {
        "minute": minute.began_at,
        "orders": minute.orders,
        "amount_fen": minute.amount_fen,
    }


@dataclass(frozen=True)
class Bar:
    """A minute as it is drawn, in the units of the drawing."""

    x: int
    top: int
    height: int


BAR_ROOM = 10
FULL_HEIGHT = 100


def bars(minutes: Sequence[Minute]) -> list[Bar]:
    """Bars of an hour that ends at the right edge, the busiest minute as high as the drawing."""
    most = max((minute.orders for minute in minutes), default=0) or 1
    begins = LOOKS_BACK - len(minutes)
    heights = [minute.orders * FULL_HEIGHT // most for minute in minutes]
    return [
        Bar(BAR_ROOM * (begins + place), FULL_HEIGHT - height, height)
        for place, height in enumerate(heights)
    ]
