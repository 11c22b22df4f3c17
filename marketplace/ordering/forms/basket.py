"""What goes into a basket, and how much of it."""

from collections.abc import Mapping

from marketplace.ordering.rules import MAX_QUANTITY, WishedLine
from marketplace.web.fields import Fields


def read_basket_line(values: Mapping[str, str]) -> WishedLine:
    """A pack and how many of it."""
    fields = Fields(values)
    line = WishedLine(fields.number("variant_id"), fields.number("quantity", most=MAX_QUANTITY))
    fields.check()
    return line


def read_quantity(values: Mapping[str, str], variant_id: int) -> int:
    """How many of a pack that lies in the basket; taking it out is a button of its own."""
    fields = Fields(values)
    quantity = fields.number(f"quantity-{variant_id}", most=MAX_QUANTITY)
    fields.check()
    return quantity
