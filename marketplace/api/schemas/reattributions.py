"""Requests to count an order for another unit."""

from marketplace.api.schemas.fields import Input, Instant, Output, Text, Whole, amount, flag, words


class NewReattribution(Input):
    """Which order, for which unit, and why it was bought under the wrong one."""

    order_id = Whole(31, required=True)
    to_unit_id = Whole(4, required=True)
    reason = Text("下单时选错了单位", most=500, required=True)


class ReattributionOut(Output):
    """It holds once both sides have agreed (state DONE)."""

    id = amount(5)
    order_id = amount(31)
    number = words("P7K2M9QX4-1")
    amount_fen = amount()
    from_unit_id = amount(3)
    to_unit_id = amount(4)
    reason = words("下单时选错了单位")
    state = words("ASKED")
    from_approved = flag()
    to_approved = flag()
    asked_at = Instant()
