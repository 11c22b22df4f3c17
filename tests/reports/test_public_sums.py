"""Whatever happened, each public total is the sum of its parts, and the books prove it."""

import random
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.reports.queries import reconcile
from tests.conftest import FrozenClock
from tests.county import County
from tests.reports.events import Events
from tests.reports.public_sums import public_total, sums_that_differ

NEXT_YEAR = datetime(2027, 1, 4, tzinfo=UTC)


@pytest.mark.slow
def test_each_public_total_is_the_sum_of_its_parts_whatever_happened(
    request: pytest.FixtureRequest, session: Session, county: County, client: FlaskClient,
    clock: FrozenClock,
) -> None:  # fmt: skip
    half = request.config.getoption("--events") // 2
    events = Events(session, county, random.Random(7))
    events.happen(half)
    assert list(sums_that_differ(client, [2026])) == []
    clock.now = events.now = max(events.now, NEXT_YEAR)
    events.happen(half)
    clock.now = events.now
    years = range(2026, events.now.year + 1)
    assert list(sums_that_differ(client, years)) == []
    assert all(public_total(client, year) > 0 for year in years)
    assert reconcile(session) == []
    assert set(events.happened) == {verb.__name__ for verb, _weight in events.verbs}
