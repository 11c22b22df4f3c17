"""Quiet hours end when they say, and digests leave as the office opens."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core.clock import SHANGHAI
from marketplace.notices.rules import Mail, QuietHours, awake_at, digest_after
from marketplace.notices.rules.hours import clock_of, minute_of


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


NIGHT = QuietHours()
WITH_WEEKENDS = QuietHours(weekends=True)
MIDDAY = QuietHours(12 * 60, 14 * 60)
ONLY_WEEKENDS = QuietHours(0, 0, weekends=True)


@pytest.mark.parametrize(
    ("hours", "moment", "awake"),
    [
        (NIGHT, "2026-11-23 12:00", "2026-11-23 12:00"),
        (NIGHT, "2026-11-23 20:59", "2026-11-23 20:59"),
        (NIGHT, "2026-11-23 21:00", "2026-11-24 07:30"),
        (NIGHT, "2026-11-24 00:00", "2026-11-24 07:30"),
        (NIGHT, "2026-11-24 07:29", "2026-11-24 07:30"),
        (NIGHT, "2026-11-24 07:30", "2026-11-24 07:30"),
        (NIGHT, "2026-12-31 23:59", "2027-01-01 07:30"),
        (NIGHT, "2026-11-28 12:00", "2026-11-28 12:00"),
        (WITH_WEEKENDS, "2026-11-27 20:59", "2026-11-27 20:59"),
        (WITH_WEEKENDS, "2026-11-27 21:00", "2026-11-30 07:30"),
        (WITH_WEEKENDS, "2026-11-28 12:00", "2026-11-30 07:30"),
        (WITH_WEEKENDS, "2026-11-29 23:00", "2026-11-30 07:30"),
        (WITH_WEEKENDS, "2026-11-30 06:00", "2026-11-30 07:30"),
        (MIDDAY, "2026-11-23 13:00", "2026-11-23 14:00"),
        (MIDDAY, "2026-11-23 14:00", "2026-11-23 14:00"),
        (ONLY_WEEKENDS, "2026-11-28 00:00", "2026-11-30 00:00"),
        (ONLY_WEEKENDS, "2026-11-27 23:59", "2026-11-27 23:59"),
        (QuietHours(0, 0), "2026-11-28 03:00", "2026-11-28 03:00"),
    ],
)
def test_quiet_hours_end_when_they_say(hours, moment, awake):
    assert awake_at(hours, china(moment)) == china(awake)


minutes = some.integers(0, 1439)


@given(minutes, minutes, some.booleans(), some.integers(0, 60 * 24 * 20))
def test_awake_is_never_quiet_never_before_and_soon(begins, ends, weekends, later):
    hours = QuietHours(begins, ends, weekends)
    moment = china("2026-11-20 00:00") + timedelta(minutes=later, seconds=17)
    awake = awake_at(hours, moment)
    assert awake_at(hours, awake) == awake
    assert moment <= awake < moment + timedelta(days=4)


@pytest.mark.parametrize(
    ("mail", "hours", "now", "leaves"),
    [
        (Mail.DAILY, NIGHT, "2026-11-23 07:59", "2026-11-23 08:00"),
        (Mail.DAILY, NIGHT, "2026-11-23 08:00", "2026-11-24 08:00"),
        (Mail.DAILY, WITH_WEEKENDS, "2026-11-27 12:00", "2026-11-30 07:30"),
        (Mail.DAILY, QuietHours(21 * 60, 9 * 60), "2026-11-23 12:00", "2026-11-24 09:00"),
        (Mail.WEEKLY, NIGHT, "2026-11-23 07:00", "2026-11-23 08:00"),
        (Mail.WEEKLY, NIGHT, "2026-11-23 09:00", "2026-11-30 08:00"),
        (Mail.WEEKLY, NIGHT, "2026-11-29 09:00", "2026-11-30 08:00"),
    ],
)
def test_digests_leave_as_the_office_opens(mail, hours, now, leaves):
    assert digest_after(mail, hours, china(now)) == china(leaves)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("21:00", 1260), ("7:05", 425), (" 23:59 ", 1439), ("00:00", 0), ("２１：００", 1260),
        ("24:00", None), ("21:60", None), ("21", None), ("-1:00", None), ("21:0", None),
        ("1.5:00", None), ("21:00:00", None), ("", None), ("abc", None),
        ("9" * 10_000, None), ("\x0021:00", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_typed_or_not_at_all(typed, minute):
    assert minute_of(typed) == minute
    if minute is not None:
        assert minute_of(clock_of(minute)) == minute
