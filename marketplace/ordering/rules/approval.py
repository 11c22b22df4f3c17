"""Which steps a purchase takes, and who may decide each of them."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.errors import N_, Refusal

# Nobody waits for ever: after this long any other approver of the unit may decide.
FALLBACK_AFTER = timedelta(days=3)
MOST_STEPS = 6

NOT_AN_APPROVER = N_("请选择本单位有审批职责的人。")
TWICE = N_("同一个人只能负责一步,请换一个人。")
NOT_FORWARD = N_("结束日期要在开始日期当天或之后。")
NOT_YOURSELF = N_("代办人要是另一个人。")
TOO_MANY_STEPS = N_("最多 %(most)s 步。")


class NobodyApproves(Refusal):
    """A purchase that nobody may decide would wait for ever."""

    code = "approval.nobody"
    status = 422
    message = N_("本单位还没有别的审批人,提交后没有人能办理。请先请单位管理员指定审批人。")


class AnotherApprover(Refusal):
    """The step belongs to someone else, who is there to decide it."""

    code = "approval.another_person"
    status = 403
    message = N_("这一步由 %(name)s 审批。对方三天内没有办理,您就可以代为审批。")


class DecidedAlready(Refusal):
    """Two steps are two pairs of eyes."""

    code = "approval.decided_already"
    message = N_("您已经审批过这张采购单的前一步,下一步要由另一个人办理。")


@dataclass(frozen=True)
class Step:
    """A step of a unit: from which amount on, for which fund (None: all), and whose it is."""

    from_fen: int
    fund: str | None
    approver_id: int


@dataclass(frozen=True)
class OpenStep:
    """The step at which a purchase stands."""

    approver_id: int
    opened_at: datetime


def steps_for(steps: Sequence[Step], fund: str, total_fen: int) -> list[Step]:
    """The steps of a purchase, in their order."""
    return [step for step in steps if total_fen >= step.from_fen and step.fund in (None, fund)]


def may_decide(step: OpenStep, *, able: Set[int], substitutes: Set[int], now: datetime) -> set[int]:
    """Who may decide a step, of all who are able to: whose it is, and who stands in for them
    today; everybody where they cannot decide it themselves, or have let it lie for too long."""
    if step.approver_id not in able or now - step.opened_at >= FALLBACK_AFTER:
        return set(able)
    return {step.approver_id} | (set(substitutes) & able)
