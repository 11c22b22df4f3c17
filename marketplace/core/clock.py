"""The one clock, and the one place where an instant becomes a day in China."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar

# China has kept one time without daylight saving since 1991, so a fixed offset is exact.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

Clock = Callable[[], datetime]
Day = TypeVar("Day", date, datetime)


def system_clock() -> datetime:
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The day people and rules mean: 23:30 UTC on 31 December is already next year."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first instant of a day in China, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def latest_months(today: date, number: int = 24) -> list[str]:
    """This month and those before it, the newest first."""
    this = today.year * 12 + today.month - 1
    months = range(this, this - number, -1)
    return [month_of(date(place // 12, place % 12 + 1, 1)) for place in months]


def bounds_of(month: str) -> tuple[date, date]:
    """(first day, first day after) of a month like `2026-11`."""
    first = date.fromisoformat(f"{month}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def years_after(day: Day, years: int) -> Day:
    """The same day of a later year; of a leap day in another year, the day after February, so
    that they are whole years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)


def is_term(from_on: date, until_on: date, today: date, years: int) -> bool:
    """Whether a term ends neither before it begins nor before today, nor after so many years."""
    latest = (from_on.year + years, from_on.month, from_on.day)
    return max(from_on, today) <= until_on and until_on.timetuple()[:3] <= latest
