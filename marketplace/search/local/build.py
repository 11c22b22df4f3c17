"""Building a generation anew, beside the one that answers."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import (
    get_log,
    list_documents,
    list_published_ids,
    read_position,
)
from marketplace.search.index import Engine, Writer
from marketplace.search.local.folder import Folder, State, write_state
from marketplace.search.local.lexicon import LexiconWriter
from marketplace.search.queries.synonyms import list_groups, version_of_groups
from marketplace.search.rules.documents import prepare

AT_ONCE = 400
Tell = Callable[[int], None]


@dataclass
class Pen:
    """The two writers of a generation, which always write the same products."""

    writer: Writer
    lexicon: LexiconWriter

    def write(self, session: Session, product_ids: Sequence[int], today: date) -> None:
        """Brings the index up to date with these products, whatever they are now."""
        documents = list_documents(session, product_ids, today)
        prepared = [prepare(document, today) for document in documents]
        found = {one.product_id for one in prepared}
        self.writer.remove(sorted(set(product_ids) - found))
        self.writer.put(prepared)
        for document, words in zip(documents, prepared, strict=True):
            self.lexicon.note(document, words)

    def commit(self) -> None:
        self.lexicon.commit()
        self.writer.commit()

    def close(self) -> None:
        self.lexicon.close()
        self.writer.close()


def create(engine: Engine, place: Path) -> Pen:
    lexicon = LexiconWriter(place)
    lexicon.create()
    return Pen(engine.create(place), lexicon)


def reopen(engine: Engine, place: Path) -> Pen:
    return Pen(engine.open_writer(place), LexiconWriter(place))


def rebuild(
    session: Session, folder: Folder, engine: Engine, today: date, tell: Tell = lambda _done: None
) -> int:
    """Writes a new generation and puts it in place. Returns how many products it holds.

    The position is read first: what changes meanwhile is written once more, and does no harm.
    """
    state = State(
        log=get_log(session).name,
        position=read_position(session),
        day=today.isoformat(),
        synonyms=version_of_groups(session),
        engine=engine.name,
    )
    place = folder.begin()
    try:
        with closing(create(engine, place)) as pen:
            count = _write_all(session, pen, today, tell)
        write_state(place, state)
        folder.install(place)
    except BaseException:
        folder.discard(place)
        raise
    return count


def _write_all(session: Session, pen: Pen, today: date, tell: Tell) -> int:
    done, after = 0, 0
    while ids := list_published_ids(session, after, AT_ONCE):
        pen.write(session, ids, today)
        done, after = done + len(ids), ids[-1]
        tell(done)
    pen.lexicon.write_synonyms(list_groups(session))
    pen.commit()
    pen.lexicon.rank_entries()
    return done
