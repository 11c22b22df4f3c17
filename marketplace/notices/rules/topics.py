"""What people decide about as one: topics, in words, and how each is mailed."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_


class Topic(StrEnum):
    """What a person decides about as one: where it is shown, and how it is mailed."""

    APPROVAL = "approval"
    WORK = "work"
    ACCEPTANCE = "acceptance"
    PAYMENT = "payment"
    COURSE = "course"
    FILING = "filing"
    CERTIFICATE = "certificate"
    ENTERING = "entering"
    ORDERS = "orders"
    AFTER_SALE = "after_sale"
    RECALL = "recall"
    CONTRACT = "contract"
    LISTING = "listing"
    OVERSIGHT = "oversight"
    LIVE = "live"
    OTHER = "other"


class Mail(StrEnum):
    """How a topic is mailed."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


@dataclass(frozen=True)
class TopicFacts:
    """A topic in words, and what holds for whoever has chosen nothing."""

    words: str
    mail: Mail = Mail.AT_ONCE
    # What the law or somebody's job requires stays in the inbox, whatever a person chooses.
    always_shown: bool = False


TOPICS = {
    Topic.APPROVAL: TopicFacts(N_("审批的进展"), always_shown=True),
    Topic.WORK: TopicFacts(N_("新订单和取消的订单"), always_shown=True),
    Topic.ACCEPTANCE: TopicFacts(N_("收货和验收")),
    Topic.PAYMENT: TopicFacts(N_("付款和结算"), always_shown=True),
    Topic.COURSE: TopicFacts(N_("采购进度")),
    Topic.FILING: TopicFacts(N_("年度填报")),
    Topic.CERTIFICATE: TopicFacts(N_("证书到期"), Mail.DAILY),
    Topic.ENTERING: TopicFacts(N_("入驻和资料复核"), always_shown=True),
    Topic.ORDERS: TopicFacts(N_("订单的进展"), Mail.DAILY),
    Topic.AFTER_SALE: TopicFacts(N_("售后")),
    Topic.RECALL: TopicFacts(N_("产品召回"), always_shown=True),
    Topic.CONTRACT: TopicFacts(N_("框架协议和询价"), always_shown=True),
    Topic.LISTING: TopicFacts(N_("商品上架和修改")),
    Topic.OVERSIGHT: TopicFacts(N_("运营中心请您说明的事"), always_shown=True),
    Topic.LIVE: TopicFacts(N_("直播带货"), always_shown=True),
    Topic.OTHER: TopicFacts(N_("发票和其他"), Mail.DAILY),
}
