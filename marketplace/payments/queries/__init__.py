"""Reads of payments."""

from marketplace.payments.queries.accounts import (
    balances_of,
    buyer_statement,
    credit_of,
    list_accounts_of,
    list_payouts_of,
)
from marketplace.payments.queries.batches import (
    bank_file,
    count_waiting_payouts,
    get_batch,
    list_batches,
    list_waiting_payouts,
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
from marketplace.payments.queries.settlements import (
    get_settlement,
    list_settlements,
    producers_to_settle,
    settled_entries,
    settlements_that_disagree,
    sum_period,
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
    "bank_file",
    "buyer_statement",
    "count_known",
    "count_transfers",
    "count_waiting_payouts",
    "credit_of",
    "find_parts",
    "get_batch",
    "get_payment",
    "get_settlement",
    "get_transfer",
    "list_accounts_of",
    "list_batches",
    "list_known_that_differ",
    "list_money_on_its_way",
    "list_odd_events",
    "list_open_disputes",
    "list_payments",
    "list_payouts_of",
    "list_settlements",
    "list_transfers",
    "list_waiting_payouts",
    "money_that_moved",
    "payments_of",
    "producers_to_settle",
    "received_by_purchase",
    "settled_entries",
    "settlements_that_disagree",
    "sum_period",
]
