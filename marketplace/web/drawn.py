"""Pages as they were drawn, and the room that a process has for them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache

from marketplace.core.clock import day_of
from marketplace.core.edition import Editions, Topic
from marketplace.web.database import now

TEXT = "text/html; charset=utf-8"
ROOM_BYTES = 32 * 1024 * 1024

Version: TypeAlias = tuple[date, tuple[int, ...]]


@dataclass(frozen=True)
class Hole:
    """Where a piece of the visitors' page stands, and which it is."""

    start: int
    end: int
    name: str
    about: str


@dataclass(frozen=True)
class Drawn:
    """A page as it was drawn on a day under some editions: as visitors get it, with the places
    where others get something of their own."""

    version: Version
    body: bytes
    mark: str
    holes: tuple[Hole, ...] = ()


class Shelf:
    """The pages of this process, within so many bytes; the longest unread make room."""

    def __init__(self) -> None:
        self.pages: LRUCache[Hashable, Drawn] = LRUCache(ROOM_BYTES, lambda page: len(page.body))
        self.lock = Lock()

    def take(self, key: Hashable, version: Version) -> Drawn | None:
        with self.lock:
            page = self.pages.get(key)
        return page if page and page.version == version else None

    def put(self, key: Hashable, page: Drawn) -> None:
        if len(page.body) <= ROOM_BYTES:
            with self.lock:
                self.pages[key] = page


def version_of(known: Editions, topics: Sequence[Topic]) -> Version:
    return day_of(now()), tuple(known.get(topic, 0) for topic in topics)
