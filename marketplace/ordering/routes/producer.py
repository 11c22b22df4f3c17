"""The producer's desk: today's work, orders by tab, and what a producer does with an order."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.administration.queries import setting
from marketplace.administration.rules.settings import Name
from marketplace.announcements.routes import current
from marketplace.announcements.rules import Audience
from marketplace.catalogue.queries import list_low_stock, list_packs_of_producer
from marketplace.catalogue.queries.batches import list_near_expiry
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.rules import county_of
from marketplace.ordering import queries
from marketplace.ordering.commands import confirm, decline, extend_payment, ship
from marketplace.ordering.forms import read_freight, read_parcel, read_reason
from marketplace.ordering.routes.orders import back_to, lines_of, order_page
from marketplace.ordering.routes.room import blueprint
from marketplace.producers.queries import get_producer
from marketplace.web import allow, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

BRIEFLY = PageRequest(1, 8)


def works_for_a_producer(identity: Identity) -> bool:
    """Anyone who works for some producer; which one is asked of each page."""
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def require_clerk_of(producer_id: int) -> None:
    """Raises NotFound where the person does not work for this producer."""
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound


@blueprint.get("/producer/<int:producer_id>")
@allow(works_for_a_producer)
def producer_desk(producer_id: int) -> str:
    """Today's work first: what is to be confirmed, to be shipped, to be made again."""
    require_clerk_of(producer_id)
    producer = get_producer(session(), producer_id)
    today, county = day_of(now()), county_of(producer.village_code)
    packs = list_packs_of_producer(session(), producer_id, today, on_sale=True)
    few = setting(session(), county, Name.LOW_STOCK_PACKS, now())
    low_stock = list_low_stock(packs, few)
    days = setting(session(), county, Name.NEAR_EXPIRY_DAYS, now())
    soon = list_near_expiry(session(), today, BRIEFLY, producer_id=producer_id, days=days)
    return render_template(
        "producers/desk.html",
        producer=producer,
        announced=current(Audience.PRODUCERS),
        to_confirm=_orders(producer_id, "to_confirm", BRIEFLY),
        to_ship=_orders(producer_id, "to_ship", BRIEFLY),
        counts=_counts(producer_id),
        low_stock=low_stock,
        scarcest=low_stock[: BRIEFLY.per_page],
        expiring=soon.total,
        days=days,
        few=few,
        requests=queries.count_requests(session(), producer_id)["asked"],
    )


@blueprint.get("/producer/<int:producer_id>/orders")
@allow(works_for_a_producer)
def producer_orders(producer_id: int) -> str:
    require_clerk_of(producer_id)
    tab = queries.OrderFilter.of_tab(request.args.get("tab", "")).tab
    return render_template(
        "producers/orders.html",
        producer=get_producer(session(), producer_id),
        page=_orders(producer_id, tab, read_page(request.args)),
        counts=_counts(producer_id),
        tab=tab,
    )


def _orders(producer_id: int, tab: str | None, page: PageRequest) -> Page[queries.OrderRow]:
    # A producer ships what they have confirmed; a buyer's tab holds what waits for either.
    wanted = queries.OrderFilter(
        tab="to_send" if tab == "to_ship" else tab,
        producer_id=producer_id,
        is_work=tab in ("to_confirm", "to_ship"),
    )
    return queries.list_orders(session(), current_identity(), wanted, page)


def _counts(producer_id: int) -> dict[str, int]:
    wanted = queries.OrderFilter(producer_id=producer_id)
    counts = queries.count_tabs(session(), current_identity(), wanted)
    return {**counts, "to_ship": counts["to_send"]}


@blueprint.post("/orders/<int:order_id>/confirm")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def confirm_order(order_id: int) -> ResponseReturnValue:
    freight_fen = read_freight(request.form)
    confirm(session(), current_identity(), order_id, freight_fen, now())
    return back_to(order_id, _("已接单,买方会收到通知。"))


@blueprint.post("/orders/<int:order_id>/decline")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def decline_order(order_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    decline(session(), current_identity(), order_id, reason, now())
    return back_to(order_id, _("已告知买方不能供货,备货已退回库存。"))


@blueprint.post("/orders/<int:order_id>/ship")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def ship_order(order_id: int) -> ResponseReturnValue:
    parcel = read_parcel(request.form, lines_of(order_id))
    ship(session(), current_identity(), order_id, parcel, now())
    return back_to(order_id, _("发货已登记,买方可以看到运单号。"))


@blueprint.post("/orders/<int:order_id>/extend")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def extend(order_id: int) -> ResponseReturnValue:
    extend_payment(session(), current_identity(), order_id, now())
    return back_to(order_id, _("付款期限已延长 15 天。"))
