"""The three administrators of the small county's centre."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, OrganisationKind, Role
from tests.county import County, person

COUNTY = "420304"


@dataclass(frozen=True)
class Three:
    """Who asks, who decides (two of them), and where."""

    centre_id: int
    system: Identity
    security: Identity
    other_security: Identity


def appoint(session: Session, county: County) -> Three:
    (centre_id,) = county.auditor.organisations(OrganisationKind.CENTRE)
    made = {
        login: person(session, f"{login}@test", (OrganisationKind.CENTRE, centre_id, role))
        for login, role in (
            ("system", Role.SYSTEM),
            ("security", Role.SECURITY),
            ("security2", Role.SECURITY),
        )
    }
    session.commit()
    return Three(centre_id, made["system"], made["security"], made["security2"])
