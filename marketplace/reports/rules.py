"""What a checkout may rely on, and how much a whole account holds at most."""

from marketplace.core.errors import N_, Refusal
from marketplace.core.paging import PageRequest

# Whole tables for files and papers, which are not turned over page by page.
EVERY_UNIT = PageRequest(1, 20_000)
EVERY_ENTRY = PageRequest(1, 100_000)


class BasketChanged(Refusal):
    """Prices, freight or quantities are no longer those that the person saw."""

    code = "checkout.changed"
    message = N_("数量、价格或到这个地址的运费有变化。新的合计在下面,请核对后再提交一次。")
