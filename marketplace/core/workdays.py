"""On which days offices in China work."""

from datetime import date, timedelta

SATURDAY = 5


def is_workday(day: date) -> bool:
    """Weekends and public holidays are none, weekends worked instead are. The holidays of a year
    are decreed in the autumn before; of a year that is not known yet only weekends are."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def workdays_after(day: date, number: int) -> date:
    """The last of so many working days after a day."""
    while number:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day
