"""Verbs of payments."""

from marketplace.payments.commands.checkout import (
    ask_for_page,
    give_up_page,
    note_checkout,
    note_page,
)
from marketplace.payments.commands.events import apply_event
from marketplace.payments.commands.receive import (
    ask_for_payment,
    confirm_payment,
    declare,
    pay_simulated,
    take,
)

__all__ = [
    "apply_event",
    "ask_for_page",
    "ask_for_payment",
    "confirm_payment",
    "declare",
    "give_up_page",
    "note_checkout",
    "note_page",
    "pay_simulated",
    "take",
]
