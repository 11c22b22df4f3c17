"""Telling everyone whom a matter concerns: people by name, or the members of an organisation."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.notices.commands.tell import tell_people
from marketplace.notices.rules import Matter, tidings_of

# The kind of an organisation, its id, and the roles in it that hear of something; none: all.
Readers = tuple[str, int, tuple[str, ...]]


def tell_each(
    session: Session, event: str, matter: Matter, people: Iterable[int], now: datetime
) -> int:
    """Tells each of them once. Returns how many were new."""
    return tell_people(session, tidings_of(event, matter, people), now)


def tell_readers(
    session: Session,
    event: str,
    matter: Matter,
    readers: Readers,
    now: datetime,
    *,
    but: Collection[int] = (),
) -> int:
    """Tells each of them once, save those who know, or may do nothing about it. Returns how many
    were new.

    The notice keeps for which organisation it is: whether it still waits may depend on that.
    """
    kind, organisation_id, roles = readers
    people = member_ids(session, kind, organisation_id, *roles).difference(but)
    theirs = replace(matter, params={**matter.params, "organisation_id": organisation_id})
    return tell_each(session, event, theirs, people, now)
