"""What is typed at the desk: searches, and what the bank statement says."""

from collections.abc import Mapping

from marketplace.payments.forms import read_receipt
from marketplace.web.fields import Fields

__all__ = ["read_receipt", "read_search"]


def read_search(values: Mapping[str, str]) -> str:
    """Words to look for; what cannot be looked for finds nothing rather than fails."""
    fields = Fields(values)
    words = fields.text("q", 60, required=False)
    return "" if fields.errors else words
