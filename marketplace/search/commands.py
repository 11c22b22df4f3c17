"""Verbs of the search: the words officials keep, and counting what people look for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.core.db import count_removed, insert_into
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.search.models import SearchCount, SynonymGroup
from marketplace.search.rules.synonyms import LONGEST_GROUP, MOST_WORDS, read_group
from marketplace.search.rules.words import read_lines

KEEP_COUNTS = timedelta(days=90)


def put_first_synonyms(session: Session, now: datetime) -> int:
    """The groups the marketplace begins with; nothing where officials already keep some."""
    if session.scalar(select(SynonymGroup.id).limit(1)) is not None:
        return 0
    groups = read_lines("synonyms.txt")
    session.add_all(SynonymGroup(words=words, changed_at=now) for words in groups)
    session.flush()
    return len(groups)


def write_synonyms(session: Session, group_id: int | None, words: str, now: datetime) -> int:
    """A new group, or other words for one. Raises InvalidInput, or NotFound. Returns its id."""
    text = " ".join(words.split())
    group = session.get(SynonymGroup, group_id) if group_id is not None else SynonymGroup()
    if group is None:
        raise NotFound
    if len(text) > LONGEST_GROUP or not 2 <= len(read_group(text)) <= MOST_WORDS:
        raise invalid("words", N_("一组写 2 到 20 个词,用空格隔开,总共不超过 400 个字。"))
    group.words, group.changed_at = text, now
    session.add(group)
    session.flush()
    return group.id


def remove_synonyms(session: Session, group_id: int) -> None:
    """A group that is gone already is no trouble."""
    session.execute(delete(SynonymGroup).where(SynonymGroup.id == group_id))


def count_searches(session: Session, day: date, searches: Mapping[str, int]) -> None:
    """Adds to how often words were searched for on a day."""
    for typed, count in sorted(searches.items()):
        statement = insert_into(session, SearchCount).values(day=day, typed=typed, searches=count)
        more = {"searches": SearchCount.searches + statement.excluded.searches}
        session.execute(statement.on_conflict_do_update(index_elements=["day", "typed"], set_=more))


def forget_counts(session: Session, today: date) -> int:
    """Drops counts of days long past; how many."""
    return count_removed(session, delete(SearchCount).where(SearchCount.day < today - KEEP_COUNTS))
