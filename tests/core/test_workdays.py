"""Working days: holidays of 2026 as decreed, and weekends alone of a year not yet known."""

from datetime import date

import pytest

from marketplace.core.workdays import is_workday, workdays_after


@pytest.mark.parametrize(
    ("after", "number", "last"),
    [
        # From a Monday, a Friday, a Saturday.
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 27), 5, date(2026, 12, 4)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        # National Day is seven days long; the Saturday after it is worked instead.
        (date(2026, 9, 28), 5, date(2026, 10, 10)),
        # So is Sunday 20 September.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
    ],
)
def test_holidays_are_left_out_and_weekends_worked_instead_are_not(after, number, last):
    assert workdays_after(after, number) == last


def test_of_a_year_that_is_not_known_only_weekends_are():
    assert is_workday(date(2099, 10, 1))
    assert not is_workday(date(2099, 10, 3))
