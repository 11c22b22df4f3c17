"""Telling the members of an organisation whom something concerns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.core.identity import OrganisationKind
from marketplace.notices.commands.tell import tell_people
from marketplace.notices.rules import Tiding

# The kind of an organisation, its id, and the roles in it that hear of something; none: all.
Readers = tuple[str, int, tuple[str, ...]]


@dataclass(frozen=True)
class Matter:
    """What is told of: the page it stands on, and what makes this telling one of a kind."""

    object_kind: str
    object_id: int
    number: str
    address: str
    once: str


def tell_readers(
    session: Session,
    event: str,
    matter: Matter,
    readers: Readers,
    now: datetime,
    *,
    but: int | None = None,
) -> int:
    """Tells each of them once, save one who knows. Returns how many were new."""
    kind, organisation_id, roles = readers
    members = list_members(session, OrganisationKind(kind), organisation_id, *roles)
    tidings = [
        Tiding(
            person_id=person_id,
            kind=event,
            params={"number": matter.number, "organisation_id": organisation_id},
            object_kind=matter.object_kind,
            object_id=matter.object_id,
            address=matter.address,
            effect_key=f"{event}:{matter.object_id}:{matter.once}:{person_id}",
        )
        for person_id in sorted({person.id for person, _role in members} - {but})
    ]
    return tell_people(session, tidings, now)
