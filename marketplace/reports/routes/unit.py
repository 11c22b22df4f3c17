"""A unit's year: how far each rule is met, what waits and why, what counted."""

from flask import render_template, request

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.reports import queries
from marketplace.reports.routes.room import blueprint
from marketplace.units.queries import is_above, subordinates
from marketplace.web import allow, current_identity, now, session
from marketplace.web.fields import read_page

FIRST_YEAR = 2020


def sees_units(identity: Identity) -> bool:
    """Members of units and the operations centre; which unit is asked of each page."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT))


def require_sight(unit_id: int) -> None:
    """Raises NotFound for a unit that is neither theirs nor below one of theirs."""
    identity = current_identity()
    offices = identity.organisations(
        OrganisationKind.UNIT, Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN
    )
    mine = identity.has_role(OrganisationKind.UNIT, unit_id)
    if not (mine or identity.is_in_centre() or is_above(session(), offices, unit_id)):
        raise NotFound


def wanted_year() -> int:
    """The year in the address, or this one; years that cannot be are brought to this one."""
    this_year = day_of(now()).year
    typed = request.args.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this_year
    return year if FIRST_YEAR <= year <= this_year else this_year


@blueprint.get("/unit/<int:unit_id>")
@allow(sees_units)
def unit_year(unit_id: int) -> str:
    require_sight(unit_id)
    year, today = wanted_year(), day_of(now())
    return render_template(
        "units/year.html",
        unit=queries.unit_year(session(), unit_id, year, today),
        entries=queries.list_quota_entries(session(), unit_id, year, read_page(request.args)),
        has_below=bool(subordinates(session(), unit_id)),
        this_year=today.year,
    )


@blueprint.get("/unit/<int:unit_id>/units")
@allow(sees_units)
def units_below(unit_id: int) -> str:
    require_sight(unit_id)
    year, page = wanted_year(), read_page(request.args)
    standings = queries.list_standings(session(), year, page, below=unit_id)
    return render_template("units/below.html", standings=standings, year=year, unit_id=unit_id)
