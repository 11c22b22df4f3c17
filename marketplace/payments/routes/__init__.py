"""Pages of payments."""

from marketplace.payments.routes import account, checkout, purchase, settlements
from marketplace.payments.routes.purchase import in_demonstration, purchase_offers
from marketplace.payments.routes.room import blueprint

__all__ = [
    "account",
    "blueprint",
    "checkout",
    "in_demonstration",
    "purchase",
    "purchase_offers",
    "settlements",
]
