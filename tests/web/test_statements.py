"""Statements that take long are told, without what they are about."""

import io
import json

import pytest
from sqlalchemy import text

from marketplace.web import db, logs, metrics, session
from marketplace.web.access import public

SECRET = "13800000000"
SLOW = text("""
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 200000)
SELECT count(*) FROM counted
WHERE CAST(n AS text) <> :phone AND CAST(n AS text) <> '13900000000'
""")


@pytest.fixture
def told():
    stream = io.StringIO()
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure()


@public
def look() -> str:
    return str(session().scalar(SLOW, {"phone": SECRET}))


def ask(make_app, slow_ms: int):
    app = make_app(slow_query_ms=slow_ms)
    app.add_url_rule("/slow", "slow", look)
    logs_before = metrics.expose({}).decode()
    return app, logs_before


def slow_ones(page: str) -> float:
    line = next(one for one in page.splitlines() if one.startswith("bangfu_slow_statements_total "))
    return float(line.split()[1])


def test_a_slow_statement_is_told_with_request_and_endpoint(make_app):
    app, before = ask(make_app, 5)
    logs.configure(stream := io.StringIO())
    answer = app.test_client().get("/slow")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (slow,) = (line for line in lines if line["event"] == "slow statement")
    assert (slow["request_id"], slow["endpoint"]) == (answer.headers["X-Request-ID"], "slow")
    assert slow["ms"] >= 5
    assert slow["statement"].startswith("WITH RECURSIVE counted(n)")
    assert SECRET not in stream.getvalue()
    assert "13900000000" not in stream.getvalue()
    assert slow_ones(metrics.expose({}).decode()) == slow_ones(before) + 1
    logs.configure()


@pytest.mark.parametrize("slow_ms", [0, 600_000])
def test_what_is_quick_enough_is_not_told(make_app, slow_ms):
    app, _before = ask(make_app, slow_ms)
    logs.configure(stream := io.StringIO())
    app.test_client().get("/slow")
    assert "slow statement" not in stream.getvalue()
    logs.configure()


def test_a_job_names_itself_beside_its_slow_statement(make_app, told):
    from structlog.contextvars import bound_contextvars

    app = make_app(slow_query_ms=5)
    logs.configure(stream := io.StringIO())
    with app.app_context(), bound_contextvars(job="reports.add", request_id="abc"):
        db.session.execute(SLOW, {"phone": SECRET})
        db.session.rollback()
    slow = json.loads(stream.getvalue())
    assert (slow["job"], slow["request_id"]) == ("reports.add", "abc")
    assert "endpoint" not in slow


def test_a_request_says_how_much_it_asked(make_app):
    app, _before = ask(make_app, 0)
    logs.configure(stream := io.StringIO())
    client = app.test_client()
    client.get("/slow")
    client.get("/healthz")
    asked = [json.loads(line)["statements"] for line in stream.getvalue().splitlines()]
    assert asked == [1, 0]
    assert 'bangfu_statements_total{endpoint="slow"}' in metrics.expose({}).decode()
    logs.configure()
