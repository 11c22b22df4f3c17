"""The products of a session: searched, added with a commission, put in order, taken out."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.hosts.rules import is_a_host
from marketplace.livestream.commands.offers import (
    add_offer,
    change_talk,
    move_offer,
    remove_offer,
)
from marketplace.livestream.forms.sessions import read_offer, read_talk
from marketplace.livestream.queries.plans import find_choice, list_choices
from marketplace.livestream.queries.sessions import OfferRow, offers_of
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.routes.sessions import PLACE, own_view
from marketplace.livestream.rules.plans import KIND_WORDS
from marketplace.livestream.rules.sessions import OfferState
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search

MOVES = {"up": -1, "down": 1}


@blueprint.get(f"{PLACE}/goods")
@allow(is_a_host)
def choose(session_id: int) -> str:
    """Products with a plan for this host; on request all, to propose a commission."""
    view = own_view(session_id)
    words = read_search(request.args)
    all_goods = request.args.get("all") == "1"
    return render_template(
        "livestream/choose.html",
        view=view,
        page=list_choices(
            session(),
            (view.host_id, day_of(view.starts_at)),
            words,
            read_page(request.args),
            with_plan=not all_goods,
        ),
        taken={offer.product_id for offer in offers_of(session(), [session_id])},
        kinds=KIND_WORDS,
        q=words,
        all_goods=all_goods,
    )


def add_page(session_id: int, product_id: int) -> str:
    view = own_view(session_id)
    choice = find_choice(session(), product_id, (view.host_id, day_of(view.starts_at)))
    if choice is None:
        raise NotFound
    return render_template(
        "livestream/offer.html", view=view, choice=choice, offer=None, kinds=KIND_WORDS
    )


@blueprint.get(f"{PLACE}/goods/<int:product_id>")
@allow(is_a_host)
def new_offer(session_id: int, product_id: int) -> str:
    return add_page(session_id, product_id)


@blueprint.post(f"{PLACE}/goods/<int:product_id>")
@allow(is_a_host)
@shown_again_by(add_page)
def add(session_id: int, product_id: int) -> ResponseReturnValue:
    own_view(session_id)
    wish = read_offer(request.form, product_id)
    settings = current_app.config["SETTINGS"]
    key = settings.link_key or settings.secret_key
    offer = add_offer(session(), current_identity(), session_id, wish, key=key, now=now())
    is_agreed = offer.state == OfferState.AGREED
    commit()
    flash(_("已加入,佣金已约定。") if is_agreed else _("已加入,佣金等供应商答复。"))
    return redirect(url_for("livestream.choose", session_id=session_id))


def own_offer(session_id: int, offer_id: int) -> OfferRow:
    own_view(session_id)
    found = (one for one in offers_of(session(), [session_id]) if one.id == offer_id)
    offer = next(found, None)
    if offer is None:
        raise NotFound
    return offer


def offer_page(session_id: int, offer_id: int, **_place: Any) -> str:
    return render_template(
        "livestream/offer.html",
        view=own_view(session_id),
        choice=None,
        offer=own_offer(session_id, offer_id),
        kinds=KIND_WORDS,
    )


@blueprint.get(f"{PLACE}/offers/<int:offer_id>")
@allow(is_a_host)
def one_offer(session_id: int, offer_id: int) -> str:
    return offer_page(session_id, offer_id)


def _done(session_id: int, said: str) -> ResponseReturnValue:
    commit()
    flash(said)
    return redirect(url_for("livestream.one_session", session_id=session_id))


@blueprint.post(f"{PLACE}/offers/<int:offer_id>")
@allow(is_a_host)
@shown_again_by(offer_page)
def change(session_id: int, offer_id: int) -> ResponseReturnValue:
    own_offer(session_id, offer_id)
    change_talk(session(), current_identity(), offer_id, read_talk(request.form), now())
    return _done(session_id, _("讲解安排已保存。"))


@blueprint.post(f"{PLACE}/offers/<int:offer_id>/move")
@allow(is_a_host)
@shown_again_by(offer_page)
def move(session_id: int, offer_id: int) -> ResponseReturnValue:
    own_offer(session_id, offer_id)
    places = MOVES.get(request.form.get("to", ""), 0)
    move_offer(session(), current_identity(), offer_id, places)
    return _done(session_id, _("顺序已调整。"))


@blueprint.post(f"{PLACE}/offers/<int:offer_id>/remove")
@allow(is_a_host)
@shown_again_by(offer_page)
def remove(session_id: int, offer_id: int) -> ResponseReturnValue:
    own_offer(session_id, offer_id)
    remove_offer(session(), current_identity(), offer_id, now())
    return _done(session_id, _("已移出。它的短链接不再有效,已印的海报请收回。"))
