"""Reads of payments."""

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
    "list_payments",
    "payments_of",
    "received_by_purchase",
]
