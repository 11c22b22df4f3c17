"""The trade's words as they stand on papers."""

from collections.abc import Mapping
from datetime import date, datetime

from marketplace.core.clock import SHANGHAI

FUNDS: Mapping[str, str] = {
    "CANTEEN": "食堂经费",
    "UNION": "工会经费",
    "INDIVIDUAL": "个人",
    "OTHER": "其他经费",
}
TERMS: Mapping[str, str] = {"PREPAY": "先款后货", "POSTPAY": "先货后款"}
# What a purchase or an order says of itself that came to nothing; others say nothing of it.
ENDS: Mapping[str, str] = {
    "REJECTED": "已退回",
    "DECLINED": "供应商未接单",
    "EXPIRED": "已过期",
    "CANCELLED": "已取消",
}
CANTEENS: Mapping[str, str] = {
    "OWN": "自办食堂",
    "NONE": "没有食堂",
    "SHARED_LEAD": "共用食堂(本单位主办)",
    "SHARED_MEMBER": "共用其他单位食堂",
    "OUTSOURCED": "食堂外包",
}
FILINGS: Mapping[str, str] = {
    "DRAFT": "草稿",
    "SUBMITTED": "待主管单位审核",
    "REVIEWED": "待财政部门核定",
    "APPROVED": "已核定",
    "RETURNED": "已退回",
}
STEPS: Mapping[str, str] = {
    "WRITTEN": "填写",
    "SUBMITTED": "提交",
    "REVIEWED": "主管单位审核通过",
    "APPROVED": "财政部门核定",
    "RETURNED": "退回",
}
DECISIONS: Mapping[str, str] = {
    "SUBMITTED": "提交采购单",
    "APPROVED": "审批通过",
    "REJECTED": "审批退回",
    "CAP_EXCEEDED": "超过上限仍予批准",
    "CANCELLED": "取消",
}
ENTRIES: Mapping[str, str] = {
    "SALE": "计入",
    "REFUND": "退款冲减",
    "ADJUSTMENT": "跨年调整",
    "REATTRIBUTION": "改计单位",
    "OFFLINE": "线下采购",
}
COMMISSION: Mapping[str, str] = {
    "PENDING": "待验收",
    "ESTIMATED": "预计佣金",
    "PAYABLE": "可结算",
    "SETTLED": "已结算",
    "VOIDED": "已作废",
}
EARNINGS: Mapping[str, str] = {
    "OPEN": "下单",
    "EARNED": "成交",
    "REFUND": "退款扣回",
    "REVERSED": "改判扣回",
    "GRANTED": "改判计入",
}
INVOICES: Mapping[str, str] = {"ISSUED": "已开具", "CHECKED": "已核对", "REVERSED": "已红冲"}
AFTER_SALE: Mapping[str, str] = {
    "REQUESTED": "提出申请",
    "REFUSED": "供应商不同意",
    "CALLED": "请求调解",
    "NO_ANSWER": "逾期未答复",
    "DONE": "同意退款",
    "REJECTED": "运营中心决定不退款",
    "LAPSED": "逾期结束",
    "RECALLED": "因召回备好退款",
    "WITHDRAWN": "撤回",
}


def day(when: date | datetime | None) -> str:
    """`2026-11-23` in China; a dash where it has not happened."""
    if when is None:
        return "—"
    if isinstance(when, datetime):
        when = when.astimezone(SHANGHAI).date()
    return when.isoformat()


def moment(when: datetime) -> str:
    return f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
