"""A call-off: packs by line of the contract, which money pays, and where it goes."""

from collections.abc import Mapping, Sequence

from marketplace.core.errors import N_
from marketplace.ordering.forms.checkout import take_consignee
from marketplace.ordering.rules import (
    MAX_QUANTITY,
    Fund,
    PaymentTerms,
    PurchaseWish,
    WishedLine,
)
from marketplace.web.fields import Fields

NOTHING_CALLED = N_("请至少填写一种商品的件数。")


def read_call_off(
    values: Mapping[str, str], contract_id: int, unit_id: int, variant_ids: Sequence[int]
) -> tuple[str, PurchaseWish]:
    """The number used once that the page carries, and what is called off."""
    fields = Fields(values)
    packs = {
        variant_id: fields.count(f"quantity-{variant_id}", most=MAX_QUANTITY)
        for variant_id in variant_ids
    }
    if variant_ids and not any(packs.values()):
        fields.refuse(f"quantity-{variant_ids[0]}", NOTHING_CALLED)
    nonce = fields.text("nonce", 64)
    wish = PurchaseWish(
        unit_id=unit_id,
        fund=fields.choice("fund", list(Fund)),
        payment_terms=fields.choice("payment_terms", list(PaymentTerms)),
        lines=tuple(WishedLine(variant, number) for variant, number in packs.items() if number),
        consignee=take_consignee(fields),
        note=fields.text("note", 500, required=False),
        contract_id=contract_id,
    )
    fields.check()
    return nonce, wish
