"""The desk's first page: the cockpit; and the page that shows every component."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.cockpit.queries import read_snapshot
from marketplace.cockpit.routes.room import my_area, what_is_counted
from marketplace.cockpit.rules import Family
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import OrganisationKind
from marketplace.desk.routes.room import blueprint
from marketplace.desk.routes.tiles import check_tiles, county_tiles, waiting_tiles
from marketplace.desk.rules import reads_desk
from marketplace.web import allow, current_identity, now, public, session
from marketplace.web.areas import addresses_for_all, looks_after_all
from marketplace.web.shelf import shelved_by


@blueprint.get("/desk/")
@allow(reads_desk)
def home() -> ResponseReturnValue:
    area, for_all = my_area(), looks_after_all(session(), current_identity())
    return _cockpit(area, _my_roles(), for_all)


def _my_roles() -> tuple[str, ...]:
    standings = current_identity().standings
    return tuple(sorted({one.role for one in standings if one.kind == OrganisationKind.CENTRE}))


@shelved_by(what_is_counted)
def _cockpit(area: str, roles: tuple[str, ...], for_all: bool) -> str:
    """What was counted beforehand, and whether the machinery is well. Drawn once for all who work
    in the same area and roles, as nobody in particular."""
    snapshot = read_snapshot(session(), area, now(), with_common=for_all)
    waiting = waiting_tiles(snapshot, roles, day_of(now()))
    counted = snapshot.get(Family.WAITING)
    closed = frozenset[str]() if for_all else addresses_for_all()
    return render_template(
        "desk/home.html",
        waiting=None if waiting is None else [one for one in waiting if one.number],
        idle=[one for one in waiting or () if not one.number],
        counted_at=counted.made_at if counted else None,
        is_waiting_stale=counted is not None and counted.is_stale,
        tiles=county_tiles(snapshot),
        checks=check_tiles(now(), closed),
        closed=closed,
    )


@blueprint.get("/desk/components")
@public
def components() -> str:
    """Every part the pages are made of; in the demonstration only."""
    if current_app.config["SETTINGS"].production:
        raise NotFound
    return render_template("desk/components.html")
