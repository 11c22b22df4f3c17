"""A producer's workshops: shown, added, and corrected."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.geography.queries import places_of
from marketplace.listing.commands.workshops import rewrite_workshop
from marketplace.listing.routes.room import blueprint, require_clerk_of, works_for_a_producer
from marketplace.producers.commands.workshops import add_workshop
from marketplace.producers.forms import read_workshop, read_workshop_words
from marketplace.producers.queries import get_producer, get_producer_facts
from marketplace.producers.queries.nearby import villages_called, villages_near
from marketplace.producers.queries.workshops import get_workshop
from marketplace.producers.rules import BENEFITS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def workshops_page(producer_id: int) -> str:
    """The workshops there are, and a form for one more."""
    require_clerk_of(producer_id)
    return render_template(
        "listing/workshops.html",
        producer=get_producer_facts(session(), producer_id),
        benefits=BENEFITS,
        villages=villages_near(session(), producer_id),
    )


@blueprint.get("/producer/<int:producer_id>/workshops")
@allow(works_for_a_producer)
def workshops(producer_id: int) -> str:
    return workshops_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/workshops")
@allow(works_for_a_producer)
@shown_again_by(workshops_page)
def keep_workshop(producer_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    villages = villages_called(session(), producer_id, request.form.values())
    new = read_workshop(request.form, villages)
    add_workshop(session(), current_identity(), producer_id, new, now())
    return _back(producer_id, _("车间已添加,登记商品和申报产能时可以选它。"))


def workshop_page(producer_id: int, workshop_id: int) -> str:
    """What is said of one workshop, to be corrected."""
    require_clerk_of(producer_id)
    workshop = get_workshop(session(), producer_id, workshop_id)
    return render_template(
        "listing/workshop.html",
        producer=get_producer(session(), producer_id),
        workshop=workshop,
        place=places_of(session(), [workshop.village_code])[workshop.village_code],
        benefits=BENEFITS,
    )


@blueprint.get("/producer/<int:producer_id>/workshops/<int:workshop_id>")
@allow(works_for_a_producer)
def workshop(producer_id: int, workshop_id: int) -> str:
    return workshop_page(producer_id, workshop_id)


@blueprint.post("/producer/<int:producer_id>/workshops/<int:workshop_id>")
@allow(works_for_a_producer)
@shown_again_by(workshop_page)
def change_workshop(producer_id: int, workshop_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    get_workshop(session(), producer_id, workshop_id)
    place, words = (producer_id, workshop_id), read_workshop_words(request.form)
    rewrite_workshop(session(), current_identity(), place, words, now())
    return _back(producer_id, _("车间的内容已更正,公开页面上同时更新。"))


def _back(producer_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("listing.workshops", producer_id=producer_id))
