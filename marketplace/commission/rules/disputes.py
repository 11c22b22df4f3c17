"""A host says that a sale was theirs: who may ask, who may answer, and what is refused."""

from enum import StrEnum

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

NO_SUCH_ORDER = N_("没有这个订单号,或者订单里没有您场次带过的商品。请核对订单号。")
NOT_OFFERED = N_("这位主播没有在下单之前的场次里带过这件商品,请重新选择。")
CHOOSE_ONE = N_("改判要至少为一行商品选择场次;不改判请用“不改判”。")


class DisputeState(StrEnum):
    OPEN = "OPEN"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class DisputeAsked(Refusal):
    code = "dispute.asked"
    message = N_("您对这张订单的申诉还没有答复,请等运营中心处理,不用再提交。")


class DisputeEnded(Refusal):
    code = "dispute.ended"
    message = N_("这件申诉已经有了结果,不能再这样处理。请刷新页面。")


class OwnDispute(Refusal):
    code = "dispute.own"
    status = 403
    message = N_("您提出过这件申诉,或者为相关的主播、机构工作,要由另一位同事处理。")


class BoughtByTheHost(Refusal):
    code = "dispute.own_purchase"
    message = N_("买家为这位主播或其机构工作,自己购买不计佣金,不能改判。")


class NothingChanges(Refusal):
    code = "dispute.nothing_changes"
    message = N_("所选的商品已经记在这个场次,佣金也相同,没有可改判的。可以选择“不改判”并说明理由。")


def require_decider(identity: Identity, asked_by: int, hosts: set[int], agencies: set[int]) -> None:
    """Somebody of operations who neither asked nor works for anybody it is about."""
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    works_for = hosts.intersection(identity.organisations(OrganisationKind.HOST))
    or_for = agencies.intersection(identity.organisations(OrganisationKind.AGENCY))
    if identity.person_id == asked_by or works_for or or_for:
        raise OwnDispute
