"""Jobs in the words of an office: what each does, whether it is late, and why one failed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.core.errors import N_

# A turn may wait a little behind other work.
PATIENCE = timedelta(minutes=5)

WORDS: Mapping[str, str] = {
    "accounts.forget": N_("删除过期的登录记录"),
    "audit.books": N_("给账目加封"),
    "audit.seal": N_("给审计记录加封"),
    "audit.verify": N_("每晚核验审计记录"),
    "audit.verify.part": N_("核验审计记录的一段"),
    "books.prove": N_("每晚对账"),
    "books.prove.run": N_("对账"),
    "catalogue.expiring": N_("告诉供应商认定快到期"),
    "catalogue.forget": N_("删除过期的商品资料"),
    "catalogue.remind": N_("提醒续办认定"),
    "catalogue.turn": N_("认定到期和生效"),
    "certification.issue": N_("公示期满签发认定证书"),
    "cockpit.matches": N_("统计撮合建议"),
    "cockpit.stock": N_("统计快到期的货"),
    "cockpit.units": N_("统计各单位进度"),
    "cockpit.villages": N_("统计各村销售"),
    "cockpit.waiting": N_("统计等着办的事"),
    "contracts.answers": N_("询价报价截止的通知"),
    "contracts.end": N_("框架协议到期"),
    "contractors.remind": N_("食堂承包委托到期提醒"),
    "documents.pack": N_("打包下载的资料"),
    "documents.print": N_("打印单据"),
    "entering.admit": N_("入驻公示期满"),
    "entering.forget": N_("删除过期的入驻资料"),
    "entering.remind": N_("提醒供应商复核资料"),
    "filings.remind": N_("提醒单位填报"),
    "hosts.forget": N_("删除过期的主播资料"),
    "listing.import": N_("写入供应商的商品表"),
    "listing.unmandated": N_("没有委托的商品下架"),
    "livestream.clicks": N_("登记直播链接的点击"),
    "livestream.end": N_("结束过时的直播场次"),
    "livestream.forget": N_("删除过期的直播点击"),
    "mail.send": N_("寄出邮件"),
    "notices.digest": N_("汇总通知邮件"),
    "notices.forget": N_("删除过期的通知"),
    "notices.look": N_("核对通知是否已办"),
    "notices.mail": N_("给通知写邮件"),
    "ordering.after_sale": N_("售后到期自动处理"),
    "ordering.expire": N_("关闭超时的订单"),
    "ordering.forget": N_("删除过期的购物车"),
    "ordering.notify": N_("告诉买卖双方订单的进展"),
    "ordering.recall": N_("召回批次"),
    "ordering.recall.purchase": N_("召回后调换采购单的货"),
    "ordering.remind": N_("提醒付款"),
    "ordering.remind.acceptance_due": N_("提醒验收"),
    "ordering.remind.acceptance_late": N_("再次提醒验收"),
    "ordering.remind.approval": N_("提醒审批"),
    "ordering.remind.fallback": N_("提醒代为审批的人"),
    "ordering.remind.prepay_last": N_("最后提醒先付款的订单"),
    "ordering.remind.prepay_soon": N_("提醒先付款的订单"),
    "ordering.remind.receipt_due": N_("提醒确认收货"),
    "outbox.forget": N_("删除过期的发信记录"),
    "oversight.begin": N_("每晚开始查找监督提示"),
    "oversight.look": N_("查找监督提示"),
    "payments.freeze": N_("冻结供应商结算"),
    "payments.freeze_commission": N_("冻结佣金结算"),
    "payments.give_back": N_("经在线支付退款"),
    "payments.look": N_("查询在线付款的结果"),
    "payments.look_back": N_("查询在线退款的结果"),
    "payments.look_for_silent": N_("追问没有回音的在线支付"),
    "payments.match_line": N_("对银行流水"),
    "payments.pay_back": N_("退款"),
    "privacy.erase": N_("注销账号"),
    "privacy.export": N_("整理本人的资料"),
    "privacy.forget": N_("删除过期的个人资料请求"),
    "reports.course": N_("告诉单位进度落后"),
    "reports.course.begin": N_("查看各单位进度"),
    "search.count": N_("统计搜索用词"),
}


class Health(StrEnum):
    GOOD = "GOOD"
    NEW = "NEW"
    LATE = "LATE"
    FAILED = "FAILED"


HEALTH_WORDS: Mapping[str, str] = {
    Health.GOOD: N_("正常"),
    Health.NEW: N_("还没有运行过"),
    Health.LATE: N_("晚了"),
    Health.FAILED: N_("上次没有成功"),
}


def health_of(
    next_at: datetime, done_at: datetime | None, failed_at: datetime | None, now: datetime
) -> Health:
    """A turn that nobody took is late; one whose last try failed has failed."""
    if next_at + PATIENCE < now:
        return Health.LATE
    if failed_at is not None:
        return Health.FAILED
    return Health.NEW if done_at is None else Health.GOOD


# The kind of error → what an office may make of it. What else an error says may name people.
REASONS: Mapping[str, str] = {
    "UnknownJob": N_("程序的版本不一致,不认识这项工作。升级完成后会自动重试。"),
    "OperationalError": N_("数据库当时忙或连不上,会自动重试。"),
    "ConnectionRefusedError": N_("对方的服务器没有接通,会自动重试。"),
    "ConnectionResetError": N_("对方的服务器中断了连接,会自动重试。"),
    "ConnectionError": N_("连不上对方的服务器,会自动重试。"),
    "TimeoutError": N_("对方的服务器没有及时应答,会自动重试。"),
    "gaierror": N_("找不到对方的服务器地址,请信息人员检查网络设置。"),
    "APIConnectionError": N_("连不上在线支付的服务器,会自动重试。"),
    "AuthenticationError": N_("在线支付不接受我们的密钥,请信息人员检查设置。"),
    "SMTPAuthenticationError": N_("邮件服务器不接受我们的账号,请信息人员检查设置。"),
    "SMTPRecipientsRefused": N_("邮件服务器不接受收件地址。"),
    "SMTPServerDisconnected": N_("邮件服务器中断了连接,会自动重试。"),
    "GatewayRefused": N_("在线支付没有受理。"),
}
OTHER_REASON = N_("程序出错,已写入运行日志,请告诉信息人员。")


def reason_words(error: str | None) -> str:
    """Only the kind of an error is told: its text may hold names and addresses."""
    kind = (error or "").partition(":")[0].strip()
    return REASONS.get(kind, OTHER_REASON)
