"""A unit's year: how far each rule is met, what waits and why, what counted."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.announcements.routes import current
from marketplace.announcements.rules import Audience
from marketplace.core.clock import day_of
from marketplace.core.edition import Topic
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.reports import queries
from marketplace.reports.commands import remind_units
from marketplace.reports.routes.room import blueprint
from marketplace.reports.routes.years import year_of
from marketplace.reports.rules import EVERY_UNIT
from marketplace.units.queries import get_visible_unit, list_ancestors, subordinates
from marketplace.units.rules import can_approve_headcount
from marketplace.web import allow, commit, current_identity, from_replica, now, session
from marketplace.web.downloads import CSV, download
from marketplace.web.fields import read_page
from marketplace.web.shelf import kept_for_person

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
@kept_for_person(Topic.ANNOUNCED, Topic.ORDERS, Topic.PEOPLE, Topic.QUOTA)
def unit_year(unit_id: int) -> str:
    get_visible_unit(session(), current_identity(), unit_id)
    year, today = wanted_year(), day_of(now())
    on = wanted_day(year)
    return render_template(
        "units/year.html",
        unit=queries.unit_year(session(), unit_id, year, today, on)
        if on
        else year_of(unit_id, year),
        on=on,
        today=today,
        entries=queries.list_quota_entries(session(), unit_id, year, read_page(request.args), on),
        line=None if on else queries.line_of(session(), unit_id, year),
        has_below=bool(subordinates(session(), unit_id)),
        this_year=today.year,
        announced=current(Audience.UNITS),
    )


def wanted_day(year: int) -> date | None:
    """The day in the address, where it lies in the year and is over; None is today."""
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
    return day if day.year == year and day < day_of(now()) else None


def wish_below(unit_id: int, division_code: str) -> queries.StandingsWish:
    """The table of the units below that the address asks for."""
    year = wanted_year()
    sort = request.args.get("sort", "-gap")
    return queries.StandingsWish(year, division_code, below=unit_id, sort=sort, on=wanted_day(year))


@blueprint.get("/unit/<int:unit_id>/units")
@allow(sees_units)
@from_replica
@kept_for_person(Topic.ORDERS, Topic.PEOPLE, Topic.QUOTA)
def units_below(unit_id: int) -> str:
    identity = current_identity()
    unit = get_visible_unit(session(), identity, unit_id)
    wish = wish_below(unit.id, unit.division_code)
    page = queries.list_standings(session(), wish, read_page(request.args), day_of(now()))
    ancestors = [unit_id, *list_ancestors(session(), unit_id)]
    return render_template(
        "units/below.html",
        unit=unit,
        page=page,
        wish=wish,
        sums=queries.roll_up(session(), wish, day_of(now())),
        today=day_of(now()),
        may_remind=can_approve_headcount(identity, ancestors),
    )


@blueprint.get("/unit/<int:unit_id>/units.csv")
@allow(sees_units)
@from_replica
def units_file(unit_id: int) -> ResponseReturnValue:
    """The same table, whole, as a file."""
    unit = get_visible_unit(session(), current_identity(), unit_id)
    wish = wish_below(unit.id, unit.division_code)
    standings = queries.list_standings(session(), wish, EVERY_UNIT, day_of(now())).items
    head = (_("单位"), _("在编"), _("目标"), _("已计入"), _("其中线下"), _("还差"), _("截至"))
    on = (wish.on or day_of(now())).isoformat()
    rows = [
        (
            one.name,
            one.headcount,
            plain_yuan(one.target_fen),
            plain_yuan(one.counted_fen),
            plain_yuan(one.offline_fen),
            plain_yuan(max(0, one.gap_fen)),
            on,
        )
        for one in standings
    ]
    return download(write_csv([head, *rows]), CSV, f"units-{unit_id}-{on}.csv")


@blueprint.post("/unit/<int:unit_id>/units/remind")
@allow(sees_units)
def remind(unit_id: int) -> ResponseReturnValue:
    letters = remind_units(session(), current_identity(), unit_id, now())
    commit()
    if letters:
        flash(_("已提醒 %(number)s 人。同一单位一天只提醒一次。", number=letters))
    else:
        flash(_("今天已经提醒过了,没有再发。"))
    return redirect(url_for("reports.units_below", unit_id=unit_id))
