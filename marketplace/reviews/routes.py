"""Reviews over HTTP: written and answered beside the order, read by everyone, hidden by law."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_names
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, Role
from marketplace.producers.queries import names_of
from marketplace.reviews import commands, queries
from marketplace.reviews.forms import read_hiding, read_review, read_said
from marketplace.reviews.rules import BEST, GROUNDS, REVIEWED_IN
from marketplace.uploads.rules import redrawn
from marketplace.web import (
    allow,
    begin_again,
    commit,
    current_identity,
    find_identity,
    now,
    public,
    session,
)
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import picture
from marketplace.web.fields import MAX_ID, read_page

blueprint = Blueprint("reviews", __name__)


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def order_page(order_id: int, **_place: Any) -> str:
    """What was said of an order, and the forms of whoever may say more."""
    found = queries.of_order(session(), current_identity(), order_id)
    return render_template(
        "reviews/order.html",
        found=found,
        is_ripe=found.order.state in REVIEWED_IN,
        stars=range(BEST, 0, -1),
    )


@blueprint.get("/orders/<int:order_id>/reviews")
@allow()
def of_order(order_id: int) -> str:
    return order_page(order_id)


@blueprint.post("/orders/<int:order_id>/reviews")
@allow()
@shown_again_by(order_page)
def write(order_id: int) -> ResponseReturnValue:
    given = read_review(request.form, request.files.getlist("photographs"))
    # Drawing takes a second: nobody else's writing waits for it.
    begin_again(writing=False)
    given = replace(given, photographs=tuple(map(redrawn, given.photographs)))
    begin_again(writing=True)
    commands.write_review(session(), current_identity(), order_id, given, now())
    return _back(order_id, _("谢谢,评价已发布。"))


@blueprint.post("/orders/<int:order_id>/reviews/<int:review_id>/answer")
@allow()
@shown_again_by(order_page)
def answer(order_id: int, review_id: int) -> ResponseReturnValue:
    commands.answer_review(session(), current_identity(), review_id, read_said(request.form), now())
    return _back(order_id, _("回复已发布。"))


@blueprint.post("/orders/<int:order_id>/reviews/<int:review_id>/follow-up")
@allow()
@shown_again_by(order_page)
def add(order_id: int, review_id: int) -> ResponseReturnValue:
    commands.follow_up(session(), current_identity(), review_id, read_said(request.form), now())
    return _back(order_id, _("追评已发布。"))


def _back(order_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("reviews.of_order", order_id=order_id))


@blueprint.get("/products/<int:product_id>/reviews")
@public
def of_product(product_id: int) -> str:
    """Everything that was said of a product and is shown."""
    found = list_names(session(), {product_id}) if product_id <= MAX_ID else {}
    if not found:
        raise NotFound
    name = found[product_id].name
    return _list("PRODUCT", product_id, name, url_for("storefront.product", product_id=product_id))


@blueprint.get("/producers/<int:producer_id>/reviews")
@public
def of_producer(producer_id: int) -> str:
    """Everything that was said of a producer's products and is shown."""
    found = names_of(session(), {producer_id}) if producer_id <= MAX_ID else {}
    if not found:
        raise NotFound
    home = url_for("storefront.producer", producer_id=producer_id)
    return _list("PRODUCER", producer_id, found[producer_id], home)


def _list(kind: str, object_id: int, name: str, home: str) -> str:
    page = queries.list_of(session(), kind, object_id, read_page(request.args))
    return render_template(
        "reviews/list.html",
        name=name,
        home=home,
        page=page,
    )


@blueprint.get("/reviews/photographs/<int:upload_id>")
@public
def photograph(upload_id: int) -> ResponseReturnValue:
    if upload_id > MAX_ID:
        raise NotFound
    kept = queries.get_photograph(session(), find_identity(), upload_id)
    return picture(kept.content, kept.media_type)


def desk_page(**_place: Any) -> str:
    hidden = request.args.get("tab") == "hidden"
    page = queries.list_all(
        session(), read_page(request.args), hidden=hidden, area=current_identity().area
    )
    return render_template(
        "reviews/desk.html",
        hidden=hidden,
        page=page,
        steps=queries.steps_of(session(), [one.id for one in page.items]),
        grounds=GROUNDS,
        may_hide=current_identity().is_in_centre(Role.OPERATOR),
    )


@blueprint.get("/desk/reviews")
@allow(in_centre)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/reviews/<int:review_id>/hide")
@allow(in_centre)
@shown_again_by(desk_page)
def hide(review_id: int) -> ResponseReturnValue:
    why = read_hiding(request.form, needs_ground=True)
    commands.hide_review(session(), current_identity(), review_id, why, now())
    return _back_to_desk(_("已隐藏,理由已记入日志。"))


@blueprint.post("/desk/reviews/<int:review_id>/show")
@allow(in_centre)
@shown_again_by(desk_page)
def show(review_id: int) -> ResponseReturnValue:
    _ground, words = read_hiding(request.form, needs_ground=False)
    commands.show_review(session(), current_identity(), review_id, words, now())
    return _back_to_desk(_("已恢复显示。"))


def _back_to_desk(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("reviews.desk"))
