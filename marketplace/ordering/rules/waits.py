"""How long things may wait before somebody is reminded of them."""

from datetime import datetime, timedelta

from marketplace.core.clock import SHANGHAI
from marketplace.core.workdays import is_workday

RECEIVED_WITHIN = timedelta(days=10)
ACCEPTED_WITHIN = timedelta(days=3)
ACCEPTED_LATE = timedelta(days=7)
# Before an order that is to be paid first expires.
PREPAY_SOON = timedelta(days=5)
PREPAY_LAST = timedelta(days=1)
# Nobody is reminded any more of what has waited for so long: others look after it by then.
REMINDED_FOR = timedelta(days=90)


def working_days_ago(days: int, now: datetime) -> datetime:
    """The latest instant since which so many whole working days have passed.

    Weekends and public holidays pass without counting.
    """
    ago = now.astimezone(SHANGHAI)
    left = timedelta(days=days)
    while left:
        midnight = ago.replace(hour=0, minute=0, second=0, microsecond=0)
        # At midnight the day before is the one that ends.
        begins = midnight if ago > midnight else midnight - timedelta(days=1)
        counts = is_workday(begins.date())
        step = min(ago - begins, left) if counts else ago - begins
        ago -= step
        left -= step if counts else timedelta()
    return ago.astimezone(now.tzinfo)
