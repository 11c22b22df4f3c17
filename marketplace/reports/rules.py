"""What a checkout may rely on."""

from marketplace.core.errors import N_, Refusal


class BasketChanged(Refusal):
    """Prices, freight or quantities are no longer those that the person saw."""

    code = "checkout.changed"
    message = N_("购物车里的数量或价格刚刚有变化。新的合计在下面,请核对后再提交一次。")
