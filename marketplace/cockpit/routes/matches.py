"""Suggested matches: the list, each pair with its goods, and sending it to the unit."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.cockpit.commands import send_match
from marketplace.cockpit.queries import find_sent, list_matches, read_pair, read_snapshot
from marketplace.cockpit.routes.room import blueprint, my_area, what_is_counted
from marketplace.cockpit.rules import Family, operates, reads, week_of
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.geography.queries import get_village, places_of
from marketplace.units.queries import get_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search
from marketplace.web.shelf import shelved_by


@blueprint.get("/desk/matches")
@allow(reads)
def matches() -> ResponseReturnValue:
    return _matches(my_area())


@shelved_by(what_is_counted)
def _matches(area: str) -> str:
    return render_template(
        "cockpit/matches.html",
        page=list_matches(session(), area, read_search(request.args), read_page(request.args)),
        counted=read_snapshot(session(), area, now()).get(Family.MATCHES),
        year=day_of(now()).year,
    )


def _keep_to_my_area(unit_id: int, code: str) -> None:
    """Raises NotFound where either is of no area of the asker."""
    unit = get_unit(session(), unit_id)
    if not (code.startswith(my_area()) and unit.division_code.startswith(my_area())):
        raise NotFound


def match_page(unit_id: int, code: str) -> str:
    """The two as they stand now: the list may be minutes old."""
    _keep_to_my_area(unit_id, code)
    unit, village, today = get_unit(session(), unit_id), get_village(session(), code), day_of(now())
    sent = find_sent(session(), unit_id, code)
    return render_template(
        "cockpit/match.html",
        unit=unit,
        village=village,
        place=places_of(session(), [code])[code],
        pair=read_pair(session(), unit_id, code, today),
        sent=sent,
        sent_this_week=sent is not None and sent.week == week_of(today),
        year=today.year,
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/matches/<int:unit_id>/<code>")
@allow(reads)
def match(unit_id: int, code: str) -> str:
    return match_page(unit_id, code)


@blueprint.post("/desk/matches/<int:unit_id>/<code>/send")
@allow(operates)
@shown_again_by(match_page)
def send(unit_id: int, code: str) -> ResponseReturnValue:
    _keep_to_my_area(unit_id, code)
    people = send_match(session(), current_identity(), unit_id, code, now())
    commit()
    flash(_("已发给该单位的 %(people)s 位经办和财务人员。", people=people))
    return redirect(url_for("cockpit.match", unit_id=unit_id, code=code))
