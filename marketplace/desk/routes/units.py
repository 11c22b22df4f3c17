"""All units with target, counted and gap."""

from flask import current_app, render_template, request

from marketplace.core.clock import day_of
from marketplace.desk.forms import read_search
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.reports.queries import StandingsWish, list_standings
from marketplace.reports.routes.unit import wanted_year
from marketplace.web import allow, now, session
from marketplace.web.fields import read_page


@blueprint.get("/desk/units")
@allow(reads_desk)
def units() -> str:
    wish = StandingsWish(
        year=wanted_year(),
        division_code=current_app.config["SETTINGS"].county_code,
        sort=request.args.get("sort", "-gap"),
        search=read_search(request.args),
    )
    page = list_standings(session(), wish, read_page(request.args), day_of(now()))
    return render_template("desk/units.html", page=page, wish=wish)
