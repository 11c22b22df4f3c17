"""The blueprint that all pages of listing hang on, and who may open them."""

from flask import Blueprint

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.listing.rules import is_own
from marketplace.web import current_identity

blueprint = Blueprint("listing", __name__)


def works_for_a_producer(identity: Identity) -> bool:
    """Anyone who works for some producer; which one is asked of each page."""
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def require_clerk_of(producer_id: int) -> None:
    """Raises NotFound where the person does not work for this producer."""
    if not is_own(current_identity(), producer_id):
        raise NotFound
