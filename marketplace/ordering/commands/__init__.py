"""The verbs of buying and selling, from the basket to completion and back."""

from marketplace.ordering.commands.accept import accept
from marketplace.ordering.commands.aftersale import (
    call_county,
    refuse_refund,
    turn_due,
    withdraw_refund,
)
from marketplace.ordering.commands.approval import end_substitute, set_steps, set_substitute
from marketplace.ordering.commands.basket import put_in_basket, put_many, set_quantity
from marketplace.ordering.commands.draft import change_draft, draft_purchase
from marketplace.ordering.commands.fulfil import confirm, extend_payment, receive, ship
from marketplace.ordering.commands.gifts import (
    correct_address,
    draft_gifts,
    refresh_gifts,
    replace_gifts,
)
from marketplace.ordering.commands.individual import withdraw_counting
from marketplace.ordering.commands.invoices import (
    ask_for_invoice,
    check_invoice,
    register_invoice,
    register_once,
)
from marketplace.ordering.commands.leave import cancel_order, cancel_purchase, decline, expire_due
from marketplace.ordering.commands.numbers import release_number, take_number
from marketplace.ordering.commands.parcels import send_parcels
from marketplace.ordering.commands.pay import confirm_payment, confirm_payments
from marketplace.ordering.commands.place import approve, order_at_once, reject, submit
from marketplace.ordering.commands.reattribute import (
    approve_reattribution,
    ask_reattribution,
    ask_reattribution_once,
    refuse_reattribution,
)
from marketplace.ordering.commands.recall import recall
from marketplace.ordering.commands.refund import approve_refund, request_refund
from marketplace.ordering.commands.remind import (
    remind_approvers,
    remind_debtors,
    remind_of,
    remind_other_approvers,
)
from marketplace.ordering.commands.settle import declare_paid, undeclare_paid

__all__ = [
    "accept",
    "approve",
    "approve_reattribution",
    "approve_refund",
    "ask_for_invoice",
    "ask_reattribution",
    "ask_reattribution_once",
    "call_county",
    "cancel_order",
    "cancel_purchase",
    "change_draft",
    "check_invoice",
    "confirm",
    "confirm_payment",
    "confirm_payments",
    "correct_address",
    "declare_paid",
    "decline",
    "draft_gifts",
    "draft_purchase",
    "end_substitute",
    "expire_due",
    "extend_payment",
    "order_at_once",
    "put_in_basket",
    "put_many",
    "recall",
    "receive",
    "refresh_gifts",
    "refuse_reattribution",
    "refuse_refund",
    "register_invoice",
    "register_once",
    "reject",
    "release_number",
    "remind_approvers",
    "remind_debtors",
    "remind_of",
    "remind_other_approvers",
    "replace_gifts",
    "request_refund",
    "send_parcels",
    "set_quantity",
    "set_steps",
    "set_substitute",
    "ship",
    "submit",
    "take_number",
    "turn_due",
    "undeclare_paid",
    "withdraw_counting",
    "withdraw_refund",
]
