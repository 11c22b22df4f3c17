"""Names of organisations, whatever kind they are of, and who is called by a name."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from marketplace.contractors import queries as contractors
from marketplace.core.identity import OrganisationKind
from marketplace.hosts import queries as hosts
from marketplace.producers import queries as producers
from marketplace.units import queries as units

Organisation = tuple[str, int]


def organisation_names(
    session: Session, organisations: Sequence[Organisation]
) -> dict[Organisation, str]:
    """The name of each, one query a kind."""
    readers = {
        OrganisationKind.UNIT: units.names_of,
        OrganisationKind.PRODUCER: producers.names_of,
        OrganisationKind.HOST: hosts.names_of,
        OrganisationKind.AGENCY: hosts.agency_names,
        OrganisationKind.CENTRE: units.centre_names_of,
        OrganisationKind.CONTRACTOR: contractors.names_of,
    }
    names: dict[Organisation, str] = dict.fromkeys(organisations, "")
    for kind, read in readers.items():
        ids = [organisation_id for of_kind, organisation_id in organisations if of_kind == kind]
        for organisation_id, name in read(session, ids).items() if ids else ():
            names[str(kind), organisation_id] = name
    return names


def organisations_called(session: Session, kind: str, name: str) -> list[int]:
    """The organisations of a kind that somebody may mean by a name."""
    finders: dict[str, Callable[[Session, str], list[int]]] = {
        OrganisationKind.UNIT: units.ids_called,
        OrganisationKind.PRODUCER: producers.ids_called,
        OrganisationKind.HOST: hosts.ids_called,
        OrganisationKind.AGENCY: hosts.agency_ids_called,
        OrganisationKind.CENTRE: units.centre_ids_called,
        OrganisationKind.CONTRACTOR: contractors.ids_called,
    }
    return finders[kind](session, name)
