"""A producer's products: the list by state, the form for a new one, the page of one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import (
    certificates_of,
    count_own,
    list_categories,
    list_own,
    list_prices,
)
from marketplace.catalogue.queries.own import STATES
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.listing import queries
from marketplace.listing.commands import draft, revise
from marketplace.listing.commands.changes import Revised
from marketplace.listing.forms import read_product, read_reason
from marketplace.listing.routes.room import blueprint, require_clerk_of, works_for_a_producer
from marketplace.listing.rules import MOST_PACKS, MOST_PHOTOS, STATE_WORDS, ProductWish
from marketplace.producers.queries import get_producer
from marketplace.producers.queries.nearby import villages_called, villages_near
from marketplace.producers.queries.workshops import workshops_of
from marketplace.trading.queries import makers_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

SPARE_ROWS = 2
FIRST_ROWS = 3


@blueprint.get("/producer/<int:producer_id>/products")
@allow(works_for_a_producer)
def products(producer_id: int) -> str:
    require_clerk_of(producer_id)
    tab = request.args.get("state", "")
    state = tab if tab in STATES else None
    return render_template(
        "listing/products.html",
        producer=get_producer(session(), producer_id),
        page=list_own(session(), producer_id, state, read_page(request.args)),
        counts=count_own(session(), producer_id),
        state=state,
        words=STATE_WORDS,
    )


def choices_of(producer_id: int) -> dict[str, Any]:
    """What the form offers to choose from."""
    return {
        "producer": get_producer(session(), producer_id),
        "categories": list_categories(session()),
        "workshops": workshops_of(session(), producer_id),
        "makers": makers_of(session(), producer_id, day_of(now())),
        "villages": villages_near(session(), producer_id),
    }


def new_page(producer_id: int) -> str:
    require_clerk_of(producer_id)
    producer = get_producer(session(), producer_id)
    return render_template(
        "listing/new.html",
        **choices_of(producer_id),
        wish=ProductWish("", "", producer.village_code, None, "", ()),
        rows=range(1, FIRST_ROWS + 1),
    )


@blueprint.get("/producer/<int:producer_id>/products/new")
@allow(works_for_a_producer)
def new(producer_id: int) -> str:
    return new_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/products")
@allow(works_for_a_producer)
@shown_again_by(new_page)
def create(producer_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    villages = villages_called(session(), producer_id, request.form.values())
    wish = read_product(request.form, villages)
    product_id = draft(session(), current_identity(), producer_id, wish, now())
    commit()
    flash(_("「%(name)s」已存为草稿。请加上照片,检查后提交。", name=wish.name))
    return redirect(url_for("listing.product", producer_id=producer_id, product_id=product_id))


def product_page(producer_id: int, product_id: int, **_place: Any) -> str:
    """Everything about one product that its producer may see and change."""
    product = queries.get_own_product(session(), current_identity(), product_id)
    if product.producer_id != producer_id:
        raise NotFound
    wish = queries.stands(session(), product)
    return render_template(
        "listing/product.html",
        **choices_of(producer_id),
        product=product,
        wish=wish,
        rows=range(1, min(len(wish.packs) + SPARE_ROWS, MOST_PACKS) + 1),
        photos=queries.photos_of(session(), product_id),
        most_photos=MOST_PHOTOS,
        waiting=queries.find_open_request(session(), product_id),
        steps=queries.steps_of(session(), product_id),
        prices=list_prices(session(), product_id),
        certificates=certificates_of(session(), product_id),
        words=STATE_WORDS,
        today=day_of(now()),
    )


@blueprint.get("/producer/<int:producer_id>/products/<int:product_id>")
@allow(works_for_a_producer)
def product(producer_id: int, product_id: int) -> str:
    return product_page(producer_id, product_id)


@blueprint.post("/producer/<int:producer_id>/products/<int:product_id>")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def change(producer_id: int, product_id: int) -> ResponseReturnValue:
    require_clerk_of(producer_id)
    villages = villages_called(session(), producer_id, request.form.values())
    wish = read_product(request.form, villages)
    reason = read_reason(request.form, "reason", required=False)
    identity = current_identity()
    revised = revise(session(), identity, product_id, wish, now(), reason=reason)
    commit()
    flash(_said(revised))
    return redirect(url_for("listing.product", producer_id=producer_id, product_id=product_id))


def _said(revised: Revised) -> str:
    if revised.request_id is not None:
        return str(_("要审核的修改已送运营中心,通过之前仍按原来的出售。"))
    if revised.changed:
        return str(_("修改已保存,现在生效。"))
    return str(_("没有改动。"))
