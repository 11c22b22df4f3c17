"""Mandates between producers and traders: given, seen by both, and ended."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.listing.commands.unmandated import withdraw_unmandated
from marketplace.listing.forms import read_reason
from marketplace.listing.routes.room import blueprint, require_clerk_of, works_for_a_producer
from marketplace.producers.queries import get_producer
from marketplace.trading.commands import end_trade_mandate, give_trade_mandate
from marketplace.trading.forms import read_trade_mandate
from marketplace.trading.queries import mandates_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def traders_page(producer_id: int, **_place: Any) -> str:
    require_clerk_of(producer_id)
    return render_template(
        "listing/traders.html",
        producer=get_producer(session(), producer_id),
        mandates=mandates_of(session(), producer_id),
        today=day_of(now()),
    )


@blueprint.get("/producer/<int:producer_id>/traders")
@allow(works_for_a_producer)
def traders(producer_id: int) -> str:
    return traders_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/traders")
@allow(works_for_a_producer)
@shown_again_by(traders_page)
def give_mandate(producer_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    given = read_trade_mandate(request.form)
    give_trade_mandate(session(), current_identity(), producer_id, given, now())
    commit()
    flash(_("委托已确认,对方可以登记您的商品了。"))
    return redirect(url_for("listing.traders", producer_id=producer_id))


@blueprint.post("/producer/<int:producer_id>/traders/<int:mandate_id>/end")
@allow(works_for_a_producer)
@shown_again_by(traders_page)
def end_mandate(producer_id: int, mandate_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    reason = read_reason(request.form, "reason")
    end_trade_mandate(session(), current_identity(), mandate_id, reason[:200], now())
    gone = withdraw_unmandated(session(), now())
    commit()
    flash(_("委托已终止,%(gone)s 种商品已下架。", gone=gone))
    return redirect(url_for("listing.traders", producer_id=producer_id))
