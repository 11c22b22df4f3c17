"""A draft as its buyer changed it."""

from collections.abc import Mapping, Sequence

from marketplace.core.errors import N_
from marketplace.ordering.forms.checkout import take_consignee
from marketplace.ordering.queries import LineView
from marketplace.ordering.rules import (
    MAX_QUANTITY,
    Fund,
    PaymentTerms,
    PurchaseChange,
    WishedLine,
)
from marketplace.web.fields import MAX_ID, Fields

NOTHING_LEFT = N_("至少要留一种商品;都不要了,请取消采购单。")


def read_draft(
    values: Mapping[str, str], lines: Sequence[LineView], *, for_unit: bool
) -> PurchaseChange:
    """Quantities by line (0 takes it away), where it goes, and for a unit which money pays."""
    fields = Fields(values)
    packs = {
        line.variant_id: fields.count(f"quantity-{line.id}", most=MAX_QUANTITY) for line in lines
    }
    if lines and not any(packs.values()):
        fields.refuse(f"quantity-{lines[0].id}", NOTHING_LEFT)
    change = PurchaseChange(
        lines=tuple(WishedLine(variant, number) for variant, number in packs.items() if number),
        consignee=take_consignee(fields),
        note=fields.text("note", 500, required=False),
        fund=fields.choice("fund", list(Fund)) if for_unit else None,
        payment_terms=fields.choice("payment_terms", list(PaymentTerms)) if for_unit else None,
    )
    fields.check()
    return change


def read_reviewed(values: Mapping[str, str]) -> int:
    """The sum that was in sight when the button was pressed."""
    fields = Fields(values)
    reviewed_fen = fields.count("reviewed_fen", most=MAX_ID)
    fields.check()
    return reviewed_fen
