"""What buyers, approvers and producers typed, as the wishes that ordering understands."""

from marketplace.ordering.forms.basket import read_basket_line, read_quantity
from marketplace.ordering.forms.checkout import PERSONAL, CheckoutWish, read_checkout, read_chosen
from marketplace.ordering.forms.orders import (
    read_freight,
    read_parcel,
    read_reason,
    read_refund,
    read_short,
    read_verdicts,
)

__all__ = [
    "PERSONAL",
    "CheckoutWish",
    "read_basket_line",
    "read_checkout",
    "read_chosen",
    "read_freight",
    "read_parcel",
    "read_quantity",
    "read_reason",
    "read_refund",
    "read_short",
    "read_verdicts",
]
