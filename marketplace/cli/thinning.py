"""Which copies of a folder stay: all of the last hour, then one an hour, then one a day."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from marketplace.core.clock import day_of

# Sorted by name they are sorted by time, and nothing in it needs a quote.
NAME = "%Y-%m-%dT%H%M%SZ.backup"
ALL_FOR = timedelta(hours=1)
HOURLY_FOR = timedelta(days=1)


def name_at(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime(NAME)


def instant_in(name: str) -> datetime | None:
    """When a copy was begun; None where the name is not one of ours."""
    try:
        return datetime.strptime(name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def surplus(names: Iterable[str], now: datetime, keep_days: int) -> list[str]:
    """The copies that may go. Files with other names are nobody's to remove, and the newest copy
    stays however old it is."""
    dated = sorted((at, name) for name in names if (at := instant_in(name)) is not None)
    kept: dict[object, str] = {}
    for at, name in dated:
        # The last of its hour or day takes the place of those before it.
        kept.update(dict.fromkeys(_places(at, now, keep_days), name))
    staying = {*kept.values(), *(name for _at, name in dated[-1:])}
    return [name for _at, name in dated if name not in staying]


def _places(at: datetime, now: datetime, keep_days: int) -> Iterator[object]:
    age = now - at
    if age <= ALL_FOR:
        yield "instant", at
    if age <= HOURLY_FOR + ALL_FOR:
        yield "hour", at.replace(minute=0, second=0)
    if age <= timedelta(days=keep_days):
        yield "day", day_of(at)
