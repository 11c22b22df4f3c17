"""One name for a request: in our log and the proxy's, on the page, in what was asked for later."""

import io
import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from structlog.contextvars import clear_contextvars

from marketplace.audit.commands import record
from marketplace.audit.models import AuditEntry
from marketplace.cli.worker import Worker
from marketplace.core.acting import acting
from marketplace.outbox.commands import put, take
from marketplace.outbox.models import OutboxMessage
from marketplace.outbox.rules import Job, Payload
from marketplace.web import logs
from marketplace.web.access import public
from tests.accounts.people import enrol, send
from tests.conftest import NOON

OF_NGINX = "0123456789abcdef0123456789abcdef"
UUID = "6d1b4c1e-9d55-4d0c-8f8a-0c2f5f0d9a11"


@pytest.fixture
def lines(app) -> Iterator:
    stream = io.StringIO()
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure()


def named(client, given: str) -> str:
    return client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]


@pytest.mark.parametrize("given", [OF_NGINX, UUID, OF_NGINX[:16]])
def test_a_proxy_of_ours_may_name_a_request(make_app, given):
    assert named(make_app(trusted_proxies=1).test_client(), given) == given


def test_a_visitor_may_not_name_a_request(make_app):
    assert named(make_app().test_client(), OF_NGINX) != OF_NGINX


@pytest.mark.parametrize(
    "given",
    [
        "",
        "abc",
        "13800000000",
        OF_NGINX + "0",
        OF_NGINX.upper(),
        "<b>0123456789abcd",
        UUID[:-1],
        "０123456789abcdef",
        "0123456789abcdeg",
        "a" * 10_000,
    ],
)
def test_a_name_of_another_form_is_replaced(make_app, given):
    made = named(make_app(trusted_proxies=1).test_client(), given)
    assert made != given
    assert len(made) == 16


def test_a_refusal_tells_the_name_to_programs_and_people(client):
    for_programs = client.get("/api/v1/nowhere")
    assert for_programs.json["request_id"] == for_programs.headers["X-Request-ID"]


def test_a_form_without_its_token_has_a_name_of_its_own(client, lines):
    names = [client.get("/login"), client.post("/login"), client.post("/login")]
    assert len({answer.headers["X-Request-ID"] for answer in names} - {""}) == 3
    assert [line["request_id"] for line in lines()] == [
        answer.headers["X-Request-ID"] for answer in names
    ]


def test_our_own_mistake_tells_the_name_on_the_page_and_in_the_log(make_app, lines):
    app = make_app(testing=False)
    app.add_url_rule("/broken", "broken", public(lambda: str(1 // 0)))
    logs.configure(stream := io.StringIO())
    answer = app.test_client().get("/broken")
    name = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert name in answer.text
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    failed = next(line for line in told if line["event"] == "request failed")
    assert (failed["request_id"], failed["endpoint"]) == (name, "broken")


def test_what_a_request_asked_for_is_done_under_its_name(client, engine, session, clock, lines):
    """A letter: asked for by a page, handed over by the worker."""
    enrol(session)
    answer = send(client, "/password/forgotten", login="wang@example.org")
    name = answer.headers["X-Request-ID"]
    # The worker is another process, which knows nothing of this one's request.
    clear_contextvars()
    seen: list[Payload] = []
    jobs = {"mail.send": Job(lambda _session, payload, _now: seen.append(payload))}
    worker = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
    while worker.work():
        pass
    done = next(line for line in lines() if line["event"] == "job")
    assert (done["job"], done["request_id"]) == ("mail.send", name)
    assert not any("request" in key for key in seen[0])


def ask_on(session: Session, _payload: Payload, now: datetime) -> None:
    put(session, "second", {}, effect_key="second", now=now)
    record(
        session,
        now,
        actor_id=None,
        action="asked",
        object_kind="test",
        object_id=1,
        before=None,
        after=None,
    )


def test_a_job_that_asks_for_another_hands_the_name_on(session, engine, clock, lines):
    with acting("web:abc", "abc"):
        put(session, "first", {"n": 1}, effect_key="first", now=NOON)
    session.commit()
    jobs = {"first": Job(ask_on), "second": Job(lambda *_: None)}
    worker = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
    while worker.work():
        pass
    told = [(line["job"], line["request_id"]) for line in lines() if line["event"] == "job"]
    assert told == [("first", "abc"), ("second", "abc")]
    assert session.scalars(select(AuditEntry.origin)).one() == "job:first"
    assert session.scalars(select(OutboxMessage.payload)).all() == [{}, {}]


def test_a_job_that_fails_says_for_whom(session, engine, clock, lines):
    with acting("web:abc", "abc"):
        put(session, "unknown", {}, effect_key="k", now=NOON)
    session.commit()
    Worker("test", sessionmaker(engine, expire_on_commit=False), {}, clock).work()
    (failed,) = (line for line in lines() if line["event"] == "job")
    assert (failed["outcome"], failed["request_id"]) == ("failed", "abc")


def test_a_message_without_a_request_is_as_before(session):
    put(session, "job", {"n": 1}, effect_key="k", now=NOON)
    assert session.scalars(select(OutboxMessage.payload)).one() == {"n": 1}
    message = take(session, NOON)
    assert message is not None
    assert (message.payload, message.request_id) == ({"n": 1}, "")
