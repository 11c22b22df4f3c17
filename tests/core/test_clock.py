"""Days are those of China."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.dialects import sqlite

from marketplace.core.clock import day_of, month_of, start_of
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
