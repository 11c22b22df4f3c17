"""The checkout: what was chosen in the basket becomes one purchase, once."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.campaigns.queries import running
from marketplace.contractors.queries import mandated_units
from marketplace.contractors.rules import contractors_of
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.hosts.queries import find_host_by_code
from marketplace.livestream.routes.touches import read_touches
from marketplace.ordering.commands import order_at_once
from marketplace.ordering.forms import PERSONAL, CheckoutWish, read_checkout, read_chosen
from marketplace.ordering.queries import Basket, last_consignee, list_basket
from marketplace.ordering.queries.basket import packs_in
from marketplace.ordering.queries.individual import counting_units
from marketplace.ordering.rules import Consignee, PurchaseWish, WishedLine
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import RememberedAnswer
from marketplace.producers.queries import counties_of
from marketplace.reports.routes.credited import credited
from marketplace.reports.routes.room import blueprint
from marketplace.reports.rules import BasketChanged
from marketplace.units.queries import names_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def buying_units(identity: Identity) -> tuple[int, ...]:
    """The units this person buys for."""
    return identity.organisations(OrganisationKind.UNIT, Role.BUYER)


def chosen_basket(last: Consignee | None) -> Basket:
    """What was ticked in the basket; nothing ticked means all of it."""
    chosen = read_chosen(request.values)
    producer = request.values.get("producer", "")
    me = current_identity().person_id
    address = request.form.get("consignee_address") or (last.address if last else "")
    basket = list_basket(session(), me, day_of(now()), chosen or None, address)
    mine = tuple(group for group in basket.groups if str(group.producer_id) == producer)
    return Basket(mine) if producer else basket


def checkout_page(**_place: Any) -> ResponseReturnValue:
    """The basket once more, with everything that a purchase needs to know."""
    identity = current_identity()
    # A form that is shown again brings its own.
    is_new = "consignee_name" not in request.form
    last = last_consignee(session(), identity.person_id) if is_new else None
    basket = chosen_basket(last)
    if not basket.groups:
        flash(_("请先在购物车里选择商品。"), "warning")
        return redirect(url_for("ordering.basket"))
    return render_template(
        "ordering/checkout.html",
        basket=basket,
        buyers=_buyers(identity),
        canteen_only=bool(contractors_of(identity)) and not buying_units(identity),
        counting=counting_units(session(), identity, day_of(now())),
        consignee=last,
        credited=credited(identity, basket),
        campaigns=_campaigns(basket),
        nonce=new_code(20),
    )


def _campaigns(basket: Basket) -> dict[int, str]:
    """What the counties run now whose goods are in the basket."""
    counties = counties_of(session(), [group.producer_id for group in basket.groups])
    return running(session(), counties, day_of(now()))


def _buyers(identity: Identity) -> list[tuple[str, str, str]]:
    """Who it may be bought for: each unit this person buys for, and they themselves."""
    mandated = mandated_units(session(), identity, day_of(now()))
    units = {**names_of(session(), buying_units(identity)), **mandated}
    for_units = [(str(key), name, _("提交后由本单位审批人审批")) for key, name in units.items()]
    if contractors_of(identity):
        return for_units
    return [*for_units, (PERSONAL, _("个人购买"), _("用自己的钱,先付款后发货"))]


@blueprint.get("/checkout")
@allow()
def checkout() -> ResponseReturnValue:
    return checkout_page()


@blueprint.post("/checkout")
@allow()
@shown_again_by(checkout_page)
def place() -> ResponseReturnValue:
    """Places what was reviewed. The form carries a number used once, so a second click
    finds what the first one made."""
    identity = current_identity()
    counting = counting_units(session(), identity, day_of(now()))
    mandated = mandated_units(session(), identity, day_of(now()))
    wish = read_checkout(request.form, (*buying_units(identity), *mandated), counting)
    asked = (identity.person_id, f"checkout:{wish.nonce}", "checkout")
    answer = answer_once(session(), asked, now(), lambda: _purchase(identity, wish))
    commit()
    flash(_("采购单已提交。"))
    return redirect(url_for("payments.purchase", purchase_id=int(answer.body)))


def _purchase(identity: Identity, wish: CheckoutWish) -> RememberedAnswer:
    packs = packs_in(session(), identity.person_id, wish.variant_ids)
    if not packs:
        raise BasketChanged
    purchase = order_at_once(session(), identity, _as_wish(wish, packs), now())
    if purchase.goods_fen + purchase.freight_fen != wish.reviewed_fen:
        raise BasketChanged
    return RememberedAnswer(303, str(purchase.id))


def _as_wish(wish: CheckoutWish, packs: Mapping[int, int]) -> PurchaseWish:
    return PurchaseWish(
        unit_id=wish.unit_id,
        fund=wish.fund,
        payment_terms=wish.payment_terms,
        lines=tuple(WishedLine(variant_id, number) for variant_id, number in packs.items()),
        consignee=wish.consignee,
        note=wish.note,
        host_id=find_host_by_code(session(), wish.host_code),
        touches=read_touches(),
        counts_for_unit_id=wish.counts_for_unit_id,
        campaign_id=wish.campaign_id,
    )
