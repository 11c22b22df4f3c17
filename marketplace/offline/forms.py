"""What is typed of an offline purchase: the seller's products one under the other."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from werkzeug.datastructures import FileStorage

from marketplace.offline.rules import FUNDS, MOST_REMARK, GivenLine, GivenOffline, Outlet
from marketplace.ordering.rules import MAX_QUANTITY
from marketplace.ordering.rules.invoices import DIGITS
from marketplace.uploads.forms import read_file
from marketplace.web.fields import Fields

# Numbers are copied with blanks between their groups.
LONGEST_NUMBER = 2 * DIGITS


class Files(Protocol):
    """Files of a form by the name of their field."""

    def get(self, name: str) -> FileStorage | None: ...


def read_offline(
    values: Mapping[str, str], files: Files, producer_id: int, product_ids: list[int]
) -> GivenOffline:
    """What a unit tells, of the products that the form listed."""
    fields = Fields(values)
    lines = tuple(line for product_id in product_ids if (line := _line(fields, product_id)))
    given = GivenOffline(
        producer_id=producer_id,
        outlet=fields.choice("outlet", tuple(Outlet)),
        bought_on=fields.day("bought_on") or date.min,
        fund=fields.choice("fund", FUNDS),
        lines=lines,
        invoice_number=fields.text("invoice_number", LONGEST_NUMBER),
        invoice_fen=fields.yuan("invoice_amount"),
        remark=fields.text("remark", MOST_REMARK, required=False),
        proof=read_file("proof", files.get("proof")),
        photograph=read_file("photograph", files.get("photograph")),
    )
    fields.check()
    return given


def _line(fields: Fields, product_id: int) -> GivenLine | None:
    """A product's packs and amount; None where neither was filled in."""
    packs, amount = f"packs-{product_id}", f"amount-{product_id}"
    if not fields.values.get(packs, "").strip() and not fields.values.get(amount, "").strip():
        return None
    return GivenLine(
        product_id, fields.number(packs, least=1, most=MAX_QUANTITY), fields.yuan(amount)
    )


def read_words(values: Mapping[str, str]) -> str:
    """Why it goes back, is refused or reversed."""
    fields = Fields(values)
    words = fields.text("words", 500)
    fields.check()
    return words
