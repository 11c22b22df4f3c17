"""Who works for a host or an agency."""

from marketplace.core.identity import Identity, OrganisationKind


def works_for_host(identity: Identity, host_id: int) -> bool:
    return identity.has_role(OrganisationKind.HOST, host_id)


def works_for_agency(identity: Identity, agency_id: int) -> bool:
    return identity.has_role(OrganisationKind.AGENCY, agency_id)


def is_a_host(identity: Identity) -> bool:
    """Hosts, and the people who help them."""
    return bool(identity.organisations(OrganisationKind.HOST))


def is_an_agency(identity: Identity) -> bool:
    return bool(identity.organisations(OrganisationKind.AGENCY))
