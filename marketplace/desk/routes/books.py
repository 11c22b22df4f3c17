"""The books: the proofs that they agree, and the postings of one account."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.cockpit.commands import PROVE_JOB, ask_for_proof
from marketplace.cockpit.queries import get_proof, latest_proof, list_proofs
from marketplace.cockpit.rules import PROOF_HOLDS
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.ledger.queries import balance_of, list_accounts, list_postings
from marketplace.ledger.rules import ESCROW
from marketplace.ordering.queries import order_numbers
from marketplace.outbox.queries import is_open
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search


def proof_page(verdict_id: int | None = None, **_place: Any) -> str:
    """One proof with what it compared, and those before it. It reads everything, so it runs in
    the background and never on a page."""
    chosen = verdict_id is not None
    proof = latest_proof(session()) if verdict_id is None else get_proof(session(), verdict_id)
    return render_template(
        "desk/reconciliation.html",
        proof=proof,
        is_chosen=chosen,
        is_old=proof is not None and not chosen and now() - proof.proved_at > PROOF_HOLDS,
        is_running=is_open(session(), PROVE_JOB),
        earlier=list_proofs(session(), read_page(request.args)),
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/reconciliation")
@allow(reads_desk)
def reconciliation() -> str:
    return proof_page()


@blueprint.get("/desk/reconciliation/<int:verdict_id>")
@allow(reads_desk)
def proof(verdict_id: int) -> str:
    return proof_page(verdict_id)


@blueprint.post("/desk/reconciliation")
@allow(operates)
@shown_again_by(proof_page)
def prove_now() -> ResponseReturnValue:
    ask_for_proof(session(), current_identity(), now())
    commit()
    flash(_("已开始对账,过一会儿刷新这一页看结论。"))
    return redirect(url_for("desk.reconciliation"))


@blueprint.get("/desk/accounts")
@allow(reads_desk)
def accounts() -> str:
    page = list_accounts(session(), read_search(request.args), read_page(request.args))
    return render_template("desk/accounts.html", page=page)


@blueprint.get("/desk/ledger")
@allow(reads_desk)
def ledger() -> str:
    account = read_search(request.args) or ESCROW
    postings = list_postings(session(), account)
    return render_template(
        "desk/ledger.html",
        account=account,
        balance_fen=balance_of(session(), account),
        postings=postings,
        numbers=order_numbers(session(), [one.order_id for one in postings if one.order_id]),
    )
