"""What a checkout may rely on."""

from marketplace.core.errors import N_, Refusal


class BasketChanged(Refusal):
    """Prices, freight or quantities are no longer those that the person saw."""

    code = "checkout.changed"
    message = N_("数量、价格或到这个地址的运费有变化。新的合计在下面,请核对后再提交一次。")
