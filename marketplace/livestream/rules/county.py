"""What a county decides about sales by livestream."""

from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, FieldError, Refusal

MOST_DAYS = 90
MOST_HOURS = 720
MOST_REASON = 500

NOT_DAYS = N_("请填写 0 到 90 天。")
NOT_HOURS = N_("请填写 0 到 720 小时。")
IN_THE_PAST = N_("规则从今天或以后的某一天起生效,最远一年。")


class RuleChanged(Refusal):
    code = "livestream_rule.changed"
    message = N_("规则刚刚被别人改过,请先看看最新的版本,再决定要不要改。")


@dataclass(frozen=True)
class RuleWish:
    """A version as it is typed, on top of the version that was in sight (0: none)."""

    window_days: int
    grace_hours: int
    code_beats_link: bool
    units_earn: bool
    from_on: date
    reason: str
    seen_version: int


def wrong_rule(wish: RuleWish, today: date) -> list[FieldError]:
    """What is wrong with a version."""
    errors = []
    if not 0 <= wish.window_days <= MOST_DAYS:
        errors.append(FieldError("window_days", NOT_DAYS))
    if not 0 <= wish.grace_hours <= MOST_HOURS:
        errors.append(FieldError("grace_hours", NOT_HOURS))
    if not 0 <= (wish.from_on - today).days <= 366:
        errors.append(FieldError("from_on", IN_THE_PAST))
    return errors
