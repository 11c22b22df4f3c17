"""Verbs of payments."""

from marketplace.payments.commands.accounts import declare_account, withdraw_account
from marketplace.payments.commands.batches import (
    cancel_settlement_payout,
    discard_batch,
    make_batch,
    note_results,
    release_batch,
)
from marketplace.payments.commands.checkout import (
    ask_for_page,
    give_up_page,
    note_checkout,
    note_page,
)
from marketplace.payments.commands.commissions import (
    freeze_commission,
    note_commission_invoice,
    pay_commission_settlement,
)
from marketplace.payments.commands.credit import ask_for_payout, cancel_payout, pay_from_credit
from marketplace.payments.commands.events import apply_event
from marketplace.payments.commands.receive import (
    ask_for_payment,
    ask_once,
    check_receipt,
    confirm_payment,
    declare,
    pay_simulated,
    take,
    take_back_declaration,
)
from marketplace.payments.commands.settle import freeze, pay_settlement
from marketplace.payments.commands.statements import import_statement
from marketplace.payments.commands.transfers import (
    give_by_hand,
    give_to_payout,
    left_of,
    match_line,
    set_aside,
)

__all__ = [
    "apply_event",
    "ask_for_page",
    "ask_for_payment",
    "ask_for_payout",
    "ask_once",
    "cancel_payout",
    "cancel_settlement_payout",
    "check_receipt",
    "confirm_payment",
    "declare",
    "declare_account",
    "discard_batch",
    "freeze",
    "freeze_commission",
    "give_by_hand",
    "give_to_payout",
    "give_up_page",
    "import_statement",
    "left_of",
    "make_batch",
    "match_line",
    "note_checkout",
    "note_commission_invoice",
    "note_page",
    "note_results",
    "pay_commission_settlement",
    "pay_from_credit",
    "pay_settlement",
    "pay_simulated",
    "release_batch",
    "set_aside",
    "take",
    "take_back_declaration",
    "withdraw_account",
]
