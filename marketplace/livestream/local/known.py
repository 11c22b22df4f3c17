"""Links that this process looked up: a link never changes, so it is looked up once."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

MOST_LINKS = 4096


@dataclass(frozen=True)
class KnownLink:
    """Where a code leads, on this host of ours alone."""

    link_id: int
    address: str


class KnownLinks:
    """By code and by where the shop is mounted."""

    def __init__(self) -> None:
        self._links: LRUCache[tuple[str, str], KnownLink] = LRUCache(MOST_LINKS)
        self._lock = Lock()

    def get(
        self, key: tuple[str, str], look_up: Callable[[], KnownLink | None]
    ) -> KnownLink | None:
        """The link; one that is not there is asked for again the next time."""
        with self._lock:
            known = self._links.get(key)
        if known is None:
            known = look_up()
            if known is not None:
                with self._lock:
                    self._links[key] = known
        return known
