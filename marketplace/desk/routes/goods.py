"""Products that were handed in, and changes of published ones: looked at, agreed to, returned."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import (
    certificates_of,
    get_own,
    list_names,
    list_prices,
    list_submitted,
)
from marketplace.core.clock import day_of
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import publishes, reads_desk
from marketplace.listing import queries
from marketplace.listing.commands import agree, publish, refuse, return_product
from marketplace.listing.forms import read_reason
from marketplace.listing.rules import STATE_WORDS
from marketplace.producers.queries import get_producer
from marketplace.producers.queries.nearby import villages_near
from marketplace.producers.queries.workshops import workshops_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def products_page(**_place: Any) -> str:
    """What waits to be published."""
    page = list_submitted(session(), read_page(request.args), area=current_identity().area)
    may_publish = publishes(current_identity())
    return render_template("desk/products.html", page=page, may_publish=may_publish)


@blueprint.get("/desk/products")
@allow(reads_desk)
def products() -> str:
    return products_page()


@blueprint.get("/desk/changes")
@allow(reads_desk)
def changes() -> str:
    """Changes of published products that wait to be looked at."""
    page = queries.list_waiting(session(), read_page(request.args), area=current_identity().area)
    names = list_names(session(), [row.product_id for row in page.items])
    return render_template("desk/changes.html", page=page, names=names)


def product_page(product_id: int, **_place: Any) -> str:
    """A product as the centre judges it: its words, pictures, prices, and what is to change."""
    product = get_own(session(), product_id)
    return render_template(
        "desk/product.html",
        product=product,
        producer=get_producer(session(), product.producer_id),
        wish=queries.stands(session(), product),
        photos=queries.photos_of(session(), product_id),
        waiting=queries.find_open_request(session(), product_id),
        steps=queries.steps_of(session(), product_id),
        prices=list_prices(session(), product_id),
        certificates=certificates_of(session(), product_id),
        villages=villages_near(session(), product.producer_id),
        workshops=workshops_of(session(), product.producer_id),
        words=STATE_WORDS,
        today=day_of(now()),
        may_publish=publishes(current_identity()),
    )


@blueprint.get("/desk/products/<int:product_id>")
@allow(reads_desk)
def product(product_id: int) -> str:
    return product_page(product_id)


@blueprint.post("/desk/products/<int:product_id>/publish")
@allow(publishes)
@shown_again_by(product_page)
def publish_product(product_id: int) -> ResponseReturnValue:
    publish(session(), current_identity(), product_id, now())
    commit()
    flash(_("「%(name)s」已上架。", name=get_own(session(), product_id).name))
    return redirect(url_for("desk.products"))


@blueprint.post("/desk/products/<int:product_id>/return")
@allow(publishes)
@shown_again_by(product_page)
def give_back(product_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form, "reason")
    return_product(session(), current_identity(), product_id, reason, now())
    commit()
    flash(_("已退回,供应商会看到原因。"))
    return redirect(url_for("desk.products"))


@blueprint.post("/desk/products/<int:product_id>/changes/<int:request_id>/agree")
@allow(publishes)
@shown_again_by(product_page)
def agree_to_changes(product_id: int, request_id: int) -> ResponseReturnValue:
    agree(session(), current_identity(), request_id, now())
    commit()
    flash(_("修改已通过,现在生效。"))
    return redirect(url_for("desk.product", product_id=product_id))


@blueprint.post("/desk/products/<int:product_id>/changes/<int:request_id>/refuse")
@allow(publishes)
@shown_again_by(product_page)
def refuse_changes(product_id: int, request_id: int) -> ResponseReturnValue:
    answer = read_reason(request.form, "answer")
    refuse(session(), current_identity(), request_id, answer, now())
    commit()
    flash(_("修改未通过,供应商会看到原因。"))
    return redirect(url_for("desk.product", product_id=product_id))
