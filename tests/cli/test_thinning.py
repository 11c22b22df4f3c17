"""Of many copies those stay that somebody may want back."""

from datetime import timedelta

import pytest

from marketplace.cli.thinning import instant_in, name_at, surplus
from tests.conftest import NOON


def stay(names: list[str], now=NOON, days: int = 31) -> list[str]:
    gone = set(surplus(names, now, days))
    return [name for name in names if name not in gone]


def every(minutes: int, for_days: float) -> list[str]:
    """Names of copies taken until noon, the oldest first."""
    steps = range(int(for_days * 24 * 60 / minutes), -1, -1)
    return [name_at(NOON - timedelta(minutes=minutes * step)) for step in steps]


def test_a_name_says_when_its_copy_was_begun():
    assert name_at(NOON) == "2026-11-23T040000Z.backup"
    assert instant_in("2026-11-23T040000Z.backup") == NOON


@pytest.mark.parametrize("name", ["county.backup", "2026-11-23.backup", ".x.part", "2026-13-01T"])
def test_what_is_not_named_by_us_is_never_removed(name):
    assert surplus([name, *every(60, 60)], NOON, 1).count(name) == 0


def test_copies_of_the_last_hour_all_stay():
    assert set(every(5, 1 / 24)) <= set(stay(every(5, 2)))


def test_of_the_last_day_one_an_hour_stays():
    kept = {instant_in(name) for name in stay(every(5, 40))}
    for hours in range(2, 25):
        hour = NOON - timedelta(hours=hours)
        assert sum(hour <= at < hour + timedelta(hours=1) for at in kept if at) >= 1, hours
    assert len(kept) < 13 + 26 + 32


def test_of_a_month_the_last_of_each_day_in_china_stays():
    kept = stay(every(15, 60))
    assert "2026-11-10T154500Z.backup" in kept
    assert "2026-11-10T160000Z.backup" not in kept
    assert min(kept) == "2026-10-23T154500Z.backup"


def test_taken_one_by_one_the_same_stay_as_all_at_once():
    """What was removed yesterday must not be what is wanted today."""
    names = every(15, 4)
    folder: list[str] = []
    for name in names:
        now = instant_in(name)
        assert now is not None
        folder = stay([*folder, name], now, 3)
    assert folder == stay(names, days=3)


def test_the_newest_stays_however_old_it_is():
    assert stay([name_at(NOON - timedelta(days=days)) for days in (400, 300)]) == [
        name_at(NOON - timedelta(days=300))
    ]
