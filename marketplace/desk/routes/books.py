"""The books: the proof that they agree, and the postings of one account."""

from flask import render_template, request

from marketplace.desk.forms import read_search
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.ledger.queries import balance_of, list_postings
from marketplace.ledger.rules import ESCROW
from marketplace.reports.queries import reconcile
from marketplace.web import allow, session


@blueprint.get("/desk/reconciliation")
@allow(reads_desk)
def reconciliation() -> str:
    """Proves the books anew when asked to: it reads everything, so it does not run by itself."""
    asked = request.args.get("run") == "1"
    breaks = reconcile(session()) if asked else []
    return render_template("desk/reconciliation.html", asked=asked, breaks=breaks)


@blueprint.get("/desk/ledger")
@allow(reads_desk)
def ledger() -> str:
    account = read_search(request.args) or ESCROW
    return render_template(
        "desk/ledger.html",
        account=account,
        balance_fen=balance_of(session(), account),
        postings=list_postings(session(), account),
    )
