"""Who someone is: a person with the roles they hold, as facts that every rule can ask."""

from dataclasses import dataclass, replace
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
    # Of a centre: the digits that every division it looks after begins with.
    area: str = ""


# No division begins with it: what somebody who works in no centre sees as an official.
NO_AREA = "-"


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

    @property
    def area(self) -> str:
        """The divisions they look after as an official, by the digits these begin with.

        Empty means everything: the nation, or a deployment that has no other centre. Whoever
        works in two centres is an official of the one they joined first.
        """
        centres = (one.area for one in self.standings if one.kind == OrganisationKind.CENTRE)
        return next(centres, NO_AREA)

    def looks_after(self, *codes: str) -> bool:
        """Whether one of the divisions lies in the area they look after as an official."""
        return any(code.startswith(self.area) for code in codes)

    def is_in_centre(self, *roles: str) -> bool:
        """Whether they work in the operations centre: in one of the roles, where any is named,
        else in one that sees its business."""
        wanted, area = roles or READS_BUSINESS, self.area
        return any(
            one.kind == OrganisationKind.CENTRE and one.role in wanted and one.area == area
            for one in self.standings
        )

    def without_centre(self) -> "Identity":
        """The same person as they are outside their area: no official."""
        kept = tuple(one for one in self.standings if one.kind != OrganisationKind.CENTRE)
        return replace(self, standings=kept)
