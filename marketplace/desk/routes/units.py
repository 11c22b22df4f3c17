"""All units with target, counted and gap; and what one may owe."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.forms import read_credit_limit
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.geography.rules import COUNTY_DIGITS
from marketplace.ordering.queries.debts import owed_by_unit
from marketplace.reports.queries import StandingsWish, list_standings
from marketplace.reports.routes.unit import wanted_year
from marketplace.units.commands import set_credit_limit
from marketplace.units.queries import counties_with_units, get_visible_unit, names_of_areas
from marketplace.web import allow, commit, current_identity, from_replica, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search


def counties_here() -> list[tuple[str, str]]:
    """(code, name) of the counties an official looks after, for a filter; none of a single one."""
    area = current_identity().area
    codes = counties_with_units(session(), area) if len(area) < COUNTY_DIGITS else []
    names = names_of_areas(session())
    return [(code, names.get(code, code)) for code in codes] if len(codes) > 1 else []


@blueprint.get("/desk/units")
@allow(reads_desk)
@from_replica
def units() -> str:
    area, counties = current_identity().area, counties_here()
    asked = request.args.get("county", "")
    wish = StandingsWish(
        year=wanted_year(),
        division_code=asked if asked in dict(counties) else area,
        sort=request.args.get("sort", "-gap"),
        search=read_search(request.args),
        course=request.args.get("course", ""),
    )
    page = list_standings(session(), wish, read_page(request.args), day_of(now()))
    return render_template("desk/units.html", page=page, wish=wish, counties=counties)


def credit_page(unit_id: int, **_place: Any) -> str:
    """How much a unit may owe for goods that come before the money, and how much it does."""
    identity = current_identity()
    return render_template(
        "desk/credit.html",
        unit=get_visible_unit(session(), identity, unit_id),
        owed_fen=owed_by_unit(session(), unit_id),
        may_write=operates(identity),
    )


@blueprint.get("/desk/units/<int:unit_id>/credit")
@allow(reads_desk)
def credit(unit_id: int) -> str:
    return credit_page(unit_id)


@blueprint.post("/desk/units/<int:unit_id>/credit")
@allow(operates)
@shown_again_by(credit_page)
def set_credit(unit_id: int) -> ResponseReturnValue:
    limit = read_credit_limit(request.form)
    set_credit_limit(session(), current_identity(), unit_id, limit, now=now())
    commit()
    flash(_("额度已保存,从下一张采购单起生效。"))
    return redirect(url_for("desk.credit", unit_id=unit_id))
