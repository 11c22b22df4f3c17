"""The books: the proof that they agree, and the postings of one account."""

from flask import render_template, request

from marketplace.desk.forms import read_search
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.ledger.queries import balance_of, list_accounts, list_postings
from marketplace.ledger.rules import ESCROW
from marketplace.reports.queries import prove
from marketplace.web import allow, session
from marketplace.web.fields import read_page


@blueprint.get("/desk/reconciliation")
@allow(reads_desk)
def reconciliation() -> str:
    """Proves the books anew when asked to: it reads everything, so it does not run by itself."""
    asked = request.args.get("run") == "1"
    proved = prove(session()) if asked else []
    breaks = [found for comparison in proved for found in comparison.breaks]
    return render_template("desk/reconciliation.html", asked=asked, proved=proved, breaks=breaks)


@blueprint.get("/desk/accounts")
@allow(reads_desk)
def accounts() -> str:
    page = list_accounts(session(), read_search(request.args), read_page(request.args))
    return render_template("desk/accounts.html", page=page)


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
