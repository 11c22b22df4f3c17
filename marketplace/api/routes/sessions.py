"""A host's sessions: planned with their products and links, started, ended."""

from dataclasses import replace
from typing import Any

from flask import current_app

from marketplace.api.door import Door
from marketplace.api.schemas.paging import JustPaging, page_of
from marketplace.api.schemas.sessions import HostSession, NewSession
from marketplace.core.errors import N_, Forbidden, InvalidInput
from marketplace.core.identity import OrganisationKind
from marketplace.core.paging import Page, PageRequest
from marketplace.livestream.commands.offers import add_offer
from marketplace.livestream.commands.record import end_session, start_session
from marketplace.livestream.commands.sessions import plan_session
from marketplace.livestream.queries.sessions import (
    OfferRow,
    SessionView,
    get_view,
    list_of_hosts,
    offers_of,
)
from marketplace.livestream.rules.sessions import OfferWish, SessionWish
from marketplace.web import allow, current_identity, now, session

door = Door("sessions")

Shown = dict[str, Any]
# The fields of an offer by the names of the contract.
NAMES = {"rate": "commission_ppm"}


@door.call("POST", "/hosts/me/sessions", N_("主播安排一场直播,带上商品和佣金"))
@allow()
@door.takes(NewSession)
@door.does(HostSession, 201)
def plan(given: tuple[SessionWish, list[OfferWish]]) -> Shown:
    wish, offers = given
    place = (_me(), current_app.config["SETTINGS"].county_code)
    live = plan_session(session(), current_identity(), place, wish, now())
    for number, offer in enumerate(offers):
        _add(live.id, number, offer)
    return _one(live.id)


def _add(session_id: int, number: int, offer: OfferWish) -> None:
    """Adds a product; what is wrong with it is named with its place in the list."""
    settings = current_app.config["SETTINGS"]
    key = settings.link_key or settings.secret_key
    try:
        add_offer(session(), current_identity(), session_id, offer, key=key, now=now())
    except InvalidInput as wrong:
        raise InvalidInput(
            *(
                replace(error, field=f"products.{number}.{NAMES.get(error.field, error.field)}")
                for error in wrong.errors
            )
        ) from wrong


@door.call("GET", "/hosts/me/sessions", N_("主播自己的场次,新的在前"))
@allow()
@door.asks(JustPaging)
@door.shows(page_of(HostSession))
def mine(page: PageRequest) -> Page[Shown]:
    found = list_of_hosts(session(), [_me()], None, page)
    offers = offers_of(session(), [view.id for view in found.items])
    items = [
        _shown(view, [one for one in offers if one.session_id == view.id]) for view in found.items
    ]
    return Page(items, found.page, found.per_page, found.total)


@door.call("POST", "/sessions/<id:session_id>/start", N_("开播;再次调用不改变什么"))
@allow()
@door.does(HostSession)
def start(session_id: int) -> Shown:
    start_session(session(), current_identity(), session_id, now())
    return _one(session_id)


@door.call("POST", "/sessions/<id:session_id>/end", N_("下播;再次调用不改变什么"))
@allow()
@door.does(HostSession)
def end(session_id: int) -> Shown:
    end_session(session(), current_identity(), session_id, now())
    return _one(session_id)


def _me() -> int:
    """The host one sells as: the first, where somebody works for several."""
    mine = current_identity().organisations(OrganisationKind.HOST)
    if not mine:
        raise Forbidden
    return mine[0]


def _one(session_id: int) -> Shown:
    view = get_view(session(), current_identity(), session_id)
    return _shown(view, offers_of(session(), [session_id]))


def _shown(view: SessionView, offers: list[OfferRow]) -> Shown:
    public_url = current_app.config["SETTINGS"].public_url.rstrip("/")
    links = [
        {
            "product_id": offer.product_id,
            "code": offer.code,
            "url": f"{public_url}/l/{offer.code}",
        }
        for offer in offers
        if offer.code
    ]
    return {**vars(view), "products": offers, "links": links}
