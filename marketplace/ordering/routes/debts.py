"""What is owed for goods that came first: a unit's debts, a producer's claims, or all of them."""

from flask import render_template, request

from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.ordering.queries.debts import list_debts, sum_debts
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.debts import Age
from marketplace.web import allow, current_identity, now, session
from marketplace.web.fields import read_page


@blueprint.get("/debts")
@allow()
def debts() -> str:
    """Everyone sees the debts of the orders they may see."""
    identity, today = current_identity(), day_of(now())
    wanted = request.args.get("age", "")
    age = Age(wanted) if wanted in set(Age) else None
    return render_template(
        "ordering/debts.html",
        sums=sum_debts(session(), identity, today),
        page=list_debts(session(), identity, age, read_page(request.args), today),
        age=age,
        today=today,
        buys=bool(identity.organisations(OrganisationKind.UNIT, Role.BUYER, Role.FINANCE)),
    )
