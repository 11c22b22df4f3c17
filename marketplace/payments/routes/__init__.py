"""Pages of payments."""

from marketplace.payments.routes import checkout, purchase
from marketplace.payments.routes.purchase import in_demonstration, purchase_offers
from marketplace.payments.routes.room import blueprint

__all__ = ["blueprint", "checkout", "in_demonstration", "purchase", "purchase_offers"]
