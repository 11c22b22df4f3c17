"""Days are those of China."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.dialects import sqlite

from marketplace.core.clock import day_of, is_term, month_of, start_of
from marketplace.core.db import UtcDateTime


def test_half_past_eleven_at_night_in_utc_is_already_next_year() -> None:
    assert day_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)
    assert day_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)


def test_a_day_begins_at_its_own_first_instant() -> None:
    assert day_of(start_of(date(2026, 3, 1))) == date(2026, 3, 1)
    assert start_of(date(2026, 3, 1)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert month_of(date(2026, 3, 1)) == "2026-03"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001


@pytest.mark.parametrize(
    ("from_on", "until_on", "is_one"),
    [
        ("2026-11-01", "2029-11-01", True),
        ("2026-11-01", "2029-11-02", False),
        ("2026-01-01", "2029-12-31", False),
        ("2028-02-29", "2031-03-01", False),
        ("2026-11-01", "2026-11-28", True),
        ("2026-11-01", "2026-11-27", False),
        ("2026-12-02", "2026-12-01", False),
        ("9998-01-01", "9999-12-31", True),
    ],
)
def test_a_term_is_open_today_and_ends_within_its_years(
    from_on: str, until_on: str, is_one: bool
) -> None:
    today = date(2026, 11, 28)
    days = date.fromisoformat(from_on), date.fromisoformat(until_on)
    assert is_term(*days, today, 3) is is_one
