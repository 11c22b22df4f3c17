"""Counts tell what happened for good, under names of ours alone."""

import re

import pytest
from sqlalchemy import text

from marketplace.catalogue.commands import begin_log_anew
from marketplace.catalogue.commands.changes import note_changes
from marketplace.core.happenings import happen
from marketplace.outbox.commands import begin_schedules, see_worker
from marketplace.outbox.rules import Job
from marketplace.web import metrics
from tests.conftest import NOON
from tests.ordering import steps
from tests.search.indexing import index


def counted(name: str) -> float:
    page = metrics.expose({}).decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.M)
    return float(found[1]) if found else 0.0


PLACED = 'bangfu_orders_total{event="placed"}'
COMPLETED = 'bangfu_orders_total{event="completed"}'


def test_an_order_counts_once_its_transaction_has_committed(app, session, county):
    before = counted(PLACED)
    steps.placed(session, county, county.wish((county.mushrooms, 2)))
    assert counted(PLACED) == before
    session.commit()
    assert counted(PLACED) == before + 1


def test_what_was_undone_never_happened(app, session):
    before = counted(COMPLETED)
    happen(session, "completed")
    session.execute(text("SELECT 1"))
    session.rollback()
    session.commit()
    assert counted(COMPLETED) == before


def test_the_end_of_a_savepoint_is_no_end(app, session):
    before = counted(COMPLETED)
    with session.begin_nested():
        happen(session, "completed", 2)
        session.execute(text("SELECT 1"))
    assert counted(COMPLETED) == before
    session.commit()
    assert counted(COMPLETED) == before + 2


@pytest.mark.parametrize("method", ["BREW", "PROPFIND", "X" * 500])
def test_a_method_nobody_knows_adds_no_name(client, method):
    client.open("/healthz", method=method)
    told = client.get("/metrics").text
    assert method not in told
    assert 'method="other"' in told


def test_a_page_from_the_shelf_is_a_hit(client, county):
    client.get("/healthz")
    hits, misses = 'outcome="hit",what="pages"', 'outcome="miss",what="pages"'
    names = [f"bangfu_kept_total{{{one}}}" for one in (hits, misses)]
    before = [counted(name) for name in names]
    client.get("/")
    client.get("/")
    after = [counted(name) for name in names]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1]


def figures(client) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_figures_of_this_moment_are_told(client, session, clock, tmp_path):
    index(session, tmp_path)
    see_worker(session, "here", NOON)
    # One of ours that nobody takes, and one of another version.
    jobs = dict.fromkeys(("audit.seal", "of.tomorrow"), Job(lambda *_: None, every=NOON - NOON))
    begin_schedules(session, jobs, NOON)
    session.commit()
    clock.advance(minutes=6)
    told = figures(client)
    assert told["bangfu_worker_seen_seconds_ago"] == 360
    assert told["bangfu_schedules_late"] == 1
    assert told["bangfu_schedules_latest_seconds"] == 360
    assert told["bangfu_search_lag_seconds"] >= 0
    assert told["bangfu_database_bytes"] > 100_000
    assert told["bangfu_instance_free_bytes"] > 0


def test_an_index_that_stays_behind_shows(client, session, county, tmp_path, clock):
    index(session, tmp_path)
    assert figures(client)["bangfu_search_lag_seconds"] == 0
    note_changes(session, [county.mushrooms.product_id], NOON)
    session.commit()
    clock.advance(seconds=90)
    assert figures(client)["bangfu_search_lag_seconds"] == 90
    begin_log_anew(session)
    session.commit()
    assert figures(client)["bangfu_search_lag_seconds"] == -1


def test_counts_are_told_while_a_figure_cannot_be_read(client, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE worker_seen"))
    told = figures(client)
    assert "bangfu_worker_seen_seconds_ago" not in told
    assert "bangfu_jobs_waiting" in told
