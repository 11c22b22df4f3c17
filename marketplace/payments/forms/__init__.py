"""What is typed about payments."""

from marketplace.payments.forms.payment import read_method, read_receipt

__all__ = ["read_method", "read_receipt"]
