"""Reads of payments."""

from marketplace.payments.queries.gateway import (
    list_money_on_its_way,
    list_odd_events,
    list_open_disputes,
)
from marketplace.payments.queries.moves import money_that_moved
from marketplace.payments.queries.payments import (
    PaymentView,
    get_payment,
    list_payments,
    payments_of,
    received_by_purchase,
)

__all__ = [
    "PaymentView",
    "get_payment",
    "list_money_on_its_way",
    "list_odd_events",
    "list_open_disputes",
    "list_payments",
    "money_that_moved",
    "payments_of",
    "received_by_purchase",
]
