"""Orders and purchases, found by the beginning of their number."""

from flask import render_template, request

from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.ordering.queries import OrderFilter, list_orders, list_purchases
from marketplace.web import allow, current_identity, session
from marketplace.web.fields import read_page, read_search


@blueprint.get("/desk/orders")
@allow(reads_desk)
def orders() -> str:
    wanted = OrderFilter(number=read_search(request.args).upper() or None)
    page = list_orders(session(), current_identity(), wanted, read_page(request.args))
    return render_template("desk/orders.html", page=page)


@blueprint.get("/desk/purchases")
@allow(reads_desk)
def purchases() -> str:
    number = read_search(request.args).upper() or None
    page = list_purchases(session(), current_identity(), read_page(request.args), number=number)
    return render_template("desk/purchases.html", page=page)
