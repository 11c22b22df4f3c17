"""A unit's year: how far each rule is met, what waits and why, what counted."""

from flask import render_template, request

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.reports import queries
from marketplace.reports.routes.room import blueprint
from marketplace.reports.routes.years import year_of
from marketplace.units.queries import get_visible_unit, subordinates
from marketplace.web import allow, current_identity, now, session
from marketplace.web.fields import read_page

FIRST_YEAR = 2020


def sees_units(identity: Identity) -> bool:
    """Members of units and the operations centre; which unit is asked of each page."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT))


def wanted_year() -> int:
    """The year in the address, or this one; years that cannot be are brought to this one."""
    this_year = day_of(now()).year
    typed = request.args.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this_year
    return year if FIRST_YEAR <= year <= this_year else this_year


@blueprint.get("/unit/<int:unit_id>")
@allow(sees_units)
def unit_year(unit_id: int) -> str:
    get_visible_unit(session(), current_identity(), unit_id)
    year, today = wanted_year(), day_of(now())
    return render_template(
        "units/year.html",
        unit=year_of(unit_id, year),
        entries=queries.list_quota_entries(session(), unit_id, year, read_page(request.args)),
        has_below=bool(subordinates(session(), unit_id)),
        this_year=today.year,
    )


@blueprint.get("/unit/<int:unit_id>/units")
@allow(sees_units)
def units_below(unit_id: int) -> str:
    unit = get_visible_unit(session(), current_identity(), unit_id)
    sort = request.args.get("sort", "-gap")
    wish = queries.StandingsWish(wanted_year(), unit.division_code, below=unit.id, sort=sort)
    page = queries.list_standings(session(), wish, read_page(request.args), day_of(now()))
    return render_template("units/below.html", unit=unit, page=page, wish=wish)
