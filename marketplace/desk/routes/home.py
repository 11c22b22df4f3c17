"""The desk's first page: the cockpit; and the page that shows every component."""

from flask import current_app, render_template

from marketplace.cockpit.queries import read_snapshot
from marketplace.cockpit.routes.room import my_area
from marketplace.cockpit.rules import Family
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.desk.routes.room import blueprint
from marketplace.desk.routes.tiles import check_tiles, county_tiles, waiting_tiles
from marketplace.desk.rules import reads_desk
from marketplace.web import allow, current_identity, now, public, session


@blueprint.get("/desk/")
@allow(reads_desk)
def home() -> str:
    """What was counted beforehand; only whether the machinery is well is asked anew."""
    snapshot = read_snapshot(session(), my_area(), now())
    waiting = waiting_tiles(snapshot, current_identity(), day_of(now()))
    counted = snapshot.get(Family.WAITING)
    return render_template(
        "desk/home.html",
        waiting=None if waiting is None else [one for one in waiting if one.number],
        idle=[one for one in waiting or () if not one.number],
        counted_at=counted.made_at if counted else None,
        is_waiting_stale=counted is not None and counted.is_stale,
        tiles=county_tiles(snapshot),
        checks=check_tiles(now()),
    )


@blueprint.get("/desk/components")
@public
def components() -> str:
    """Every part the pages are made of; in the demonstration only."""
    if current_app.config["SETTINGS"].production:
        raise NotFound
    return render_template("desk/components.html")
