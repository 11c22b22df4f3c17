"""The way into the desk of whichever producer someone works for."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.core.identity import Identity, OrganisationKind
from marketplace.web import allow, current_identity

blueprint = Blueprint("producers", __name__)


def works_for_a_producer(identity: Identity) -> bool:
    """Anyone who works for some producer."""
    return bool(identity.organisations(OrganisationKind.PRODUCER))


@blueprint.get("/producer/")
@allow(works_for_a_producer)
def entry() -> ResponseReturnValue:
    mine = current_identity().organisations(OrganisationKind.PRODUCER)
    return redirect(url_for("ordering.producer_desk", producer_id=mine[0]))
