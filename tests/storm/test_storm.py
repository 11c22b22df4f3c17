"""Everybody at once, while everything breaks: no promise is broken, no order lost or doubled."""

from pathlib import Path

import pytest

from tests.county import County
from tests.storm.storm import Size, Storm
from tests.storm.weather import ODDS, WITHIN_ALL


@pytest.mark.slow
def test_every_promise_is_kept_through_a_storm(
    database_url: str, county: County, tmp_path: Path, request: pytest.FixtureRequest
):
    journeys = int(request.config.getoption("--storm"))
    size = Size(journeys, kills=max(6, journeys // 10), seed=request.config.getoption("--seed"))
    outcome = Storm(database_url, county, tmp_path).run(size)
    print(outcome)  # noqa: T201  (shown where it fails, or with -s)
    assert outcome.broken == []
    assert outcome.journeys == journeys
    assert outcome.promised > journeys
    assert outcome.kills >= size.kills
    assert {*ODDS} - {WITHIN_ALL} <= set(outcome.came)
    assert outcome.ended_on > "2026-12-31"
