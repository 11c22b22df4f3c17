"""Offline purchases over HTTP: filed by a unit, checked in it, verified by the centre."""

from operator import itemgetter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_ever_offered
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.ids import number_of
from marketplace.core.paging import PageRequest
from marketplace.offline import commands, queries
from marketplace.offline.forms import read_offline, read_words
from marketplace.offline.rules import FUNDS, GivenOffline, Outlet, may_file
from marketplace.producers.queries import get_producer, list_producers
from marketplace.units.queries import get_visible_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.few import few_of, looks_for_more
from marketplace.web.fields import read_page, read_search

blueprint = Blueprint("offline", __name__)
MOST_SELLERS = 20


@blueprint.get("/unit/<int:unit_id>/offline")
@allow()
def of_unit(unit_id: int) -> str:
    """A unit's offline purchases, and the way to file another."""
    identity = current_identity()
    return render_template(
        "offline/list.html",
        unit=get_visible_unit(session(), identity, unit_id),
        page=queries.list_of_unit(session(), identity, unit_id, read_page(request.args)),
        may_write=may_file(identity, unit_id),
    )


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


@blueprint.get("/desk/offline")
@allow(in_centre)
def desk() -> str:
    """What units filed, by state; those that wait for the centre first."""
    tab = request.args.get("tab", "")
    tab = tab if tab in queries.TABS else queries.TABS[0]
    area = current_identity().area
    return render_template(
        "offline/desk.html",
        tab=tab,
        tabs_wanted=queries.TABS,
        waiting=queries.count_waiting(session(), area=area),
        page=queries.list_in_centre(session(), tab, read_page(request.args), area=area),
    )


def wanted_seller() -> int | None:
    """The seller in the address, where one was chosen."""
    typed = request.args.get("producer", "")
    return number_of(typed)


def _is_filled_in(product_id: int) -> bool:
    """Whether anything was typed beside a product."""
    return any(request.form.get(f"{name}-{product_id}") for name in ("packs", "amount"))


def form_page(unit_id: int, purchase: queries.OfflineView | None = None) -> str:
    """First the seller is found by name, then their products stand in the form."""
    identity = current_identity()
    unit = get_visible_unit(session(), identity, unit_id)
    producer_id = purchase.row.producer_id if purchase else wanted_seller()
    search = read_search(request.args, "seller")
    found = None
    if producer_id is None and search:
        found = list_producers(session(), PageRequest(1, MOST_SELLERS), q=search)
    kept = {line.product_id: line for line in purchase.lines} if purchase else {}
    offered = list_ever_offered(session(), producer_id) if producer_id else []
    products, has_more = few_of(
        offered, itemgetter(1), lambda one: one[0] in kept or _is_filled_in(one[0])
    )
    return render_template(
        "offline/form.html",
        unit=unit,
        purchase=purchase,
        seller=get_producer(session(), producer_id) if producer_id else None,
        search=search,
        found=found,
        products=products,
        has_more=has_more,
        kept=kept,
        outlets=tuple(Outlet),
        funds=FUNDS,
        today=day_of(now()),
        may_write=may_file(identity, unit_id),
    )


def _given(producer_id: int | None) -> GivenOffline:
    if producer_id is None:
        raise NotFound
    get_producer(session(), producer_id)
    products = [product_id for product_id, _name in list_ever_offered(session(), producer_id)]
    return read_offline(request.form, request.files, producer_id, products)


@blueprint.get("/unit/<int:unit_id>/offline/new")
@allow()
def new(unit_id: int) -> str:
    return form_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/offline/new")
@allow()
@shown_again_by(form_page)
def file(unit_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    if looks_for_more():
        return form_page(unit_id)
    given = _given(wanted_seller())
    filed = commands.file_offline(session(), current_identity(), unit_id, given, now())
    return _back(filed.id, _("已填报,等本单位另一位同事核对。"))


def one_page(offline_id: int, **_place: Any) -> str:
    identity = current_identity()
    return render_template(
        "offline/one.html", purchase=queries.get_offline(session(), identity, offline_id)
    )


@blueprint.get("/offline/<int:offline_id>")
@allow()
def show(offline_id: int) -> str:
    return one_page(offline_id)


def amend_page(offline_id: int, **_place: Any) -> str:
    purchase = queries.get_offline(session(), current_identity(), offline_id)
    return form_page(purchase.row.unit_id, purchase)


@blueprint.get("/offline/<int:offline_id>/amend")
@allow()
def amend(offline_id: int) -> str:
    return amend_page(offline_id)


@blueprint.post("/offline/<int:offline_id>/amend")
@allow()
@shown_again_by(amend_page)
def file_again(offline_id: int) -> ResponseReturnValue:
    identity = current_identity()
    if looks_for_more():
        return amend_page(offline_id)
    given = _given(queries.get_offline(session(), identity, offline_id).row.producer_id)
    commands.amend_offline(session(), identity, offline_id, given, now())
    return _back(offline_id, _("已重新填报,等本单位另一位同事核对。"))


def _back(offline_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("offline.show", offline_id=offline_id))


@blueprint.post("/offline/<int:offline_id>/check")
@allow()
@shown_again_by(one_page)
def check(offline_id: int) -> ResponseReturnValue:
    commands.check_offline(session(), current_identity(), offline_id, now())
    return _back(offline_id, _("已核对,转运营中心核实。"))


@blueprint.post("/offline/<int:offline_id>/verify")
@allow()
@shown_again_by(one_page)
def verify(offline_id: int) -> ResponseReturnValue:
    commands.verify_offline(session(), current_identity(), offline_id, now())
    return _back(offline_id, _("已核实,已计入单位和各村。"))


@blueprint.post("/offline/<int:offline_id>/return")
@allow()
@shown_again_by(one_page)
def send_back(offline_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.return_offline(session(), current_identity(), offline_id, words, now())
    return _back(offline_id, _("已退回,单位会看到您的说明。"))


@blueprint.post("/offline/<int:offline_id>/refuse")
@allow()
@shown_again_by(one_page)
def refuse(offline_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.refuse_offline(session(), current_identity(), offline_id, words, now())
    return _back(offline_id, _("已驳回,这笔不计入。"))


@blueprint.post("/offline/<int:offline_id>/reverse")
@allow(in_centre)
@shown_again_by(one_page)
def reverse(offline_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.reverse_offline(session(), current_identity(), offline_id, words, now())
    return _back(offline_id, _("已冲销,单位和各村同时减去。"))


@blueprint.get("/offline/<int:offline_id>/papers/<int:upload_id>")
@allow()
def paper(offline_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_paper(session(), current_identity(), offline_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)
