"""Who may ask that an order counts for another unit, and who agrees on either side."""

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

OFFICE = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
SAME_UNIT = N_("订单已经计入这个单位,请选择另一个单位。")
NO_SUCH_UNIT = N_("没有这个单位,或者它已经撤并,请核对名称。")
NO_SUCH_ORDER = N_("本单位没有这个订单号,请核对。")


class AlreadyAsked(Refusal):
    """One request at a time: two would move the same fen twice."""

    code = "reattribution.open"
    message = N_("这张订单已经有一个更正归属的申请在等待,请先处理它。")


class ReattributionEnded(Refusal):
    code = "reattribution.ended"
    message = N_("这个申请已经结束,不能再改。请刷新页面查看结果。")


class OwnReattribution(Refusal):
    """Four eyes: whoever asked does not agree, and nobody agrees for both sides."""

    code = "reattribution.own"
    status = 403
    message = N_("更正归属要由双方各一位审批人同意,申请人不能同意自己的申请。")


def works_for(identity: Identity, unit_id: int) -> bool:
    return identity.has_role(OrganisationKind.UNIT, unit_id, *OFFICE)


def require_side(
    identity: Identity, unit_id: int, *, asked_by: int | None, other_side: int | None
) -> None:
    """The approver of a side; on the side that gives not the one who asked (`asked_by`), and
    not the person who agreed on the other side."""
    if not identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise Forbidden
    if identity.person_id in (asked_by, other_side):
        raise OwnReattribution
