"""At night the chains are followed a part at a time, and what was found is kept and told."""

import json
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.audit.commands import follow_chains, seal
from marketplace.audit.models import AuditVerdict
from marketplace.audit.queries import TrailWish, latest_verdict, search_trail, verify
from marketplace.cli.readiness import FIGURES
from marketplace.core.acting import NOWHERE, Acting, begin_acting
from marketplace.jobs import list_jobs
from marketplace.outbox.models import OutboxMessage
from tests.audit.test_chain import note, unlock
from tests.conftest import NOON, settings_for


@pytest.fixture
def two_counties(session):
    """Seven sealed entries: three of the marketplace itself, four of two counties."""
    for object_id, county in enumerate(("", "420304", "420325", "", "420304", "420325", ""), 1):
        begin_acting(Acting("test", partial(str, county)))
        note(session, object_id)
    begin_acting(NOWHERE)
    seal(session)
    session.commit()
    return session


@pytest.mark.parametrize("most", [1, 2, 3, 7, 8, 100])
def test_in_parts_the_same_is_found_as_at_once(two_counties, most):
    heads: dict[str, tuple[int, str]] = {}
    steps = 1
    while follow_chains(two_counties, heads, NOON, most=most) is None:
        steps += 1
    kept = latest_verdict(two_counties)
    assert kept is not None
    assert (kept.links, kept.unsealed, kept.broken) == (7, 0, None)
    assert kept.heads == dict(verify(two_counties).heads)
    assert steps == 7 // most + 1


@pytest.mark.parametrize("most", [1, 3, 100])
def test_a_rewritten_entry_is_found_in_whichever_part(two_counties, most):
    unlock(two_counties, "audit_entry")
    two_counties.execute(text("UPDATE audit_entry SET action = 'x' WHERE object_id = '5'"))
    heads: dict[str, tuple[int, str]] = {}
    while (verdict := follow_chains(two_counties, heads, NOON, most=most)) is None:
        pass
    assert verdict.broken == verify(two_counties).broken
    kept = latest_verdict(two_counties)
    assert kept is not None
    assert kept.broken is not None
    assert kept.broken["county_code"] == "420304"
    assert FIGURES["bangfu_audit_chains_hold"](two_counties, NOON) == 0


def test_a_verdict_cannot_be_rewritten(session):
    follow_chains(session, {}, NOON)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE audit_verdict SET links = 9"))


def test_the_nightly_job_comes_to_a_verdict_that_is_told(two_counties, database_url, tmp_path):
    jobs = list_jobs(settings_for(database_url, tmp_path))
    assert FIGURES["bangfu_audit_chains_hold"](two_counties, NOON) == 0
    jobs["audit.verify"].effect(two_counties, {}, NOON)
    jobs["audit.verify"].effect(two_counties, {}, NOON)
    (message,) = two_counties.scalars(select(OutboxMessage)).all()
    jobs[message.job].effect(two_counties, json.loads(json.dumps(message.payload)), NOON)
    assert len(two_counties.scalars(select(AuditVerdict)).all()) == 1
    assert FIGURES["bangfu_audit_chains_hold"](two_counties, NOON) == 1
    assert FIGURES["bangfu_audit_chains_followed_seconds_ago"](two_counties, NOON) == 0


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (TrailWish(), 7),
        (TrailWish(county_code=""), 3),
        (TrailWish(county_code="420304"), 2),
        (TrailWish(object_kind="order", object_id="3"), 1),
        (TrailWish(actor_id=7, action="order."), 7),
        (TrailWish(actor_id=8), 0),
        (TrailWish(action="%"), 0),
        (TrailWish(origin="test"), 7),
        (TrailWish(from_at=NOON), 7),
        (TrailWish(until_at=NOON), 0),
    ],
)
def test_the_trail_is_found_by_what_one_knows(two_counties, wish, found):
    rows = search_trail(two_counties, wish, before_id=None, most=100)
    assert len(rows) == found
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)


def test_pages_of_the_trail_follow_on_one_another(two_counties):
    first = search_trail(two_counties, TrailWish(), before_id=None, most=4)
    rest = search_trail(two_counties, TrailWish(), before_id=first[-1].id, most=4)
    assert len({row.id for row in (*first, *rest)}) == 7
