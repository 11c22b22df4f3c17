"""Where somebody's day begins: whoever logs in without a page in mind comes to their own work."""

from flask import url_for

from marketplace.core.identity import Identity, OrganisationKind, Role

NO_BUSINESS = (Role.SYSTEM, Role.SECURITY)


def begins_at(identity: Identity | None) -> str:
    """The desk of a centre or what its administrators keep, the desk of a producer or a host;
    what an approver is waited for with; a unit's year. Everybody else, and whoever buys, comes
    to the shop."""
    return (identity and _work_of(identity)) or url_for("storefront.home")


def _work_of(identity: Identity) -> str | None:
    if identity.is_in_centre(*NO_BUSINESS):
        deciding = identity.is_in_centre(Role.SECURITY)
        return url_for("administration.roles" if deciding else "administration.people")
    if identity.is_in_centre():
        return url_for("desk.home")
    for producer_id in identity.organisations(OrganisationKind.PRODUCER):
        return url_for("ordering.producer_desk", producer_id=producer_id)
    if identity.organisations(OrganisationKind.HOST):
        return url_for("broadcast.host")
    if identity.organisations(OrganisationKind.AGENCY):
        return url_for("hosts.agency")
    return _work_in_a_unit(identity)


def _work_in_a_unit(identity: Identity) -> str | None:
    unit = OrganisationKind.UNIT
    if identity.organisations(unit, Role.BUYER):
        return None
    for unit_id in identity.organisations(unit, Role.APPROVER):
        return url_for("ordering.approvals", unit_id=unit_id)
    for unit_id in identity.organisations(unit, Role.FINANCE, Role.ADMIN):
        return url_for("reports.unit_year", unit_id=unit_id)
    return None
