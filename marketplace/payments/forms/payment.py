"""What is typed about a payment: how it is to be paid, and what the bank statement says."""

from collections.abc import Collection, Mapping
from datetime import date

from marketplace.payments.rules import Receipt
from marketplace.web.fields import Fields


def read_method(values: Mapping[str, str], offered: Collection[str]) -> str:
    """A way to pay that is open here."""
    fields = Fields(values)
    method = fields.choice("method", offered)
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
