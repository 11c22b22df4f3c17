"""What people ask for when they buy: purchases, and changes to a draft."""

from typing import Any

from marshmallow import post_load

from marketplace.api.schemas.fields import Choice, Input, Many, Text, Whole, one
from marketplace.ordering.rules import (
    MAX_LINES,
    MAX_QUANTITY,
    Consignee,
    Fund,
    PaymentTerms,
    WishedLine,
)


class NewLine(Input):
    variant_id = Whole(17, required=True)
    quantity = Whole(20, most=MAX_QUANTITY, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WishedLine:
        return WishedLine(**data)


class NewConsignee(Input):
    name = Text("王芳", most=60, required=True)
    phone = Text("13800000000", most=20, required=True)
    address = Text("郧阳区城关镇沿江大道 8 号", most=200, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Consignee:
        return Consignee(**data)


class NewPurchase(Input):
    """`unit_id` null buys for oneself: the fund is then INDIVIDUAL and the terms PREPAY."""

    unit_id = Whole(3, required=True, allow_none=True)
    fund = Choice(Fund, required=True)
    payment_terms = Choice(PaymentTerms, required=True, example="POSTPAY")
    lines = Many(NewLine, most=MAX_LINES, required=True)
    consignee = one(NewConsignee, required=True)
    note = Text("请在工作日送达", most=500, least=0, load_default="")
    host_code = Text("H8K2", most=12, metadata={"rarely": True})


class PurchaseChanges(Input):
    """Lines, note and host code while DRAFT; the consignee until the first shipment."""

    lines = Many(NewLine, most=MAX_LINES)
    consignee = one(NewConsignee)
    note = Text("请在工作日送达", most=500, least=0)
    host_code = Text("H8K2", most=12, metadata={"rarely": True})


class Reason(Input):
    """Why; the other side reads it."""

    reason = Text("规格选错,重新采购", most=500, required=True)


class PerhapsReason(Input):
    """Why, where it is told; the other side reads it."""

    reason = Text("规格选错,重新采购", most=500, least=0, load_default="")
