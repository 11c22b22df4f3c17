"""Kept lists: of a unit or of oneself, saved from a basket or a purchase, bought with one click."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands.templates import change_list, keep_list, put_list, remove_list
from marketplace.ordering.forms.checkout import PERSONAL
from marketplace.ordering.forms.templates import read_list_name, read_quantities
from marketplace.ordering.queries import get_purchase, list_basket
from marketplace.ordering.queries.templates import get_list, get_list_row, list_lists, packs_of_list
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import is_buyers_side
from marketplace.ordering.rules.templates import may_see_list, require_keeper
from marketplace.units.queries import get_unit, names_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def kept_by(identity: Identity) -> list[tuple[str, str]]:
    """Whose lists this person may add to: each unit they buy for, and their own."""
    units = names_of(session(), identity.organisations(OrganisationKind.UNIT, Role.BUYER))
    return [*((str(key), name) for key, name in units.items()), (PERSONAL, _("我自己"))]


@blueprint.get("/unit/<int:unit_id>/lists")
@allow()
def unit_lists(unit_id: int) -> str:
    if not may_see_list(current_identity(), unit_id, None):
        raise NotFound
    return render_template(
        "ordering/lists.html",
        unit=get_unit(session(), unit_id),
        lists=list_lists(session(), unit_id, None),
    )


@blueprint.get("/lists")
@allow()
def my_lists() -> str:
    lists = list_lists(session(), None, current_identity().person_id)
    return render_template("ordering/lists.html", unit=None, lists=lists)


def naming_page(purchase_id: int, **_place: Any) -> str:
    _packs_of_purchase(purchase_id)
    return render_template(
        "ordering/list_name.html",
        purchase=get_purchase(session(), current_identity(), purchase_id),
        owners=kept_by(current_identity()),
    )


def _packs_of_purchase(purchase_id: int) -> dict[int, int]:
    """What was bought, for the side that bought it."""
    identity = current_identity()
    purchase = get_purchase(session(), identity, purchase_id)
    if not is_buyers_side(identity, purchase.unit_id, purchase.buyer_id):
        raise NotFound
    lines = [line for part in purchase.orders for line in part.lines]
    return {line.variant_id: line.quantity for line in lines}


@blueprint.get("/basket/keep")
@allow()
def naming_basket() -> str:
    return keeping_page()


def keeping_page(**_place: Any) -> str:
    owners = kept_by(current_identity())
    return render_template("ordering/list_name.html", purchase=None, owners=owners)


@blueprint.post("/basket/keep")
@allow()
@shown_again_by(keeping_page)
def keep_basket() -> ResponseReturnValue:
    """Keeps what is in the basket, under a name."""
    identity = current_identity()
    basket = list_basket(session(), identity.person_id, day_of(now()))
    packs = {line.variant_id: line.quantity for part in basket.groups for line in part.lines}
    return _keep(identity, packs)


@blueprint.get("/purchases/<int:purchase_id>/keep")
@allow()
def naming_purchase(purchase_id: int) -> str:
    return naming_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/keep")
@allow()
@shown_again_by(naming_page)
def keep_purchase(purchase_id: int) -> ResponseReturnValue:
    """Keeps what was bought once, under a name."""
    return _keep(current_identity(), _packs_of_purchase(purchase_id))


def _keep(identity: Identity, packs: dict[int, int]) -> ResponseReturnValue:
    units = identity.organisations(OrganisationKind.UNIT, Role.BUYER)
    named = read_list_name(request.form, units)
    list_id = keep_list(session(), identity, named, packs, now())
    commit()
    flash(_("清单已保存,以后一键放入购物车。"))
    return redirect(url_for("ordering.kept_list", list_id=list_id))


def list_page(list_id: int, **_place: Any) -> str:
    """One list at today's prices, with what is no longer sold."""
    identity = current_identity()
    kept = get_list(session(), identity, list_id, day_of(now()))
    return render_template(
        "ordering/kept_list.html",
        kept=kept,
        unit=get_unit(session(), kept.row.unit_id) if kept.row.unit_id else None,
        may_change=kept.row.unit_id is None
        or identity.has_role(OrganisationKind.UNIT, kept.row.unit_id, Role.BUYER),
    )


@blueprint.get("/lists/<int:list_id>")
@allow()
def kept_list(list_id: int) -> str:
    return list_page(list_id)


@blueprint.post("/lists/<int:list_id>")
@allow()
@shown_again_by(list_page)
def change_kept_list(list_id: int) -> ResponseReturnValue:
    row = get_list_row(session(), current_identity(), list_id)
    packs = read_quantities(request.form, packs_of_list(session(), row.id))
    change_list(session(), current_identity(), list_id, packs)
    commit()
    flash(_("清单已更新。"))
    return redirect(url_for("ordering.kept_list", list_id=list_id))


@blueprint.post("/lists/<int:list_id>/basket")
@allow()
@shown_again_by(list_page)
def take_list(list_id: int) -> ResponseReturnValue:
    """Into the basket, at today's prices."""
    gone = put_list(session(), current_identity(), list_id, now())
    commit()
    if gone:
        flash(_("这些现在不卖了,没有放进去:%(names)s", names="、".join(gone)), "warning")
    flash(_("已按清单放入购物车,价格按今天的。"))
    return redirect(url_for("ordering.basket"))


@blueprint.post("/lists/<int:list_id>/remove")
@allow()
def remove_kept_list(list_id: int) -> ResponseReturnValue:
    row = get_list_row(session(), current_identity(), list_id)
    require_keeper(current_identity(), row.unit_id, row.person_id)
    remove_list(session(), current_identity(), list_id)
    commit()
    flash(_("清单「%(name)s」已删除。", name=row.name))
    if row.unit_id is None:
        return redirect(url_for("ordering.my_lists"))
    return redirect(url_for("ordering.unit_lists", unit_id=row.unit_id))
