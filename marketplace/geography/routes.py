"""The register of villages at the desk: read by all of the centre, kept by its operators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import names_of as names_of_people
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.geography import commands
from marketplace.geography.forms import read_end, read_listing, read_listing_end, read_restoring
from marketplace.geography.queries import codes_by_name, list_living, list_predecessors, places_of
from marketplace.geography.queries.register import (
    STATES,
    RegisterWish,
    get_registered,
    list_register,
    list_steps,
)
from marketplace.geography.rules import county_of, operates
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search

blueprint = Blueprint("geography", __name__)


def reads_register(identity: Identity) -> bool:
    return identity.is_in_centre()


@blueprint.get("/desk/places")
@allow(reads_register)
def register() -> str:
    words = read_search(request.args)
    state = request.args.get("state", "")
    wish = RegisterWish(current_identity().area, words, state if state in STATES else "")
    page = list_register(session(), wish, read_page(request.args), day_of(now()))
    return render_template("geography/register.html", page=page, wish=wish)


def place_page(code: str) -> str:
    """One village: what the register says, who wrote it, and what may be written."""
    identity = current_identity()
    village = get_registered(session(), identity.area, code)
    steps, may_write = list_steps(session(), code), operates(identity)
    predecessors = list_predecessors(session(), code)
    named = [*predecessors, *(step.successor_code for step in steps)]
    return render_template(
        "geography/place.html",
        village=village,
        steps=steps,
        people=names_of_people(session(), {step.actor_id for step in steps if step.actor_id}),
        predecessors=predecessors,
        places=places_of(session(), named),
        choices=list_living(session(), county_of(code)) if may_write else (),
        may_write=may_write,
        today=day_of(now()),
    )


@blueprint.get("/desk/places/<code>")
@allow(reads_register)
def place(code: str) -> str:
    return place_page(code)


@blueprint.post("/desk/places/<code>/end")
@allow(operates)
@shown_again_by(place_page)
def end(code: str) -> ResponseReturnValue:
    """Ended, and taken over where it is known by whom; or either of them corrected."""
    identity = current_identity()
    village = get_registered(session(), identity.area, code)
    known = village.successor_code
    villages = codes_by_name(session(), county_of(code), request.form.values())
    if known is not None:
        # It stays what it is, though it may have ended since.
        villages.setdefault(known, [known])
    told = read_end(request.form, villages, has_successor=known is not None)
    commands.hold_villages(session(), {code, told.successor_code})
    commands.abolish_village(session(), identity, code, (told.on, told.reason), now())
    if told.successor_code:
        succession = (told.successor_code, told.reason)
        commands.succeed_village(session(), identity, code, succession, now())
    return _back(code, _("撤并已登记,以前的账目留在原处。"))


@blueprint.post("/desk/places/<code>/restore")
@allow(operates)
@shown_again_by(place_page)
def restore(code: str) -> ResponseReturnValue:
    reason = read_restoring(request.form)
    commands.restore_village(session(), current_identity(), code, reason, now())
    return _back(code, _("撤并登记已撤销,这个村又可以选了。"))


@blueprint.post("/desk/places/<code>/listings")
@allow(operates)
@shown_again_by(place_page)
def list_poor(code: str) -> ResponseReturnValue:
    told = read_listing(request.form)
    commands.list_as_poor(session(), current_identity(), code, told, now())
    return _back(code, _("贫困村记录已登记。"))


@blueprint.post("/desk/places/<code>/listings/end")
@allow(operates)
@shown_again_by(place_page)
def end_poor(code: str) -> ResponseReturnValue:
    told = read_listing_end(request.form)
    commands.end_listing(session(), current_identity(), code, told, now())
    return _back(code, _("最后一天已登记。"))


def _back(code: str, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("geography.place", code=code))
