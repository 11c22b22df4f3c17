"""Reading this machine's copy: always the newest snapshot that works."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic

import structlog

from marketplace.search.index import Engine, IndexBroken, Reader
from marketplace.search.local.folder import Folder, State, is_marked_broken, mark_broken, read_state
from marketplace.search.local.tally import Tally
from marketplace.search.local.vocabulary import Vocabulary
from marketplace.search.rules.folding import fold
from marketplace.search.rules.reading import read_query
from marketplace.search.rules.sounds import near_sound
from marketplace.search.rules.words import cut

# How often a process looks whether there is something newer.
LOOK_EVERY_S = 0.2
# Any words will do that nobody has prepared: all dictionaries are needed to read them.
WARMING = "山貨一斤"


def read_dictionaries() -> None:
    """Reads everything that needs no index, for the processes that will be made of this one."""
    near_sound(" ".join(cut(fold(WARMING))))


@dataclass(frozen=True)
class Snapshot:
    """The index as it was at one moment, with its words."""

    place: Path
    state: State
    reader: Reader
    words: Vocabulary
    # Names of goods that were looked for before they were suggested.
    carried: dict[str, bool] = field(default_factory=dict, compare=False)

    @property
    def version(self) -> str:
        return f"{self.place.name}:{self.state.version}"


class LocalCopy:
    """The copy as the processes of this machine read it; each swaps to the newest by itself."""

    def __init__(self, home: Path, engine: Engine) -> None:
        self.folder = Folder(home / engine.name)
        self.tally = Tally(home)
        self.engine = engine
        self.lock = Lock()
        self._opened: Snapshot | None = None
        self._look_at = 0.0

    def snapshot(self) -> Snapshot | None:
        """The newest snapshot; None where there is nothing that can be read."""
        if monotonic() < self._look_at:
            return self._opened
        with self.lock:
            if monotonic() >= self._look_at:
                self._opened = self._look()
                self._look_at = monotonic() + LOOK_EVERY_S
        return self._opened

    @property
    def version(self) -> str:
        """Another one whenever searches may find something else."""
        snapshot = self.snapshot()
        return snapshot.version if snapshot else "none"

    def warm_up(self) -> None:
        """Reads the dictionaries now, and not while the first person to search waits."""
        snapshot = self.snapshot()
        if snapshot is not None:
            with suppress(IndexBroken):
                read_query(WARMING, snapshot.words)
                snapshot.words.correct(WARMING)

    def look_again(self) -> None:
        """Forgets what was opened: the next reader looks at the folder."""
        with self.lock:
            self._look_at = 0.0

    def give_up(self, snapshot: Snapshot, trouble: IndexBroken) -> None:
        """A snapshot turned out to be unreadable: the writer is told, and nobody uses it."""
        structlog.get_logger().error("search index broken", exc_info=trouble)
        mark_broken(snapshot.place)
        with self.lock:
            self._opened, self._look_at = None, 0.0

    def _look(self) -> Snapshot | None:
        place = self.folder.current()
        state = read_state(place) if place else None
        if place is None or state is None or is_marked_broken(place):
            return None
        opened = self._opened
        if opened is not None and (opened.place, opened.state) == (place, state):
            return opened
        try:
            reader = self.engine.open_reader(place)
            return Snapshot(place, state, reader, self._words(place, state))
        except IndexBroken as trouble:
            if self.folder.current() == place:
                structlog.get_logger().error("search index broken", exc_info=trouble)
                mark_broken(place)
            return None

    def _words(self, place: Path, state: State) -> Vocabulary:
        opened = self._opened
        if opened and (opened.place, opened.state.synonyms) == (place, state.synonyms):
            return opened.words
        return Vocabulary(place)
