"""The steps of a listing that its producer takes: hand in, take back, off the shelves."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.listing.commands import submit, take_back, withdraw, withdraw_request
from marketplace.listing.queries import find_open_request, get_own_product
from marketplace.listing.routes.products import product_page
from marketplace.listing.routes.room import blueprint, works_for_a_producer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

PLACE = "/producer/<int:producer_id>/products/<int:product_id>"


def _done(producer_id: int, product_id: int, said: str) -> ResponseReturnValue:
    commit()
    flash(said)
    return redirect(url_for("listing.product", producer_id=producer_id, product_id=product_id))


@blueprint.post(f"{PLACE}/submit")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def hand_in(producer_id: int, product_id: int) -> ResponseReturnValue:
    submit(session(), current_identity(), product_id, now())
    return _done(producer_id, product_id, _("已提交,运营中心审核后上架,结果会通知您。"))


@blueprint.post(f"{PLACE}/take-back")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def go_on_writing(producer_id: int, product_id: int) -> ResponseReturnValue:
    take_back(session(), current_identity(), product_id, now())
    return _done(producer_id, product_id, _("已撤回提交,可以继续修改。"))


@blueprint.post(f"{PLACE}/withdraw")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def off_the_shelves(producer_id: int, product_id: int) -> ResponseReturnValue:
    withdraw(session(), current_identity(), product_id, now())
    return _done(producer_id, product_id, _("已下架。已下的订单照常履行;改好后可以再次提交。"))


@blueprint.post(f"{PLACE}/withdraw-request")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def unask(producer_id: int, product_id: int, **_place: Any) -> ResponseReturnValue:
    identity = current_identity()
    get_own_product(session(), identity, product_id)
    waiting = find_open_request(session(), product_id)
    if waiting is not None:
        withdraw_request(session(), identity, waiting.id, now())
    return _done(producer_id, product_id, _("修改已撤回,仍按原来的出售。"))
