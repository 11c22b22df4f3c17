"""Reads of the groups of words that mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.search.models import SynonymGroup


@dataclass(frozen=True)
class Group:
    id: int
    words: str


def list_groups(session: Session) -> Sequence[str]:
    """The words of every group, oldest first."""
    return session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.id)).all()


def list_synonyms(session: Session) -> list[Group]:
    rows = session.execute(
        select(SynonymGroup.id, SynonymGroup.words).order_by(SynonymGroup.words, SynonymGroup.id)
    )
    return [Group(*row) for row in rows]


def version_of_groups(session: Session) -> str:
    """Another one whenever any group is another one."""
    counted = select(func.count(), func.max(SynonymGroup.id), func.max(SynonymGroup.changed_at))
    return "/".join(map(str, session.execute(counted).one()))
