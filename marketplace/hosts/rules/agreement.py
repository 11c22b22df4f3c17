"""What hosts and agencies agree to. Whoever agreed keeps the version of their day."""

from collections.abc import Sequence

from marketplace.core.errors import N_

# Raised with every change of the words below, so that nobody agrees to what they did not read.
VERSION = "2026-12"
CLAUSES = (
    N_("所填的姓名、身份证号和电话属实。号码加密保存,只有审核的工作人员能打开,每次打开都留记录。"),
    N_("只介绍供应商同意的商品,价格、产地和功效以商品页为准,不夸大;说到帮扶,要说清是哪个村。"),
    N_(
        "佣金按供应商同意的比例、扣除退款后的金额计算;订单完成并过了售后期才能结算,以后的退款在下一期扣回。"
    ),
    N_("自己的点击、自己和自己人的订单不计佣金。"),
    N_("场次、商品清单和佣金记录至少保存三年。"),
    N_(
        "违反约定或投诉查实的,运营中心写明理由后可以暂停;暂停期间不能开播,也没有新的佣金,已有的照付。"
    ),
)
CLAUSES_OF_AGENCIES = (
    N_("只与本人同意的主播签约;分成从主播的佣金里出,不另向供应商收取。"),
    N_("任何一方都可以提前终止合约;以前的订单仍按当天的分成计算。"),
)


def clauses_of(kind: str) -> Sequence[str]:
    """The clauses that an applicant of this kind agrees to."""
    return CLAUSES + CLAUSES_OF_AGENCIES if kind == "AGENCY" else CLAUSES
