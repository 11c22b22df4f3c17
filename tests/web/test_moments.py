"""Instants as pages say them."""

from datetime import UTC, datetime, timedelta

from marketplace.web.pages import until

EVENING = datetime(2026, 11, 30, 11, 30, tzinfo=UTC)


def test_an_end_on_the_same_day_is_said_by_its_minute(app):
    with app.test_request_context():
        assert until(EVENING + timedelta(hours=2), EVENING) == "21:30"


def test_an_end_on_another_day_of_china_is_said_with_its_day(app):
    with app.test_request_context():
        assert until(EVENING + timedelta(hours=5), EVENING) == "2026年12月1日 00:30"
