"""A producer's statement: what was completed in a month, line by line."""

from flask import render_template, request

from marketplace.core.clock import day_of, latest_months
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.producers.queries import get_producer
from marketplace.reports import queries
from marketplace.reports.routes.room import blueprint
from marketplace.web import allow, current_identity, now, session


def reads_statements(identity: Identity) -> bool:
    """Producers and the operations centre; whose statement is asked of the page."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.PRODUCER))


@blueprint.get("/producer/<int:producer_id>/statement")
@allow(reads_statements)
def statement(producer_id: int) -> str:
    identity = current_identity()
    theirs = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if not theirs and not identity.is_in_centre():
        raise NotFound
    months = latest_months(day_of(now()))
    typed = request.args.get("period", "")
    period = typed if typed in months else months[0]
    return render_template(
        "producers/statement.html",
        producer=get_producer(session(), producer_id),
        statement=queries.producer_statement(session(), producer_id, period),
        months=months,
    )
