"""What is kept for how long and why, as a table, and which job removes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.errors import N_


@dataclass(frozen=True)
class Kept:
    """A sort of rows. Without a time it is never removed; without a job nothing removes it."""

    what: str
    why: str
    keep: timedelta | None = None
    job: str = ""
    # Where the time is counted from something else than the day it was written.
    since: str = ""


DAY = timedelta(days=1)
YEAR = 365 * DAY
# A leap year never shortens what was promised.
LONG_YEAR = 366 * DAY

_TRADE = (
    Kept(
        N_("订单、付款、验收、发票和售后记录"),
        N_("电子商务法第三十一条:交易记录至少 3 年;本平台不删除。"),
    ),
    Kept(
        N_("预算单位的采购资料、发放名单和单据"),
        N_("会计档案管理办法:15 年内随时备查;本平台不删除。"),
    ),
    Kept(N_("账簿、采购任务、村销售额和佣金账"), N_("账只能增加,错了用红字冲;从不删除。")),
    Kept(N_("操作记录(审计)"), N_("证明没有人改过账;里面只有编号,从不删除。")),
    Kept(N_("买家评价"), N_("电子商务法第三十九条:不得删除;注销账号后不显示姓名。")),
    Kept(
        N_("已注销的人的个人订单收货信息"),
        N_("保存义务到期的当天清除,连同写着它的单据。"),
        3 * YEAR,
        "privacy.forget",
        N_("从交易完成起"),
    ),
    Kept(
        N_("主播身份、场次和商品清单"),
        N_("网络直播营销管理办法:至少 3 年;本平台不删除。"),
    ),
)
_OFFICE = (
    Kept(
        N_("被驳回的入驻申请:联系人、银行账号和证照扫描件"),
        N_("留一年供申诉和重新申请;决定和理由保留。"),
        YEAR,
        "entering.forget",
    ),
    Kept(
        N_("被驳回或撤回的主播申请:姓名、身份证号、电话和照片"),
        N_("留一年供申诉和重新申请;决定和理由保留。"),
        YEAR,
        "hosts.forget",
    ),
    Kept(
        N_("没有提交的入驻申请草稿"), N_("两年没有动过,不会再用了。"), 2 * YEAR, "entering.forget"
    ),
    Kept(N_("没有提交的采购草稿"), N_("两年没有提交,不会再用了。"), 2 * YEAR, "ordering.forget"),
    Kept(N_("购物车里的商品"), N_("一年没有买,价格和库存早变了。"), YEAR, "ordering.forget"),
)
_TOLD = (
    Kept(N_("看过的消息"), N_("消息说的事在订单和账里都有。"), LONG_YEAR, "notices.forget"),
    Kept(N_("没看过的消息"), N_("两年没看,不再提醒。"), 2 * LONG_YEAR, "notices.forget"),
    Kept(N_("寄出的邮件:收件人和标题"), N_("查证是否寄到。"), YEAR, "outbox.forget"),
    Kept(N_("搜索过的词"), N_("只记词和次数,不记是谁。"), 90 * DAY, "catalogue.forget"),
    Kept(
        N_("直播链接的点击"),
        N_("只用来分辨是不是同一个人;合计保留。"),
        90 * DAY,
        "livestream.forget",
    ),
)
_DOORS = (
    Kept(N_("登录失败的次数"), N_("防止猜密码;只存摘要。"), timedelta(hours=1), "accounts.forget"),
    Kept(
        N_("登录过的浏览器和登录记录:浏览器、网段、时间"),
        N_("让本人看见谁登录过;网络只记到网段。"),
        90 * DAY,
        "accounts.forget",
        N_("从最近一次起"),
    ),
    Kept(
        N_("重设密码的链接、接口令牌"),
        N_("用过或到期后留一周,便于查问题;只存摘要。"),
        7 * DAY,
        "accounts.forget",
        N_("从到期起"),
    ),
    Kept(
        N_("接口请求的回答"),
        N_("同一请求再发一次,得到同一个回答。"),
        7 * DAY,
        "outbox.forget",
    ),
    Kept(
        N_("商品变动的流水"),
        N_("各台机器的搜索索引照它更新。"),
        7 * DAY,
        "catalogue.forget",
    ),
    Kept(
        N_("做好的个人资料包"),
        N_("只供本人下载,加密存放。"),
        7 * DAY,
        "privacy.forget",
        N_("从做好起"),
    ),
)

# Heading → rows.
TABLE: Sequence[tuple[str, Sequence[Kept]]] = (
    (N_("交易和账"), _TRADE),
    (N_("申请和草稿"), _OFFICE),
    (N_("消息、搜索和点击"), _TOLD),
    (N_("登录和技术记录"), _DOORS),
)
JOBS = tuple(dict.fromkeys(row.job for _heading, rows in TABLE for row in rows if row.job))
