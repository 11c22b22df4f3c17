"""What a checkout may rely on, and how much a whole account holds at most."""

from datetime import date

from marketplace.core.clock import month_of
from marketplace.core.errors import N_, Refusal
from marketplace.core.paging import PageRequest

# Whole tables for files and papers, which are not turned over page by page.
EVERY_UNIT = PageRequest(1, 20_000)
EVERY_ENTRY = PageRequest(1, 100_000)

# Before June a year may still begin; in autumn every week counts.
FIRST_MONTH_TOLD, FIRST_MONTH_WEEKLY = 6, 10


def course_period(today: date) -> str | None:
    """The period in which a unit off its course is told so once: `2026-07`, or `2026-W41`."""
    if today.month < FIRST_MONTH_TOLD:
        return None
    if today.month < FIRST_MONTH_WEEKLY:
        return month_of(today)
    # The last days of December may lie in the first week of the next year.
    year, week, _day = today.isocalendar()
    return f"{year}-W{week:02d}"


class BasketChanged(Refusal):
    """Prices, freight or quantities are no longer those that the person saw."""

    code = "checkout.changed"
    message = N_("数量、价格或到这个地址的运费有变化。新的合计在下面,请核对后再提交一次。")
