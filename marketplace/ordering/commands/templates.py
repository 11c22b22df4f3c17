"""Lists that are bought by again: kept, changed, put into the basket, removed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.commands.basket import put_many
from marketplace.ordering.models import SavedList, SavedListLine
from marketplace.ordering.queries.templates import packs_of_list
from marketplace.ordering.rules import MAX_LINES
from marketplace.ordering.rules.templates import (
    MOST_LISTS,
    ListNameTaken,
    ListTooLong,
    NothingToKeep,
    TooManyLists,
    may_see_list,
    plain_name,
    require_keeper,
)


def keep_list(
    session: Session,
    identity: Identity,
    named: tuple[int | None, str],
    packs: Mapping[int, int],
    now: datetime,
) -> int:
    """Keeps packs by variant under (unit or None for oneself, name). Returns the list's id."""
    unit_id, name = named[0], plain_name(named[1])
    owner = {"unit_id": unit_id, "person_id": None if unit_id else identity.person_id}
    require_keeper(identity, owner["unit_id"], owner["person_id"])
    _check(packs)
    theirs = select(func.count()).select_from(SavedList).filter_by(**owner)
    if (session.scalar(theirs) or 0) >= MOST_LISTS:
        raise TooManyLists(most=MOST_LISTS)
    statement = (
        insert_into(session, SavedList)
        .values(**owner, name=name, made_by=identity.person_id, made_at=now)
        .on_conflict_do_nothing()
        .returning(SavedList.id)
    )
    list_id = session.scalar(statement)
    if list_id is None:
        raise ListNameTaken(name=name)
    _write(session, list_id, packs)
    return list_id


def change_list(
    session: Session, identity: Identity, list_id: int, packs: Mapping[int, int]
) -> None:
    """Sets the quantities of a list; 0 takes a line away. Other variants are not added here."""
    _open(session, identity, list_id)
    known = packs_of_list(session, list_id)
    changed = {key: packs.get(key, quantity) for key, quantity in known.items()}
    left = {key: quantity for key, quantity in changed.items() if quantity}
    _check(left)
    session.execute(delete(SavedListLine).where(SavedListLine.list_id == list_id))
    _write(session, list_id, left)


def remove_list(session: Session, identity: Identity, list_id: int) -> None:
    """Takes a list away. A second time there is nothing to take."""
    if session.get(SavedList, list_id) is None:
        return
    _open(session, identity, list_id)
    session.execute(delete(SavedListLine).where(SavedListLine.list_id == list_id))
    session.execute(delete(SavedList).where(SavedList.id == list_id))


def put_list(session: Session, identity: Identity, list_id: int, now: datetime) -> list[str]:
    """Puts a list into the person's own basket, at today's prices. Returns the names of what is
    not sold any more."""
    kept = session.get(SavedList, list_id)
    if kept is None or not may_see_list(identity, kept.unit_id, kept.person_id):
        raise NotFound
    return put_many(session, identity, packs_of_list(session, list_id), now)


def _open(session: Session, identity: Identity, list_id: int) -> SavedList:
    kept = session.get(SavedList, list_id, with_for_update=True)
    if kept is None:
        raise NotFound
    require_keeper(identity, kept.unit_id, kept.person_id)
    return kept


def _check(packs: Mapping[int, int]) -> None:
    if not packs:
        raise NothingToKeep
    if len(packs) > MAX_LINES:
        raise ListTooLong(most=MAX_LINES, lines=len(packs))


def _write(session: Session, list_id: int, packs: Mapping[int, int]) -> None:
    rows = [
        {"list_id": list_id, "variant_id": key, "quantity": quantity}
        for key, quantity in packs.items()
    ]
    session.execute(insert(SavedListLine), rows)
