"""What is kept how long, for everyone; and for the centre, when it was removed and who asked."""

from flask import render_template, request

from marketplace.core.clock import day_of
from marketplace.privacy.queries.requests import TABS, count_requests, list_requests
from marketplace.privacy.queries.retention import runs_of_jobs
from marketplace.privacy.routes.room import blueprint
from marketplace.privacy.rules import reads
from marketplace.privacy.rules.retention import TABLE
from marketplace.web import allow, now, public, session
from marketplace.web.fields import read_page
from marketplace.web.shelf import shelved


@blueprint.get("/rules/kept")
@public
@shelved
def kept() -> str:
    """What is kept for how long, and why."""
    return render_template("privacy/kept.html", table=TABLE)


@blueprint.get("/desk/retention")
@allow(reads)
def retention() -> str:
    """The same table with the jobs behind it."""
    return render_template("privacy/retention.html", table=TABLE, runs=runs_of_jobs(session()))


@blueprint.get("/desk/privacy")
@allow(reads)
def desk() -> str:
    """Which requests there are, and by when each is to be answered. There is nothing to decide."""
    typed = request.args.get("tab", "")
    tab = typed if typed in TABS else TABS[0]
    return render_template(
        "privacy/desk.html",
        tab=tab,
        counts=count_requests(session()),
        page=list_requests(session(), tab, read_page(request.args)),
        today=day_of(now()),
    )
