"""The verbs of contracts and inquiries."""

from marketplace.contracts.commands.choose import choose, confirm_choice, return_choice
from marketplace.contracts.commands.contracts import (
    attach_scan,
    end_contract,
    offer_contract,
    return_contract,
    sign_contract,
)
from marketplace.contracts.commands.expire import end_due, tell_of_last_days
from marketplace.contracts.commands.inquiries import answer, ask, close_inquiry
from marketplace.contracts.commands.use import give_back, use
from marketplace.contracts.commands.writing import change_contract, write_contract

__all__ = [
    "answer",
    "ask",
    "attach_scan",
    "change_contract",
    "choose",
    "close_inquiry",
    "confirm_choice",
    "end_contract",
    "end_due",
    "give_back",
    "offer_contract",
    "return_choice",
    "return_contract",
    "sign_contract",
    "tell_of_last_days",
    "use",
    "write_contract",
]
