"""Verbs of payments."""

from marketplace.payments.commands.receive import (
    ask_for_payment,
    confirm_payment,
    declare,
    pay_simulated,
    take,
)

__all__ = ["ask_for_payment", "confirm_payment", "declare", "pay_simulated", "take"]
