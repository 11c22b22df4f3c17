"""Whether what the operations centre was asked about a listing still waits."""

from marketplace.catalogue.queries.expiring import while_product
from marketplace.listing.models import ChangeRequest
from marketplace.notices.queries import Checks, while_true

# Kind of notice → whether it still waits.
CHECKS: Checks = {
    "listing_submitted": while_product("SUBMITTED"),
    "change_asked": while_true(ChangeRequest.product_id, ChangeRequest.state == "WAITING"),
}
