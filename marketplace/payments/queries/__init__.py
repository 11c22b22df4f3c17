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
from marketplace.payments.queries.commission_proof import (
    commission_invoices,
    commissions_that_disagree,
    settled_parts,
)
from marketplace.payments.queries.commissions import (
    find_commission,
    get_commission,
    get_commission_row,
    list_commissions,
    payees_to_settle,
    sum_commissions,
)
from marketplace.payments.queries.earnings import EVERY_LINE, Earnings, earnings_of
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
    "EVERY_LINE",
    "Earnings",
    "PaymentView",
    "balances_of",
    "bank_file",
    "buyer_statement",
    "commission_invoices",
    "commissions_that_disagree",
    "count_known",
    "count_transfers",
    "count_waiting_payouts",
    "credit_of",
    "earnings_of",
    "find_commission",
    "find_parts",
    "get_batch",
    "get_commission",
    "get_commission_row",
    "get_payment",
    "get_settlement",
    "get_transfer",
    "list_accounts_of",
    "list_batches",
    "list_commissions",
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
    "payees_to_settle",
    "payments_of",
    "producers_to_settle",
    "received_by_purchase",
    "settled_entries",
    "settled_parts",
    "settlements_that_disagree",
    "sum_commissions",
    "sum_period",
]
