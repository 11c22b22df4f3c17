"""What is typed of an invoice, and the file of it."""

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import FileStorage

from marketplace.ordering.rules.invoices import GivenInvoice
from marketplace.uploads.forms import read_file
from marketplace.web.fields import Fields


def read_invoice(values: Mapping[str, str], file: FileStorage | None) -> GivenInvoice:
    """Number, amount and day; the number of the blue one where it is a red invoice."""
    fields = Fields(values)
    number = fields.text("number", 60)
    amount_fen = fields.yuan("invoice_amount")
    issued_on = fields.day("issued_on")
    red_of = fields.text("red_of", 60, required=False)
    seller = fields.text("seller_uscc", 40, required=False)
    fields.check()
    given = read_file("file", file)
    return GivenInvoice(number, amount_fen, issued_on or date.min, red_of or None, seller, given)
