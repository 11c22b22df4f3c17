"""Goods that came before the money: by when they are to be paid, and how late that is."""

from datetime import date, timedelta
from enum import StrEnum

from marketplace.core.errors import N_, Refusal

# 保障中小企业款项支付条例 (2025), Article 9: public bodies pay small firms within 30 days of
# delivery, or of the acceptance where one is agreed.
POSTPAY_WITHIN = timedelta(days=30)
# Days after the last day to pay in time → the letter that is written then, once.
REMINDERS = ((-7, "pay_soon"), (0, "pay_due"), (7, "pay_late"), (30, "pay_very_late"))


class CreditLimitReached(Refusal):
    code = "credit.limit_reached"
    message = N_(
        "先货后款的额度不够:额度 %(limit)s 元,已占用 %(owed)s 元,这张采购单 %(wanted)s 元。"
        "请先付清欠款,或者改为先款后货。"
    )


class Age(StrEnum):
    """How late a debt is."""

    NOT_DUE = "not_due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OLDER = "over-90"


def reminder_of(last_day: date, today: date) -> str | None:
    """Which letter a debt has come to: a week before, on the day, a week and a month after."""
    days_late = (today - last_day).days
    reached = [event for days, event in REMINDERS if days_late >= days]
    return reached[-1] if reached else None


def pay_by(accepted_on: date) -> date:
    """The last day on which what was accepted is paid in time."""
    return accepted_on + POSTPAY_WITHIN


def days_of(age: Age, today: date) -> tuple[date | None, date | None]:
    """(first, last) of the days by which debts of that age were to be paid; None is open."""
    ago = [today - timedelta(days=days) for days in (0, 1, 30, 31, 60, 61, 90, 91)]
    return {
        Age.NOT_DUE: (ago[0], None),
        Age.TO_30: (ago[2], ago[1]),
        Age.TO_60: (ago[4], ago[3]),
        Age.TO_90: (ago[6], ago[5]),
        Age.OLDER: (None, ago[7]),
    }[age]
