"""What is typed about payments."""

from marketplace.payments.forms.payment import read_method, read_receipt
from marketplace.payments.forms.transfers import (
    ROWS,
    read_account,
    read_chosen,
    read_parts,
    read_payout,
    read_result,
    read_words,
    require_file,
)

__all__ = [
    "ROWS",
    "read_account",
    "read_chosen",
    "read_method",
    "read_parts",
    "read_payout",
    "read_receipt",
    "read_result",
    "read_words",
    "require_file",
]
