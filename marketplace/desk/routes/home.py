"""The desk's first page: what waits; and the page that shows every component."""

from flask import current_app, render_template

from marketplace.catalogue.queries import list_submitted
from marketplace.core.errors import NotFound
from marketplace.core.paging import PageRequest
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.hosts.queries.applications import count_waiting
from marketplace.listing.queries import list_waiting
from marketplace.ordering.queries import count_requests
from marketplace.payments.queries import count_transfers, count_waiting_payouts, list_payments
from marketplace.web import allow, public, session

ONE = PageRequest(1, 1)


@blueprint.get("/desk/")
@allow(reads_desk)
def home() -> str:
    return render_template(
        "desk/home.html",
        payments=list_payments(session(), ONE).total,
        transfers=count_transfers(session())["waiting"],
        payouts=count_waiting_payouts(session()),
        mediation=count_requests(session())["mediation"],
        products=list_submitted(session(), ONE).total,
        hosts=count_waiting(session()),
        changes=list_waiting(session(), ONE).total,
    )


@blueprint.get("/desk/components")
@public
def components() -> str:
    """Every part the pages are made of; in the demonstration only."""
    if current_app.config["SETTINGS"].production:
        raise NotFound
    return render_template("desk/components.html")
