"""The kinds of decisions that wait in the centre: their words and where each is made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from marketplace.core.errors import N_
from marketplace.core.identity import Role


@dataclass(frozen=True)
class Kind:
    """A list of things to decide, and who in the centre decides."""

    words: str
    note: str
    endpoint: str
    roles: tuple[Role, ...]
    params: tuple[tuple[str, str], ...] = ()
    # Only who decides about it, and who audits, is told.
    is_narrow: bool = False


MONEY, OFFICE = (Role.CASHIER,), (Role.OPERATOR,)
CHECKERS = (Role.OPERATOR, Role.CERTIFIER)
CERTIFIERS = (Role.CERTIFIER,)

KINDS: Mapping[str, Kind] = {
    "payments": Kind(
        N_("待核对的付款"), N_("按汇款识别码核对到账"), "desk.payments", MONEY
    ),
    "transfers": Kind(
        N_("待认领的银行流水"), N_("导入后没有自动对上"), "desk.transfers", MONEY
    ),
    "payouts": Kind(
        N_("待付的款项"), N_("结算和退回余额,按批次付出"), "desk.payouts", MONEY
    ),
    "gateway": Kind(
        N_("在线支付的争议"), N_("付款人的银行要求退回"), "desk.gateway", MONEY
    ),
    "mediation": Kind(
        N_("待调解的售后"), N_("双方没有谈拢,由中心决定"), "desk.refunds", OFFICE
    ),
    "products": Kind(N_("待上架的商品"), N_("供应商已提交"), "desk.products", CHECKERS),
    "changes": Kind(N_("待审核的修改"), N_("涨价、改产地、新规格"), "desk.changes", CHECKERS),
    "recognition_township": Kind(
        N_("等乡镇初审的认定"), N_("产品认定的第一步"), "certification.desk", CERTIFIERS,
        (("tab", "township"),),
    ),
    "recognition_sector": Kind(
        N_("等行业部门审核的认定"), N_("乡镇已经初审"), "certification.desk", CERTIFIERS,
        (("tab", "sector"),),
    ),
    "recognition_county": Kind(
        N_("等县级认定的申请"), N_("部门已经审核"), "certification.desk", CERTIFIERS,
        (("tab", "county"),),
    ),
    "entry_submitted": Kind(
        N_("等乡镇初审的入驻"), N_("供应商刚提交"), "entering.desk", CHECKERS,
        (("tab", "submitted"),),
    ),
    "entry_prechecked": Kind(
        N_("等区县推荐的入驻"), N_("乡镇初审已通过"), "entering.desk", CHECKERS,
        (("tab", "prechecked"),),
    ),
    "entry_recommended": Kind(
        N_("等审定的入驻"), N_("已推荐,等审定"), "entering.desk", CHECKERS,
        (("tab", "recommended"),),
    ),
    "verifications": Kind(
        N_("待核对的供应商资料"), N_("每六个月复核一次"), "entering.verifications", CHECKERS
    ),
    "capacity": Kind(N_("待核实的产能"), N_("车间新申报的产能"), "capacity.desk", OFFICE),
    "filings_submitted": Kind(
        N_("新交的填报"), N_("有主管单位的由主管单位先审"), "filings.filings", OFFICE,
        (("tab", "submitted"),),
    ),
    "filings_reviewed": Kind(
        N_("待核定的填报"), N_("主管单位已审,等中心核定"), "filings.filings", OFFICE,
        (("tab", "reviewed"),),
    ),
    "offline": Kind(
        N_("待核实的线下采购"), N_("对照发票和照片"), "offline.desk", OFFICE
    ),
    "hosts": Kind(
        N_("待审核的主播"), N_("主播和经纪机构的申请"), "hosts.desk", OFFICE
    ),
    "sessions": Kind(
        N_("待预审的直播"), N_("开播前看商品和讲解词"), "livestream.to_check", OFFICE
    ),
    "disputes": Kind(N_("待答复的带货申诉"), N_("订单是谁带来的"), "desk.disputes", OFFICE),
    "signals_open": Kind(
        N_("新的监督提示"), N_("要不要问一句,由中心决定"), "oversight.desk", OFFICE,
        (("tab", "open"),),
    ),
    "signals_answered": Kind(
        N_("已答复的监督提示"), N_("对方已经说明,等中心关闭"), "oversight.desk", OFFICE,
        (("tab", "answered"),),
    ),
    "roles": Kind(
        N_("待决定的权限申请"), N_("要由安全管理员决定"), "administration.roles",
        (Role.SECURITY,), is_narrow=True,
    ),
    "settings": Kind(
        N_("待决定的设置改动"), N_("要由安全管理员决定"), "administration.settings",
        (Role.SECURITY,), is_narrow=True,
    ),
}  # fmt: skip


def is_told(kind: Kind, roles: Collection[str]) -> bool:
    """Whether somebody with these roles in the centre is told of it."""
    return not kind.is_narrow or bool({*kind.roles, Role.SYSTEM, Role.AUDITOR}.intersection(roles))


def is_theirs(kind: Kind, roles: Collection[str]) -> bool:
    """Whether somebody with these roles in the centre decides about it."""
    return bool(set(kind.roles).intersection(roles))
