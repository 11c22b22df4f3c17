"""Machines are told the truth about us, and learn nothing about people."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.catalogue.commands import begin_log_anew
from marketplace.outbox.commands import put, see_worker
from marketplace.web import logs
from tests.accounts.people import PASSWORD, enrol, log_in, send
from tests.conftest import NOON
from tests.search.indexing import index

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lines(app):
    """What the application wrote into its log, line by line."""
    stream = io.StringIO()
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure()


def parts(client):
    answer = client.get("/readyz")
    assert answer.status_code == (200 if answer.json["ready"] else 503)
    return answer.json["parts"]


def test_a_process_that_is_up_says_so_without_asking_the_database(client, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert client.get("/healthz").json == {"up": True}


def test_a_shop_is_ready_when_every_part_is_there(client, session, tmp_path):
    index(session, tmp_path)
    see_worker(session, "here", NOON)
    session.commit()
    everything = {"database": True, "migrations": True, "index": True}
    everything |= {"worker": True, "disk": True}
    assert parts(client) == everything


def test_a_shop_without_a_worker_is_not_ready(client, session, clock):
    assert parts(client)["worker"] is False
    see_worker(session, "here", NOON)
    session.commit()
    clock.advance(seconds=60)
    assert parts(client)["worker"] is True
    clock.advance(seconds=1)
    assert parts(client)["worker"] is False


def test_a_shop_whose_goods_cannot_be_found_is_not_ready(client, session, tmp_path, county):
    session.commit()
    assert parts(client)["index"] is False
    index(session, tmp_path)
    client.application.extensions["search"].look_again()
    assert parts(client)["index"] is True


def test_an_index_of_another_database_is_not_ours(client, session, tmp_path):
    index(session, tmp_path)
    assert parts(client)["index"] is True
    begin_log_anew(session)
    session.commit()
    assert parts(client)["index"] is False


def test_a_shop_with_tables_of_yesterday_is_not_ready(client, engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert parts(client)["migrations"] is False


def test_a_shop_with_tables_of_tomorrow_goes_on_serving(client, engine):
    """While nodes are renewed one after the other, the others run the program of before."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert parts(client)["migrations"] is True
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert parts(client)["migrations"] is False


def test_a_part_that_cannot_be_asked_is_not_there(client, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE worker_seen"))
    found = parts(client)
    assert (found["worker"], found["database"]) == (False, True)


def test_metrics_count_requests_by_endpoint_and_status(client, session):
    put(session, "test", {}, effect_key="k", now=NOON)
    session.commit()
    client.get("/healthz")
    told = client.get("/metrics").text
    assert 'bangfu_requests_total{endpoint="health.is_up",method="GET",status="2xx"}' in told
    assert 'bangfu_request_seconds_bucket{endpoint="health.is_up",le="0.005"}' in told
    assert "bangfu_jobs_waiting 1.0" in told


def test_an_address_that_leads_nowhere_adds_no_name_to_the_metrics(client):
    client.get("/nowhere-in-particular")
    told = client.get("/metrics").text
    assert "nowhere" not in told
    assert 'bangfu_requests_total{endpoint="none",method="GET",status="4xx"}' in told


def test_metrics_are_shown_to_the_token_only_where_one_is_set(make_app):
    client = make_app(metrics_token="open-sesame").test_client()
    assert client.get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer öpen"}
    assert client.get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": "Bearer open-sesame"}
    assert client.get("/metrics", headers=right).status_code == 200
    assert make_app().test_client().get("/metrics").status_code == 200
    assert make_app(production=True).test_client().get("/metrics").status_code == 404


@pytest.mark.slow
def test_processes_that_share_a_folder_are_counted_together(tmp_path):
    count = "from marketplace.web import metrics; metrics.count_request('home', 'GET', 200, 0.01)"
    tell = f"{count}; print(metrics.expose({{'waiting': 3}}).decode())"
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for program in (count, tell):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        )
    assert 'bangfu_requests_total{endpoint="home",method="GET",status="2xx"} 2.0' in done.stdout
    assert "\nwaiting 3.0\n" in done.stdout


def test_a_request_leaves_one_line_with_its_id(client, lines):
    answer = client.get("/healthz")
    (line,) = lines()
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["event"], line["method"], line["endpoint"], line["status"]) == (
        "request",
        "GET",
        "health.is_up",
        200,
    )
    assert line["ms"] >= 0


def test_a_line_says_who_was_refused_what_and_why(client, lines, session):
    """Wrong passwords, closed doors, forged forms and impossible input can be looked for."""
    person = enrol(session)
    send(client, "/login", login="wang@example.org", password="not the one")
    client.get("/me")
    client.get("/api/v1/orders")
    log_in(client)
    client.get("/desk/audit")
    client.post("/language")
    send(client, "/me/password", old_password=PASSWORD, new_password="short")
    client.get("/nowhere")
    told = [
        (line.get("person"), line["status"], line["refused"])
        for line in lines()
        if "refused" in line
    ]
    me = person.id
    assert told == [
        (None, 401, "login.wrong"),
        (None, 302, "login.needed"),
        (None, 401, "token.needed"),
        (me, 403, "forbidden"),
        (me, 400, "csrf"),
        (me, 422, "input.invalid"),
        (me, 404, "http.404"),
    ]


def test_a_line_holds_nothing_of_what_people_typed(client, lines):
    client.get("/healthz?q=13800000000", headers={"Authorization": "Bearer secret-token"})
    client.get("/nowhere/13800000000")
    client.post("/login", data={"login": "13800000000", "password": "secret-token"})
    told = json.dumps(lines())
    assert len(lines()) >= 3
    assert "13800000000" not in told
    assert "secret-token" not in told
