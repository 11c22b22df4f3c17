"""Pages of payments."""

from marketplace.payments.routes import account, checkout, commissions, purchase, settlements
from marketplace.payments.routes.purchase import in_demonstration, purchase_offers
from marketplace.payments.routes.room import blueprint

__all__ = [
    "account",
    "blueprint",
    "checkout",
    "commissions",
    "in_demonstration",
    "purchase",
    "purchase_offers",
    "settlements",
]
