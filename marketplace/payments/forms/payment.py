"""What is typed about a payment: how it is to be paid, and what the bank statement says."""

from collections.abc import Mapping
from datetime import date

from marketplace.payments.rules import Receipt
from marketplace.web.fields import Fields

METHODS = ("bank_transfer", "simulated")


def read_method(values: Mapping[str, str], *, demonstration: bool) -> str:
    """A way to pay that is open here; the simulated one only in the demonstration."""
    fields = Fields(values)
    method = fields.choice("method", METHODS if demonstration else METHODS[:1])
    fields.check()
    return method


def read_receipt(values: Mapping[str, str]) -> Receipt:
    """What arrived, on which day, under which number of the bank's."""
    fields = Fields(values)
    received_fen = fields.yuan("received")
    received_on = fields.day("received_on")
    reference = fields.text("reference", 80)
    fields.check()
    return Receipt(received_fen, received_on or date.min, reference)
