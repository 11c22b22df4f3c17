"""What is typed about payments."""

from marketplace.payments.forms.payment import read_method, read_receipt
from marketplace.payments.forms.transfers import (
    ROWS,
    read_account,
    read_file,
    read_parts,
    read_payout,
    read_why,
)

__all__ = [
    "ROWS",
    "read_account",
    "read_file",
    "read_method",
    "read_parts",
    "read_payout",
    "read_receipt",
    "read_why",
]
