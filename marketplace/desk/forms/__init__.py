"""What is typed at the desk: limits, and what the bank statement says."""

from collections.abc import Mapping

from marketplace.payments.forms import read_receipt
from marketplace.units.commands import CreditLimit
from marketplace.web.fields import Fields

__all__ = ["read_credit_limit", "read_receipt"]


def read_credit_limit(values: Mapping[str, str]) -> CreditLimit:
    """An amount in yuan, or nothing for no limit; and the reason."""
    fields = Fields(values)
    typed = values.get("limit", "").strip()
    limit_fen = fields.yuan("limit", least_fen=0) if typed else None
    reason = fields.text("reason", 200)
    fields.check()
    return CreditLimit(limit_fen, reason)
