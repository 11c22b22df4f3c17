"""Who someone is: a person with the roles they hold, as facts that every rule can ask."""

from dataclasses import dataclass
from enum import StrEnum


class OrganisationKind(StrEnum):
    UNIT = "UNIT"
    PRODUCER = "PRODUCER"
    HOST = "HOST"
    AGENCY = "AGENCY"
    CENTRE = "CENTRE"
    CONTRACTOR = "CONTRACTOR"


class Role(StrEnum):
    """Roles in a unit, a producer, a host and the operations centre."""

    BUYER = "BUYER"
    APPROVER = "APPROVER"
    FINANCE = "FINANCE"
    ADMIN = "ADMIN"
    STAFF = "STAFF"
    CLERK = "CLERK"
    HOST = "HOST"
    OPERATOR = "OPERATOR"
    CERTIFIER = "CERTIFIER"
    CASHIER = "CASHIER"
    AUDITOR = "AUDITOR"
    SYSTEM = "SYSTEM"
    SECURITY = "SECURITY"


ROLES_OF = {
    OrganisationKind.UNIT: (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN, Role.STAFF),
    OrganisationKind.PRODUCER: (Role.CLERK,),
    OrganisationKind.HOST: (Role.HOST,),
    OrganisationKind.AGENCY: (Role.CLERK,),
    OrganisationKind.CONTRACTOR: (Role.BUYER,),
    OrganisationKind.CENTRE: (
        Role.OPERATOR,
        Role.CERTIFIER,
        Role.CASHIER,
        Role.AUDITOR,
        Role.SYSTEM,
        Role.SECURITY,
    ),
}
# Who sees the centre's business. Those who look after people and settings do not.
READS_BUSINESS = (Role.OPERATOR, Role.CERTIFIER, Role.CASHIER, Role.AUDITOR)


@dataclass(frozen=True)
class Standing:
    """One role in one organisation."""

    kind: str
    organisation_id: int
    role: str


@dataclass(frozen=True)
class Identity:
    """The person who asks, as far as rules need to know them."""

    person_id: int
    login: str
    name: str
    locale: str | None
    session_epoch: int
    standings: tuple[Standing, ...]

    def has_role(self, kind: str, organisation_id: int | None, *roles: str) -> bool:
        """Whether they hold one of the roles in that organisation; any, when none is named."""
        return any(
            standing.kind == kind
            and standing.organisation_id == organisation_id
            and (not roles or standing.role in roles)
            for standing in self.standings
        )

    def organisations(self, kind: str, *roles: str) -> tuple[int, ...]:
        """Ids of the organisations of a kind where they hold one of the roles, each once."""
        found = (
            standing.organisation_id
            for standing in self.standings
            if standing.kind == kind and (not roles or standing.role in roles)
        )
        return tuple(dict.fromkeys(found))

    def is_in_centre(self, *roles: str) -> bool:
        """Whether they work in the operations centre: in one of the roles, where any is named,
        else in one that sees its business."""
        return bool(self.organisations(OrganisationKind.CENTRE, *(roles or READS_BUSINESS)))
