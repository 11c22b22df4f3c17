"""Requests of people about their data: how long each may take, and what stands in its way."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity
from marketplace.core.workdays import workdays_after

# What is promised, and what people have for thinking it over and for fetching.
ANSWER_WORKING_DAYS = 15
COOLING_OFF = timedelta(days=7)
FETCH_WITHIN = timedelta(days=7)
# One copy a day is enough: making one reads every row that names a person.
BETWEEN_EXPORTS = timedelta(days=1)

EXPORT, ERASURE = "EXPORT", "ERASURE"


class State(StrEnum):
    WAITING = "WAITING"
    READY = "READY"
    EXPIRED = "EXPIRED"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"
    BLOCKED = "BLOCKED"


STATE_WORDS = {
    State.WAITING: N_("等待办理"),
    State.READY: N_("可以下载"),
    State.EXPIRED: N_("已过下载期限"),
    State.DONE: N_("已注销"),
    State.WITHDRAWN: N_("本人已撤回"),
    State.BLOCKED: N_("没有注销:有事未了"),
}
KIND_WORDS = {EXPORT: N_("带走资料"), ERASURE: N_("注销账号")}


class AskedLately(Refusal):
    code = "privacy.asked_lately"
    message = N_("一天只做一份资料包。刚做好的那一份还能下载;明天起可以再做新的。")


class FileGone(Refusal):
    code = "privacy.file_gone"
    status = 410
    message = N_("这份资料包已过 7 天的下载期限,内容已经删除。需要的话请重新做一份。")


class NotToErase(Refusal):
    """Something is unfinished that only this person can finish."""

    code = "privacy.not_to_erase"
    message = N_("还有没办完的事,现在不能注销。请先按下面列出的逐项办完。")


class NothingToWithdraw(Refusal):
    code = "privacy.nothing_to_withdraw"
    message = N_("没有等待中的注销申请。可能已经撤回,请刷新页面查看。")


class Matter(StrEnum):
    """What keeps a person from being forgotten."""

    ROLES = "ROLES"
    ORDERS = "ORDERS"
    AFTER_SALES = "AFTER_SALES"
    CREDIT = "CREDIT"
    OWED = "OWED"
    PAYOUTS = "PAYOUTS"
    APPLICATIONS = "APPLICATIONS"


@dataclass(frozen=True)
class Obstacle:
    """A matter, with how many there are of it, or how many fen."""

    matter: Matter
    number: int


def answer_by(asked_on: date) -> date:
    """Fifteen days on which offices work."""
    return workdays_after(asked_on, ANSWER_WORKING_DAYS)


def reads(identity: Identity) -> bool:
    """Everyone of the centre sees which requests there are; nobody there can decide one."""
    return identity.is_in_centre()
