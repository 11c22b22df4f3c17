"""The one writer of this machine: follows the catalogue and keeps the copy true."""

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import Changes, get_log, list_changes, list_turned
from marketplace.core.clock import Clock, day_of
from marketplace.core.db import reading
from marketplace.search.index import Engine, IndexBroken
from marketplace.search.local.build import Pen, rebuild, reopen
from marketplace.search.local.folder import (
    FORMAT,
    Folder,
    State,
    is_marked_broken,
    read_state,
    write_state,
)
from marketplace.search.queries.synonyms import list_groups, version_of_groups

# At most two commits a second; a change is seen well within two.
PAUSE_S = 0.5
WAIT_FOR_TURN_S = 1.0
TROUBLED_S = 5.0

log = structlog.get_logger()


class WriterLock:
    """Held by one process of the machine. The kernel lets go of it when that process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle: int | None = None

    def take(self) -> bool:
        if self.handle is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self.handle = handle
        return True

    def release(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


class Indexer:
    """Applies what changed, in order, from its own position; builds anew what cannot be mended."""

    def __init__(
        self,
        folder: Folder,
        engine: Engine,
        open_session: Callable[[], AbstractContextManager[Session]],
        clock: Clock,
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.clock = clock
        self._open_session = open_session
        self._lock = WriterLock(folder.lock_file)
        self._open: tuple[Path, Pen] | None = None

    def run(self, wait: Callable[[float], bool]) -> None:
        """Works until `wait` says that it is time to stop."""
        pause = 0.0
        while not wait(pause):
            if not self._lock.take():
                pause = WAIT_FOR_TURN_S
                continue
            try:
                self.follow()
                pause = PAUSE_S
            except Exception as trouble:
                # The edge of the worker: whatever it is, the next look may go better.
                log.error("indexer waits", error=type(trouble).__name__, exc_info=trouble)
                self._put_down()
                pause = TROUBLED_S
        self.close()

    def follow(self) -> int:
        """One look at the catalogue; how many products were written."""
        with reading(), self._open_session() as session:
            place = self.folder.current()
            state = read_state(place) if place else None
            today = day_of(self.clock())
            if place is None or state is None or self._is_beyond_mending(session, place, state):
                return self._rebuild(session, today)
            changes = list_changes(session, state.position)
            if changes.product_ids is None:
                return self._rebuild(session, today)
            try:
                return self._apply(session, place, state, changes)
            except IndexBroken as trouble:
                log.error("search index broken", exc_info=trouble)
                return self._rebuild(session, today)

    def close(self) -> None:
        self._put_down()
        self._lock.release()

    def _is_beyond_mending(self, session: Session, place: Path, state: State) -> bool:
        known = get_log(session)
        made_alike = (state.log, state.engine, state.format) == (
            known.name,
            self.engine.name,
            FORMAT,
        )
        return not made_alike or state.position < known.forgotten_until or is_marked_broken(place)

    def _apply(self, session: Session, place: Path, state: State, changes: Changes) -> int:
        today, synonyms = day_of(self.clock()), version_of_groups(session)
        wanted = list(changes.product_ids or ())
        if today != state.on:
            wanted = list(dict.fromkeys([*wanted, *list_turned(session, state.on, today)]))
        if (today, synonyms) == (state.on, state.synonyms) and not wanted:
            return 0
        pen = self._pen(place)
        pen.write(session, wanted, today)
        if synonyms != state.synonyms:
            pen.lexicon.write_synonyms(list_groups(session))
        pen.commit()
        # After the commit: should we be killed between, the same products are written again.
        newer = replace(
            state,
            position=changes.until,
            day=today.isoformat(),
            synonyms=synonyms,
            version=state.version + 1,
        )
        write_state(place, newer)
        return len(wanted)

    def _rebuild(self, session: Session, today: date) -> int:
        self._put_down()
        log.info("search index is built anew")
        count = rebuild(session, self.folder, self.engine, today)
        log.info("search index is there", products=count)
        return count

    def _pen(self, place: Path) -> Pen:
        if self._open is None or self._open[0] != place:
            self._put_down()
            self._open = (place, reopen(self.engine, place))
        return self._open[1]

    def _put_down(self) -> None:
        if self._open is not None:
            opened, self._open = self._open, None
            try:
                opened[1].close()
            except IndexBroken as trouble:
                log.warning("search index could not be closed", exc_info=trouble)
