"""What a producer pays by livestream, and its answers to hosts who ask for more."""

from operator import itemgetter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_on_sale
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.listing.rules import is_own
from marketplace.livestream.commands.answers import agree_to_offer, refuse_offer
from marketplace.livestream.commands.plans import end_plan, offer_plan
from marketplace.livestream.forms.plans import read_plan, read_reason
from marketplace.livestream.queries.plans import list_plans
from marketplace.livestream.queries.sessions import list_proposals
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.rules.plans import KIND_WORDS
from marketplace.livestream.rules.sessions import OFFER_WORDS, OfferState
from marketplace.producers.queries import get_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.few import few_of, looks_for_more
from marketplace.web.fields import read_page


def works_for_a_producer(identity: Identity) -> bool:
    """Anyone who works for some producer; which one is asked of each page."""
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def _require_clerk_of(producer_id: int) -> None:
    if not is_own(current_identity(), producer_id):
        raise NotFound


def plans_page(producer_id: int, **_place: Any) -> str:
    _require_clerk_of(producer_id)
    chosen = request.form.get("product_id", "")
    found = [(str(number), name) for number, name in list_on_sale(session(), producer_id)]
    goods, has_more = few_of(found, itemgetter(1), lambda one: one[0] == chosen)
    return render_template(
        "livestream/plans.html",
        producer=get_producer(session(), producer_id),
        plans=list_plans(session(), producer_id),
        goods=goods,
        has_more=has_more,
        kinds=KIND_WORDS,
        today=day_of(now()),
    )


@blueprint.get("/producer/<int:producer_id>/plans")
@allow(works_for_a_producer)
def plans(producer_id: int) -> str:
    return plans_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/plans")
@allow(works_for_a_producer)
@shown_again_by(plans_page)
def give_plan(producer_id: int) -> ResponseReturnValue:
    _require_clerk_of(producer_id)
    if looks_for_more():
        return plans_page(producer_id)
    wish = read_plan(session(), request.form)
    offer_plan(session(), current_identity(), producer_id, wish, now())
    commit()
    flash(_("方案已生效。佣金不超过它的安排直接约定,超过的会请您答复。"))
    return redirect(url_for("livestream.plans", producer_id=producer_id))


@blueprint.post("/producer/<int:producer_id>/plans/<int:plan_id>/end")
@allow(works_for_a_producer)
@shown_again_by(plans_page)
def stop_plan(producer_id: int, plan_id: int) -> ResponseReturnValue:
    end_plan(session(), current_identity(), producer_id, plan_id, now())
    commit()
    flash(_("方案已结束。已经约定的场次照旧,新的安排不再按它。"))
    return redirect(url_for("livestream.plans", producer_id=producer_id))


def offers_page(producer_id: int, **_place: Any) -> str:
    _require_clerk_of(producer_id)
    typed = request.args.get("state", "")
    state = typed if typed in set(OfferState) else str(OfferState.PROPOSED)
    return render_template(
        "livestream/offers.html",
        producer=get_producer(session(), producer_id),
        page=list_proposals(session(), producer_id, state, read_page(request.args)),
        state=state,
        words=OFFER_WORDS,
    )


@blueprint.get("/producer/<int:producer_id>/offers")
@allow(works_for_a_producer)
def offers(producer_id: int) -> str:
    return offers_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/offers/<int:offer_id>/agree")
@allow(works_for_a_producer)
@shown_again_by(offers_page)
def agree(producer_id: int, offer_id: int) -> ResponseReturnValue:
    agree_to_offer(session(), current_identity(), (producer_id, offer_id), now())
    commit()
    flash(_("已同意,这一场按这个佣金。"))
    return redirect(url_for("livestream.offers", producer_id=producer_id))


@blueprint.post("/producer/<int:producer_id>/offers/<int:offer_id>/refuse")
@allow(works_for_a_producer)
@shown_again_by(offers_page)
def decline(producer_id: int, offer_id: int) -> ResponseReturnValue:
    _require_clerk_of(producer_id)
    reason = read_reason(request.form)
    refuse_offer(session(), current_identity(), (producer_id, offer_id), reason, now())
    commit()
    flash(_("已答复,主播会看到您的理由。"))
    return redirect(url_for("livestream.offers", producer_id=producer_id))
