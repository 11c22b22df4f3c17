"""Everything that people may be told: each kind with its topic, its words, and what it asks."""

from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.errors import N_
from marketplace.notices.rules.topics import Topic

SOON, SLOWLY, DAILY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """One thing that can be told.

    `words` are filled from the notice's parameters. `looked_at` says how often it is asked
    whether what it asks for still waits; None where it asks for nothing.
    """

    topic: Topic
    words: str
    looked_at: timedelta | None = None


KINDS = {
    "approval_waiting": Kind(Topic.APPROVAL, N_("采购单 %(number)s 等待您审批"), SOON),
    "approval_reminder": Kind(
        Topic.APPROVAL, N_("采购单 %(number)s 等审批已过了催办期限,请尽快办理"), SOON
    ),
    "approval_fallback": Kind(
        Topic.APPROVAL, N_("采购单 %(number)s 三天没有人审批,您可以代为审批"), SOON
    ),
    "purchase_approved": Kind(Topic.APPROVAL, N_("采购单 %(number)s 已审批通过")),
    "purchase_rejected": Kind(Topic.APPROVAL, N_("采购单 %(number)s 被退回")),
    "reattribution_asked": Kind(
        Topic.APPROVAL, N_("订单 %(number)s 申请更正归属单位,请审批"), SOON
    ),
    "offline_filed": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 等待您核对"), SOON),
    "offline_checked": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 等待运营中心核实"), SOON),
    "offline_returned": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 被退回,请修改"), SOON),
    "offline_refused": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 未获认可")),
    "offline_verified": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 已核实并计入")),
    "offline_reversed": Kind(Topic.APPROVAL, N_("线下采购 %(number)s 已冲销,不再计入")),
    "order_placed": Kind(Topic.WORK, N_("新订单 %(number)s,请在 15 天内确认"), SOON),
    "order_cancelled": Kind(Topic.WORK, N_("订单 %(number)s 已取消")),
    "order_declined": Kind(Topic.WORK, N_("订单 %(number)s 未能接单")),
    "order_expired": Kind(Topic.WORK, N_("订单 %(number)s 已超时关闭")),
    "short_asked": Kind(Topic.ACCEPTANCE, N_("订单 %(number)s 有货发不齐,供应商请您答复"), SOON),
    "short_agreed": Kind(Topic.WORK, N_("订单 %(number)s 的买方同意少发")),
    "short_refused": Kind(Topic.WORK, N_("订单 %(number)s 的买方不同意少发,请按订单发货")),
    "receipt_due": Kind(
        Topic.ACCEPTANCE, N_("订单 %(number)s 发货已有十天,收到了请确认收货"), SOON
    ),
    "acceptance_due": Kind(Topic.ACCEPTANCE, N_("订单 %(number)s 收货已有三天,请验收"), SOON),
    "acceptance_late": Kind(Topic.ACCEPTANCE, N_("订单 %(number)s 收货已有一周,还没有验收"), SOON),
    "pay_soon": Kind(
        Topic.PAYMENT,
        N_("%(unit)s 订单 %(number)s 要付给%(producer)s的 %(sum_fen)s 元一周内到期"),
        SOON,
    ),
    "pay_due": Kind(
        Topic.PAYMENT,
        N_("%(unit)s 订单 %(number)s 要付给%(producer)s的 %(sum_fen)s 元今天到期"),
        SOON,
    ),
    "pay_late": Kind(
        Topic.PAYMENT,
        N_("%(unit)s 订单 %(number)s 要付给%(producer)s的 %(sum_fen)s 元已逾期一周"),
        SOON,
    ),
    "pay_very_late": Kind(
        Topic.PAYMENT,
        N_("%(unit)s 订单 %(number)s 要付给%(producer)s的 %(sum_fen)s 元已逾期一个月"),
        SOON,
    ),
    "prepay_soon": Kind(
        Topic.PAYMENT,
        N_("订单 %(number)s(%(producer)s,%(sum_fen)s 元)还没有付款,五天内不付将自动关闭"),
        SOON,
    ),
    "prepay_last": Kind(
        Topic.PAYMENT,
        N_("订单 %(number)s(%(producer)s,%(sum_fen)s 元)还没有付款,一天内不付将自动关闭"),
        SOON,
    ),
    "settled": Kind(Topic.PAYMENT, N_("%(name)s %(period)s 已结算,将付 %(sum_fen)s 元")),
    "settled_invoice": Kind(
        Topic.PAYMENT,
        N_("%(name)s %(period)s 的佣金已结算,共 %(sum_fen)s 元;请开具数电票并登记号码,然后付款"),
    ),
    "settled_no_account": Kind(
        Topic.PAYMENT,
        N_("%(name)s %(period)s 已结算,应付 %(sum_fen)s 元;请先登记收款账户,才能付款"),
    ),
    "settled_carried": Kind(
        Topic.PAYMENT, N_("%(name)s %(period)s 已结算,%(sum_fen)s 元结转到下个月")
    ),
    "settled_paid": Kind(Topic.PAYMENT, N_("%(name)s %(period)s 的结算款 %(sum_fen)s 元已付出")),
    "settled_returned": Kind(
        Topic.PAYMENT,
        N_("银行退回了 %(name)s %(period)s 的结算款 %(sum_fen)s 元,请核对登记的收款账户"),
    ),
    "credit_paid": Kind(Topic.PAYMENT, N_("您申请退回的余额 %(sum_fen)s 元已付出")),
    "credit_returned": Kind(
        Topic.PAYMENT, N_("银行退回了您的余额 %(sum_fen)s 元,请核对登记的账户后再申请")
    ),
    "behind": Kind(Topic.COURSE, N_("%(name)s:%(year)s 年采购任务还差 %(gap_fen)s 元"), DAILY),
    "off_course": Kind(
        Topic.COURSE,
        N_(
            "%(name)s:%(year)s 年还差 %(gap_fen)s 元,其中在途 %(waiting_fen)s 元,"
            "%(as_of_on)s 起全年还剩 %(days)s 天,请看采购方案"
        ),
        DAILY,
    ),
    "match_suggested": Kind(
        Topic.COURSE,
        N_(
            "%(name)s 还差 %(gap_fen)s 元:%(village)s有可计入的%(product)s等 %(packs)s 份,"
            "运营中心建议看看"
        ),
    ),
    "filing_soon": Kind(
        Topic.FILING, N_("%(year)s 年预留份额填报 %(due_on)s 截止,请尽快提交"), SLOWLY
    ),
    "filing_late": Kind(Topic.FILING, N_("%(year)s 年预留份额填报已过截止日期 %(due_on)s"), SLOWLY),
    "certificate_expiring": Kind(
        Topic.CERTIFICATE, N_("%(name)s 的认定 %(number)s 有效期到 %(until_on)s,请续办"), DAILY
    ),
    "entry_waiting": Kind(Topic.ENTERING, N_("%(name)s 的入驻申请等待您办理")),
    "entry_shown": Kind(Topic.ENTERING, N_("%(name)s 的入驻申请已通过,正在公示")),
    "entry_entered": Kind(Topic.ENTERING, N_("%(name)s 已入驻,可以登记商品了")),
    "entry_returned": Kind(Topic.ENTERING, N_("%(name)s 的入驻申请被退回,请修改后再提交")),
    "entry_refused": Kind(Topic.ENTERING, N_("%(name)s 的入驻申请未获通过")),
    "verify_soon": Kind(
        Topic.ENTERING, N_("%(name)s 的资料复核 %(due_on)s 到期,请确认或更新证照"), DAILY
    ),
    "verify_late": Kind(
        Topic.ENTERING,
        N_("%(name)s 的资料复核已过 %(due_on)s,%(last_on)s 以后不能上架新商品"),
        DAILY,
    ),
    "verify_done": Kind(Topic.ENTERING, N_("%(name)s 的资料已复核,有效六个月")),
    "verify_returned": Kind(Topic.ENTERING, N_("%(name)s 的资料复核被退回,请修改后再提交")),
    "certification_waiting": Kind(Topic.CERTIFICATE, N_("认定申请 %(number)s 等待您办理"), SLOWLY),
    "certification_returned": Kind(
        Topic.CERTIFICATE, N_("认定申请 %(number)s 被退回,请按理由修改后再提交")
    ),
    "certification_refused": Kind(Topic.CERTIFICATE, N_("认定申请 %(number)s 未获认定")),
    "certification_withdrawn": Kind(Topic.CERTIFICATE, N_("认定申请 %(number)s 已撤回,不用再办")),
    "certification_notice": Kind(Topic.CERTIFICATE, N_("认定申请 %(number)s 已通过,正在公示")),
    "certification_issued": Kind(Topic.CERTIFICATE, N_("认定申请 %(number)s 的证书已签发")),
    "certificate_withdrawn": Kind(
        Topic.CERTIFICATE, N_("%(name)s 的认定 %(number)s 已撤销,新下的订单不再按认定产品计入")
    ),
    "order_confirmed": Kind(Topic.ORDERS, N_("订单 %(number)s 已接单")),
    "order_shipped": Kind(Topic.ORDERS, N_("订单 %(number)s 已发货")),
    "order_accepted": Kind(Topic.ORDERS, N_("订单 %(number)s 已验收")),
    "order_paid": Kind(Topic.ORDERS, N_("%(unit)s 订单 %(number)s 货款 %(sum_fen)s 元已到账")),
    "order_completed": Kind(Topic.ORDERS, N_("订单 %(number)s 已完成")),
    "review_written": Kind(Topic.ORDERS, N_("订单 %(number)s 有新评价,可以回复")),
    "review_answered": Kind(Topic.ORDERS, N_("订单 %(number)s 的评价有了回复")),
    "refund_requested": Kind(Topic.AFTER_SALE, N_("订单 %(number)s 申请退款,请答复"), SOON),
    "refund_refused": Kind(
        Topic.AFTER_SALE, N_("订单 %(number)s 的售后未获同意,7 天内可请运营中心调解")
    ),
    "refund_rejected": Kind(Topic.AFTER_SALE, N_("订单 %(number)s 的售后申请已结束,未退款")),
    "refund_withdrawn": Kind(Topic.AFTER_SALE, N_("订单 %(number)s 的售后申请已撤回")),
    "refund_in_mediation": Kind(Topic.AFTER_SALE, N_("订单 %(number)s 的售后由运营中心调解")),
    "refund_done": Kind(Topic.AFTER_SALE, N_("订单 %(number)s 已退款")),
    "batch_recalled": Kind(
        Topic.RECALL, N_("订单 %(number)s 里有被召回的批次,请不要食用或使用,并查看处理办法")
    ),
    "batch_replaced": Kind(
        Topic.RECALL, N_("订单 %(number)s 的一个批次被召回,没有发出的已换成别的批次")
    ),
    "order_unserved": Kind(
        Topic.RECALL, N_("订单 %(number)s 的批次被召回又没有别的货,已取消,货款退回账户")
    ),
    "contract_offered": Kind(Topic.CONTRACT, N_("合同 %(number)s 等待签署"), SOON),
    "contract_signed": Kind(Topic.CONTRACT, N_("合同 %(number)s 双方已签署,可以要货")),
    "contract_returned": Kind(Topic.CONTRACT, N_("合同 %(number)s 被退回,请修改")),
    "contract_ended": Kind(Topic.CONTRACT, N_("合同 %(number)s 已终止")),
    "contract_soon": Kind(Topic.CONTRACT, N_("合同 %(number)s 一个月内到期")),
    "contract_expired": Kind(Topic.CONTRACT, N_("合同 %(number)s 已到期")),
    "mandate_given": Kind(Topic.CONTRACT, N_("%(name)s 委托您的企业为食堂采购,到 %(until_on)s 止")),
    "mandate_ended": Kind(Topic.CONTRACT, N_("%(name)s 终止了食堂采购委托,不能再为它下单")),
    "mandate_soon": Kind(Topic.CONTRACT, N_("%(name)s 的食堂采购委托 %(until_on)s 到期")),
    "mandate_expired": Kind(Topic.CONTRACT, N_("%(name)s 的食堂采购委托已到期,不能再为它下单")),
    "inquiry_asked": Kind(Topic.CONTRACT, N_("询价 %(number)s,请在截止日前报价"), SOON),
    "inquiry_open": Kind(Topic.CONTRACT, N_("询价 %(number)s 的报价已全部收到"), SOON),
    "inquiry_due": Kind(Topic.CONTRACT, N_("询价 %(number)s 的报价已截止,请查看收到的报价"), SOON),
    "inquiry_past": Kind(Topic.CONTRACT, N_("询价 %(number)s 的报价已截止,等待单位选定")),
    "inquiry_chosen": Kind(Topic.CONTRACT, N_("询价 %(number)s 已选定,等待您确认"), SOON),
    "inquiry_returned": Kind(Topic.CONTRACT, N_("询价 %(number)s 的选择被退回")),
    "inquiry_won": Kind(Topic.CONTRACT, N_("询价 %(number)s 选中了贵方,合同已生效")),
    "inquiry_lost": Kind(Topic.CONTRACT, N_("询价 %(number)s 已有结果,这次没有选中贵方")),
    "inquiry_closed": Kind(Topic.CONTRACT, N_("询价 %(number)s 已取消")),
    "listing_submitted": Kind(Topic.LISTING, N_("「%(number)s」等待上架审核"), SLOWLY),
    "change_asked": Kind(Topic.LISTING, N_("「%(number)s」的修改等待审核"), SLOWLY),
    "listing_published": Kind(Topic.LISTING, N_("「%(name)s」已上架")),
    "listing_returned": Kind(Topic.LISTING, N_("「%(name)s」被退回,请按意见修改后再提交")),
    "change_agreed": Kind(Topic.LISTING, N_("「%(name)s」的修改已通过,现在生效")),
    "change_refused": Kind(Topic.LISTING, N_("「%(name)s」的修改未通过,仍按原来的出售")),
    "dispute_asked": Kind(Topic.LIVE, N_("主播对订单 %(number)s 的归属提出申诉,请答复"), SLOWLY),
    "dispute_granted": Kind(Topic.LIVE, N_("订单 %(number)s 的申诉已改判,请看答复")),
    "dispute_refused": Kind(Topic.LIVE, N_("订单 %(number)s 的申诉未获改判,请看理由")),
    "sale_given_away": Kind(Topic.LIVE, N_("订单 %(number)s 经申诉改判给别的主播,佣金随之扣回")),
    "offer_proposed": Kind(
        Topic.LIVE, N_("主播想带货「%(number)s」,佣金超过您的方案,请答复"), SOON
    ),
    "offer_agreed": Kind(Topic.LIVE, N_("供应商同意了「%(number)s」的佣金")),
    "offer_refused": Kind(Topic.LIVE, N_("供应商没有同意「%(number)s」的佣金,请看理由")),
    "session_cancelled": Kind(Topic.LIVE, N_("直播场次「%(number)s」已取消,不用再为它备货")),
    "session_waiting": Kind(Topic.LIVE, N_("直播场次「%(number)s」等待预审"), SOON),
    "session_passed": Kind(Topic.LIVE, N_("直播场次「%(number)s」通过了预审,可以开播")),
    "session_refused": Kind(Topic.LIVE, N_("直播场次「%(number)s」没有通过预审,请看理由")),
    "host_admitted": Kind(Topic.LIVE, N_("「%(name)s」的直播带货申请已通过")),
    "host_refused": Kind(Topic.LIVE, N_("「%(name)s」的直播带货申请未获通过,请看理由")),
    "host_suspended": Kind(Topic.LIVE, N_("「%(name)s」的直播带货已暂停,请看理由")),
    "host_restored": Kind(Topic.LIVE, N_("「%(name)s」的直播带货已恢复")),
    "agency_proposed": Kind(Topic.LIVE, N_("%(name)s 提出经纪合约,请您答复"), SOON),
    "agency_agreed": Kind(Topic.LIVE, N_("主播「%(name)s」同意了经纪合约")),
    "agency_refused": Kind(Topic.LIVE, N_("主播「%(name)s」没有同意经纪合约")),
    "agency_ended": Kind(Topic.LIVE, N_("与「%(name)s」的经纪合约已终止,请看理由")),
    "privacy_ready": Kind(Topic.OTHER, N_("您的资料包 %(number)s 已做好,7 天内可以下载")),
    "privacy_blocked": Kind(Topic.OTHER, N_("注销申请 %(number)s 没有办成:还有没办完的事")),
    "signal_asked": Kind(
        Topic.OVERSIGHT, N_("运营中心请您说明一件事(监督提示第 %(number)s 号)"), SLOWLY
    ),
    "signal_answered": Kind(Topic.OVERSIGHT, N_("监督提示第 %(number)s 号有了答复")),
    "order_uninvoiced": Kind(Topic.WORK, N_("订单 %(number)s 还没有发票,买方请您尽快开票"), SLOWLY),
    "invoice_registered": Kind(Topic.OTHER, N_("订单 %(number)s 已开票,请核对"), SLOWLY),
}
# A kind that this program does not know: written by tomorrow's, read by yesterday's, which leaves
# it to be settled by one that knows.
UNKNOWN = Kind(Topic.OTHER, N_("您有一条新消息"), SLOWLY)


def kind_of(name: str) -> Kind:
    return KINDS.get(name, UNKNOWN)


def topic_of(name: str) -> Topic:
    return kind_of(name).topic


def kinds_of(topic: Topic) -> tuple[str, ...]:
    """The names of the kinds of a topic."""
    return tuple(name for name, kind in KINDS.items() if kind.topic == topic)
