"""Reads of payments."""

from marketplace.payments.queries.accounts import (
    balances_of,
    buyer_statement,
    credit_of,
    list_accounts_of,
    list_payouts_of,
)
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
from marketplace.payments.queries.transfers import (
    count_known,
    count_transfers,
    find_parts,
    get_transfer,
    list_known_that_differ,
    list_transfers,
)

__all__ = [
    "PaymentView",
    "balances_of",
    "buyer_statement",
    "count_known",
    "count_transfers",
    "credit_of",
    "find_parts",
    "get_payment",
    "get_transfer",
    "list_accounts_of",
    "list_known_that_differ",
    "list_money_on_its_way",
    "list_odd_events",
    "list_open_disputes",
    "list_payments",
    "list_payouts_of",
    "list_transfers",
    "money_that_moved",
    "payments_of",
    "received_by_purchase",
]
