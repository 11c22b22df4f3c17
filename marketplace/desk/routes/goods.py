"""Products that were handed in, put on the shelves."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.commands import publish
from marketplace.catalogue.queries import list_submitted
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import publishes, reads_desk
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def products_page(**_place: Any) -> str:
    """What waits to be published."""
    page = list_submitted(session(), read_page(request.args))
    may_publish = publishes(current_identity())
    return render_template("desk/products.html", page=page, may_publish=may_publish)


@blueprint.get("/desk/products")
@allow(reads_desk)
def products() -> str:
    return products_page()


@blueprint.post("/desk/products/<int:product_id>/publish")
@allow(publishes)
@shown_again_by(products_page)
def publish_product(product_id: int) -> ResponseReturnValue:
    product = publish(session(), product_id, now())
    commit()
    flash(_("「%(name)s」已上架。", name=product.name))
    return redirect(url_for("desk.products"))
