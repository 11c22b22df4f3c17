"""What a step refuses, in words that say what to do."""

from marketplace.core.errors import N_, Refusal


class WrongState(Refusal):
    code = "order.wrong_state"
    message = N_("这一步现在不能做:当前状态是「%(state)s」。请刷新页面查看最新进展。")
    facts = ("state",)


class InsufficientQuantity(Refusal):
    code = "order.below_minimum"
    status = 422
    message = N_("「%(name)s」每次至少购买 %(minimum)s 件。")
    field = "lines"


class NotOnSale(Refusal):
    code = "order.not_on_sale"
    message = N_("「%(name)s」已停止销售,请从购物车中移除后再提交。")


class EmptyPurchase(Refusal):
    code = "order.empty"
    status = 422
    message = N_("采购单里还没有商品,请先选择商品。")
    field = "lines"


class TooLarge(Refusal):
    code = "order.too_large"
    status = 422
    message = N_("一张采购单的金额不能超过 1 亿元,请分成几张采购单提交。")
    field = "lines"


class OwnPurchase(Refusal):
    code = "approval.own_purchase"
    status = 403
    message = N_("自己提交的采购单要由另一位审批人审批(四眼原则)。")


class OwnAcceptance(Refusal):
    code = "acceptance.own_purchase"
    status = 403
    message = N_("%(limit)s 元及以上的订单要由经办人以外的同事验收,请转给审批人或财务。")


class NotPaid(Refusal):
    code = "order.not_paid"
    message = N_("先款后货的订单要在货款到账后才能发货。")


class ParcelSent(Refusal):
    """What is in a parcel is known once it has left."""

    code = "shipment.tracking_used"
    message = N_(
        "运单号 %(tracking)s 的那一箱已经发出,承运商和装的货不能再改。其余的货请另用运单号发出。"
    )
    field = "tracking"


class TooMuchRefunded(Refusal):
    code = "refund.too_much"
    status = 422
    message = N_("退款合计不能超过已验收且未退的金额,最多还可退 %(most)s 元。")
    field = "amount_fen"


class ReasonNeeded(Refusal):
    code = "input.reason_needed"
    status = 422
    message = N_("请写明原因,对方会看到。")
    field = "reason"


class WrongLines(Refusal):
    code = "order.wrong_lines"
    status = 422
    message = N_("数量与订单不符:%(name)s 最多 %(most)s 件。请核对每一行。")
    field = "lines"


def require_state(state: str, *allowed: str) -> None:
    """Raises WrongState with the present state where the step is not possible in it."""
    if state not in allowed:
        raise WrongState(state=str(state))


def require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()
