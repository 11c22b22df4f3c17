"""A database that is full, locked or gone is said to be so: ask again in a moment."""

import sqlite3
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, func, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person
from marketplace.ordering.models import BasketLine, Purchase
from marketplace.reports.queries import reconcile
from marketplace.web import db
from tests.api.conftest import wish
from tests.county import START
from tests.seating import seat


@pytest.fixture
def token(session, county):
    issued = create_token(session, get_person(session, county.buyer.person_id), START)
    session.commit()
    return issued.token


def draft(client, county, token, key="k1"):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return client.post("/api/v1/purchases", json=wish(county), headers=headers)


@contextmanager
def held(url):
    """Somebody else writes; nobody waits for them long."""
    other: Any
    if make_url(url).drivername == "sqlite":
        other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        impatient = "PRAGMA busy_timeout=50"
    else:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        other = psycopg.connect(plain)
        other.execute("LOCK TABLE purchase, idempotent_request IN EXCLUSIVE MODE")
        impatient = "SET lock_timeout = '50ms'"
    try:
        yield impatient
    finally:
        other.close()


@contextmanager
def impatiently(app, statement):
    """The application's connections wait no longer than this."""

    def hurry(connection, _record, _proxy):
        connection.cursor().execute(statement)
        # PostgreSQL's would otherwise be in a transaction already.
        connection.commit()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", hurry)
    try:
        yield
    finally:
        event.remove(engine, "checkout", hurry)


def test_a_locked_database_asks_to_come_again(app, client, county, token, database_url):
    with held(database_url) as impatient, impatiently(app, impatient):
        answer = draft(client, county, token)
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"].isdigit()
        assert answer.json["code"] == "database.away"
    assert draft(client, county, token).status_code == 201


def test_a_person_is_told_on_a_page_that_asks_the_database_nothing(
    app, client, county, database_url
):
    app.config["WTF_CSRF_ENABLED"] = False
    seat(client, county.buyer)
    with held(database_url) as impatient, impatiently(app, impatient):
        page = client.post("/purchases/1/cancel", data={"reason": "不需要了"})
    assert page.status_code == 503, page.text
    assert page.headers["Retry-After"].isdigit()
    assert "系统正忙" in page.text


def test_it_may_go_while_another_refusal_is_put_into_words(make_app, county, database_url):
    app = make_app(testing=False)
    client = seat(app.test_client(), county.buyer)
    with held(database_url) as impatient, impatiently(app, impatient):
        # Without the page's token, which is refused before anybody asked who it is.
        page = client.post("/purchases/1/cancel", data={"reason": "不需要了"})
    assert page.status_code in (400, 503), page.text
    assert "sqlite" not in page.text


def test_what_the_database_refuses_for_our_fault_stays_a_failure(app, client, monkeypatch):
    def wrong():
        with app.app_context():
            db.session.execute(text("SELECT no_such_column FROM purchase"))

    monkeypatch.setitem(app.view_functions, "health.is_up", wrong)
    with pytest.raises(DBAPIError):
        client.get("/healthz")


def test_who_was_second_by_an_instant_is_told_so(
    app, client, county, session, monkeypatch, database_kind
):
    line = {"person_id": county.buyer.person_id, "variant_id": county.mushrooms.variant_id}

    def put_twice():
        for _ in range(2):
            db.session.execute(insert(BasketLine).values(**line, quantity=1, added_at=START))

    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setitem(app.view_functions, "accounts.enter", put_twice)
    if database_kind == "sqlite":
        # One writer: nobody came in between, and it is our own bug.
        with pytest.raises(IntegrityError):
            client.post("/login")
    else:
        page = client.post("/login")
        assert page.status_code == 409
        assert "同一时刻" in page.text
    assert session.scalars(select(BasketLine)).all() == []


@pytest.mark.sqlites_own
def test_a_full_disk_asks_to_come_again_and_loses_nothing(app, client, county, token, session):
    with impatiently(app, "PRAGMA max_page_count = 1"):
        # What room there is in pages that exist is used up first.
        answers = (draft(client, county, token, f"k{n}") for n in range(100))
        statuses = list(takewhile(lambda status: status != 503, (a.status_code for a in answers)))
    assert set(statuses) <= {201}
    assert len(statuses) < 100
    with impatiently(app, "PRAGMA max_page_count = 1000000"):
        assert draft(client, county, token, f"k{len(statuses)}").status_code == 201
    assert session.scalar(select(func.count()).select_from(Purchase)) == len(statuses) + 1
    assert reconcile(session) == []


def test_cut_connections_are_opened_anew(app, client, county, token, engine):
    """On SQLite there is nothing to cut."""
    assert draft(client, county, token, "k0").status_code == 201
    if engine.dialect.name == "postgresql":
        cut(engine)
    first = draft(client, county, token, "k1")
    assert first.status_code in (201, 503), first.text
    again = draft(client, county, token, "k1")
    assert again.status_code == 201
    assert again.json["id"] != draft(client, county, token, "k0").json["id"]


def test_an_answer_stands_whose_connection_is_cut_behind_it(app, client, engine, monkeypatch):
    """On SQLite there is nothing to cut."""

    def answer():
        db.session.execute(text("SELECT 1"))
        if engine.dialect.name == "postgresql":
            cut(engine)
        return "here it is"

    monkeypatch.setitem(app.view_functions, "health.is_up", answer)
    for _ in range(2):
        shown = client.get("/healthz")
        assert (shown.status_code, shown.text) == (200, "here it is")


def test_a_transaction_whose_connection_was_cut_can_be_rolled_back(engine):
    """On SQLite there is nothing to cut."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        if engine.dialect.name == "postgresql":
            cut(engine)
            with pytest.raises(OperationalError):
                connection.execute(text("SELECT 1"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1


def cut(engine):
    with engine.connect() as ours:
        ours.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
